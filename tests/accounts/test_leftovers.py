"""A closed account leaves nothing of its person in any table or file, but what this table says, and why."""

import pytest

from accounts import reports, services
from accounts.models import Report, User
from mwork.api.errors import InvalidState
from notifications.models import Device
from profiles import services as profile_services
from tests import factories
from tests.accounts.marks import MARK, MARKS, PICTURE, Marked, columns, textual_columns
from tests.conftest import stored_files

SAID = "messages are kept, as those of a deleted user: they are their reader's too"
MONEY = "money stays on record as it came"
LOG = "what staff decided is never changed; what they write names nobody"
REPORTED = "an open report keeps both until it is settled: nobody gets out of it by leaving"
ANSWERED = "whoever answered it sees this of it in her own list"
KEPT = {
    "chat_message.content": SAID,
    "chat_message.search_text": SAID,
    "chat_message.client_id": SAID,  # the same message sent again is the same message
    "chat_attachment.file": SAID,
    "chat_attachment.thumbnail": SAID,
    "chat_attachment.name": SAID,
    "castings_review.comment": "a review is its reader's too, and stays as that of a deleted user",
    "billing_paymentevent.raw": MONEY,
    "billing_paymentevent.address": MONEY,
    "billing_paymentevent.reason": MONEY,
    "accounts_auditentry.reason": LOG,
    "accounts_report.comment": REPORTED,
    "accounts_report.evidence": REPORTED,
}
KEPT_OF_AN_EMPLOYER = {
    "castings_casting.title": ANSWERED,
    "castings_casting.city": ANSWERED,
    "castings_casting.city_key": ANSWERED,
    "castings_casting.search_text": ANSWERED,
    "notifications_notification.data": "what others were told of a casting is theirs; once read it goes after a while",
    "accounts_auditentry.target_label": LOG,
}
# Columns that hold nobody's words: what the fill below need not mark.
OURS = {
    "accounts_user.password", "accounts_session.refresh_hash", "accounts_session.previous_hash",
    "accounts_ticket.digest", "accounts_auditentry.action", "accounts_auditentry.target_type",
    "accounts_auditentry.target_label", "accounts_auditentry.details", "accounts_report.outcome",
    "api_idempotencykey.fingerprint", "billing_payment.promotion_kind", "billing_plan.name",
    "castings_casting.risk_reasons", "castings_castingview.viewer", "profiles_modelview.viewer",
    "profiles_modelprofile.main_photo", "profiles_modelprofile.categories", "profiles_photo.file",
    "profiles_photo.thumbnail", "profiles_employerprofile.logo", "profiles_employerprofile.logo_thumbnail",
    "castings_casting.cover", "castings_casting.cover_thumbnail", "castings_casting.text_bands",
    "castings_castingview.city", "castings_castingviewcount.city", "profiles_modelview.city",
    "profiles_modelviewcount.city", "castings_castingview.role", "castings_castingviewcount.role",
    "profiles_modelview.role", "profiles_modelviewcount.role", "castings_citystanding.city_key",
    "castings_savedsearch.category", "castings_savedsearch.terms", "profiles_invitation.digest",
    "chat_attachment.content_type",
    "chat_message.fingerprint", "notifications_notification.kind", "notifications_notification.key",
}  # fmt: skip


@pytest.fixture
def closed(django_capture_on_commit_callbacks):
    """`closed(marked)` closes the account through the API, with what follows the commit."""

    def close(marked: Marked) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            services.close(user=User.objects.get(id=marked.user.id), password=factories.PASSWORD)

    return close


@pytest.fixture
def filled(db):
    return {role: Marked(role) for role in ("model", "employer")}


def test_the_fill_marks_every_column_that_could_hold_a_persons_words(filled):
    """Or the test below proves nothing: a new column is marked there, or named among OURS here."""
    marked = columns(*MARKS)

    assert textual_columns() - marked - OURS == set()
    assert {"profiles_modelprofile.birth_date", "django_admin_log.object_repr"} < marked
    assert set(KEPT) | set(KEPT_OF_AN_EMPLOYER) - {"accounts_auditentry.target_label"} < marked


@pytest.mark.parametrize("role", ["model", "employer", "agency"])
def test_a_closed_account_leaves_nothing_but_what_is_listed(db, closed, role):
    marked = Marked(role)
    kept = KEPT if role == "model" else KEPT | KEPT_OF_AN_EMPLOYER
    assert len(stored_files()) > 4

    closed(marked)

    assert columns(*MARKS) == set(kept) - {"accounts_auditentry.target_label"}
    # Of her files only what she has sent.
    assert sorted(stored_files()) == sorted(
        f"attachments/{marked.user.id}/{part}-{MARK}-sent.webp" for part in ("file", "small")
    )
    assert str(User.objects.get(id=marked.user.id)) == f"closed-{marked.user.id}@closed.invalid"


def test_the_first_casting_keeps_what_its_answer_shows_and_the_other_nothing(db, closed):
    marked = Marked("employer")
    bands = [casting.text_bands for casting in (marked.casting, marked.unanswered)]

    closed(marked)

    for casting in (marked.casting, marked.unanswered):
        casting.refresh_from_db()
    assert (marked.casting.title, marked.unanswered.title) == (f"{MARK} title 0", "")
    assert (marked.casting.description, marked.casting.address) == ("", "")
    assert [casting.text_bands for casting in (marked.casting, marked.unanswered)] == bands


def test_an_open_report_is_emptied_when_it_is_settled(db, closed):
    marked = Marked("model")
    closed(marked)

    for report in Report.objects.concerning(marked.user).filter(status="open"):
        reports.dismiss(report=report, actor=marked.staff, outcome="Looked at.", reason="Looked at.")

    assert not {"accounts_report.comment", "accounts_report.evidence"} & columns(*MARKS)


def test_what_a_late_request_writes_goes_with_the_next_sweep(db, closed):
    """A request that was past its checks when the account closed may write after it."""
    marked = Marked("model")
    closed(marked)
    late = marked.user
    Device.objects.create(user=late, token=f"{MARK}-late", platform="ios")
    factories.model(person=late, name=f"{MARK} late")
    factories.notification(user=factories.user(), plan="PRO")
    assert {"notifications_device.token", "profiles_modelprofile.name"} < columns(*MARKS)

    assert [services.forget_late() for _ in range(2)] == [1, 1]

    assert columns(*MARKS) == set(KEPT)


def test_a_sweep_looks_at_those_who_left_lately_only(db, closed):
    marked = Marked("model")
    assert services.forget_late() == 0
    closed(marked)
    User.objects.filter(id=marked.user.id).update(closed_at="2026-01-01T00:00:00Z")

    assert services.forget_late() == 0


def test_a_closed_companys_picture_is_refused(db, closed):
    marked = Marked("employer")
    closed(marked)

    with pytest.raises(InvalidState):
        profile_services.set_logo(employer=marked.page, picture=PICTURE)
    assert not any("employers/" in name for name in stored_files())
