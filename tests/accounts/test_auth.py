from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import moderation, services, tokens
from accounts.models import Session, User
from tests import factories
from tests.conftest import Api, data, error

NEW = {"email": "Aigerim@Example.kz", "password": "Tulpar-7-kanat", "role": "model"}


def sign_in(api, email, password=factories.PASSWORD):
    return api.post("/auth/login", {"email": email, "password": password})


def test_register_answers_the_user_with_the_email_in_lower_case(api):
    user = data(api.post("/auth/register", NEW), 201)["user"]

    assert user == {
        "id": str(User.objects.get().id),
        "email": "aigerim@example.kz",
        "role": "model",
        "email_verified": False,
        "language": "ru",
        "created_at": user["created_at"],
    }
    assert user["created_at"].endswith("Z")


def test_register_takes_the_language_of_the_request(api):
    assert data(api.post("/auth/register", NEW, headers={"Accept-Language": "kk"}), 201)["user"]["language"] == "kk"


def test_register_refuses_a_taken_email_in_any_case(api):
    factories.user(email="aigerim@example.kz")

    error(api.post("/auth/register", NEW), 409, "DUPLICATE_RESOURCE")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "nobody"),
        ("email", "a" * 250 + "@example.kz"),
        ("email", None),
        ("email", ["aigerim@example.kz"]),
        ("password", "short-1"),
        ("password", "p" * 129),
        ("password", "12345678901"),
        ("password", "password"),
        ("password", "aigerim@example.kz"),
        ("role", "admin"),
        ("role", "king"),
        ("role", ""),
    ],
)
def test_register_names_the_field_it_refuses(api, field, value):
    refused = error(api.post("/auth/register", {**NEW, field: value}), 400, "VALIDATION_ERROR")

    assert list(refused["details"]) == [field]
    assert not User.objects.exists()


def test_login_answers_both_tokens_and_the_user_flat(api):
    user = factories.user()

    answer = data(sign_in(api, user.email.upper()))

    assert set(answer) == {"access_token", "refresh_token", "expires_in", "user"}
    assert answer["expires_in"] == 900
    assert answer["user"]["id"] == str(user.id)


@pytest.mark.parametrize("password", ["wrong-password-1", ""])
def test_login_answers_the_same_for_a_wrong_password_and_an_unknown_email(api, password):
    user = factories.user()

    known, unknown = sign_in(api, user.email, password), sign_in(api, "nobody@example.kz", password)

    assert known.status_code == unknown.status_code == (401 if password else 400)
    assert known.json()["error"]["message"] == unknown.json()["error"]["message"]


def test_login_of_a_banned_user_is_refused_only_with_the_right_password(api):
    user = factories.user()
    moderation.ban(user=user, actor=None, reason="fake castings")

    error(sign_in(api, user.email), 403, "ACCOUNT_BANNED")
    error(sign_in(api, user.email, "wrong-password-1"), 401, "INVALID_CREDENTIALS")


def test_login_asks_for_a_verified_email_only_when_set_to(api, settings):
    user = factories.user()
    data(sign_in(api, user.email))

    settings.REQUIRE_VERIFIED_EMAIL = True

    error(sign_in(api, user.email), 403, "EMAIL_NOT_VERIFIED")


def test_logout_kills_both_tokens_at_once(api):
    user = factories.user()
    tokens_of_session = data(sign_in(api, user.email))
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens_of_session['access_token']}")
    data(api.get("/auth/me"))

    data(api.post("/auth/logout"))

    error(api.get("/auth/me"), 401, "INVALID_TOKEN")
    api.credentials()
    refused = api.post("/auth/refresh", {"refresh_token": tokens_of_session["refresh_token"]})
    error(refused, 401, "INVALID_TOKEN")


def test_me_shows_the_free_plan_without_an_end(model):
    user = data(model.get("/auth/me"))["user"]

    assert user["id"] == str(model.person.id)
    assert user["subscription"] == {"plan": "FREE", "expires_at": None}


def test_me_changes_the_language_and_nothing_else(model):
    user = data(model.patch("/auth/me", {"language": "kk", "role": "admin", "email": "x@example.kz"}))["user"]

    assert (user["language"], user["role"], user["email"]) == ("kk", "model", model.person.email)
    error(model.patch("/auth/me", {"language": "fr"}), 400, "VALIDATION_ERROR")


@pytest.mark.parametrize("header", ["Bearer nonsense", "Bearer ", "Bearer", "Basic YTpi", "nonsense", "Bearer a.b.c"])
def test_a_bad_token_is_refused_on_private_and_public_addresses(api, header):
    api.credentials(HTTP_AUTHORIZATION=header)

    for address in ("/auth/me", "/profiles/models", "/subscriptions/plans"):
        refused = api.get(address)
        error(refused, 401, "INVALID_TOKEN")
        assert refused["WWW-Authenticate"] == "Bearer"


def test_a_refresh_token_is_no_access_token_nor_the_other_way_round(api):
    session, refresh_token = services.open_session(user=factories.user())

    error(api.post("/auth/refresh", {"refresh_token": tokens.access(session)}), 401, "INVALID_TOKEN")
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {refresh_token}")
    error(api.get("/auth/me"), 401, "INVALID_TOKEN")


def test_an_expired_access_token_is_refused(api, settings):
    session, _refresh = services.open_session(user=factories.user())
    token = tokens._fill(tokens.AccessToken(), session)
    token.set_exp(from_time=timezone.now() - timedelta(hours=1))
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")

    error(api.get("/auth/me"), 401, "INVALID_TOKEN")


def test_a_ban_kills_open_tokens_and_an_ended_ban_lets_in_again(model):
    moderation.ban(user=model.person, actor=None, reason="rest", until=timezone.now() + timedelta(days=1))
    error(model.get("/auth/me"), 401, "INVALID_TOKEN")

    User.objects.filter(id=model.person.id).update(banned_until=timezone.now() - timedelta(seconds=1))

    data(Api(User.objects.get(id=model.person.id)).get("/auth/me"))


def test_a_request_costs_one_query_for_session_and_user(model, django_assert_num_queries):
    with django_assert_num_queries(1):
        model.get("/castings/my")  # refused by role, right after the session was loaded


def test_sessions_list_the_open_ones_and_mark_the_present_one(model):
    services.open_session(user=model.person, device="Phone", ip="203.0.113.7")
    Session.objects.filter(id=services.open_session(user=model.person)[0].id).end()

    sessions = data(model.get("/auth/sessions"))["sessions"]

    assert sorted(session["current"] for session in sessions) == [False, True]
    assert {session["device"] for session in sessions} == {"Phone", ""}


def test_ending_another_session_leaves_the_present_one(model):
    other, _refresh = services.open_session(user=model.person)

    assert model.delete(f"/auth/sessions/{other.id}").status_code == 204

    assert len(data(model.get("/auth/sessions"))["sessions"]) == 1
    error(model.delete(f"/auth/sessions/{other.id}"), 404, "NOT_FOUND")


def test_a_foreign_session_is_not_found(model, employer):
    foreign = employer.person.sessions.get()

    error(model.delete(f"/auth/sessions/{foreign.id}"), 404, "NOT_FOUND")
    data(employer.get("/auth/me"))
