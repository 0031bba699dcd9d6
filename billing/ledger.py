"""Bought responses: every movement is a row, the sum stands on the subscription, both in one transaction.

All of these lock the user's subscription first, so movements come one by one.
"""

from uuid import UUID

from django.db import transaction

from billing import limits
from billing.models import BoughtResponses, Movement, Payment


@transaction.atomic
def buy(payment: Payment) -> None:
    """What a paid order brings."""
    _move(payment.user, Movement.BOUGHT, payment.responses, payment=payment)


@transaction.atomic
def use(*, user, response_id: UUID) -> None:
    """One goes for this response. The caller has asked `limits.require` in this transaction."""
    _move(user, Movement.USED, -1, response_id=response_id)


@transaction.atomic
def give_back(*, user, response_id: UUID) -> None:
    """The one that this response used comes back."""
    _move(user, Movement.GIVEN_BACK, 1, response_id=response_id)


@transaction.atomic
def take_back(payment: Payment) -> int:
    """Of what a refunded order brought, what is still unused goes; returns how many that were."""
    unused = min(payment.responses, limits.lock(payment.user).responses_bought)
    _move(payment.user, Movement.REFUNDED, -unused, payment=payment)
    return unused


def _move(user, movement: Movement, count: int, **of) -> None:
    subscription = limits.lock(user)
    subscription.responses_bought += count
    subscription.save(update_fields=["responses_bought"])
    BoughtResponses.objects.create(user=user, movement=movement, count=count, **of)
