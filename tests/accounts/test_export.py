"""What a person is given of her own: all of it, and nothing of anybody else."""

import json

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import audit, exporting
from accounts.models import Report, User
from mwork.me import ExportSerializer
from tests import factories
from tests.accounts.marks import Marked
from tests.conftest import Api, data, error

SECRET = "opens something, and lives seconds or as a hash"
OTHERS = "is about other people's doings"
STEPS = "is how far our own work has come"
LEFT_OUT = {
    "accounts.Ticket": SECRET,
    "api.IdempotencyKey": "an answer that was given already, kept for a day",
    "billing.PaymentEvent": "what the payment service said of an order that is exported",
    "castings.CastingView": OTHERS,
    "castings.CastingViewCount": OTHERS,
    "castings.CityStanding": OTHERS,
    "profiles.ModelView": OTHERS,
    "profiles.ModelViewCount": OTHERS,
    "notifications.Announcement": STEPS,
    "notifications.SearchHit": STEPS,
    "admin.LogEntry": "staff's own work in the admin",
    "otp_static.StaticDevice": SECRET,
    "otp_static.StaticToken": SECRET,
    "otp_totp.TOTPDevice": SECRET,
    "accounts.User_groups": "what staff may do",
    "accounts.User_user_permissions": "what staff may do",
}


def leads_to_a_user(model, seen=()) -> bool:
    """Is there a chain of foreign keys from this table to the people?"""
    targets = {field.related_model for field in model._meta.concrete_fields if field.remote_field}
    return any(target is User or (target not in seen and leads_to_a_user(target, (*seen, model))) for target in targets)


def test_every_table_that_leads_to_a_person_is_exported_or_left_out_for_a_reason():
    leading = {model for model in apps.get_models(include_auto_created=True) if leads_to_a_user(model)} | {User}

    undecided = {model._meta.label for model in leading - exporting.tables()} - set(LEFT_OUT)
    assert undecided == set()
    assert {model._meta.label for model in exporting.tables()} & set(LEFT_OUT) == set()
    assert set(LEFT_OUT) <= {model._meta.label for model in leading}


def test_the_document_names_every_section():
    assert set(ExportSerializer().fields) == {"made_at", *exporting.names()}


@pytest.mark.parametrize("role", ["model", "employer"])
def test_everything_she_gave_is_there(db, role):
    marked = Marked(role)
    answer = Api(marked.user).get("/auth/me/export")
    given = data(answer)["export"]

    assert answer["Content-Disposition"] == 'attachment; filename="mwork-export.json"'
    assert set(given) == {"made_at", *exporting.names()}
    empty = {name for name, rows in given.items() if not rows}
    of_the_other = {
        "model": {"employer_profile", "castings", "teams", "team_invitations"},
        "employer": {"model_profile", "work_experience", "photos", "responses"},
    }
    assert empty == of_the_other[role]
    assert given["account"]["email"] == marked.user.email
    assert given["sessions"][0]["device"] == "qzx phone"
    assert [message["content"] for message in given["messages"]] == ["qzx message"]
    assert (given["rooms"][0]["messages"], given["rooms"][0]["own_messages"]) == (2, 1)
    assert [row["comment"] for row in given["reports"]] == ["qzx open comment", "qzx settled comment"]
    assert [row["reason"] for row in given["decisions"]] == ["qzx words of staff"]
    assert {file["name"] for file in given["attachments"]} == {"qzx-sent.webp", "qzx-unsent.webp"}
    assert given["payments"][0]["amount"] == 990
    assert [row["name"] for row in given["saved_searches"]] == ["qzx search"]
    assert [row["comment"] for row in given["reviews"]] == ["qzx review"]
    if role == "model":
        assert given["model_profile"]["birth_date"] == "1987-06-05"
        assert given["responses"][0]["portfolio_links"] == ["https://qzx.example.com"]
        assert given["photos"][0]["url"].startswith("http://localhost:8000/media/photos/")
    else:
        assert (given["employer_profile"]["phone"], given["employer_profile"]["contact_person"]) == (
            "+7qzx",
            "qzx contact",
        )
        assert [casting["address"] for casting in given["castings"]] == ["qzx address"] * 2


@pytest.mark.parametrize("role", ["model", "employer"])
def test_nothing_of_other_people_is_there(db, role):
    """The partner's marks are everywhere she could meet them: in rooms, responses, notifications, reports, blocks."""
    marked, other = Marked(role), "zqy"
    partner = marked.partner
    User.objects.filter(id=partner.id).update(email=f"{other}@example.kz")
    for page in ("model_profile", "employer_profile"):
        if profile := getattr(partner, page, None):
            field = "name" if page == "model_profile" else "company_name"
            type(profile).objects.filter(id=profile.id).update(**{field: f"{other} name"})
    factories.message(to=marked.room, by=partner, content=f"{other} message")
    factories.notification(user=marked.user, kind="new_message", name=f"{other} name", room_id="r")
    factories.report(of=marked.user, by=partner, comment=f"{other} comment")
    type(marked.response).objects.update(note=f"{other} note")
    if role == "employer":
        type(marked.response).objects.update(message=f"{other} answer")
    audit.record(actor=marked.staff, action="dismiss", target=Report.objects.first(), reason=f"{other} fine",
                 subject=marked.user)  # fmt: skip

    text = json.dumps(data(Api(marked.user).get("/auth/me/export")), ensure_ascii=False)

    assert "qzx" in text
    assert other not in text
    assert marked.staff.email not in text


def test_it_costs_the_same_number_of_queries_however_much_there_is(db):
    costs = []
    marked = Marked("model")
    client = Api(marked.user)
    for rows in (1, 2, 30):
        for number in range(rows):
            factories.notification(user=marked.user, plan=str(number))
            factories.message(to=marked.room, by=marked.user)
            factories.photo(profile=marked.page)
            factories.room(one=factories.pro(factories.employer().user), other=marked.user)
            factories.report(by=marked.user)
            factories.response(by=marked.page)
            factories.payment(user=marked.user)
            factories.access_token(marked.user)
        with CaptureQueriesContext(connection) as queries:
            given = data(client.get("/auth/me/export"))["export"]
        # Once a minute a request also notes when its session was last seen.
        costs.append(sum(not query["sql"].startswith("UPDATE") for query in queries))
    assert len(given["rooms"]) == 34
    # The session, and one for each section but the account, which the session brought.
    assert costs == [len(exporting.names())] * 3


def test_it_is_limited_by_itself(db, settings):
    settings.RATES = {"auth": (2, 60), "api": (100, 60)}
    client, other = Api(factories.user()), Api(factories.user())

    assert [client.get("/auth/me/export").status_code for _ in range(2)] == [200, 200]
    error(client.get("/auth/me/export"), 429, "RATE_LIMIT_EXCEEDED")
    data(client.get("/auth/me"))
    data(other.get("/auth/me/export"))
