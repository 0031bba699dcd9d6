"""No endpoint answers 500 to any input: hostile values for every field and parameter that the document names."""

import json
import re
from zlib import crc32

import pytest
from drf_spectacular.generators import SchemaGenerator

from tests import factories
from tests.conftest import Api

VALUES = [
    None, True, -1, 10**40, 1e308, "", "x" * 6000, "'%\\", "1e400", "\u0000", "\ud800", "😀" * 50, "2026-02-30",
    "9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59", [], {}, [{}, None, "\u0000"],
    {"min_age": 10**40}, "http://[", "00000000-0000-0000-0000-000000000000",
]  # fmt: skip
FIRST_GENERATION = ("/api/v1/model-profiles", "/api/v1/employer-profiles")  # the same views as the addresses of today


def some_of(*of: str) -> list:
    """A third of the values and those that broke most, other ones for every field: all of them on every endpoint would

    take minutes.
    """
    start = crc32(" ".join(of).encode()) % 3
    return [None, "\u0000", "\ud800", {}, *VALUES[start::3]]


def hostile_text(value) -> str:
    return str(value).encode("utf-8", "surrogatepass").decode("utf-8", "replace")


def resolved(document: dict, schema: dict) -> dict:
    """The schema behind references."""
    while "$ref" in schema or "allOf" in schema:
        inner = schema["allOf"][0] if "allOf" in schema else None
        schema = inner or document["components"]["schemas"][schema["$ref"].rsplit("/")[-1]]
    return schema


def documented_bodies() -> list[tuple[str, str, dict, list[str]]]:
    """Method, path, example and fields of every operation with a body; PUT is the same view as PATCH."""
    document = SchemaGenerator().get_schema(request=None, public=True)
    found = []
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if "requestBody" in operation and method != "put" and path not in FIRST_GENERATION:
                body = operation["requestBody"]["content"].get("application/json")
                if body is None:  # a form with a file: tests/pictures.py has its hostile ones
                    continue
                found.append((method, path, body["example"], list(resolved(document, body["schema"])["properties"])))
    return found


def documented_queries() -> list[tuple[str, str]]:
    """Path and name of every query parameter."""
    document = SchemaGenerator().get_schema(request=None, public=True)
    return [
        (path, parameter["name"])
        for path, methods in document["paths"].items()
        for parameter in methods.get("get", {}).get("parameters", [])
        if parameter["in"] == "query"
    ]


# Other addresses are tried as an employer, organizations as an agency.
OF_THE_MODEL = ("v1/profiles/models", "v1/model-profiles", "casting_id}/responses", "v1/responses", "representations")


class World:
    """An employer and a model with rows of their own, so that hostile values get past the permissions."""

    def __init__(self):
        employer, profile = factories.employer(), factories.model()
        casting = factories.casting(of=employer)
        room = factories.room(one=factories.pro(employer.user), other=profile.user)
        agency = factories.agency()
        self.employer, self.model, self.agency = Api(employer.user), Api(profile.user), Api(agency.user)
        self.member = factories.member(of=agency).id
        self.ids = {
            "/profiles/models": profile.id,
            "/profiles/employers": employer.id,
            "/castings": casting.id,
            "/responses": factories.response(to=casting, by=profile).id,
            "/reviews": factories.review(author=profile.user, employer=employer).id,
            "/model-profiles": profile.user_id,
            "/employer-profiles": employer.user_id,
            "/chat/rooms": room.id,
            "/organizations": agency.id,
        }
        self.message = factories.message(to=room, by=employer.user).id
        self.experience = factories.work_experience(profile=profile).id

    def client(self, path: str) -> Api:
        if any(mark in path for mark in OF_THE_MODEL):
            return self.model
        return self.agency if "v1/organizations" in path else self.employer

    def address(self, path: str) -> str:
        path = path.removeprefix("/api/v1").replace("experience/{id}", f"experience/{self.experience}")
        path = path.replace("messages/{id}", f"messages/{self.message}")
        path = path.replace("members/{id}", f"members/{self.member}")
        own = next((row_id for prefix, row_id in self.ids.items() if path.startswith(prefix)), "")
        return re.sub(r"{\w+}", str(own), path)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("method", "path", "example", "fields"), documented_bodies(), ids=lambda value: str(value)[:60]
)
def test_no_body_makes_a_500(method, path, example, fields):
    world = World()
    client, address = world.client(path), world.address(path)
    for field in fields:
        for value in some_of(method, path, field):
            body = json.dumps({**example, field: value})
            answer = client.generic(method, address, body, "application/json")
            assert answer.status_code < 500, (field, value, answer.content)
            assert answer.json()["status"] in ("success", "error")


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "name"), documented_queries())
def test_no_query_makes_a_500(path, name):
    world = World()
    for value in some_of(path, name):
        answer = world.employer.get(world.address(path), {name: hostile_text(value)})
        assert answer.status_code < 500, (value, answer.content)


@pytest.mark.parametrize("header", ["Authorization", "Accept", "Accept-Language", "Idempotency-Key", "X-Request-ID",
                                    "X-Forwarded-For", "Origin", "User-Agent", "Content-Type"])  # fmt: skip
def test_no_header_makes_a_500(db, header):
    client = Api(factories.employer().user)
    for value in VALUES:
        text = hostile_text(value).replace("\u0000", "%00")
        for method in ("get", "post"):
            answer = getattr(client, method)("/castings", headers={header: text})
            assert answer.status_code < 500, (header, value, answer.content)


@pytest.mark.parametrize(
    "where", ["/castings/{}", "/profiles/models/{}", "/users/{}/block", "/model-profiles/{}", "/{}"]
)
def test_no_address_makes_a_500(db, where):
    client = Api(factories.user())
    for value in VALUES:
        text = hostile_text(value).replace("/", "%2F").replace("?", "%3F").replace("#", "%23")
        answer = client.generic("POST" if "block" in where else "GET", where.format(text)[:8000])
        assert answer.status_code < 500, (where, value, answer.content)
