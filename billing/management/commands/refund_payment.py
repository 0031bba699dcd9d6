"""manage.py refund_payment ORDER_ID --reason TEXT"""

from django.core.management.base import BaseCommand, CommandError

from billing import settlement
from billing.models import Payment
from mwork.api.errors import ApiError
from mwork.commands import told


class Command(BaseCommand):
    help = "Record a refund made in the provider's cabinet, and take back what is unused of the order."

    def add_arguments(self, parser):
        parser.add_argument("order_id", help="such as order-154")
        parser.add_argument("--reason", required=True)

    def handle(self, *, order_id, reason, **options):
        number = order_id.removeprefix("order-")
        known = number.isascii() and number.isdigit() and len(number) < 19
        payment = Payment.objects.filter(inv_id=number).first() if known else None
        if payment is None:
            raise CommandError(f"There is no order {order_id}.")
        if not reason.strip():
            raise CommandError("--reason must say why.")
        try:
            event = settlement.refund(payment=payment, reason=reason.strip())
        except ApiError as error:
            raise CommandError(f"{payment.order_id} is {payment.status}: {told(error)}") from error
        self.stdout.write(f"{payment.order_id} is refunded: {event.reason}.")
