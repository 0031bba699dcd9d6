"""What users are called: a model's name unless she hides it, an employer's company."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q

from mwork import search
from profiles.models import EmployerProfile, ModelProfile, Visibility


def of_users(user_ids: Iterable[UUID]) -> dict[UUID, str]:
    user_ids = list(user_ids)
    shown = ModelProfile.objects.of_present_users().exclude(visibility=Visibility.HIDDEN)
    models = shown.filter(user__in=user_ids).values_list("user_id", "name")
    open_ones = EmployerProfile.objects.of_present_users()
    employers = open_ones.filter(user__in=user_ids).values_list("user_id", "company_name")
    return dict(models.union(employers))


def for_staff(user_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Every name, whoever may see it."""
    user_ids = list(user_ids)
    models = ModelProfile.objects.filter(user__in=user_ids).values_list("user_id", "name")
    employers = EmployerProfile.objects.filter(user__in=user_ids).values_list("user_id", "company_name")
    return dict(models.union(employers))


def find(text: str, most: int) -> list[UUID]:
    """Users by a model's name, a company's, its contact person or phone (digits, as people write them)."""
    digits = "".join(letter for letter in text if letter.isdigit())
    company = Q(company_name__icontains=text) | Q(contact_person__icontains=text)
    if len(digits) >= 4 and digits == text.strip("+ ").translate(str.maketrans("", "", " ()-")):
        company |= Q(phone__contains=digits.removeprefix("8") if len(digits) == 11 else digits)
    employers = EmployerProfile.objects.filter(company).values_list("user_id", flat=True)
    models = ModelProfile.objects.filter(search.matches(text)).values_list("user_id", flat=True)
    return [*models[:most], *employers[:most]]
