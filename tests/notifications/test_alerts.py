"""What saved searches find is told: at once or once a day, to whom it concerns, once, and on after a dead worker."""

from datetime import UTC, datetime, timedelta

from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Block, User
from castings.models import Casting, SavedSearch
from notifications import alerts, announcements, services
from notifications.models import Announcement, Delivery, Notification, SearchHit
from profiles.models import ModelProfile
from tests import factories
from tests.conftest import Api, data
from tests.notifications.conftest import deliver_all, kinds

MORNING = datetime(2026, 11, 26, 4, 0, tzinfo=UTC)  # nine o'clock in Almaty
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def searcher(**fields) -> User:
    """Somebody whom no casting fits, with a search."""
    return factories.search(of=factories.user(role="employer"), **fields).user


def publish(**fields) -> Casting:
    """A casting that has been announced, for nobody but those who search for it."""
    casting = factories.casting(min_height=249, **fields)
    announcements.announce(casting.id)
    return casting


def test_an_instant_search_tells_of_a_published_casting_and_names_itself(employer, django_capture_on_commit_callbacks):
    finds = searcher(filters={"city": "almaty", "category": "fashion"}, name="Лукбуки")
    searcher(filters={"city": "Astana"})
    searcher(filters={}, alert="off")
    body = {"title": "Показ", "description": "…", "city": "Алматы", "shoot_date": "2027-03-08T05:00:00Z",
            "status": "active", "category": "fashion"}  # fmt: skip

    with django_capture_on_commit_callbacks(execute=True):
        casting = data(employer.post("/castings", {**body, "city": "Almaty"}), 201)["casting"]

    told = Notification.objects.get()
    assert (told.user, told.kind, told.type, told.key) == (finds, "search_casting", "new_casting", casting["id"])
    assert (told.data["search"], told.data["casting_title"]) == ("Лукбуки", "Показ")
    assert told.data["search_id"] == str(SavedSearch.objects.get(name="Лукбуки").id)
    (shown,) = data(Api(finds).get("/notifications"))["notifications"]
    assert "«Лукбуки»" in shown["message"] or "“Лукбуки”" in shown["message"]


def test_a_model_who_fits_and_searches_hears_once_whichever_comes_first(model):
    factories.search(of=model.person, name="Моя")
    factories.search(of=model.person, name="Вторая")
    casting = factories.casting()

    assert announcements.announce(casting.id) == 1
    assert kinds(model.person) == ["search_casting"]
    assert Notification.objects.get().data["search"] == "Моя"

    other = factories.casting()
    assert services.tell(user=model.person, kind="new_casting", key=str(other.id), **announcements.data(other))
    assert announcements.announce(other.id) == 0
    assert kinds(model.person) == ["search_casting", "new_casting"]


def test_nobody_hears_of_her_own_of_a_blocked_ones_or_what_she_switched_off(employer):
    casting = factories.casting(of=employer.person.employer_profile)
    factories.search(of=employer.person)
    blocking, blocked, banned, silent, hears = (searcher() for _ in range(5))
    factories.member(of=employer.person.employer_profile, person=searcher(), role="viewer")
    Block.objects.create(blocker=blocking, blocked=employer.person)
    Block.objects.create(blocker=employer.person, blocked=blocked)
    call_command("ban", banned.email, verbosity=0)
    data(Api(silent).patch("/notifications/preferences", {"new_casting": False}))

    announcements.announce(casting.id)

    told = Notification.objects.exclude(kind="account_banned")
    assert list(told.values_list("user", flat=True)) == [hears.id]


def test_many_searches_are_told_in_batches_without_asking_each(db):
    users = User.objects.bulk_create(User(email=f"u{n}@many.kz", role="employer") for n in range(210))
    SavedSearch.objects.bulk_create(SavedSearch(user=user, name="Все", alert="instant") for user in users)
    SavedSearch.objects.bulk_create(SavedSearch(user=user, name="День", alert="daily") for user in users)
    casting = factories.casting()

    with CaptureQueriesContext(connection) as queries:
        assert announcements.announce(casting.id, size=100) == 210

    assert len([query for query in queries if "INSERT INTO notifications_notification" in query["sql"]]) == 3
    assert len(queries) < 60
    assert Notification.objects.count() == Delivery.objects.count() == 210
    assert SearchHit.objects.count() == 210


def test_a_worker_that_died_among_the_searches_is_followed_by_one_that_goes_on(db):
    people = [searcher() for _ in range(5)]
    fits = factories.model()
    casting = factories.casting()
    assert announcements._batch(casting.id, timezone.now(), 2) == 2  # and then it died
    assert announcements.waiting() == [casting.id]

    assert announcements.announce(casting.id, size=2) == 4

    assert [kinds(person) for person in people] == [["search_casting"]] * 5
    assert kinds(fits.user) == ["new_casting"]
    progress = Announcement.objects.get()
    assert (progress.told, announcements.announce(casting.id)) == (6, 0)
    assert progress.searched_at is not None


def test_a_day_has_one_digest_of_a_search(db, mailbox, capsys):
    reader = searcher(alert="daily", name="Съёмки", filters={"city": "Almaty"})
    User.objects.filter(id=reader.id).update(language="en")
    for title in ("One", "Two"):
        publish(title=title, shoot_date=MORNING + 30 * DAY)
    publish(title="Elsewhere", city="Astana")

    for moment in (MORNING - HOUR, MORNING, MORNING + HOUR):
        call_command("send_alerts", "--now", moment.isoformat())

    counts = [line.split(", ")[1] for line in capsys.readouterr().out.splitlines()]
    assert counts == [f"{count} search digests written." for count in (0, 1, 0)]
    told = Notification.objects.get()
    assert (told.user, told.kind, told.type) == (reader, "search_castings", "new_casting")
    assert (told.data["count"], told.data["titles"], len(told.data["casting_ids"])) == (2, "One; Two", 2)
    assert deliver_all() == 1
    assert mailbox.letters[0]["Subject"] == "New castings for “Съёмки”: 2"
    assert not SearchHit.objects.exists()


def test_what_is_found_after_the_digest_waits_for_the_next_day(db):
    searcher(alert="daily")
    publish(title="One", shoot_date=MORNING + 30 * DAY)
    alerts.collect(MORNING)
    publish(title="Two", shoot_date=MORNING + 30 * DAY)

    assert [alerts.collect(MORNING + HOUR), alerts.collect(MORNING + DAY)] == [0, 1]

    assert list(Notification.objects.order_by("created_at").values_list("data__titles", flat=True)) == ["One", "Two"]


def test_a_digest_says_only_what_is_still_there_and_not_heard_of(model):
    factories.search(of=model.person, alert="daily", name="День")
    factories.search(of=model.person, filters={"city": "Astana"}, name="Сразу")
    when = MORNING + 30 * DAY
    heard, gone, past, stays = (
        factories.casting(min_height=249, title=title, city=city, shoot_date=shoot)
        for title, city, shoot in (("H", "Astana", when), ("G", "A", when), ("P", "A", MORNING), ("S", "A", when))
    )
    for casting in (heard, gone, past, stays):
        announcements.announce(casting.id)
    Casting.objects.filter(id=gone.id).update(status="cancelled")

    assert alerts.collect(MORNING) == 1

    assert kinds(model.person) == ["search_casting", "search_castings"]
    digest = Notification.objects.get(kind="search_castings")
    assert digest.data["casting_ids"] == [str(stays.id)]


def test_a_digest_of_nothing_is_none(db):
    searcher(alert="daily")
    casting = publish()
    Casting.objects.filter(id=casting.id).update(status="cancelled")

    assert alerts.collect(MORNING) == 0
    assert not Notification.objects.exists()


def test_employers_hear_of_new_models_their_searches_find(employer, capsys):
    wish = {"target": "models", "filters": {"city": "almaty", "min_height": 170}}
    factories.search(of=employer.person, name="Высокие", **wish)
    daily = searcher(alert="daily", **wish)
    blocked = searcher(**wish)
    fits, _small, hidden = (
        factories.model(**{"name": "Аружан", **fields}) for fields in ({}, {"height": 160}, {"visibility": "hidden"})
    )
    Block.objects.create(blocker=fits.user, blocked=blocked)

    call_command("send_alerts", "--now", MORNING.isoformat())
    call_command("send_alerts", "--now", (MORNING + HOUR).isoformat())

    out = [f"{told} told of new models, {digests} search digests written." for told, digests in ((1, 1), (0, 0))]
    assert capsys.readouterr().out.splitlines() == out
    told = Notification.objects.get(user=employer.person)
    assert (told.kind, told.type, told.key, told.actor) == ("search_model", "new_model", str(fits.id), fits.user)
    assert (told.data["name"], told.data["search"]) == ("Аружан", "Высокие")
    assert Notification.objects.get(user=daily).data["count"] == 1
    # Shown later, a page is new then.
    data(Api(hidden.user).patch(f"/profiles/models/{hidden.id}", {"visibility": "public"}))
    assert alerts.tell_of_models(MORNING + 2 * HOUR) == 2  # the one whom the other model blocked hears of this one
    assert not ModelProfile.objects.filter(announced_at=None).exists()


def test_a_models_name_goes_with_her_account(employer, model):
    factories.search(of=employer.person, target="models")
    assert alerts.tell_of_models() == 1

    assert model.delete("/auth/me", {"password": factories.PASSWORD}).status_code == 204

    (told,) = data(employer.get("/notifications"))["notifications"]
    assert told["data"]["name"] == ""


def test_deleting_a_search_ends_its_alerts(db):
    reader = searcher(alert="daily")
    publish()
    search = SavedSearch.objects.get(user=reader)

    assert Api(reader).delete(f"/searches/{search.id}").status_code == 204

    assert (SearchHit.objects.count(), alerts.collect(MORNING)) == (0, 0)
