import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone, translation

from accounts import services as account_services
from accounts.models import Block, Purpose, User
from accounts.staff import second_factor
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


@pytest.mark.parametrize(
    "arguments",
    [
        ["nobody@example.kz"],
        ["m@example.kz", "--until", "tomorrow"],
        ["m@example.kz", "--until", "9999-12-31T23:59:59Z"],
    ],
)
def test_the_ban_command_names_what_is_wrong(db, arguments):
    factories.user(email="m@example.kz")

    with pytest.raises(CommandError):
        call_command("ban", *arguments)


@pytest.mark.parametrize("command", ["ban", "unban", "reset_second_factor"])
def test_a_command_without_a_reason_says_so(db, command):
    person = factories.staff(email="m@example.kz", banned_at=timezone.now() if command == "unban" else None)
    second_factor.begin(user=person)

    with translation.override("en"), pytest.raises(CommandError, match="reason: Say why"):
        call_command(command, person.email, "--reason", " ")


def test_createsuperuser_makes_an_admin(db):
    admin = User.objects.create_superuser("Chief@example.kz", factories.PASSWORD)

    assert (admin.email, admin.role, admin.is_staff, admin.is_superuser) == ("chief@example.kz", "admin", True, True)


def test_a_hidden_models_name_is_not_told_by_a_block(employer):
    hidden = factories.model(name="Секретная Особа", visibility="hidden")
    employer.post(f"/users/{hidden.user_id}/block")

    assert data(employer.get("/users/blocked"))["users"][0]["name"] is None


def test_closing_leaves_nothing_of_the_person_in_any_table(model, employer):
    """Whatever table: the e-mail, the device, the name, the birth date are in none of them."""
    person, profile = model.person, ModelProfile.objects.get()
    account_services.write_letter(user=person, purpose=Purpose.VERIFY_EMAIL)
    account_services.open_session(user=person, device="Her very own phone", ip="203.0.113.77")
    model.post(f"/users/{employer.person.id}/block")
    casting = factories.casting()
    model.post(f"/castings/{casting.id}/save")
    body = {"company": "Her agency", "position": "Model", "start_date": "2024-04-20"}
    key = {"Idempotency-Key": "k-1"}
    data(model.post(f"/profiles/models/{profile.id}/experience", body, headers=key), 201)
    data(model.post(f"/castings/{casting.id}/responses", {"message": "Her words"}), 201)
    marks = [person.email, "Her very own phone", "203.0.113.77", "Her agency", "Her words", profile.name, "2003-05-14"]

    assert model.delete("/auth/me", {"password": factories.PASSWORD}).status_code == 204

    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT row_to_json(t)::text FROM "{table}" t')
            text = "\n".join(row for (row,) in cursor.fetchall())
            found |= {(table, mark) for mark in marks if mark in text}
    assert found == set()
    assert not Block.objects.exists()


def test_a_profile_or_casting_made_while_the_account_closes_is_in_no_list(api):
    """A request that was past its checks when the account closed may still write; nobody shall find it."""
    ghost, boss = factories.user(), factories.employer()
    for person in (ghost, boss.user):
        account_services.close(user=person, password=factories.PASSWORD)
    profile, casting = factories.model(person=ghost), factories.casting(of=boss)

    assert data(api.get("/profiles/models"))["models"] == []
    assert data(api.get("/castings"))["castings"] == []
    error(api.get(f"/profiles/models/{profile.id}"), 404, "NOT_FOUND")
    error(api.get(f"/castings/{casting.id}"), 404, "NOT_FOUND")


def test_staff_sign_in_is_limited_like_the_apis(client, db, settings):
    settings.RATES = {"auth": (2, 60)}
    form = {"username": "admin@example.kz", "password": "wrong-password-1"}

    assert [client.post("/admin/login/", form).status_code for _ in range(3)] == [200, 200, 429]
    assert client.get("/admin/login/").status_code == 200
