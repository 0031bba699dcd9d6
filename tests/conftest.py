"""What every test may ask for: people with an API client each, and a clean Redis."""

import runpy

import pytest
from django.core.files.storage import storages
from django.db import connection
from rest_framework.test import APIClient

from accounts.models import Role
from mwork import conf, health, monitoring, prepared, redis, startup
from mwork.api import listing, pagination
from mwork.postgres.kept import Statements
from tests import emptying, factories, leaks, live, s3, templates


def pytest_collection_finish():
    """As in a server: the collector walking all that is loaded took a fifth of the whole run."""
    startup.settle()


class Api(APIClient):
    """A client of the API: addresses are relative to /api/v1, answers are checked for their envelope."""

    def __init__(self, person=None):
        super().__init__(raise_request_exception=False)
        self.person = person
        if person is not None:
            self.credentials(HTTP_AUTHORIZATION=f"Bearer {factories.access_token(person)}")

    def generic(self, method, path, *args, **kwargs):
        if path.startswith("/") and not path.startswith(("/api", "/health", "/metrics", "/swagger", "/admin")):
            path = f"/api/v1{path}"
        return super().generic(method, path, *args, **kwargs)


@pytest.fixture(autouse=True)
def nothing_was_asked_before():
    """Or what a test asks for the first time would be often asked already, and kept or remembered."""
    prepared.forget()
    listing.counted.cache_clear()
    pagination.estimated.cache_clear()


@pytest.fixture
def nothing_is_kept(db):
    """Of the statements that our connection has prepared for other tests."""
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")
        Statements.of(cursor.connection).forget()


@pytest.fixture(autouse=True)
def clean_redis():
    redis.forget()
    redis.client().flushdb()
    health.forget()
    monitoring.stored.forget()


@pytest.fixture(autouse=True)
def secrets_stay_out_of_logs():
    """No test may make the program log a password or a token; factories.PASSWORD stands for the former."""
    yield
    told, leaks.found = leaks.found, []
    assert told == []


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings, django_db_blocker):
    with django_db_blocker.unblock():
        templates.use()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        emptying.keep_what_migrations_wrote()


@pytest.fixture
def plans(transactional_db):
    """Real commits, beside the plans that the migrations wrote."""


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


@pytest.fixture(autouse=True)
def disk(settings, tmp_path):
    """Files of this test lie in a folder of its own."""
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "media", "base_url": "http://localhost:8000/media/"},
        },
        "private": {"BACKEND": "mwork.storage.PrivateDisk", "OPTIONS": {"location": tmp_path / "private"}},
    }


@pytest.fixture(scope="session")
def s3_server():
    with s3.server() as address:
        yield address


@pytest.fixture(params=["disk", "s3"])
def storage(request, settings, monkeypatch):
    """Local disk, and a real S3 server through the very settings that S3_* make."""
    if request.param == "s3":
        address = request.getfixturevalue("s3_server")
        s3.clean(address)
        for name, value in s3.variables(address).items():
            monkeypatch.setenv(name, value)
        settings.STORAGES = runpy.run_path(str(conf.ROOT / "mwork" / "settings.py"))["STORAGES"]
    return request.param


@pytest.fixture(scope="session")
def one_server(django_db_setup, tmp_path_factory):
    with live.server(tmp_path_factory.mktemp("live") / "web.log") as running:
        yield running


@pytest.fixture
def server(one_server, transactional_db, plans):
    """A real web server on this process's database, the same for all tests; each brings its own people."""
    return one_server


def stored_files() -> list[str]:
    """The names of every file on both storages."""
    return [name for alias in ("default", "private") for name in _below(storages[alias], "")]


def _below(storage, folder: str) -> list[str]:
    try:
        folders, files = storage.listdir(folder)
    except FileNotFoundError:
        return []
    inner = [name for each in folders for name in _below(storage, f"{folder}/{each}".strip("/"))]
    return inner + [f"{folder}/{name}" for name in files]


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
