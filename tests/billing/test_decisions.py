"""What staff give and take in billing is in the audit log, and told."""

import pytest

from accounts.models import AuditEntry
from billing import moderation, settlement
from billing.models import Payment, Plan
from mwork.api.errors import Forbidden, Invalid, InvalidState
from notifications.models import Notification
from tests import factories
from tests.billing.conftest import buy_plan, current
from tests.conftest import data
from tests.notifications.conftest import kinds


def grant(person, plan="PRO", **more):
    named = {"actor": factories.staff(), "reason": "A prize", **more}
    return moderation.grant_plan(user=person, plan=Plan.objects.get(name=plan), **named)


def test_a_granted_plan_is_logged_and_told(model):
    subscription = grant(model.person, months=2)

    assert current(model)["plan"] == "PRO"
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.target_id, entry.subject) == ("grant", subscription.id, model.person)
    assert (entry.details["plan"], entry.details["months"]) == ("PRO", 2)
    (told,) = data(model.get("/notifications"))["notifications"]
    assert (told["type"], told["data"]["plan"]) == ("subscription", "PRO")


def test_a_plan_that_is_taken_is_told_with_the_reason(model):
    grant(model.person)
    grant(model.person, "FREE", reason="Asked for by letter")

    assert current(model)["plan"] == "FREE"
    assert kinds(model.person) == ["plan_granted", "plan_taken"]
    assert Notification.objects.get(kind="plan_taken").data["reason"] == "Asked for by letter"
    assert list(AuditEntry.objects.order_by("id").values_list("action", flat=True)) == ["grant", "end"]


@pytest.mark.parametrize(("wrong", "field"), [({"reason": " "}, "reason"), ({"months": 0}, "months"),
                                              ({"months": 121}, "months")])  # fmt: skip
def test_a_grant_refuses_what_is_wrong_and_gives_nothing(model, wrong, field):
    with pytest.raises(Invalid) as refused:
        grant(model.person, **wrong)

    assert list(refused.value.details) == [field]
    assert current(model)["plan"] == "FREE"


def test_nothing_is_given_by_others_than_staff_or_to_those_who_left(model):
    with pytest.raises(Forbidden):
        grant(model.person, actor=factories.user())
    assert current(model)["plan"] == "FREE"
    assert model.delete("/auth/me", {"password": factories.PASSWORD}).status_code == 204
    model.person.refresh_from_db()
    with pytest.raises(InvalidState):
        grant(model.person)


def test_a_refund_is_logged_once_and_told_once(model, provider):
    buy_plan(model, provider)
    payment, staff = Payment.objects.get(), factories.staff()

    settlement.refund(payment=payment, reason="The buyer asked for it", actor=staff)
    with pytest.raises(InvalidState):
        settlement.refund(payment=payment, reason="again", actor=staff)

    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.action, entry.target_label) == (staff, "refund", payment.order_id)
    assert (entry.reason, entry.details["amount"]) == ("The buyer asked for it", 5000)
    assert "days of the plan" in entry.details["taken_back"]
    assert kinds(model.person).count("payment_refunded") == 1


def test_an_order_settled_by_hand_is_logged(model):
    payment = factories.payment(user=model.person)

    settlement.settle_by_hand(payment=payment, reason="In the statement", actor=factories.staff())

    entry = AuditEntry.objects.get()
    assert (entry.action, entry.target_id, entry.details["verdict"]) == ("settle_by_hand", payment.id, "granted")
