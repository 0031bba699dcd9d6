"""The log of what staff decide: only added to, whoever tries."""

from importlib import import_module

import pytest
from django.db import DatabaseError, connection, transaction

from accounts import audit
from accounts.models import AuditEntry
from mwork.api.errors import Forbidden, Invalid
from tests import factories

TABLE = AuditEntry._meta.db_table


def execute(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a table with checks that wait is not truncated in any case
        cursor.execute(statement)


@pytest.fixture
def entry(db):
    casting = factories.casting(title="Лукбук")
    return audit.record(
        actor=factories.staff(), action="hide", target=casting, reason=" No such studio. ",
        subject=casting.employer.user, details={"before": "none"},
    )  # fmt: skip


def test_an_entry_holds_who_what_whom_and_why(entry):
    casting = entry.subject.employer_profile.castings.get()

    assert (entry.target_type, entry.target_id, entry.target_label) == ("castings.casting", casting.id, "Лукбук")
    assert (entry.reason, entry.noun, entry.details) == ("No such studio.", "casting", {"before": "none"})
    assert list(AuditEntry.objects.about(casting)) == [entry]


def test_an_entry_about_a_person_does_not_name_her(db):
    person = factories.model().user

    entries = [
        audit.record(actor=None, action="look", target=target, reason="x", subject=person)
        for target in (person, person.model_profile)
    ]

    assert [entry.target_label for entry in entries] == ["", ""]


@pytest.mark.parametrize(
    "statement",
    [
        f"UPDATE {TABLE} SET reason = 'another'",
        f"UPDATE {TABLE} SET reason = reason WHERE false",
        f"DELETE FROM {TABLE}",
        f"TRUNCATE {TABLE}",
        f"TRUNCATE {TABLE} CASCADE",
    ],
)
def test_the_database_refuses_every_change(entry, statement):
    with pytest.raises(DatabaseError, match="append-only"):
        execute(statement)

    assert AuditEntry.objects.get().reason == "No such studio."


def test_the_trigger_has_its_way_back(entry):
    migration = import_module("accounts.migrations.0003_moderation")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(migration.OPEN_AGAIN)
        cursor.execute(f"DELETE FROM {TABLE}")
        cursor.execute(migration.APPEND_ONLY)
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            cursor.execute(f"DELETE FROM {TABLE}")


@pytest.mark.parametrize("reason", ["", "  \n", "x" * 2001])
def test_a_decision_needs_a_reason(db, reason):
    with pytest.raises(Invalid) as refused:
        audit.record(actor=None, action="hide", target=factories.casting(), reason=reason)

    assert list(refused.value.details) == ["reason"]
    assert not AuditEntry.objects.exists()


def test_only_staff_decide(db):
    casting = factories.casting()

    with pytest.raises(Forbidden):
        audit.record(actor=casting.employer.user, action="restore", target=casting, reason="mine")


def test_the_log_stays_when_the_person_leaves_and_names_nobody(db):
    person = factories.model(name="Айгерім Нұрланова").user
    factories.banned(person)

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SELECT row_to_json(t)::text FROM {TABLE} t")
        (text,) = cursor.fetchone()

    assert person.email not in text
    assert "Айгерім" not in text
