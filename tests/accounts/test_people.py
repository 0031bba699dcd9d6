import pytest
from django.core.management import CommandError, call_command

from accounts.models import Block, User
from castings.models import Casting, Response
from profiles.models import EmployerProfile, ModelProfile
from tests import factories
from tests.conftest import Api, data, error


def test_blocking_is_idempotent_and_listed_with_the_name(model, employer):
    address = f"/users/{employer.person.id}/block"

    assert [model.post(address).status_code for _ in range(2)] == [204, 204]

    (blocked,) = data(model.get("/users/blocked"))["users"]
    assert blocked["id"] == str(employer.person.id)
    assert (blocked["role"], blocked["name"]) == ("employer", "Tengri Production")
    assert [model.delete(address).status_code for _ in range(2)] == [204, 204]
    assert not Block.objects.exists()


def test_blocking_refuses_oneself_and_strangers_to_the_platform(model):
    refused = model.post(f"/users/{model.person.id}/block")

    assert list(error(refused, 400, "VALIDATION_ERROR")["details"]) == ["id"]
    error(model.post("/users/00000000-0000-7000-8000-000000000000/block"), 404, "NOT_FOUND")
    error(model.post("/users/not-a-uuid/block"), 404, "NOT_FOUND")


def test_closing_an_account_asks_for_the_password(model):
    refused = model.delete("/auth/me", {"password": "wrong-password-1"})

    assert list(error(refused, 400, "VALIDATION_ERROR")["details"]) == ["password"]
    data(model.get("/auth/me"))


def test_closing_a_models_account_erases_the_person_and_frees_the_email(model, api):
    email, profile = model.person.email, ModelProfile.objects.get()
    answered = factories.response(by=profile).casting

    assert model.delete("/auth/me", {"password": factories.PASSWORD}).status_code == 204

    error(model.get("/auth/me"), 401, "INVALID_TOKEN")
    error(api.post("/auth/login", {"email": email, "password": factories.PASSWORD}), 401, "INVALID_CREDENTIALS")
    error(api.get(f"/profiles/models/{profile.id}"), 404, "NOT_FOUND")
    answered.refresh_from_db()
    assert answered.responses_count == 0
    data(api.post("/auth/register", {"email": email, "password": factories.PASSWORD, "role": "model"}), 201)


def test_closing_an_employers_account_leaves_its_castings_readable_to_those_who_answered(employer, api):
    casting = factories.casting(of=EmployerProfile.objects.get())
    response = factories.response(to=casting)

    assert employer.delete("/auth/me", {"password": factories.PASSWORD}).status_code == 204

    error(api.get(f"/castings/{casting.id}"), 404, "NOT_FOUND")
    error(api.get(f"/profiles/employers/{casting.employer_id}"), 404, "NOT_FOUND")
    (own,) = data(Api(response.applicant.user).get("/responses/my"))["responses"]
    assert own["casting"]["creator"]["company_name"] == ""
    assert Response.objects.filter(id=response.id).exists()
    assert Casting.objects.filter(id=casting.id).exists()


def test_a_banned_persons_profile_and_castings_leave_every_list(api):
    profile, casting = factories.model(), factories.casting()
    for person in (profile.user, casting.employer.user):
        call_command("ban", person.email, "--reason", "fake", verbosity=0)

    assert data(api.get("/profiles/models"))["models"] == []
    assert data(api.get("/castings"))["castings"] == []
    error(api.get(f"/profiles/models/{profile.id}"), 404, "NOT_FOUND")
    error(api.get(f"/castings/{casting.id}"), 404, "NOT_FOUND")

    for person in (profile.user, casting.employer.user):
        call_command("unban", person.email, verbosity=0)
    assert len(data(api.get("/profiles/models"))["models"]) == 1
    assert len(data(api.get("/castings"))["castings"]) == 1


@pytest.mark.parametrize("arguments", [["nobody@example.kz"], ["m@example.kz", "--until", "tomorrow"]])
def test_the_ban_command_names_what_is_wrong(db, arguments):
    factories.user(email="m@example.kz")

    with pytest.raises(CommandError):
        call_command("ban", *arguments)


def test_createsuperuser_makes_an_admin(db):
    admin = User.objects.create_superuser("Chief@example.kz", factories.PASSWORD)

    assert (admin.email, admin.role, admin.is_staff, admin.is_superuser) == ("chief@example.kz", "admin", True, True)
