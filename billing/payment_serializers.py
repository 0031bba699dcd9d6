"""The shapes of orders on the wire."""

from rest_framework import serializers

from billing.models import Payment, PaymentStatus, Product
from billing.serializers import SubscribeSerializer

URL = "https://auth.robokassa.kz/Merchant/Index.aspx?MerchantLogin=mwork&OutSum=5000.00&InvId=154"


class PackageSerializer(serializers.Serializer):
    """How many responses."""

    example = {"package": 20}

    package = serializers.IntegerField(min_value=1, max_value=10_000)


class PromotionSerializer(serializers.Serializer):
    days = serializers.IntegerField(min_value=1, max_value=1000)
    casting_id = serializers.UUIDField(required=False, allow_null=True)


class OrderSerializer(serializers.Serializer):
    """What to buy. Each product has fields of its own, which are asked for when it is named."""

    example = {"product": "promotion", "days": 7}
    fields_of = {
        Product.SUBSCRIPTION: SubscribeSerializer,
        Product.RESPONSES: PackageSerializer,
        Product.PROMOTION: PromotionSerializer,
    }

    product = serializers.ChoiceField(Product.choices)
    plan_name = serializers.CharField(required=False, help_text="subscription")
    billing_period = serializers.CharField(required=False, help_text="subscription: monthly or yearly")
    package = serializers.IntegerField(required=False, help_text="responses: how many")
    days = serializers.IntegerField(required=False, help_text="promotion: how many days")
    casting_id = serializers.UUIDField(
        required=False, allow_null=True, help_text="promotion: of this casting; of one's own profile without it"
    )

    def to_internal_value(self, data):
        product = self.fields["product"]
        if "product" not in data:
            raise serializers.ValidationError({"product": [product.error_messages["required"]]})
        try:
            chosen = product.run_validation(data["product"])
        except serializers.ValidationError as error:
            raise serializers.ValidationError({"product": error.detail}) from error
        inner = self.fields_of[chosen](data=data)
        inner.is_valid(raise_exception=True)
        return {"product": chosen, **inner.validated_data}


class StartedSerializer(serializers.Serializer):
    """An order, and where to pay it."""

    example = {
        "payment_id": "0193a1b2-7c3d-7e4f-8a5b-6c7d8e9fa201",
        "order_id": "order-154",
        "inv_id": 154,
        "amount": 5000,
        "payment_url": URL,
        "status": "pending",
    }

    payment_id = serializers.UUIDField(source="payment.id")
    order_id = serializers.CharField(source="payment.order_id")
    inv_id = serializers.IntegerField(source="payment.inv_id")
    amount = serializers.IntegerField(source="payment.amount", help_text="Whole tenge")
    payment_url = serializers.CharField()
    status = serializers.ChoiceField(PaymentStatus.choices, source="payment.status")


class SubscribedSerializer(serializers.Serializer):
    """The address to pay at. The plan in force stays until that is done."""

    example = {"payment_url": URL, "order_id": "order-154", "amount": 5000}

    payment_url = serializers.CharField()
    order_id = serializers.CharField(source="payment.order_id")
    amount = serializers.IntegerField(source="payment.amount", help_text="Whole tenge")


class PaymentSerializer(serializers.ModelSerializer):
    noun, plural = "payment", "payments"
    example = {
        "id": StartedSerializer.example["payment_id"],
        "order_id": "order-154",
        "inv_id": 154,
        "product": "subscription",
        "amount": 5000,
        "status": "paid",
        "created_at": "2026-11-21T18:00:00Z",
        "paid_at": "2026-11-21T18:03:12Z",
    }

    order_id = serializers.CharField(help_text="`order-` and the provider's number")

    class Meta:
        model = Payment
        fields = ["id", "order_id", "inv_id", "product", "amount", "status", "created_at", "paid_at"]
