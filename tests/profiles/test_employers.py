import pytest

from profiles.models import EmployerProfile
from tests import factories
from tests.conftest import Api, data, error

NEW = {"company_name": "Tengri Production"}


def test_create_by_an_employer_and_an_agency(db):
    for role in ("employer", "agency"):
        client = Api(factories.user(role=role))

        made = data(client.post("/profiles/employers", {**NEW, "phone": "+77011234567", "website": ""}), 201)[
            "employer"
        ]

        assert made == {
            "id": made["id"],
            "user_id": str(client.person.id),
            "company_name": "Tengri Production",
            "description": "",
            "website": "",
            "city": "",
            "country": "Kazakhstan",
            "logo": None,
            "is_verified": False,
            "rating": 0.0,
            "reviews_count": 0,
            "active_castings": 0,
            "created_at": made["created_at"],
            "contact_person": "",
            "phone": "+77011234567",
        }
        error(client.post("/profiles/employers", NEW), 409, "DUPLICATE_RESOURCE")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("company_name", "x"),
        ("company_name", None),
        ("website", "tengri"),
        ("website", "javascript:alert(1)"),
        ("website", "ftp://tengri.example.kz"),
        ("phone", "87011234567"),
        ("phone", "+7 701 123 45 67"),
        ("phone", "+7701123456789012"),
        ("phone", "+77011234567\n"),
        ("description", "x" * 5001),
    ],
)
def test_create_names_what_it_refuses(db, field, value):
    client = Api(factories.user(role="employer"))

    if value == "+77011234567\n":  # trimmed, as all text is
        assert (
            data(client.post("/profiles/employers", {**NEW, field: value}), 201)["employer"]["phone"] == "+77011234567"
        )
    else:
        refused = error(client.post("/profiles/employers", {**NEW, field: value}), 400, "VALIDATION_ERROR")
        assert list(refused["details"]) == [field]


def test_contacts_are_shown_to_the_owner_and_staff_only(employer, model, staff, api):
    address = f"/profiles/employers/{employer.person.employer_profile.id}"

    for insider in (employer, staff):
        assert data(insider.get(address))["employer"]["phone"] == "+77011234567"
    for stranger in (model, api, Api(factories.employer().user)):
        assert {"phone", "contact_person"}.isdisjoint(data(stranger.get(address))["employer"])


def test_active_castings_are_counted(employer, api):
    profile = employer.person.employer_profile
    for status in ("active", "active", "draft", "completed"):
        factories.casting(of=profile, status=status)

    assert data(api.get(f"/profiles/employers/{profile.id}"))["employer"]["active_castings"] == 2


def test_nobody_verifies_oneself(employer):
    profile = employer.person.employer_profile

    data(employer.patch(f"/profiles/employers/{profile.id}", {"is_verified": True, "rating": 5, "city": "Astana"}))

    profile.refresh_from_db()
    assert (profile.is_verified, profile.rating, profile.city) == (False, 0, "Astana")


def test_another_employer_may_not_change_it(employer):
    stranger = Api(factories.employer().user)

    error(
        stranger.put(f"/profiles/employers/{employer.person.employer_profile.id}", {"city": "Astana"}),
        403,
        "PERMISSION_DENIED",
    )
    assert EmployerProfile.objects.filter(city="Astana").count() == 0
