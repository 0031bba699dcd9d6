from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import services, tokens
from accounts.models import Session
from mwork.api.errors import InvalidToken
from tests import factories
from tests.conftest import Api, data, error


@pytest.fixture
def signed_in(db):
    """A session and its refresh token."""
    return services.open_session(user=factories.user())


def later(session, seconds):
    session.refresh_from_db()
    return session.rotated_at + timedelta(seconds=seconds)


def test_refresh_gives_an_access_token_and_keeps_the_refresh_token(api, signed_in):
    _session, refresh_token = signed_in

    for _attempt in range(2):
        answer = data(api.post("/auth/refresh", {"refresh_token": refresh_token}))

        assert set(answer) == {"access_token", "expires_in"}
        api.credentials(HTTP_AUTHORIZATION=f"Bearer {answer['access_token']}")
        data(api.get("/auth/me"))


def test_rotation_replaces_the_refresh_token(api, signed_in):
    session, first = signed_in

    second = data(api.post("/auth/refresh", {"refresh_token": first, "rotate": True}))["refresh_token"]

    assert second != first
    assert services.refresh(token=second, rotate=False, at=later(session, 3600))[0]


def test_a_replaced_token_gets_the_same_successor_within_the_grace(signed_in):
    session, first = signed_in
    _access, second = services.refresh(token=first, rotate=True)

    _access, again = services.refresh(token=first, rotate=True, at=later(session, 29))

    assert again == second
    assert services.refresh(token=second, rotate=True, at=later(session, 31))[1]


def test_a_replaced_token_shown_later_ends_the_whole_session(signed_in):
    session, first = signed_in
    access, second = services.refresh(token=first, rotate=True)

    with pytest.raises(InvalidToken):
        services.refresh(token=first, rotate=False, at=later(session, 31))

    with pytest.raises(InvalidToken):
        services.refresh(token=second, rotate=False)
    stolen = Api()
    stolen.credentials(HTTP_AUTHORIZATION=f"Bearer {access}")
    error(stolen.get("/auth/me"), 401, "INVALID_TOKEN")


def test_a_token_two_rotations_old_is_refused_and_ends_the_session_once_the_grace_is_over(signed_in):
    session, first = signed_in
    _access, second = services.refresh(token=first, rotate=True)
    services.refresh(token=second, rotate=True)

    with pytest.raises(InvalidToken):
        services.refresh(token=first, rotate=True)
    assert Session.objects.open().filter(id=session.id).exists()
    with pytest.raises(InvalidToken):
        services.refresh(token=first, rotate=True, at=later(session, 31))

    assert not Session.objects.open().filter(id=session.id).exists()


def test_rotation_prolongs_the_session_by_seven_days(signed_in):
    session, first = signed_in
    at = timezone.now() + timedelta(days=6)

    services.refresh(token=first, rotate=True, at=at)

    session.refresh_from_db()
    assert session.expires_at == at + timedelta(days=7)


def test_the_table_keeps_no_refresh_token(signed_in):
    session, refresh_token = signed_in

    kept = " ".join(str(value) for value in Session.objects.filter(id=session.id).values().get().values())

    assert refresh_token not in kept
    assert tokens.read_refresh(refresh_token).token_id not in kept


@pytest.mark.parametrize("token", ["", "nonsense", None, 7, {"a": 1}, "x" * 5000])
def test_refresh_refuses_what_is_no_token(api, token):
    answer = api.post("/auth/refresh", {"refresh_token": token})

    assert answer.status_code in (400, 401)
