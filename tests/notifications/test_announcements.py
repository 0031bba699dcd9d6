"""New castings reach the models who fit, and only them, once; reminders and digests too."""

from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Block, User
from castings.models import Casting
from castings.requirements import fitting, unmet
from notifications import announcements, digests, reminders, services, tasks
from notifications.models import Announcement, Delivery, Notification
from profiles.models import Experience, Gender, ModelProfile
from tests import factories
from tests.conftest import Api, data
from tests.notifications.conftest import deliver_all, kinds
from tests.notifications.test_deliveries import CASTING

HOUR = timedelta(hours=1)


def crowd(count: int) -> list[ModelProfile]:
    """So many models who fit everything that asks for nothing, made in two statements."""
    users = User.objects.bulk_create(User(email=f"m{number}@crowd.kz", role="model") for number in range(count))
    return ModelProfile.objects.bulk_create(
        ModelProfile(user=user, name="М", birth_date=date(2003, 5, 14), gender="female", height=176, city="Almaty")
        for user in users
    )


@pytest.fixture
def many(db):
    """Models of every age around the limits, every gender, height and experience."""
    random, people = Random(6), []
    users = User.objects.bulk_create(User(email=f"m{number}@many.kz", role="model") for number in range(300))
    for user in users:
        born = date(random.choice([1996, 2000, 2004, 2008]), random.choice([2, 3, 11]), random.choice([1, 27, 28]))
        if random.random() < 0.3:
            born = date(random.choice([1996, 2000, 2004, 2008]), 2, 29)
        taste = {"gender": random.choice(Gender.values), "experience": random.choice([None, *Experience.values])}
        height = random.choice([160, 170, 175, 180])
        people.append(ModelProfile(user=user, name="М", birth_date=born, city="A", height=height, **taste))
    return ModelProfile.objects.bulk_create(people)


def optional(*values):
    return st.sampled_from([None, *values])


@given(
    asked=st.fixed_dictionaries({
        "gender": optional(*Gender.values), "min_age": optional(0, 14, 18, 20, 22, 26, 99),
        "max_age": optional(0, 17, 18, 22, 26, 30, 99), "min_height": optional(160, 171, 175),
        "max_height": optional(169, 175, 180), "experience": optional(*Experience.values),
    }),
    day=st.sampled_from([date(2026, 2, 28), date(2026, 3, 1), date(2028, 2, 28), date(2028, 2, 29)]),
)  # fmt: skip
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_query_and_the_rule_agree_on_who_fits(many, asked, day):
    casting = Casting(**asked)

    found = set(fitting(casting, day).values_list("id", flat=True))

    assert found == {model.id for model in many if not unmet(casting, model, day)}


def test_a_published_casting_is_told_to_those_who_fit_and_the_employer_has_no_block_with(
    employer, django_capture_on_commit_callbacks
):
    fits, _small, blocked, blocking, banned = (factories.model(height=height) for height in (180, 160, 180, 180, 180))
    Block.objects.create(blocker=employer.person, blocked=blocked.user)
    Block.objects.create(blocker=blocking.user, blocked=employer.person)
    call_command("ban", banned.user.email, verbosity=0)
    body = {"title": "Показ", "description": "…", "city": "Алматы", "shoot_date": "2027-03-08T05:00:00Z",
            "requirements": {"min_height": 175}}  # fmt: skip

    with django_capture_on_commit_callbacks(execute=True):
        draft = data(employer.post("/castings", body), 201)["casting"]
    told = Notification.objects.filter(type="new_casting")
    assert not told.exists()
    with django_capture_on_commit_callbacks(execute=True):
        data(employer.patch(f"/castings/{draft['id']}/status", {"status": "active"}))

    (row,) = told.all()
    assert (row.user, row.kind) == (fits.user, "new_casting")
    assert row.data == {
        "casting_id": draft["id"], "casting_title": "Показ", "city": "Алматы", "address": "",
        "date": "08.03.2027", "time": "10:00",
    }  # fmt: skip
    assert Casting.objects.get().announced_at is not None


def test_publishing_again_tells_only_once(employer, django_capture_on_commit_callbacks):
    factories.model()
    casting = factories.casting(of=employer.person.employer_profile, status="draft")
    for status in ("active", "draft", "active"):
        with django_capture_on_commit_callbacks(execute=True):
            data(employer.patch(f"/castings/{casting.id}/status", {"status": status}))
    announcements.announce(casting.id)

    assert Notification.objects.count() == 1


def test_publishing_costs_the_request_one_query_more_than_a_draft(employer):
    crowd(50)
    body = {"title": "Показ", "description": "…", "city": "Алматы", "shoot_date": "2027-03-08T05:00:00Z"}
    counts = {}
    for status in ("draft", "active"):
        with CaptureQueriesContext(connection) as queries:
            data(employer.post("/castings", {**body, "status": status}), 201)
        counts[status] = len(queries)

    assert counts["active"] == counts["draft"] + 1  # what the risk needs to know (castings.screening)


def test_many_models_are_told_in_batches_of_one_writing_statement(db):
    crowd(210)
    casting = factories.casting()

    with CaptureQueriesContext(connection) as queries:
        assert announcements.announce(casting.id, size=100) == 210

    writing = [query["sql"] for query in queries if "INSERT INTO notifications_notification" in query["sql"]]
    assert len(writing) == 3
    assert len(queries) < 60
    assert Delivery.objects.count() == Notification.objects.count() == 210
    assert all(services.unread(user) == 1 for user in User.objects.filter(role="model")[:5])


def test_a_worker_that_died_in_the_middle_is_followed_by_one_that_goes_on(db):
    crowd(105)
    casting = factories.casting()
    announcements._batch(casting.id, timezone.now(), 100)  # and then it died
    assert announcements.waiting() == [casting.id]

    tasks.announce_waiting()

    assert Notification.objects.count() == 105
    assert (announcements.waiting(), announcements.announce(casting.id)) == ([], 0)
    progress = Announcement.objects.get()
    assert progress.told == 105
    assert progress.finished_at is not None


def test_a_casting_that_was_cancelled_meanwhile_is_not_announced(db):
    crowd(3)
    casting = factories.casting(status="cancelled")

    assert announcements.announce(casting.id) == 0
    assert not Notification.objects.exists()


def test_the_command_announces_what_the_broker_missed(db, capsys):
    crowd(3)
    factories.casting()

    call_command("deliver_notifications")

    assert capsys.readouterr().out.strip() == "3 told of new castings, 0 deliveries sent."


def test_accepted_models_are_reminded_once_a_day_before_the_shoot(db, capsys):
    casting = factories.casting()
    chosen = factories.response(to=casting, status="accepted").applicant.user
    others = [factories.response(to=casting, status=status).applicant.user for status in ("pending", "rejected")]
    day_before = casting.shoot_date - reminders.AHEAD

    for moment in (day_before - HOUR, day_before, day_before + HOUR, casting.shoot_date):
        call_command("send_reminders", "--now", moment.isoformat())

    assert capsys.readouterr().out.splitlines() == [f"{count} reminders written." for count in (0, 1, 0, 0)]
    assert kinds(chosen) == ["casting_reminder"]
    assert [kinds(user) for user in others] == [[], []]


def test_nobody_is_reminded_of_a_cancelled_shoot_and_everybody_of_a_postponed_one(db):
    cancelled, put_off = factories.casting(status="cancelled"), factories.casting()
    for casting in (cancelled, put_off):
        factories.response(to=casting, status="accepted")
    assert reminders.remind(put_off.shoot_date - HOUR) == 1

    later = put_off.shoot_date + timedelta(days=7)
    Casting.objects.filter(id=put_off.id).update(shoot_date=later)

    assert [reminders.remind(later - HOUR), reminders.remind(later - HOUR)] == [1, 0]


MORNING = datetime(2026, 11, 26, 4, 0, tzinfo=UTC)  # nine o'clock in Almaty


def daily_reader(**preferences):
    reader = factories.user(language="en")
    data(Api(reader).patch("/notifications/preferences", {"digest": "daily", **preferences}))
    return reader


def test_a_days_news_come_in_one_letter_and_money_comes_at_once(db, mailbox):
    reader = daily_reader()
    for title in ("One", "Two", "Read"):
        factories.notification(user=reader, kind="new_casting", **{**CASTING, "casting_title": title})
    factories.notification(user=reader, kind="payment_paid", amount=1, order_id="order-1", payment_id="1")
    services.read(notification=Notification.objects.get(data__casting_title="Read"))
    assert deliver_all() == 1

    assert [digests.collect(MORNING - HOUR), digests.collect(MORNING), digests.collect(MORNING)] == [0, 1, 0]
    assert deliver_all() == 1

    _payment, digest = mailbox.letters
    text = digest.get_body(("plain",)).get_content()
    assert digest["Subject"] == "2 pieces of news on MWork"
    assert ("New casting: One" in text, "New casting: Two" in text, "Read" in text) == (True, True, False)
    assert "List-Unsubscribe" in digest
    assert set(Delivery.objects.values_list("status", flat=True)) == {"sent"}
    assert Delivery.objects.exclude(sent_at=None).count() == 5


def test_the_next_days_letter_holds_only_what_is_new(db, mailbox, capsys):
    reader = daily_reader()
    for day, title in enumerate(("One", "Two")):
        factories.notification(user=reader, kind="new_casting", **{**CASTING, "casting_title": title})
        call_command("send_digests", "--now", (MORNING + timedelta(days=day)).isoformat())
        deliver_all()

    assert capsys.readouterr().out.splitlines() == ["1 digests written."] * 2
    texts = [letter.get_body(("plain",)).get_content() for letter in mailbox.letters]
    assert [("One" in text, "Two" in text) for text in texts] == [(True, False), (False, True)]


def test_a_digest_that_nobody_wants_any_more_is_not_sent(db, mailbox):
    reader = daily_reader()
    factories.notification(user=reader, kind="new_casting", **CASTING)
    digests.collect(MORNING)
    data(Api(reader).patch("/notifications/preferences", {"channels": {"email": False}}))

    assert (deliver_all(), mailbox.letters) == (0, [])
    assert set(Delivery.objects.values_list("status", flat=True)) == {"skipped"}
