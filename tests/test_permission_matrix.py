"""The first net: every endpoint × role × foreign object. A new endpoint is a new line; a forgotten check a red one.

Bodies are empty, so whoever may write gets 400 (or a success) where others are refused before the body is read.
"""

import re

import pytest
from django.db import transaction
from drf_spectacular.generators import SchemaGenerator

from accounts.models import Role
from tests import factories
from tests.conftest import Api

# Columns: nobody, another model, another employer, another agency, staff, the row's owner (a model's or an employer's).
ROLES = ["nobody", "model", "employer", "agency", "admin", "owner"]

MATRIX = {
    # accounts
    "POST /auth/register": "400 400 400 400 400 400",
    "POST /auth/login": "400 400 400 400 400 400",
    "POST /auth/refresh": "400 400 400 400 400 400",
    "POST /auth/verify/request": "400 400 400 400 400 400",
    "POST /auth/verify/confirm": "400 400 400 400 400 400",
    "POST /auth/password/forgot": "400 400 400 400 400 400",
    "POST /auth/password/reset": "400 400 400 400 400 400",
    "POST /auth/password/change": "401 400 400 400 400 400",
    "POST /auth/logout": "401 200 200 200 200 200",
    "GET /auth/me": "401 200 200 200 200 200",
    "PATCH /auth/me": "401 400 400 400 400 400",
    "DELETE /auth/me": "401 400 400 400 400 400",
    "GET /auth/me/export": "401 200 200 200 200 200",
    "GET /auth/sessions": "401 200 200 200 200 200",
    "DELETE /auth/sessions/{session}": "401 404 404 404 404 204",
    "GET /users/blocked": "401 200 200 200 200 200",
    "POST /users/{somebody}/block": "401 204 204 204 204 204",
    "DELETE /users/{somebody}/block": "401 204 204 204 204 204",
    "POST /reports": "401 400 400 400 400 400",
    "GET /reports/my": "401 200 200 200 200 200",
    # billing
    "GET /subscriptions/plans": "200 200 200 200 200 200",
    "GET /subscriptions/current": "401 200 200 200 200 200",
    "POST /subscriptions": "401 400 400 400 400 400",
    "POST /subscriptions/cancel": "401 409 409 409 409 200",  # the employer of this world has a plan
    "GET /payments": "401 200 200 200 200 200",
    "GET /payments/{payment}": "401 404 404 404 200 200",
    "POST /payments/robokassa/init": "401 400 400 400 400 400",
    "POST /payments/robokassa/subscriptions": "401 400 400 400 400 400",
    "POST /payments/robokassa/responses": "401 400 403 403 403 400",
    "GET /payments/robokassa/success": "302 302 302 302 302 302",
    "POST /payments/robokassa/success": "302 302 302 302 302 302",
    "GET /payments/robokassa/fail": "302 302 302 302 302 302",
    "POST /payments/robokassa/fail": "302 302 302 302 302 302",
    # profiles
    "GET /profiles/me": "401 200 200 200 404 200",
    "GET /profiles/models": "200 200 200 200 200 200",
    "GET /profiles/models/promoted": "200 200 200 200 200 200",
    "POST /profiles/models": "401 400 403 403 403 400",
    "GET /profiles/models/{model}": "200 200 200 200 200 200",
    "PUT /profiles/models/{model}": "401 403 403 403 403 200",
    "PATCH /profiles/models/{model}": "401 403 403 403 403 200",
    "GET /profiles/models/{hidden_model}": "404 404 404 404 200 200",
    "PUT /profiles/models/{hidden_model}": "401 404 404 404 403 200",
    "POST /profiles/models/{model}/promote": "401 403 403 403 403 403",
    "DELETE /profiles/models/{model}/promote": "401 403 403 403 403 204",
    "POST /profiles/models/{hidden_model}/promote": "401 404 404 404 403 403",
    "POST /profiles/models/{model}/experience": "401 403 403 403 403 400",
    "PUT /profiles/models/{model}/experience/{experience}": "401 403 403 403 403 200",
    "PATCH /profiles/models/{model}/experience/{experience}": "401 403 403 403 403 200",
    "DELETE /profiles/models/{model}/experience/{experience}": "401 403 403 403 403 204",
    "POST /profiles/employers": "401 403 400 400 403 400",
    "GET /profiles/employers/{employer}": "200 200 200 200 200 200",
    "PUT /profiles/employers/{employer}": "401 403 403 403 403 200",
    "PATCH /profiles/employers/{employer}": "401 403 403 403 403 200",
    "POST /model-profiles": "401 400 403 403 403 400",
    "GET /model-profiles/{model_user}": "200 200 200 200 200 200",
    "GET /model-profiles/{hidden_model_user}": "404 404 404 404 200 200",
    "POST /employer-profiles": "401 403 400 400 403 400",
    "GET /employer-profiles/{employer_user}": "200 200 200 200 200 200",
    # photos and uploads
    "GET /photos": "400 400 400 400 400 400",
    "GET /photos?profile_id={model}": "200 200 200 200 200 200",
    "GET /photos?profile_id={hidden_model}": "404 404 404 404 200 200",
    "POST /photos": "401 415 403 403 403 415",
    "PUT /photos/{photo}": "401 403 403 403 403 200",
    "PATCH /photos/{photo}": "401 403 403 403 403 200",
    "DELETE /photos/{photo}": "401 403 403 403 403 204",
    "POST /photos/reorder": "401 400 403 403 403 400",
    "POST /upload": "401 415 415 415 415 415",
    # castings
    "GET /castings": "200 200 200 200 200 200",
    "POST /castings": "401 403 400 400 403 400",
    "GET /castings/my": "401 403 200 200 403 200",
    "GET /castings/saved": "401 200 200 200 200 200",
    "GET /castings/{casting}": "200 200 200 200 200 200",
    "PUT /castings/{casting}": "401 403 403 403 403 200",
    "PATCH /castings/{casting}": "401 403 403 403 403 200",
    "PATCH /castings/{casting}/status": "401 403 403 403 403 400",
    "DELETE /castings/{casting}": "401 403 403 403 403 204",
    "GET /castings/{draft}": "404 404 404 404 200 200",
    "PATCH /castings/{draft}": "401 404 404 404 403 200",
    "PATCH /castings/{draft}/status": "401 404 404 404 403 400",
    "DELETE /castings/{draft}": "401 404 404 404 403 204",
    "POST /castings/{casting}/promote": "401 403 403 403 403 403",
    "DELETE /castings/{casting}/promote": "401 403 403 403 403 204",
    "DELETE /castings/{draft}/promote": "401 404 404 404 403 204",
    "POST /castings/{casting}/save": "401 201 201 201 201 201",
    "DELETE /castings/{casting}/save": "401 204 204 204 204 204",
    "POST /castings/{draft}/save": "401 404 404 404 201 201",
    # organizations; the owner is an agency's, of a representation the model
    "GET /organizations/my": "401 200 200 200 200 200",
    "GET /organizations/following": "401 200 200 200 200 200",
    "GET /organizations/{organization}": "200 200 200 200 200 200",
    "GET /organizations/{organization}/castings": "200 200 200 200 200 200",
    "GET /organizations/{organization}/members": "401 403 403 403 200 200",
    "PATCH /organizations/{organization}/members/{member}": "401 403 403 403 403 400",
    "PATCH /organizations/{organization}/members/{owners_place}": "401 403 403 403 403 400",
    "DELETE /organizations/{organization}/members/{member}": "401 403 403 403 403 204",
    "DELETE /organizations/{organization}/members/{owners_place}": "401 403 403 403 403 409",
    "POST /organizations/{organization}/invite": "401 403 403 403 403 400",
    "GET /organizations/{organization}/invitations": "401 403 403 403 200 200",
    "DELETE /organizations/{organization}/invitations/{invitation}": "401 403 403 403 403 204",
    "POST /organizations/invitations/{token}/accept": "401 403 403 403 403 403",
    "POST /organizations/invitations/{no_token}/accept": "401 404 404 404 404 404",
    "POST /organizations/{organization}/follow": "401 204 204 204 204 204",
    "DELETE /organizations/{organization}/follow": "401 204 204 204 204 204",
    "GET /organizations/{organization}/models": "200 200 200 200 200 200",
    "POST /organizations/{organization}/models": "401 403 403 403 403 400",
    "POST /organizations/{employer}/models": "401 403 403 403 403 403",
    "DELETE /organizations/{organization}/models/{model}": "401 403 403 403 403 204",
    "GET /organizations/representations": "401 200 403 403 403 200",
    "POST /organizations/representations/{representation}/accept": "401 404 403 403 403 200",
    "POST /organizations/representations/{representation}/decline": "401 404 403 403 403 200",
    # responses; the owner of a response is its applicant or the casting's owner, as the address says
    "POST /castings/{casting}/responses": "401 201 403 400 403 403",  # an agency is to name models of its roster
    "GET /castings/{casting}/responses": "401 403 403 403 200 200",
    "GET /castings/{draft}/responses": "401 404 404 404 200 200",
    "GET /responses/my": "401 200 403 403 403 200",
    "PATCH /responses/{response}": "401 404 404 404 403 400",
    "PATCH /responses/{response}/status": "401 404 404 404 403 400",
    "DELETE /responses/{own_response}": "401 404 404 404 403 204",
    "PATCH /responses/{own_response}": "401 404 404 404 403 403",
    "PATCH /responses/{own_response}/status": "401 404 404 404 403 403",
    "DELETE /responses/{response}": "401 404 404 404 403 403",
    "POST /responses": "401 400 403 403 403 400",
    "GET /responses": "401 400 400 400 400 400",
    "GET /responses?casting_id={casting}": "401 403 403 403 200 200",
    "GET /responses?casting_id={draft}": "401 404 404 404 200 200",
    # reviews; the owner is the model who wrote the review of the employer, {told} is the employer's of her
    "GET /reviews": "400 400 400 400 400 400",
    "GET /reviews?target_type=employer&target_id={employer}": "200 200 200 200 200 200",
    "GET /reviews?target_type=model&target_id={hidden_model}": "404 404 404 404 200 200",
    "POST /reviews": "401 400 400 400 403 400",
    "DELETE /reviews/{own_review}": "401 403 403 403 403 204",
    "DELETE /reviews/{told_review}": "401 403 403 403 403 204",
    "POST /reviews/{own_review}/reply": "401 403 403 403 403 403",
    "POST /reviews/{told_own_review}/reply": "401 403 403 403 403 400",
    "DELETE /reviews/{hidden_review}": "401 404 404 404 403 404",
    "GET /organizations/{employer}/reviews": "200 200 200 200 200 200",
    # analytics; the owners' plans have them
    "GET /analytics/model": "401 403 403 403 403 200",
    "GET /analytics/employer": "401 403 403 403 403 200",
    "GET /analytics/employer?organization_id={employer}": "401 403 403 403 403 200",
    # matches, invitations, searches; the owner of an invitation or a search is the model
    "GET /castings/recommended": "401 200 403 403 403 200",
    "GET /castings/{casting}/matches": "401 403 403 403 200 200",
    "GET /castings/{draft}/matches": "401 404 404 404 200 200",
    "POST /castings/{casting}/invitations": "401 403 403 403 403 400",
    "POST /castings/{draft}/invitations": "401 404 404 404 403 400",
    "GET /castings/{casting}/invitations": "401 403 403 403 200 200",
    "GET /invitations/my": "401 200 403 403 403 200",
    "POST /invitations/{casting_invitation}/decline": "401 404 404 404 403 200",
    "POST /invitations/{sent_one}/decline": "401 404 404 404 403 403",
    "GET /searches": "401 200 200 200 200 200",
    "POST /searches": "401 400 400 400 400 400",
    "DELETE /searches/{search}": "401 404 404 404 404 204",
    # chat; the owner is the employer in the room, the others are in none and on the free plan, which has no chat
    "POST /ws/ticket": "401 201 201 201 201 201",
    "GET /chat/rooms": "401 403 403 403 403 200",
    "POST /chat/rooms": "401 403 403 403 403 400",
    "GET /chat/rooms/{room}/messages": "401 404 404 404 404 200",
    "POST /chat/rooms/{room}/messages": "401 403 403 403 403 400",
    "PATCH /chat/rooms/{room}/messages/{message}": "401 404 404 404 404 400",
    "PATCH /chat/rooms/{room}/messages/{answer}": "401 404 404 404 404 403",
    "DELETE /chat/rooms/{room}/messages/{message}": "401 404 404 404 404 204",
    "DELETE /chat/rooms/{room}/messages/{answer}": "401 404 404 404 404 403",
    "POST /chat/rooms/{room}/read": "401 404 404 404 404 200",
    "GET /chat/unread": "401 200 200 200 200 200",
    "GET /chat/search": "401 400 400 400 400 400",
    "GET /chat/search?q=алло": "401 200 200 200 200 200",
    "POST /chat/messages/send": "401 403 403 403 403 400",
    # notifications
    "GET /notifications": "401 200 200 200 200 200",
    "POST /notifications/{notification}/read": "401 404 404 404 404 200",
    "POST /notifications/read-all": "401 200 200 200 200 200",
    "GET /notifications/preferences": "401 200 200 200 200 200",
    "PUT /notifications/preferences": "401 200 200 200 200 200",
    "PATCH /notifications/preferences": "401 200 200 200 200 200",
    "POST /notifications/devices": "401 400 400 400 400 400",
    "DELETE /notifications/devices/{device}": "401 404 404 404 404 204",
}  # fmt: skip

# Whose row it is, where the address alone does not say: the employer owns all others.
OF_THE_MODEL = ("model", "photo", "experience", "own_response", "session", "/responses/my", "POST /responses",
                "payment", "robokassa/responses", "notification", "device", "/analytics/model",
                "{own_review}", "representations", "recommended", "{casting_invitation}", "/invitations/my",
                "search")  # fmt: skip
OF_THE_AGENCY = ("{organization}", "/organizations/my", "/organizations/invitations/")


class World:
    """One owner of each kind with a row of each kind, and strangers to them all."""

    def __init__(self):
        model = factories.model()
        hidden = factories.model(visibility="hidden")
        employer = factories.employer()
        casting = factories.casting(of=employer)
        response = factories.response(to=casting, by=model)
        room = factories.room(one=factories.pro(employer.user), other=factories.pro(model.user))
        own_review = factories.review(author=model.user, employer=employer)
        told_review = factories.review(author=employer.user, model=model)
        agency = factories.agency()
        self.agency_owner = Api(agency.user)
        invitation = factories.casting_invitation(to=casting, of=model)
        self.model_owner, self.hidden_owner, self.employer_owner = (Api(p.user) for p in (model, hidden, employer))
        self.ids = {
            "session": model.user.sessions.get().id,
            "somebody": factories.user().id,
            "model": model.id,
            "model_user": model.user_id,
            "hidden_model": hidden.id,
            "hidden_model_user": hidden.user_id,
            "payment": factories.payment(user=model.user).id,
            "notification": factories.notification(user=model.user).id,
            "device": factories.device(user=model.user).token,
            "photo": factories.photo(profile=model).id,
            "experience": factories.work_experience(profile=model).id,
            "employer": employer.id,
            "employer_user": employer.user_id,
            "casting": casting.id,
            "draft": factories.casting(of=employer, status="draft").id,
            "casting_invitation": invitation.id,
            "sent_one": invitation.id,
            "search": factories.search(of=model.user).id,
            "response": response.id,
            "own_response": response.id,
            "own_review": own_review.id,
            "told_own_review": own_review.id,
            "told_review": told_review.id,
            "hidden_review": factories.review(author=factories.model().user, employer=employer, is_hidden=True).id,
            "organization": agency.id,
            "member": factories.member(of=agency).id,
            "owners_place": agency.members.get(role="owner").id,
            "invitation": factories.invitation(to=agency).id,
            "token": factories.invitation(to=agency, email="erlan@example.kz").token,
            "no_token": "0",
            "representation": factories.representation(by=agency, of=model, status="pending").id,
            "room": room.id,
            "message": factories.message(to=room, by=employer.user).id,
            "answer": factories.message(to=room, by=model.user).id,
        }

    def client(self, role: str, operation: str) -> Api:
        if role == "nobody":
            return Api()
        if role == "owner":
            if "hidden" in operation:
                return self.hidden_owner
            if any(mark in operation for mark in OF_THE_AGENCY):
                return self.agency_owner
            return self.model_owner if any(mark in operation for mark in OF_THE_MODEL) else self.employer_owner
        person = factories.user(role=role)
        if role == Role.MODEL:
            factories.model(person=person)
        elif role != Role.ADMIN:
            factories.employer(person=person)
        return Api(person)


@pytest.mark.django_db
@pytest.mark.parametrize("operation", MATRIX)
def test_who_may_do_what(operation):
    method, address = operation.split(" ")
    world, answers = World(), {}
    for role in ROLES:
        with transaction.atomic():  # what one role does is undone before the next one's turn
            client = world.client(role, operation)
            answers[role] = client.generic(method, address.format(**world.ids), "{}", "application/json").status_code
            transaction.set_rollback(True)

    assert answers == dict(zip(ROLES, map(int, MATRIX[operation].split()), strict=True))


def test_the_matrix_knows_every_operation():
    def shape(operation: str) -> str:
        return re.sub(r"{\w+}", "{}", operation.split("?")[0])

    paths = SchemaGenerator().get_schema(request=None, public=True)["paths"]
    documented = {
        shape(f"{method.upper()} {path.removeprefix('/api/v1')}")
        for path, methods in paths.items()
        for method in methods
    }

    assert {shape(operation) for operation in MATRIX} == documented
