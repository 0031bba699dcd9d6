"""Section 0 of the contract: what holds for every address."""

import json

import pytest
from django.db import connection

from tests import factories
from tests.conftest import Api, data, error


@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete"])
@pytest.mark.parametrize("address", ["/nothing", "/castings/", "/profiles/models/nothing", "/auth", "/a/b/c?x=1"])
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
    ["limit=0", "limit=-1", "limit=x", "limit=", "limit=1.5", "limit=%D9%A3", "limit=" + "9" * 30, "offset=-1",
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
    assert (ready.status_code, ready.json()["parts"]) == (503, {"database": False, "redis": True})
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
    assert api.get("/health/ready").json() == {"status": "ok", "parts": {"database": True, "redis": True}}
