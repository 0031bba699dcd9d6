"""/metrics: who may see it, and that its figures are those of the rows and the queues."""

import subprocess
import sys
from datetime import timedelta

import pytest
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from accounts.models import EmailToken, Purpose
from castings.models import Casting
from mwork import conf, monitoring, redis
from mwork.celery import app
from notifications.models import Delivery
from tests import factories
from tests.conftest import Api, data, error

TOKEN = "scrape-" + "t" * 32


@pytest.fixture
def scraper(settings, db):
    settings.METRICS_TOKEN = TOKEN
    client = Api()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {TOKEN}")
    return client


def figures(text: str) -> dict[tuple, float]:
    """The samples of a scrape: ("name", "label value", …) to the value, labels in the order of their names."""
    return {
        (sample.name, *(sample.labels[label] for label in sorted(sample.labels))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def scrape(client) -> dict[tuple, float]:
    monitoring.stored.forget()
    answer = client.get("/metrics")
    assert answer.status_code == 200, answer.content
    return figures(answer.content.decode())


def test_who_may_see_the_figures(scraper, model, client, settings):
    assert scraper.get("/metrics").headers["Content-Type"].startswith("text/plain")
    error(Api().get("/metrics"), 401, "AUTH_REQUIRED")
    error(model.get("/metrics"), 401, "AUTH_REQUIRED")  # a token, but of another make
    error(Api().get("/metrics", headers={"Authorization": f"Basic {TOKEN}"}), 401, "AUTH_REQUIRED")
    error(Api().get(f"/metrics?token={TOKEN}"), 401, "AUTH_REQUIRED")

    client.force_login(model.person)
    assert client.get("/metrics").status_code == 401
    client.force_login(factories.staff())
    assert client.get("/metrics").status_code == 200
    settings.STAFF_SECOND_FACTOR = True  # which this session has not shown
    assert client.get("/metrics").status_code == 401


def test_without_a_token_an_empty_one_opens_nothing(db, settings):
    settings.METRICS_TOKEN = ""

    error(Api().get("/metrics", headers={"Authorization": "Bearer "}), 401, "AUTH_REQUIRED")
    settings.DEBUG = True
    assert Api().get("/metrics").status_code == 200


def test_requests_are_counted_by_route_method_and_status(scraper, api):
    casting = factories.casting()
    route = "api/v1/castings/<uuid:id>"
    before = scrape(scraper)

    data(api.get(f"/castings/{casting.id}"))
    error(api.get(f"/castings/{casting.employer_id}"), 404, "NOT_FOUND")
    api.get("/wp-login.php")
    api.generic("BREW", "/castings")

    now = scrape(scraper)
    rise = {key: now[key] - before.get(key, 0) for key in now if key[0].startswith("mwork_http_request")}
    assert rise["mwork_http_requests_total", "GET", route, "200"] == 1
    assert rise["mwork_http_requests_total", "GET", route, "404"] == 1
    assert rise["mwork_http_requests_total", "OTHER", "api/v1/castings", "405"] == 1
    assert rise["mwork_http_request_seconds_count", "GET", route] == 2
    assert str(casting.id) not in str(now)


def test_what_waits_is_told_with_its_age(scraper):
    now = timezone.now()
    person = factories.user()
    casting = factories.casting()
    Casting.objects.filter(id=casting.id).update(announced_at=None, updated_at=now - timedelta(minutes=7))
    Delivery.objects.create(user=person, channel="email", next_try_at=now - timedelta(minutes=5))
    Delivery.objects.create(user=person, channel="email", next_try_at=now + timedelta(minutes=5))
    letter = EmailToken.objects.create(user=person, purpose=Purpose.VERIFY_EMAIL, email=person.email)
    EmailToken.objects.filter(id=letter.id).update(created_at=now - timedelta(minutes=10))

    found = scrape(scraper)

    ages = {kind: found["mwork_outbox_oldest_seconds", kind] for kind in ("delivery", "letter", "invitation")}
    assert {kind: age // 60 for kind, age in ages.items()} == {"delivery": 5, "letter": 10, "invitation": 0}
    assert found["mwork_outbox_oldest_seconds", "announcement"] // 60 == 7


def test_payments_are_told_by_status(scraper):
    buyer = factories.user()
    old = factories.payment(user=buyer, status="cancelled")
    type(old).objects.filter(id=old.id).update(created_at=timezone.now() - timedelta(days=2))
    for status, paid_at in (("pending", None), ("paid", timezone.now()), ("paid", timezone.now())):
        factories.payment(user=buyer, status=status, paid_at=paid_at, needs_review=status == "pending")

    found = scrape(scraper)

    counts = {key[1]: value for key, value in found.items() if key[0] == "mwork_payments_of_last_day"}
    assert {status: count for status, count in counts.items() if count} == {"pending": 1, "paid": 2}
    assert counts["cancelled"] == 0
    assert found["mwork_payments_to_review",] == 1


def test_queues_are_told_with_their_oldest_job(scraper):
    app.conf.update(task_always_eager=False)
    try:
        for _ in range(2):
            app.send_task("mwork.nothing", queue="bulk")
    finally:
        app.conf.update(task_always_eager=True)

    found = scrape(scraper)

    assert {queue: found["mwork_queue_length", queue] for queue in ("celery", "bulk")} == {"celery": 0, "bulk": 2}
    assert found["mwork_queue_oldest_seconds", "celery"] == 0
    assert 0 < found["mwork_queue_oldest_seconds", "bulk"] < 600


def test_a_source_that_is_away_is_named_and_the_rest_is_told(scraper, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    redis.forget()
    try:
        found = scrape(scraper)
    finally:
        redis.forget()

    assert (found["mwork_source_up", "database"], found["mwork_source_up", "redis"]) == (1, 0)
    assert ("mwork_payments_to_review",) in found
    assert ("mwork_queue_length", "celery") not in found


def test_the_stored_figures_are_asked_for_once_in_five_seconds(scraper, django_assert_num_queries):
    monitoring.stored.forget()
    with django_assert_num_queries(6):
        scraper.get("/metrics")
    with django_assert_num_queries(0):
        scraper.get("/metrics")


PROCESS = """
import sys, time
from mwork import metrics

metrics.REQUESTS.labels("GET", "castings", 200).inc()
metrics.SOCKETS.inc()
print("counted", flush=True)
sys.stdin.read()
"""


def test_processes_that_share_a_folder_are_summed_and_dead_ones_hold_no_sockets(scraper, monkeypatch, tmp_path):
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    processes = [
        subprocess.Popen([sys.executable, "-c", PROCESS], cwd=conf.ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for _ in range(2)
    ]
    for process in processes:
        assert process.stdout.readline() == b"counted\n"
    both = scrape(scraper)
    processes[0].kill()
    processes[0].wait()
    one = scrape(scraper)
    processes[1].communicate()

    requests = ("mwork_http_requests_total", "GET", "castings", "200")
    assert (both[requests], both["mwork_sockets_open",]) == (2, 2)
    assert (one[requests], one["mwork_sockets_open",]) == (2, 1)
