"""The three plans. Prices are whole tenge; None is unlimited. From here on they are edited in the admin."""

from django.db import migrations

PLANS = [
    {"name": "FREE", "rank": 0, "price_monthly": 0, "price_yearly": 0, "max_photos": 5,
     "max_responses_per_month": 3, "is_default": True},
    {"name": "PRO", "rank": 1, "price_monthly": 5_000, "price_yearly": 50_000, "max_photos": 20,
     "max_responses_per_month": 30, "chat_access": True, "analytics": "basic"},
    {"name": "BUSINESS", "rank": 2, "price_monthly": 15_000, "price_yearly": 150_000, "max_photos": None,
     "max_responses_per_month": None, "chat_access": True, "analytics": "advanced", "profile_promotion": True,
     "priority_support": True},
]  # fmt: skip


def create(apps, schema_editor):
    plan = apps.get_model("billing", "Plan")
    for fields in PLANS:
        plan.objects.create(**fields)


def remove(apps, schema_editor):
    apps.get_model("billing", "Plan").objects.filter(name__in=[fields["name"] for fields in PLANS]).delete()


class Migration(migrations.Migration):
    dependencies = [("billing", "0001_initial")]

    operations = [migrations.RunPython(create, remove)]
