"""What users are called: a model's name unless she hides it, an employer's company."""

from collections.abc import Iterable
from uuid import UUID

from profiles.models import EmployerProfile, ModelProfile, Visibility


def of_users(user_ids: Iterable[UUID]) -> dict[UUID, str]:
    user_ids = list(user_ids)
    shown = ModelProfile.objects.of_present_users().exclude(visibility=Visibility.HIDDEN)
    models = shown.filter(user__in=user_ids).values_list("user_id", "name")
    open_ones = EmployerProfile.objects.of_present_users()
    employers = open_ones.filter(user__in=user_ids).values_list("user_id", "company_name")
    return dict(models.union(employers))
