"""What is for sale beside plans: seeded by a migration, edited in the admin."""

from django.core.validators import MinValueValidator
from django.db import models

AT_LEAST_ONE = MinValueValidator(1)


class ResponsePackage(models.Model):
    """So many responses beyond the month's, for so much. They do not expire."""

    responses = models.PositiveSmallIntegerField(unique=True, validators=[AT_LEAST_ONE])
    price = models.PositiveIntegerField(help_text="Whole tenge", validators=[AT_LEAST_ONE])

    class Meta:
        ordering = ["responses"]

    def __str__(self) -> str:
        return f"{self.responses} responses"


class PromotionOffer(models.Model):
    """So many days at the head of the lists for one profile or casting, for so much."""

    days = models.PositiveSmallIntegerField(unique=True, validators=[AT_LEAST_ONE])
    price = models.PositiveIntegerField(help_text="Whole tenge", validators=[AT_LEAST_ONE])

    class Meta:
        ordering = ["days"]

    def __str__(self) -> str:
        return f"{self.days} days"
