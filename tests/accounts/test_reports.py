"""Reports: what may be reported, what is kept of it, and how staff settle it."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from accounts import checks, moderation, reports
from accounts.models import AuditEntry, Report
from castings.models import Casting
from chat.models import Message
from mwork.api.errors import Invalid, InvalidState, NotFound
from notifications.models import Notification
from profiles.models import ModelProfile
from tests import factories
from tests.conftest import Api, data, error
from tests.notifications.conftest import kinds

SETTLED = {"outcome": "Thank you, it is gone.", "reason": "No such studio in Almaty."}


def body(target_type: str, target_id, **more) -> dict:
    return {"target_type": target_type, "target_id": str(target_id), "reason": "other", "comment": "…", **more}


@pytest.fixture
def report(model):
    """A model's open report of an employer's casting."""
    return factories.report(by=model.person)


def test_a_report_is_made_listed_and_keeps_what_was_reported(model):
    casting = factories.casting(title="Модель в Дубай", pay_min=500000)

    made = data(model.post("/reports", body("casting", casting.id, reason="fake_casting", comment=" Обман ")), 201)

    report = made["report"]
    assert report == {
        "id": str(Report.objects.get().id), "target_type": "casting", "target_id": str(casting.id),
        "reason": "fake_casting", "comment": "Обман", "status": "open", "outcome": "",
        "created_at": report["created_at"], "settled_at": None,
    }  # fmt: skip
    assert data(model.get("/reports/my"))["reports"] == [report]
    Casting.objects.update(title="Лукбук", deleted_at=timezone.now())
    evidence = Report.objects.get().evidence
    assert (evidence["title"], evidence["pay_min"]) == ("Модель в Дубай", 500000)
    assert evidence["employer"]["company_name"] == "Tengri Production"
    assert Report.objects.get().subject == casting.employer.user


def test_every_type_is_found_frozen_and_has_an_owner(db):
    reporter, model, employer = factories.user(), factories.model(), factories.employer()
    factories.photo(profile=model, caption="Портрет")
    factories.work_experience(profile=model)

    factories.report(of=model, by=reporter)
    factories.report(of=model.user, by=reporter)
    factories.report(of=employer, by=reporter)

    about_model, about_user, about_employer = Report.objects.order_by("created_at", "id")
    assert [about_model.subject, about_user.subject, about_employer.subject] == [model.user, model.user, employer.user]
    assert (about_model.evidence["name"], about_model.evidence["birth_date"]) == (model.name, "2003-05-14")
    assert [photo["caption"] for photo in about_model.evidence["photos"]] == ["Портрет"]
    assert [job["position"] for job in about_model.evidence["work_experience"]] == ["Model"]
    assert (about_user.evidence["name"], about_user.evidence["email"]) == (model.name, model.user.email)
    assert about_employer.evidence["phone"] == "+77011234567"


def test_a_message_is_frozen_with_its_ten_neighbours(db):
    room = factories.room()
    said = [factories.message(to=room, by=room.people[n % 2], content=f"слово {n}") for n in range(1, 16)]
    reporter = room.other_than(said[7].sender)

    data(Api(reporter).post("/reports", body("message", said[7].id, reason="harassment")), 201)
    said[7].room.messages.update(content="", deleted_at=timezone.now())

    evidence = Report.objects.get().evidence
    assert [message["content"] for message in evidence["messages"]] == [f"слово {n}" for n in range(3, 14)]
    assert (evidence["seq"], Report.objects.get().subject) == (said[7].seq, said[7].sender)


def test_what_the_reporter_can_not_see_is_not_found(model, staff):
    room = factories.room()
    banned = factories.banned(factories.employer().user)
    unseen = [
        ("message", factories.message(to=room, by=room.first).id),  # in others' room
        ("casting", factories.casting(status="draft").id),
        ("model", factories.model(visibility="hidden").id),
        ("employer", banned.employer_profile.id),
        ("user", banned.id),
        ("casting", factories.employer().id),  # another kind of thing
        *((name, uuid4()) for name in ("casting", "model", "employer", "user", "message", "review")),
    ]

    for target_type, target_id in unseen:
        error(model.post("/reports", body(target_type, target_id)), 404, "NOT_FOUND")
    error(staff.post("/reports", body("message", unseen[0][1])), 404, "NOT_FOUND")
    assert not Report.objects.exists()


def test_what_is_ones_own_is_refused_with_the_field(db):
    model, employer = factories.model(), factories.employer()
    casting, room = factories.casting(of=employer), factories.room(one=factories.pro(employer.user), other=model.user)
    own = [
        (model.user, "user", model.user_id), (model.user, "model", model.id), (employer.user, "employer", employer.id),
        (employer.user, "casting", casting.id),
        (employer.user, "message", factories.message(to=room, by=employer.user).id),
    ]  # fmt: skip

    for person, target_type, target_id in own:
        refused = error(Api(person).post("/reports", body(target_type, target_id)), 400, "VALIDATION_ERROR")
        assert list(refused["details"]) == ["target_id"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"target_type": "photo"}, "target_type"),
        ({"target_id": "x"}, "target_id"),
        ({"reason": "ugly"}, "reason"),
        ({"comment": "x" * 2001}, "comment"),
    ],
)
def test_what_is_wrong_is_named(model, wrong, field):
    sent = {**body("casting", factories.casting().id), **wrong}

    assert list(error(model.post("/reports", sent), 400, "VALIDATION_ERROR")["details"]) == [field]


def test_one_open_report_per_reporter_and_target(model, report):
    again = body("casting", report.target_id)

    error(model.post("/reports", again), 409, "DUPLICATE_RESOURCE")
    factories.report(of=Casting.objects.get(), by=factories.user())
    reports.dismiss(report=report, actor=factories.staff(), **SETTLED)
    data(model.post("/reports", again), 201)

    assert Report.objects.count() == 3


def test_a_repeat_with_the_same_key_is_the_same_report(model):
    sent, key = body("casting", factories.casting().id), {"Idempotency-Key": "r-1"}

    first, second = (data(model.post("/reports", sent, headers=key), 201)["report"] for _ in range(2))

    assert first == second
    assert Report.objects.count() == 1


def test_others_see_nothing_of_it(report, employer):
    assert data(employer.get("/reports/my"))["reports"] == []


# --- settling -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("settle", "status"), [(reports.resolve, "resolved"), (reports.dismiss, "dismissed")])
def test_the_reporter_is_told_and_it_is_logged(model, staff, report, settle, status):
    settle(report=report, actor=staff.person, **SETTLED)

    (mine,) = data(model.get("/reports/my"))["reports"]
    assert (mine["status"], mine["outcome"]) == (status, SETTLED["outcome"])
    (told,) = data(model.get("/notifications"))["notifications"]
    assert told["type"] == "moderation"
    assert SETTLED["outcome"] in told["message"]
    assert SETTLED["reason"] not in str(told), "that is for staff"
    entry = AuditEntry.objects.get()
    assert (entry.target_type, entry.reason, entry.actor) == ("accounts.report", SETTLED["reason"], staff.person)
    assert not Notification.objects.exclude(user=model.person).exists()


def test_a_report_is_settled_once(staff, report):
    reports.resolve(report=report, actor=staff.person, **SETTLED)

    for settle in (reports.resolve, reports.dismiss):
        with pytest.raises(InvalidState):
            settle(report=report, actor=staff.person, **SETTLED)
    assert AuditEntry.objects.count() == 1


@pytest.mark.parametrize("field", ["outcome", "reason"])
def test_settling_needs_an_outcome_and_a_reason(staff, report, field):
    with pytest.raises(Invalid) as refused:
        reports.resolve(report=report, actor=staff.person, action="hide", **{**SETTLED, field: " "})

    assert list(refused.value.details) == [field]
    report.refresh_from_db()
    assert report.is_open
    assert Casting.objects.get().is_shown, "all or nothing"


def test_one_step_settles_the_report_hides_the_casting_and_tells_both(staff, report):
    reports.resolve(report=report, actor=staff.person, action="hide", **SETTLED)

    assert Casting.objects.get().moderation == "hidden"
    assert (kinds(report.reporter), kinds(report.subject)) == (["report_resolved"], ["casting_hidden"])
    assert list(AuditEntry.objects.order_by("id").values_list("target_type", "action")) == [
        ("castings.casting", "hide"), ("accounts.report", "resolve"),
    ]  # fmt: skip


def test_the_others_reports_of_the_same_are_settled_with_it(staff, report):
    casting = Casting.objects.get()
    others = [factories.report(of=casting, by=factories.user()) for _ in range(3)]
    elsewhere = factories.report(of=factories.casting(of=casting.employer), by=report.reporter)

    reports.resolve(report=report, actor=staff.person, action="spam", with_others=True, **SETTLED)

    assert Report.objects.filter(status="resolved").count() == 4
    assert all(kinds(other.reporter) == ["report_resolved"] for other in others)
    elsewhere.refresh_from_db()
    assert elsewhere.is_open
    assert kinds(report.subject) == ["casting_spam"]


def test_every_action_does_what_it_says(staff):
    employer, model = factories.employer(is_verified=True), factories.model()
    factories.access_token(model.user)
    casting = factories.casting(of=employer)
    room = factories.room(one=factories.pro(factories.employer().user), other=factories.model().user)
    message = factories.message(to=room, by=room.first)
    until = timezone.now() + timedelta(days=1)

    def settle(row, action, **more):
        by = room.second if row == message else factories.user()
        reports.resolve(report=factories.report(of=row, by=by), actor=staff.person, action=action, **SETTLED, **more)

    settle(employer, "unverify")
    settle(model.user, "end_sessions")
    settle(message, "ban", until=until)
    settle(casting, "ban")
    settle(model, "ban")

    employer.refresh_from_db()
    assert not employer.is_verified
    assert employer.user.is_banned()
    assert not model.user.sessions.open().exists()
    assert ModelProfile.objects.get(id=model.id).user.is_banned()
    sender = Message.objects.get(id=message.id).sender
    assert (sender.is_banned(), sender.banned_until) == (True, until)
    assert {action.name for action in reports.actions("casting")} == {"ban", "hide", "spam"}


def test_an_action_that_is_not_possible_leaves_the_report_open(staff, report):
    for action, more, refusal in (
        ("unverify", {}, Invalid),  # of employers only
        ("hide", {"until": timezone.now()}, Invalid),  # has no end
        ("ban", {"until": timezone.now()}, Invalid),
    ):
        with pytest.raises(refusal):
            reports.resolve(report=report, actor=staff.person, action=action, **SETTLED, **more)
    factories.banned(report.subject)
    with pytest.raises(InvalidState):
        reports.resolve(report=report, actor=staff.person, action="ban", **SETTLED)
    Casting.objects.update(deleted_at=timezone.now())
    with pytest.raises(NotFound):
        reports.resolve(report=report, actor=staff.person, action="hide", **SETTLED)

    report.refresh_from_db()
    assert report.is_open
    assert not kinds(report.reporter)


# --- those who leave ----------------------------------------------------------------------------------------


def test_closing_erases_what_was_frozen_of_the_person_but_an_open_reports_only_with_its_settling(staff):
    profile, reporter = factories.model(), factories.user()
    settled, open_one = factories.report(of=profile, by=reporter), factories.report(of=profile.user, by=reporter)
    reports.dismiss(report=settled, actor=staff.person, **SETTLED)

    assert Api(profile.user).delete("/auth/me", {"password": factories.PASSWORD}).status_code == 204

    settled.refresh_from_db()
    open_one.refresh_from_db()
    assert (settled.evidence, settled.comment) == ({}, "")
    assert open_one.evidence["name"] == profile.name

    reports.resolve(report=open_one, actor=staff.person, **SETTLED)
    open_one.refresh_from_db()
    assert (open_one.evidence, open_one.comment, open_one.outcome) == ({}, "", SETTLED["outcome"])


def test_a_reporter_who_leaves_takes_the_words_along(model, staff, report):
    reports.resolve(report=report, actor=staff.person, **SETTLED)

    assert model.delete("/auth/me", {"password": factories.PASSWORD}).status_code == 204

    report.refresh_from_db()
    assert (report.comment, report.evidence, report.status) == ("", {}, "resolved")


def test_a_type_that_nobody_registered_is_found_by_the_checks(monkeypatch):
    assert checks.every_target_of_reports_is_registered(None) == []
    monkeypatch.delitem(reports._targets, "casting")

    (found,) = checks.every_target_of_reports_is_registered(None)

    assert (found.id, "casting" in found.msg) == ("accounts.E001", True)


def test_a_banned_reporter_is_no_reason_to_leave_it(staff, report):
    moderation.ban(user=report.reporter, actor=staff.person, reason="x")

    reports.resolve(report=report, actor=staff.person, **SETTLED)

    assert kinds(report.reporter) == ["account_banned", "report_resolved"]
