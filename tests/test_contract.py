"""The third net: every address of the contract is there and documented, each operation whole."""

import pytest
from drf_spectacular.generators import SchemaGenerator

from mwork.api.errors import Code
from tests import factories
from tests.conftest import data

ADDRESSES = """
POST /auth/register
POST /auth/login
POST /auth/refresh
POST /auth/logout
GET PATCH DELETE /auth/me
GET /auth/me/export
GET /auth/sessions
DELETE /auth/sessions/{id}
POST /auth/verify/request
POST /auth/verify/confirm
POST /auth/password/forgot
POST /auth/password/reset
POST /auth/password/change
POST DELETE /users/{id}/block
GET /users/blocked
POST /reports
GET /reports/my
GET POST /profiles/models
GET /profiles/models/promoted
GET PUT PATCH /profiles/models/{id}
POST /profiles/models/{profile_id}/experience
PUT PATCH DELETE /profiles/models/{profile_id}/experience/{id}
POST /profiles/employers
GET PUT PATCH /profiles/employers/{id}
GET /profiles/me
POST /model-profiles
GET /model-profiles/{user_id}
POST /employer-profiles
GET /employer-profiles/{user_id}
GET POST /photos
PUT PATCH DELETE /photos/{id}
POST /photos/reorder
POST /upload
GET POST /castings
GET PUT PATCH DELETE /castings/{id}
PATCH /castings/{id}/status
GET /castings/my
GET /castings/saved
POST DELETE /castings/{id}/save
GET POST /castings/{casting_id}/responses
GET /castings/recommended
GET /castings/{id}/matches
GET POST /castings/{casting_id}/invitations
GET /invitations/my
POST /invitations/{id}/decline
GET POST /searches
DELETE /searches/{id}
GET /responses/my
PATCH /responses/{id}/status
PATCH DELETE /responses/{id}
GET POST /responses
GET POST /reviews
DELETE /reviews/{id}
POST /reviews/{id}/reply
GET /organizations/{id}/reviews
GET /analytics/model
GET /analytics/employer
POST /ws/ticket
GET POST /chat/rooms
GET POST /chat/rooms/{room_id}/messages
PATCH DELETE /chat/rooms/{room_id}/messages/{id}
POST /chat/rooms/{room_id}/read
GET /chat/unread
GET /chat/search
POST /chat/messages/send
GET /subscriptions/plans
GET /subscriptions/current
POST /subscriptions
POST /subscriptions/cancel
GET /payments
GET /payments/{id}
POST /payments/robokassa/init
POST /payments/robokassa/subscriptions
POST /payments/robokassa/responses
GET POST /payments/robokassa/success
GET POST /payments/robokassa/fail
GET /notifications
POST /notifications/{id}/read
POST /notifications/read-all
GET PUT PATCH /notifications/preferences
POST /notifications/devices
DELETE /notifications/devices/{token}
GET /organizations/my
GET /organizations/following
GET /organizations/{id}
GET /organizations/{organization_id}/castings
GET /organizations/{organization_id}/members
PATCH DELETE /organizations/{organization_id}/members/{id}
POST /organizations/{organization_id}/invite
GET /organizations/{organization_id}/invitations
DELETE /organizations/{organization_id}/invitations/{id}
POST /organizations/invitations/{token}/accept
POST DELETE /organizations/{id}/follow
GET POST /organizations/{organization_id}/models
DELETE /organizations/{organization_id}/models/{model_id}
GET /organizations/representations
POST /organizations/representations/{id}/accept
POST /organizations/representations/{id}/decline
POST DELETE /castings/{id}/promote
POST DELETE /profiles/models/{id}/promote
"""


@pytest.fixture(scope="module")
def document():
    return SchemaGenerator().get_schema(request=None, public=True)


def operations(document):
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def test_the_document_holds_the_contracts_addresses_and_no_others(document):
    promised = {f"{method} /api/v1{line.split()[-1]}" for line in ADDRESSES.split("\n") for method in line.split()[:-1]}

    assert {name for name, _operation in operations(document)} == promised


def test_every_operation_is_documented_whole(document):
    lacking = {}
    for name, operation in operations(document):
        answers = operation["responses"]
        success = {status: answer for status, answer in answers.items() if status < "400"}
        refusals = {status: answer for status, answer in answers.items() if status >= "400"}
        contents = [content for answer in answers.values() for content in answer.get("content", {}).values()]
        contents += operation.get("requestBody", {}).get("content", {}).values()
        whole = {
            "summary": 5 < len(operation.get("summary", "")) < 80,
            "tag": len(operation["tags"]) == 1,
            "success": bool(success),
            "refusals": {"401", "429"} <= set(refusals),
            "examples": all("example" in content for content in contents),
            "not found": "{" not in name or "404" in refusals,
            "body": not name.startswith("PUT") or "requestBody" in operation,
        }
        lacking.update({f"{name}: {part}": False for part, there in whole.items() if not there})

    assert lacking == {}


def test_every_code_of_the_contract_is_in_the_document(document):
    documented = document["components"]["schemas"]["ErrorBody"]["properties"]["code"]["$ref"].rsplit("/")[-1]

    assert set(document["components"]["schemas"][documented]["enum"]) == {str(code) for code in Code}


def test_posts_that_create_accept_an_idempotency_key(document):
    without = {
        name
        for name, operation in operations(document)
        if name.startswith("POST")
        and "201" in operation["responses"]
        and "Idempotency-Key" not in {parameter["name"] for parameter in operation.get("parameters", [])}
    }

    # Nobody is signed in at the first, and keys are a user's; the second answers a secret, which nobody keeps.
    assert without == {"POST /api/v1/auth/register", "POST /api/v1/ws/ticket"}


def test_filters_pages_and_orders_are_documented(document):
    parameters = {
        parameter["name"]: parameter for parameter in document["paths"]["/api/v1/castings"]["get"]["parameters"]
    }

    assert set(parameters) == {
        "status", "city", "category", "gender", "min_age", "max_age", "search", "pay_min", "date_from", "date_to",
        "creator_id", "sort", "limit", "offset", "cursor",
    }  # fmt: skip
    assert parameters["sort"]["schema"]["enum"] == ["newest", "pay", "shoot_date"]
    assert parameters["min_age"]["schema"]["type"] == "integer"


def test_examples_are_what_the_api_answers(api, document):
    """The shape of an example is the shape of the answer: checked where a list can be asked without more ado."""
    factories.model()
    factories.casting()
    for address, key in (("/profiles/models", "models"), ("/castings", "castings")):
        content = document["paths"][f"/api/v1{address}"]["get"]["responses"]["200"]["content"]["application/json"]
        example, real = content["example"]["data"], data(api.get(address))
        personal = {"is_saved", "my_response", "moderation"}
        assert set(example[key][0]) - personal == set(real[key][0]) - personal
        assert set(example["pagination"]) == set(real["pagination"])


def test_a_page_as_others_see_it_has_all_that_the_document_requires(api, document):
    schemas = document["components"]["schemas"]
    model = data(api.get(f"/profiles/models/{factories.model().id}"))["model"]
    employer = data(api.get(f"/profiles/employers/{factories.employer().id}"))["employer"]

    assert set(schemas["Model"]["required"]) - set(model) == set()
    assert set(schemas["Employer"]["required"]) - set(employer) == set()


@pytest.mark.parametrize("address", ["/swagger/index.html", "/redoc", "/"])
def test_the_pages_load_nothing_from_another_host(client, db, address):
    page = client.get(address)

    assert page.status_code == 200
    assert "//cdn" not in page.content.decode()
    assert 'src="http' not in page.content.decode()


def test_the_document_is_served_as_json_to_anybody(client, db):
    answer = client.get("/swagger/doc.json")

    assert answer.status_code == 200
    assert answer.json()["info"]["title"] == "MWork API"
