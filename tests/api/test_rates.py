import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from redis import Redis

from mwork import redis
from mwork.api import client, throttling
from tests import factories
from tests.conftest import Api, data, error

RATES = {"auth": (5, 60), "api": (100, 60)}


@pytest.fixture(autouse=True)
def rates(settings):
    settings.RATES = dict(RATES)


def login(api, email="nobody@example.kz", **headers):
    return api.post("/auth/login", {"email": email, "password": "wrong-password-1"}, **headers)


def test_every_answer_tells_the_standing(api):
    for used, address in enumerate(("/castings", "/nothing", "/auth/me", "/castings?limit=x"), start=1):
        answer = api.get(address)

        assert answer["X-RateLimit-Limit"] == "100"
        assert answer["X-RateLimit-Remaining"] == str(100 - used)
        assert 0 < int(answer["X-RateLimit-Reset"]) - time.time() <= 61


def test_the_sixth_sign_in_of_a_minute_is_refused_and_told_when_to_return(api):
    assert [login(api, f"a{n}@example.kz").status_code for n in range(5)] == [401] * 5

    refused = login(api, "a6@example.kz")

    told = error(refused, 429, "RATE_LIMIT_EXCEEDED")
    assert 1 <= told["retry_after"] <= 60
    assert refused["Retry-After"] == str(told["retry_after"])
    assert refused["X-RateLimit-Remaining"] == "0"


def test_an_account_is_counted_over_all_addresses(api, settings):
    settings.TRUSTED_PROXIES = 1
    answers = [login(api, "One@example.kz ", headers={"X-Forwarded-For": f"203.0.113.{n}"}) for n in range(6)]

    assert [answer.status_code for answer in answers] == [401] * 5 + [429]


def test_an_unreadable_body_is_counted_too(api):
    answers = [api.generic("POST", "/auth/login", b"{", content_type="application/json") for _ in range(6)]

    assert [answer.status_code for answer in answers] == [400] * 5 + [429]


def test_a_user_is_counted_apart_from_the_address(model, employer):
    data(model.get("/auth/me"))
    first = employer.get("/auth/me")
    second = Api(employer.person).get("/auth/me")  # another session of the same user

    assert (first["X-RateLimit-Remaining"], second["X-RateLimit-Remaining"]) == ("99", "98")


def test_exactly_the_limit_passes_under_concurrency(db, settings):
    settings.RATES = {**RATES, "api": (20, 60)}

    with ThreadPoolExecutor(10) as pool:
        standings = list(pool.map(lambda _: throttling.count("api", ["address:x"]), range(100)))

    assert sum(standing.passed for standing in standings) == 20
    assert {standing.remaining for standing in standings} == set(range(20))


def test_a_new_window_starts_full(settings):
    settings.RATES = {"api": (1, 1)}
    assert [throttling.count("api", ["x"]).passed for _ in range(2)] == [True, False]

    redis.client().pexpire("rate:api:x", 1)
    time.sleep(0.01)

    assert throttling.count("api", ["x"]).passed


def test_a_redis_that_has_begun_anew_goes_on_counting(settings):
    settings.RATES = {"api": (20, 60)}
    throttling.count("api", ["address:x"])

    redis.client().script_flush()

    assert throttling.count("api", ["address:x"]).remaining == 18


def test_a_connection_that_redis_has_closed_costs_no_count(settings):
    settings.RATES = {"api": (20, 60)}
    throttling.count("api", ["address:x"])

    number = redis.client().client_id()
    assert Redis.from_url(settings.REDIS_URL).client_kill_filter(_id=number) == 1  # others' are not ours to close

    assert throttling.count("api", ["address:x"]).remaining == 18
    assert not redis.is_away()


def test_without_redis_limits_hold_within_the_process(api, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    redis.forget()
    try:
        assert [login(api, "away@example.kz").status_code for _ in range(6)] == [401] * 5 + [429]
        data(api.get("/castings"))
        ready = api.get("/health/ready")
        assert (ready.status_code, ready.json()["status"]) == (200, "ok")
        assert ready.json()["parts"] == {"database": True, "migrations": True, "redis": False, "broker": False}
    finally:
        redis.forget()


def test_a_rate_switched_off_counts_nothing(api, settings):
    settings.RATES = {"auth": None, "api": None}

    assert [login(api).status_code for _ in range(10)] == [401] * 10
    assert "X-RateLimit-Limit" not in api.get("/castings").headers


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "203.0.113.7", "127.0.0.1"),
        (1, "203.0.113.7", "203.0.113.7"),
        (1, "6.6.6.6, 203.0.113.7", "203.0.113.7"),
        (2, "6.6.6.6, 203.0.113.7, 10.0.0.1", "203.0.113.7"),
        (2, "203.0.113.7", "127.0.0.1"),
        (1, "not an address", "127.0.0.1"),
        (1, "", "127.0.0.1"),
        (1, "2001:db8::1", "2001:db8::1"),
    ],
)
def test_the_client_address_trusts_only_our_own_proxies(rf, settings, proxies, forwarded, address):
    settings.TRUSTED_PROXIES = proxies

    assert client.address(rf.get("/", headers={"X-Forwarded-For": forwarded})) == address


def test_a_correct_password_is_refused_too_past_the_limit(api):
    user = factories.user()
    for _ in range(5):
        login(api, user.email)

    error(api.post("/auth/login", {"email": user.email, "password": factories.PASSWORD}), 429, "RATE_LIMIT_EXCEEDED")
