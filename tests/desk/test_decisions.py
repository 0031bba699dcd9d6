"""What staff decide in the admin: a reason first, then the service, the audit log; refusals are said."""

from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.utils import timezone

from accounts.models import AuditEntry, Report, Role, User
from billing.models import Plan, Subscription
from castings.models import Casting
from mwork import clock
from mwork.admin.decisions import AT_ONCE
from notifications.models import Notification
from tests import factories
from tests.desk import rows

REASON = "A reason that stays"


def decide(client, row, name: str, **form):
    """On the row's own page."""
    address = f"/admin/{row._meta.app_label}/{row._meta.model_name}/{row.pk}/decide/{name}/"
    return client.post(address, {"reason": REASON, **form})


def said(response) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_a_decision_asks_first_and_does_nothing_without_a_reason(moderator):
    casting = factories.casting()
    address = f"/admin/castings/casting/{casting.pk}/decide/hide/"

    assert moderator.get(address).status_code == 200
    assert "reason" in moderator.post(address, {"reason": "  "}).context["form"].errors
    assert moderator.post(address, {"reason": "\x00"}).status_code == 200

    casting.refresh_from_db()
    assert (casting.moderation, AuditEntry.objects.count()) == ("none", 0)


@pytest.mark.parametrize(("decision", "before", "after"), [
    ("approve", "none", "approved"), ("hide", "approved", "hidden"), ("spam", "none", "spam"),
    ("restore", "spam", "approved"),
])  # fmt: skip
def test_castings_are_moderated(moderator, decision, before, after):
    casting = factories.casting(moderation=before)

    response = decide(moderator, casting, decision)

    casting.refresh_from_db()
    entry = AuditEntry.objects.get()
    assert response.headers["Location"] == f"/admin/castings/casting/{casting.pk}/change/"
    assert (casting.moderation, entry.action, entry.reason, entry.actor) == (after, decision, REASON, moderator.person)


def test_what_the_service_refuses_is_said_and_nothing_written(moderator):
    casting = factories.casting(moderation="approved")

    response = decide(moderator, casting, "approve")

    assert response.status_code == 302
    assert len(said(response)) == 1
    assert "done" not in said(response)[0]
    assert AuditEntry.objects.count() == 0


def test_in_the_list_each_row_stands_for_itself(moderator):
    """One that is refused does not keep the others."""
    fresh, hidden = factories.casting(), factories.casting(moderation="hidden")
    form = {"action": "hide", "_selected_action": [str(fresh.pk), str(hidden.pk)]}

    asked = moderator.post("/admin/castings/casting/", form)
    assert asked.status_code == 200
    response = moderator.post("/admin/castings/casting/", {**form, "reason": REASON})

    fresh.refresh_from_db()
    assert (response.status_code, fresh.moderation, AuditEntry.objects.get().target_id) == (302, "hidden", fresh.pk)
    assert len(said(response)) == 2


def test_not_too_many_at_once(moderator):
    employer = factories.employer()
    castings = [factories.casting(of=employer) for _ in range(AT_ONCE + 1)]
    form = {"action": "hide", "_selected_action": [str(each.pk) for each in castings], "reason": REASON}

    moderator.post("/admin/castings/casting/", form)

    assert Casting.objects.filter(moderation="hidden").count() == 0


def test_a_ban_has_an_end_in_almatys_time_and_is_lifted(moderator):
    user = factories.user()
    end = (timezone.now() + timedelta(days=3)).astimezone(clock.ALMATY).replace(second=0, microsecond=0)

    decide(moderator, user, "ban", until=f"{end:%Y-%m-%dT%H:%M}")

    user.refresh_from_db()
    assert (user.is_banned(), user.banned_until, user.ban_reason) == (True, end, REASON)
    decide(moderator, user, "unban")
    user.refresh_from_db()
    assert not user.is_banned()
    assert list(AuditEntry.objects.order_by("id").values_list("action", flat=True)) == ["ban", "unban"]
    assert Notification.objects.filter(user=user, kind="account_suspended").count() == 1


def test_an_end_that_is_past_is_refused(moderator):
    user = factories.user()

    response = decide(moderator, user, "ban", until="2020-01-01T00:00")

    assert not User.objects.get(pk=user.pk).is_banned()
    assert len(said(response)) == 1


@pytest.mark.parametrize("fields", [{}, {"is_superuser": True}])
def test_moderators_ban_no_staff(moderator, fields):
    colleague = factories.user(role=Role.ADMIN, **fields)

    decide(moderator, colleague, "ban")

    colleague.refresh_from_db()
    assert not colleague.is_banned()


def test_companies_are_verified_and_photos_hidden(moderator):
    employer, photo = factories.employer(), factories.photo(profile=factories.model())

    decide(moderator, employer, "verify")
    decide(moderator, photo, "hide")

    employer.refresh_from_db()
    photo.refresh_from_db()
    assert (employer.is_verified, photo.is_hidden) == (True, True)
    decide(moderator, employer, "unverify")
    decide(moderator, photo, "show")
    employer.refresh_from_db()
    photo.refresh_from_db()
    assert (employer.is_verified, photo.is_hidden) == (False, False)


def test_a_report_is_settled_with_its_decision_in_one_step(moderator):
    report = factories.report()
    other = factories.report(of=Casting.objects.get(pk=report.target_id))
    form = {"action": "hide", "outcome": "We have hidden it.", "with_others": "on"}

    response = decide(moderator, report, "resolve", **form)

    report.refresh_from_db()
    other.refresh_from_db()
    assert said(response)
    assert (report.status, other.status, report.outcome) == ("resolved", "resolved", "We have hidden it.")
    assert report.settled_by == moderator.person
    assert Casting.objects.get(pk=report.target_id).moderation == "hidden"
    assert Notification.objects.filter(user=report.reporter, kind="report_resolved").count() == 1
    assert sorted(AuditEntry.objects.values_list("action", flat=True)) == ["hide", "resolve", "resolve"]


def test_a_reports_page_shows_the_evidence_and_offers_its_decisions(moderator):
    casting = factories.casting(title="<b>Съёмка</b> с предоплатой")
    report = factories.report(of=casting)
    casting.title = "Another title"
    casting.save(update_fields=["title"])

    page = moderator.get(f"/admin/accounts/report/{report.pk}/change/")

    text = page.content.decode()
    assert "&lt;b&gt;Съёмка&lt;/b&gt; с предоплатой" in text
    assert "<b>Съёмка</b>" not in text
    assert f"/admin/castings/casting/{casting.pk}/change/" in text
    steps = [address.partition("?")[2] for _, address in page.context["decisions"]]
    assert {"action=hide", "action=spam", "action=ban"} <= set(steps)
    assert dict(page.context["persons"])[casting.employer.user.email]
    form = moderator.get(f"/admin/accounts/report/{report.pk}/decide/resolve/?action=spam").context["form"]
    assert form["action"].value() == "spam"


def test_a_report_dismissed_is_settled_once(moderator):
    report = factories.report()

    decide(moderator, report, "dismiss", outcome="It is in order.")
    again = decide(moderator, report, "dismiss", outcome="It is in order.")

    assert Report.objects.get().status == "dismissed"
    assert AuditEntry.objects.count() == 1
    assert len(said(again)) == 2


def test_a_plan_is_given(root):
    subscription = rows.MAKE[Subscription]()
    plan = Plan.objects.get(name="BUSINESS")

    decide(root, subscription, "grant", plan=str(plan.pk), months="2")

    subscription.refresh_from_db()
    assert subscription.plan == plan
    assert AuditEntry.objects.filter(action="grant", reason=REASON).count() == 1


def test_a_person_is_signed_out_everywhere(root):
    user = factories.user()
    factories.access_token(user)

    decide(root, user, "end-sessions")

    assert user.sessions.open().count() == 0


def test_plain_forms_are_in_the_audit_log_too(root):
    plan = Plan.objects.get(name="PRO")
    page = root.get(f"/admin/billing/plan/{plan.pk}/change/")
    form = {name: "" if value is None else value for name, value in page.context["adminform"].form.initial.items()}

    root.post(f"/admin/billing/plan/{plan.pk}/change/", {**form, "price_monthly": "5500"})

    plan.refresh_from_db()
    entry = AuditEntry.objects.get()
    assert (plan.price_monthly, entry.action, entry.target_type) == (5500, "change", "billing.plan")
    assert entry.details == {"fields": ["price_monthly"]}
    root.post(f"/admin/billing/plan/{plan.pk}/change/", {**form, "price_monthly": "5500"})
    assert AuditEntry.objects.count() == 1  # nothing was changed


@pytest.mark.parametrize("model", [Report, AuditEntry])
def test_evidence_and_audit_are_read_only(root, model):
    row = rows.MAKE[model]()
    place = f"/admin/accounts/{model._meta.model_name}/"

    assert root.get(f"{place}{row.pk}/change/").status_code == 200
    assert root.post(f"{place}{row.pk}/change/", {"reason": "x"}).status_code == 403
    assert root.get(f"{place}add/").status_code == 403


def test_an_unknown_decision_and_an_unknown_row_are_told(moderator):
    casting = factories.casting()

    assert decide(moderator, casting, "explode").status_code == 404
    casting.pk = factories.user().pk
    assert decide(moderator, casting, "hide").status_code == 302
