"""Pages know their people by a cookie, the API by a token and by nothing else."""

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import factories
from tests.conftest import Api

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client):
    """A browser in which staff has signed in at the desk."""
    client.force_login(factories.staff())
    return client


def test_the_cookie_of_the_desk_opens_nothing_in_the_api(desk):
    with CaptureQueriesContext(connection) as queries:
        answer = desk.get("/api/v1/auth/me")

    assert answer.status_code == 401
    assert not hasattr(answer.wsgi_request, "session")
    assert [query["sql"] for query in queries] == []
    assert settings.SESSION_COOKIE_NAME not in answer.cookies
    assert "Cookie" not in answer["Vary"]


def test_pages_know_their_person(desk):
    assert desk.get("/admin/").status_code in (200, 302)
    assert desk.get("/admin/").wsgi_request.user.is_staff


def test_a_token_opens_no_page():
    person = factories.staff()

    assert Api(person).get("/admin/").wsgi_request.user.is_anonymous
    assert Api(person).get("/api/v1/auth/me").status_code == 200
