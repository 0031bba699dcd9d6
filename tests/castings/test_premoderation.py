"""What staff must see first: who waits, who sees what waits, and how it ends."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts.models import AuditEntry
from castings import moderation, screening, services
from castings.models import Casting
from mwork.api.errors import InvalidState
from notifications import announcements
from notifications.models import Notification
from tests import factories
from tests.castings.test_copies import TEXT
from tests.conftest import Api, data, error
from tests.notifications.conftest import kinds


def body(**fields) -> dict:
    shoot = (timezone.now() + timedelta(days=10)).isoformat()
    return {"title": "Лукбук", "description": "Ищем модель.", "city": "Almaty", "shoot_date": shoot, **fields}


@pytest.fixture
def premoderation(settings):
    settings.CASTING_PREMODERATION = "all"


@pytest.fixture
def waiting(employer, premoderation) -> Casting:
    made = data(employer.post("/castings", body(status="active")), 201)["casting"]
    return Casting.objects.get(id=made["id"])


def state(casting) -> tuple[str, str]:
    casting.refresh_from_db()
    return casting.status, casting.moderation


@pytest.mark.parametrize(
    ("mode", "verified", "expected"),
    [("off", False, "none"), ("unverified", False, "waiting"), ("unverified", True, "none"), ("all", True, "waiting")],
)
@pytest.mark.parametrize("by", ["making", "moving"])
def test_who_waits(employer, settings, mode, verified, expected, by):
    settings.CASTING_PREMODERATION = mode
    type(employer.person.employer_profile).objects.update(is_verified=verified)
    made = data(employer.post("/castings", body(status="active" if by == "making" else "draft")), 201)["casting"]
    if by == "moving":
        assert made["moderation"] == "none"
        made = data(employer.patch(f"/castings/{made['id']}/status", {"status": "active"}))["casting"]

    assert (made["status"], made["moderation"]) == ("active", expected)


def test_nobody_but_its_owner_and_staff_sees_what_waits(api, model, employer, staff, waiting):
    address = f"/castings/{waiting.id}"

    for client in (api, model, Api(factories.employer().user)):
        error(client.get(address), 404, "NOT_FOUND")
        assert data(client.get("/castings"))["castings"] == []
    error(model.post(f"{address}/responses", {}), 404, "NOT_FOUND")
    for client in (employer, staff):
        assert data(client.get(address))["casting"]["moderation"] == "waiting"
    assert [row["id"] for row in data(employer.get("/castings/my"))["castings"]] == [str(waiting.id)]
    error(employer.post(f"{address}/promote"), 409, "INVALID_STATE")
    order = {"product": "promotion", "days": 7, "casting_id": str(waiting.id)}
    error(employer.post("/payments/robokassa/init", order), 409, "INVALID_STATE")
    assert announcements.announce(waiting.id) == 0
    assert announcements.waiting() == []


def test_approved_it_is_published_like_any_other(api, employer, waiting, django_capture_on_commit_callbacks):
    factories.model()
    with django_capture_on_commit_callbacks(execute=True):
        moderation.approve(casting=waiting, actor=factories.staff(), reason="In order")

    assert state(waiting) == ("active", "approved")
    assert len(data(api.get("/castings"))["castings"]) == 1
    assert kinds(employer.person) == ["casting_approved"]
    assert Notification.objects.filter(kind="new_casting").count() == 1
    with pytest.raises(InvalidState):
        moderation.approve(casting=waiting, actor=None, reason="Again")
    assert AuditEntry.objects.count() == 1


def test_approving_what_everybody_saw_tells_nobody(employer):
    casting = factories.casting(of=employer.person.employer_profile)
    moderation.approve(casting=casting, actor=None, reason="In order")

    assert not Notification.objects.exists()


def test_refused_its_owner_is_told_why_and_what_she_changes_waits_again(employer, waiting):
    moderation.refuse(casting=waiting, actor=factories.staff(), reason="Name the studio.")

    assert state(waiting) == ("active", "refused")
    told = data(employer.get("/notifications"))["notifications"][0]
    assert (told["type"], told["data"]["reason"]) == ("moderation", "Name the studio.")
    assert waiting not in Casting.objects.to_look_at()
    data(employer.patch(f"/castings/{waiting.id}", {"city": "Astana"}))
    assert state(waiting) == ("active", "refused")
    data(employer.patch(f"/castings/{waiting.id}", {"description": "Студия на Абая 52."}))
    assert state(waiting) == ("active", "waiting")


def test_refused_it_waits_again_even_where_nobody_else_must(employer, waiting, settings):
    moderation.refuse(casting=waiting, actor=None, reason="No")
    settings.CASTING_PREMODERATION = "off"

    data(employer.patch(f"/castings/{waiting.id}/status", {"status": "draft"}))
    assert [row["moderation"] for row in data(employer.get("/castings?status=draft"))["castings"]] == ["refused"]
    moved = data(employer.patch(f"/castings/{waiting.id}/status", {"status": "active"}))["casting"]
    assert moved["moderation"] == "waiting"


@pytest.mark.parametrize("decide", [moderation.approve, moderation.refuse])
@pytest.mark.parametrize("status", ["draft", "cancelled", "completed"])
def test_what_its_owner_took_back_is_not_decided_on(api, employer, waiting, decide, status):
    data(employer.patch(f"/castings/{waiting.id}/status", {"status": status}))

    if status == "draft" and decide == moderation.approve:  # a draft may be approved beforehand
        decide(casting=waiting, actor=None, reason="x")
        moved = data(employer.patch(f"/castings/{waiting.id}/status", {"status": "active"}))["casting"]
        assert moved["moderation"] == "approved"
        return
    with pytest.raises(InvalidState):
        decide(casting=waiting, actor=None, reason="x")
    assert data(api.get(f"/castings?status={status}"))["castings"] == []


def test_a_draft_that_is_cancelled_unseen_is_not_shown_as_a_cancelled_one(api, employer, premoderation):
    made = data(employer.post("/castings", body()), 201)["casting"]
    data(employer.patch(f"/castings/{made['id']}/status", {"status": "cancelled"}))

    assert data(api.get("/castings?status=cancelled"))["castings"] == []
    error(api.get(f"/castings/{made['id']}"), 404, "NOT_FOUND")


@pytest.mark.parametrize("mode", ["off", "all"])
@pytest.mark.parametrize(
    ("fields", "is_new"),
    [
        ({"title": "Другой"}, True), ({"description": "Другое"}, True), ({"address": "Абая 52"}, True),
        ({"pay_max": 9_000_000}, True), ({"pay_max": 50_000}, False), ({"city": "Astana"}, False),
        ({"title": "Лукбук"}, False), ({"requirements": {"min_age": 18}}, False), ({"duration_days": 3}, False),
    ],
)  # fmt: skip
def test_an_approval_is_one_of_these_words(employer, waiting, settings, mode, fields, is_new):
    moderation.approve(casting=waiting, actor=None, reason="In order")
    settings.CASTING_PREMODERATION = mode

    changed = data(employer.patch(f"/castings/{waiting.id}", fields))["casting"]

    assert changed["moderation"] == ({"off": "none", "all": "waiting"}[mode] if is_new else "approved")


def test_what_was_published_before_waits_once_its_words_change(api, employer, settings):
    casting = factories.casting(of=employer.person.employer_profile)
    settings.CASTING_PREMODERATION = "all"
    assert len(data(api.get("/castings"))["castings"]) == 1

    data(employer.patch(f"/castings/{casting.id}", {"title": "Совсем другое"}))

    assert data(api.get("/castings"))["castings"] == []


@pytest.mark.parametrize("before", ["hidden", "spam"])
def test_what_staff_took_off_stays_off_whatever_changes(employer, settings, before):
    casting = factories.casting(of=employer.person.employer_profile, moderation=before)
    settings.CASTING_PREMODERATION = "all"

    data(employer.patch(f"/castings/{casting.id}", {"title": "Совсем другое"}))

    assert state(casting) == ("active", before)


def test_an_approved_casting_is_announced_once_however_often_it_is_approved(employer, waiting):
    factories.model()
    moderation.approve(casting=waiting, actor=None, reason="In order")
    assert announcements.announce(waiting.id) == 1
    data(employer.patch(f"/castings/{waiting.id}", {"title": "Другой"}))
    moderation.approve(casting=waiting, actor=None, reason="In order still")

    assert announcements.waiting() == []
    assert announcements.announce(waiting.id) == 0


# --- the risk that is stored --------------------------------------------------------------------------------

SCAM = f"{TEXT} Предоплата за портфолио 7000 тенге, пишите t.me/model_kz"


def codes(casting) -> list[str]:
    casting.refresh_from_db()
    return [reason["code"] for reason in casting.risk_reasons]


def test_the_risk_is_stored_when_it_is_published_and_when_its_words_change(employer):
    made = data(employer.post("/castings", body(description=SCAM)), 201)["casting"]
    casting = Casting.objects.get(id=made["id"])
    assert (casting.risk_score, casting.risk_reasons, casting.text_bands) == (0, [], [])

    data(employer.patch(f"/castings/{casting.id}/status", {"status": "active"}))

    assert codes(casting) == ["prepayment", "link", "new_account", "unverified_employer", "unverified_email"]
    assert casting.risk_score == sum(reason["weight"] for reason in casting.risk_reasons) == 85
    data(employer.patch(f"/castings/{casting.id}", {"description": TEXT}))
    assert codes(casting) == ["new_account", "unverified_employer", "unverified_email"]
    before = casting.risk_score
    data(employer.patch(f"/castings/{casting.id}", {"city": "Astana"}))
    casting.refresh_from_db()
    assert casting.risk_score == before


def test_what_the_author_did_before_counts(employer, api):
    profile = employer.person.employer_profile
    factories.casting(of=profile, moderation="spam", deleted_at=timezone.now())
    factories.report(of=profile)

    made = data(employer.post("/castings", body(status="active")), 201)["casting"]

    assert {"earlier_spam", "open_reports"} < set(codes(Casting.objects.get(id=made["id"])))


def test_nobody_is_told_the_risk(api, employer, staff):
    made = data(employer.post("/castings", body(description=SCAM, status="active")), 201)["casting"]
    answers = [client.get(path) for client in (api, employer, staff)
               for path in ("/castings", f"/castings/{made['id']}")]  # fmt: skip
    answers += [employer.get("/castings/my"), employer.get("/auth/me/export")]

    assert Casting.objects.get().risk_score > 50
    assert [answer.status_code for answer in answers] == [200] * len(answers)
    assert not any(word in answer.content.decode() for answer in answers for word in ("risk", "bands", "prepayment"))


def test_the_queue_holds_what_nobody_decided_on_the_riskiest_first(employer):
    profile = employer.person.employer_profile
    for score, fields in [(10, {}), (90, {"moderation": "waiting"}), (50, {}), (99, {"moderation": "approved"}),
                          (98, {"status": "draft"}), (97, {"moderation": "refused"}), (96, {"moderation": "hidden"}),
                          (95, {"deleted_at": timezone.now()}), (94, {"status": "cancelled"})]:  # fmt: skip
        factories.casting(of=profile, risk_score=score, **fields)

    assert [casting.risk_score for casting in Casting.objects.to_look_at()] == [90, 50, 10]


def test_the_command_measures_what_is_older_than_the_rules(db, capsys):
    rows = [factories.casting(description=SCAM), factories.casting(description=SCAM, status="draft")]

    for _ in range(2):
        call_command("assess_castings")

    assert capsys.readouterr().out == "1 castings measured.\n" * 2
    assert [bool(codes(casting)) for casting in rows] == [True, False]
    assert screening.measure_all(timezone.now() + timedelta(days=8), size=1) == 1
    assert "new_account" not in codes(rows[0])


def test_services_and_moderation_lock_the_same_row(employer, waiting):
    """A casting read before it was approved is moved as it is now."""
    stale = Casting.objects.get(id=waiting.id)
    moderation.approve(casting=waiting, actor=None, reason="In order")

    services.move(casting=stale, status="cancelled")

    assert state(waiting) == ("cancelled", "approved")
