"""What is for sale beside plans. Prices are whole tenge; from here on they are edited in the admin."""

from django.db import migrations

PACKAGES = {10: 990, 20: 1_790, 50: 3_990}  # responses: price
PROMOTIONS = {7: 2_000, 14: 3_500, 30: 6_000}  # days: price


def create(apps, schema_editor):
    package, offer = apps.get_model("billing", "ResponsePackage"), apps.get_model("billing", "PromotionOffer")
    package.objects.bulk_create(package(responses=count, price=price) for count, price in PACKAGES.items())
    offer.objects.bulk_create(offer(days=days, price=price) for days, price in PROMOTIONS.items())


def remove(apps, schema_editor):
    apps.get_model("billing", "ResponsePackage").objects.filter(responses__in=PACKAGES).delete()
    apps.get_model("billing", "PromotionOffer").objects.filter(days__in=PROMOTIONS).delete()


class Migration(migrations.Migration):
    dependencies = [("billing", "0003_payments")]

    operations = [migrations.RunPython(create, remove)]
