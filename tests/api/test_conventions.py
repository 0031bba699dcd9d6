"""Section 0 of the contract: what holds for every address."""

import base64
import io
import json
import time

import pytest
from celery import Celery
from django.core.handlers.asgi import ASGIRequest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test.utils import CaptureQueriesContext
from django.urls import resolve

from castings.tasks import record_view
from mwork import jobs, redis
from mwork.logs import RequestIdFilter
from tests import factories
from tests.conftest import Api, data, error


@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete"])
@pytest.mark.parametrize(
    "address", ["/nothing", "/castings/", "/profiles/models/nothing", "/auth", "/a/b/c?x=1", "/a%0Ab"]
)
def test_an_unknown_address_is_json_404_for_anybody(api, method, address):
    error(getattr(api, method)(address), 404, "NOT_FOUND")


def test_the_root_of_the_api_is_json_404_too(api):
    error(api.get("/api/v1"), 404, "NOT_FOUND")
    error(api.get("/api/v1/"), 404, "NOT_FOUND")


def test_an_unknown_address_does_not_ask_for_a_token(api):
    api.credentials(HTTP_AUTHORIZATION="Bearer nonsense")

    error(api.get("/nothing"), 404, "NOT_FOUND")


@pytest.mark.parametrize(
    ("method", "address"), [("delete", "/castings"), ("get", "/auth/login"), ("options", "/castings")]
)
def test_an_unknown_method_is_405_even_without_a_token(api, method, address):
    error(getattr(api, method)(address), 405, "METHOD_NOT_ALLOWED")


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"",
        b"[1]",
        b'"text"',
        b"null",
        b'{"email": NaN}',
        b'{"email": Infinity}',
        b"\xff\xfe",
        b'{"a":' * 5000 + b"1" + b"}" * 5000,
        b"[" * 100_000,
        b'{"email": "a\\u0000b"}',
        b'{"email": "a\\ud800b"}',
        b'{"unknown": {"deep": ["\\udfff"]}}',
        b'{"\\u0000": 1}',
        b'{"email": 1' + b"0" * 5000 + b"}",
        b'{"email": 1e400, "password": 1e400, "role": 1e400}',
    ],
)
def test_a_hostile_body_is_400(api, body):
    error(api.generic("POST", "/auth/register", body, content_type="application/json"), 400, "VALIDATION_ERROR")


def test_a_body_over_a_megabyte_is_413(api):
    body = json.dumps({"email": "a" * 1024 * 1024})

    error(api.generic("POST", "/auth/register", body, content_type="application/json"), 413, "PAYLOAD_TOO_LARGE")


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""]
)
def test_a_body_that_is_not_json_is_415(api, content_type):
    refused = api.generic("POST", "/auth/register", b"email=a", content_type=content_type)

    error(refused, 415, "UNSUPPORTED_MEDIA_TYPE")


def test_an_answer_that_is_not_json_is_not_to_be_had(api):
    error(api.get("/castings", headers={"Accept": "text/csv"}), 406, "UNSUPPORTED_MEDIA_TYPE")


@pytest.mark.parametrize("query", ["search=%00", "nothing=%00", "search=%ff", "city=%ed%a0%80"])
def test_hostile_text_in_the_query_is_400(api, query):
    error(api.get(f"/castings?{query}"), 400, "VALIDATION_ERROR")


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=-1", "limit=x", "limit=", "limit=1.5", "limit=%D9%A3", "offset=-1",
     "offset=x", "sort=x", "cursor=x", "cursor=W10", "cursor=%F0%9F%98%80"],
)  # fmt: skip
def test_a_bad_page_is_400_and_named(api, query):
    refused = error(api.get(f"/profiles/models?{query}"), 400, "VALIDATION_ERROR")

    assert list(refused["details"]) == [query.split("=")[0]]


def test_a_larger_limit_is_clamped_and_an_unknown_parameter_ignored(api):
    answer = data(api.get("/profiles/models?limit=1000&offset=3000000000&colour=red&format=xml"))

    assert answer["pagination"]["limit"] == 100


@pytest.fixture
def dead_database(transactional_db):
    """The process's database moves to a port where nobody listens, and back."""
    original = connection.settings_dict
    pool = {**original["OPTIONS"]["pool"], "timeout": 0.2}
    connection.close()
    connection.close_pool()
    connection.settings_dict = {**original, "PORT": 1, "OPTIONS": {"pool": pool}}
    yield
    connection.close()
    connection.close_pool()
    connection.settings_dict = original


def test_a_database_that_is_away_is_503(dead_database):
    api = Api()

    error(api.get("/castings"), 503, "SERVICE_UNAVAILABLE")
    ready = api.get("/health/ready")
    assert (ready.status_code, ready.json()["status"]) == (503, "unavailable")
    assert ready.json()["parts"] == {"database": False, "migrations": False, "redis": True, "broker": True}
    assert api.get("/health").status_code == 200


def test_the_request_id_is_echoed_when_safe_and_made_otherwise(api):
    assert api.get("/castings", headers={"X-Request-ID": "abc-1.2_3"})["X-Request-ID"] == "abc-1.2_3"
    for hostile in ("a b", "x" * 65, "ж", "a\tb", ""):
        made = api.get("/castings", headers={"X-Request-ID": hostile})["X-Request-ID"]
        assert made != hostile
        assert len(made) == 24


def test_the_language_of_messages_follows_the_request(api):
    messages = {
        language: api.get("/nothing", headers={"Accept-Language": language}).json()["error"]["message"]
        for language in ("ru", "kk", "en", "de")
    }

    assert messages["en"] == "Not found."
    assert len({messages["ru"], messages["kk"], messages["en"]}) == 3
    assert messages["de"] == messages["ru"]


def test_nested_errors_are_named_with_dots(employer):
    refused = employer.post("/castings", {"requirements": {"min_age": "old", "gender": "cat"}})

    details = error(refused, 400, "VALIDATION_ERROR")["details"]
    assert set(details) == {
        "title", "description", "city", "shoot_date", "requirements.min_age", "requirements.gender",
    }  # fmt: skip


def test_errors_in_lists_are_named_by_their_index(model):
    refused = model.patch(f"/profiles/models/{model.person.model_profile.id}", {"languages": ["Kazakh", "x", 7, {}]})

    assert set(error(refused, 400, "VALIDATION_ERROR")["details"]) == {"languages.1", "languages.2", "languages.3"}


def test_an_exceptions_text_is_never_shown(api, employer):
    casting = factories.casting()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE castings_casting RENAME COLUMN title TO headline")

    answer = api.get(f"/castings/{casting.id}")

    assert error(answer, 500, "INTERNAL_ERROR").keys() == {"code", "message", "request_id"}
    assert "title" not in answer.content.decode()


def test_the_security_headers_are_there(api):
    headers = api.get("/castings").headers

    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Permissions-Policy"] == "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
    assert headers["Content-Security-Policy"].startswith("default-src 'none'; frame-ancestors 'none'")
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Content-Type"] == "application/json; charset=utf-8"


def test_a_named_origin_may_read_answers_and_another_may_not(api, settings):
    settings.CORS_ALLOWED_ORIGINS = ["https://mwork.kz"]

    named = api.get("/castings", headers={"Origin": "https://mwork.kz"})
    preflight = api.options(
        "/castings", headers={"Origin": "https://mwork.kz", "Access-Control-Request-Method": "POST"}
    )
    stranger = api.get("/castings", headers={"Origin": "https://evil.example"})

    assert named["Access-Control-Allow-Origin"] == "https://mwork.kz"
    assert "X-RateLimit-Remaining" in named["Access-Control-Expose-Headers"]
    assert preflight.status_code == 200
    assert "idempotency-key" in preflight["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Origin" not in stranger.headers


def test_health_and_readiness(api):
    assert api.get("/health").json() == {"status": "ok"}
    ready = api.get("/health/ready").json()
    assert (ready["status"], set(ready["parts"].values())) == ("ok", {True})
    assert ready["ms"].keys() == ready["parts"].keys() == {"database", "migrations", "redis", "broker"}


def test_a_schema_of_yesterday_is_not_ready_until_it_is_migrated(api):
    MigrationRecorder.Migration.objects.filter(app="chat").order_by("-id").first().delete()

    yesterday = api.get("/health/ready")
    call_command("migrate", "chat", fake=True, verbosity=0)

    assert (yesterday.status_code, yesterday.json()["parts"]["migrations"]) == (503, False)
    assert api.get("/health/ready").status_code == 200
    with CaptureQueriesContext(connection) as queries:
        api.get("/health/ready")
    assert [query["sql"] for query in queries.captured_queries] == ["SELECT 1"]  # never asked again


def test_an_enormous_number_is_clamped_not_refused(api):
    assert data(api.get("/profiles/models", {"limit": "9" * 30, "offset": "9" * 30}))["pagination"]["limit"] == 100


def test_a_sort_is_ignored_where_there_is_but_one_order(model):
    data(model.get("/auth/sessions?sort=anything"))


@pytest.mark.parametrize(
    "values", [["pay", {"a": 1}], ["pay", True], ["pay", "\ud800"], ["rating", 10**400], "[" * 9000]
)
def test_a_forged_cursor_is_refused_before_it_reaches_the_database(api, values):
    forged = base64.urlsafe_b64encode(json.dumps(values).encode()).decode()

    for address in ("/castings?sort=pay", "/profiles/models?sort=rating"):
        refused = error(api.get(f"{address}&cursor={forged[:15000]}"), 400, "VALIDATION_ERROR")
        assert list(refused["details"]) == ["cursor"]


@pytest.mark.parametrize("text", ["1_8", "١٨", "18.0", "+18", "0x12"])
def test_numbers_are_plain_digits(api, text):
    error(api.get("/profiles/models", {"min_age": text}), 400, "VALIDATION_ERROR")


def test_a_chunked_body_is_read_like_any_other(model):
    """As ASGI hands it over: the body in a file, and no Content-Length."""
    profile = model.person.model_profile
    scope = {
        "type": "http", "method": "PATCH", "path": f"/api/v1/profiles/models/{profile.id}", "query_string": b"",
        "headers": [
            (b"transfer-encoding", b"chunked"),
            (b"content-type", b"application/json"),
            (b"authorization", model._credentials["HTTP_AUTHORIZATION"].encode()),
        ],
    }  # fmt: skip
    for body, status in ((b'{"city": "Shymkent"}', 200), (b" " * 2 * 1024 * 1024, 413)):
        request = ASGIRequest(scope, io.BytesIO(body))
        match = resolve(request.path)
        request.resolver_match = match
        assert match.func(request, *match.args, **match.kwargs).status_code == status

    profile.refresh_from_db()
    assert profile.city == "Shymkent"


def test_an_answer_to_an_odd_accept_is_counted_too(api, settings):
    settings.RATES = {"api": (100, 60)}

    assert api.get("/castings", headers={"Accept": "text/csv"})["X-RateLimit-Remaining"] == "99"
    data(api.get("/castings", HTTP_ACCEPT=""))


def test_the_log_of_a_refusal_carries_the_request_id(api, caplog):
    api.get("/nothing", headers={"X-Request-ID": "seen-in-the-log"})

    record = next(record for record in caplog.records if record.name == "mwork.access")
    RequestIdFilter().filter(record)
    assert record.request_id == "seen-in-the-log"


def test_without_a_broker_nobody_waits_for_it(api):
    """The program's own Celery settings on a broker that is not there: the rows wait for their sweep, people do not."""
    app = Celery("elsewhere", set_as_current=False)
    app.config_from_object("django.conf:settings", namespace="CELERY")
    app.conf.update(broker_url="redis://127.0.0.1:1/0", task_always_eager=False)

    @app.task(name="elsewhere.task", lazy=False)
    def task():
        """Never run: nobody can take it."""

    casting = factories.casting()
    started = time.monotonic()
    try:
        assert jobs.queue(task) is False
        assert redis.is_away()
        assert jobs.queue(record_view, casting_id=str(casting.id), viewer="x", day="2030-01-01") is False
        data(api.get(f"/castings/{casting.id}"))
    finally:
        redis.forget()

    assert time.monotonic() - started < 5  # it was 7 s for each while the client library tried again by itself
