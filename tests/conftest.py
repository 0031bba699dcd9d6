"""What every test may ask for: people with an API client each, and a clean Redis."""

from importlib import import_module

import pytest
from rest_framework.test import APIClient

from accounts.models import Role
from billing.models import Plan
from mwork import redis
from tests import factories


class Api(APIClient):
    """A client of the API: addresses are relative to /api/v1, answers are checked for their envelope."""

    def __init__(self, person=None):
        super().__init__(raise_request_exception=False)
        self.person = person
        if person is not None:
            self.credentials(HTTP_AUTHORIZATION=f"Bearer {factories.access_token(person)}")

    def generic(self, method, path, *args, **kwargs):
        if path.startswith("/") and not path.startswith(("/api", "/health", "/swagger", "/admin")):
            path = f"/api/v1{path}"
        return super().generic(method, path, *args, **kwargs)


@pytest.fixture(autouse=True)
def clean_redis():
    redis.client().flushdb()


@pytest.fixture
def plans(transactional_db):
    """The plans of the migration again: a test with real commits is followed by a flush, which takes them away."""
    for fields in import_module("billing.migrations.0002_plans").PLANS:
        Plan.objects.get_or_create(name=fields["name"], defaults=fields)


@pytest.fixture
def api(db):
    """An anonymous client."""
    return Api()


@pytest.fixture
def model(db):
    """A client signed in as a model with a profile."""
    return Api(factories.model().user)


@pytest.fixture
def employer(db):
    """A client signed in as an employer with a profile."""
    return Api(factories.employer().user)


@pytest.fixture
def staff(db):
    return Api(factories.user(role=Role.ADMIN))


def data(response, status: int = 200) -> dict:
    """The data of a success; the test fails, with the answer shown, for any other status."""
    assert response.status_code == status, (response.status_code, response.content.decode()[:2000])
    body = response.json()
    assert body["status"] == "success", body
    return body.get("data", body.get("message"))


def error(response, status: int, code: str) -> dict:
    """The error of a refusal, whose status and code must be these."""
    body = response.json()
    assert (response.status_code, body["status"]) == (status, "error"), body
    assert body["error"]["code"] == code, body
    assert body["error"]["request_id"] == response["X-Request-ID"]
    return body["error"]
