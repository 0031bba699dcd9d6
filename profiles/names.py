"""What users are called: a model's name, an employer's company."""

from collections.abc import Iterable
from uuid import UUID

from profiles.models import EmployerProfile, ModelProfile


def of_users(user_ids: Iterable[UUID]) -> dict[UUID, str]:
    user_ids = list(user_ids)
    models = ModelProfile.objects.filter(user__in=user_ids).values_list("user_id", "name")
    employers = EmployerProfile.objects.filter(user__in=user_ids).values_list("user_id", "company_name")
    return dict(models.union(employers))
