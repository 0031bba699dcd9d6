"""Closing an account while something of its person arrives."""

from contextlib import nullcontext, suppress

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, transaction
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts import reports, services
from accounts.models import Report, User
from accounts.staff import second_factor
from billing import moderation as billing
from billing.models import Plan, Subscription
from castings.models import Response
from mwork.api.errors import InvalidState
from notifications.models import Notification
from profiles.models import Follow, Photo
from tests import factories, pictures
from tests.accounts.marks import MARK, columns
from tests.conftest import Api, stored_files
from tests.races import at_once, overtaken, until_somebody_waits

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("plans")]
ROUNDS = 5


def while_closing(client: Api, act) -> int:
    """The status of `act`, done while the client's account closes."""
    acts = [act, lambda: client.delete("/auth/me", {"password": factories.PASSWORD}).status_code]
    status, closed = at_once(2, lambda number: acts[number]())
    assert closed == 204
    return status


@pytest.mark.parametrize("around", [nullcontext, transaction.atomic], ids=["alone", "in a transaction"])
def test_a_closing_that_loses_a_deadlock_begins_anew(around):
    """The other holds what the closing waits for, and then wants the account's row, which the closing holds."""
    follow = factories.follow()

    def close():
        with around():
            services.close(user=follow.user, password=factories.PASSWORD)

    acts = [
        close,
        lambda: _hold_and_want(Follow.objects.filter(id=follow.id), User.objects.filter(id=follow.user_id)),
    ]

    at_once(2, lambda number: acts[number]())

    assert User.objects.get(id=follow.user_id).closed_at
    assert not Follow.objects.exists()


def _hold_and_want(held, wanted) -> None:
    # On a machine that is slow enough it is the other who loses, and the closing has nothing to begin anew.
    with suppress(OperationalError), transaction.atomic():
        list(held.select_for_update())
        until_somebody_waits()
        list(wanted.select_for_update())


def test_a_report_by_whoever_leaves_is_open_and_emptied_when_settled_or_was_refused():
    for _ in range(ROUNDS):
        leaver, casting = Api(factories.user()), factories.casting()
        body = {"target_type": "casting", "target_id": str(casting.id), "reason": "other", "comment": f"{MARK} words"}

        status = while_closing(leaver, lambda c=leaver, b=body: c.post("/reports", b).status_code)

        assert status in (201, 401)
        report = Report.objects.filter(reporter=leaver.person).first()
        assert (report is not None) == (status == 201)
        if report:
            reports.dismiss(report=report, actor=factories.staff(), outcome="x", reason="x")
    assert columns(MARK) == set()


def test_a_report_about_whoever_leaves_keeps_its_evidence_until_it_is_settled():
    for _ in range(ROUNDS):
        page, reporter = factories.model(name=f"{MARK} name"), Api(factories.user())
        body = {"target_type": "model", "target_id": str(page.id), "reason": "fake_profile", "comment": "x"}

        status = while_closing(Api(page.user), lambda r=reporter, b=body: r.post("/reports", b).status_code)

        assert status in (201, 404)
        assert Report.objects.filter(subject=page.user, status="open").count() == (status == 201)
    assert columns(MARK) <= {"accounts_report.evidence"}


def test_a_plan_is_not_given_to_whoever_has_left_meanwhile():
    leaver, staff, plan = factories.user(), factories.staff(), Plan.objects.get(name="PRO")

    def give():
        with pytest.raises(InvalidState):
            billing.grant_plan(user=leaver, plan=plan, actor=staff, reason="x")

    overtaken(lambda: services.close(user=leaver, password=factories.PASSWORD), give, after="accounts_user")

    assert Subscription.objects.get(user=leaver).plan is None


def test_staff_who_leave_while_they_make_recovery_codes_do_both():
    """Both write the person's devices and what points to her: in one order, or each waits for the other for ever."""
    leaver = factories.staff()
    phone = second_factor.begin(user=leaver)
    second_factor.enrol(user=leaver, code=f"{totp(phone.bin_key):06d}")
    fresh = f"{totp(phone.bin_key, t0=-30):06d}"

    codes, _none = overtaken(
        lambda: second_factor.renew_codes(user=leaver, code=fresh),
        lambda: services.close(user=leaver, password=factories.PASSWORD),
        after="otp_totp_totpdevice",
    )

    assert len(codes) == second_factor.CODES
    assert not TOTPDevice.objects.exists()


def test_a_response_of_whoever_leaves_is_gone_or_was_refused():
    for _ in range(ROUNDS):
        page, casting = factories.model(), factories.casting()
        leaver, address = Api(page.user), f"/castings/{casting.id}/responses"

        status = while_closing(leaver, lambda c=leaver, a=address: c.post(a, {"message": f"{MARK} words"}).status_code)

        assert status in (201, 401, 409)
        casting.refresh_from_db()
        assert (Response.objects.count(), casting.responses_count) == (0, 0)
    assert columns(MARK) == set()


def test_a_response_to_whoever_leaves_arrives_or_finds_nothing():
    for _ in range(ROUNDS):
        casting, model = factories.casting(), Api(factories.model().user)
        owner = Api(casting.employer.user)

        status = while_closing(owner, lambda c=model, k=casting: c.post(f"/castings/{k.id}/responses", {}).status_code)

        assert status in (201, 404, 409)
        casting.refresh_from_db()
        assert casting.deleted_at is not None
        assert Response.objects.filter(casting=casting).count() == casting.responses_count == (status == 201)


def test_a_photo_of_whoever_leaves_is_gone_with_its_files_or_was_refused():
    for _ in range(ROUNDS):
        leaver = Api(factories.model().user)

        def upload(client=leaver):
            file = SimpleUploadedFile("photo.jpg", pictures.jpeg())
            return client.post("/photos", {"file": file, "caption": f"{MARK} caption"}, format="multipart").status_code

        assert while_closing(leaver, upload) in (201, 401, 409)
        assert Photo.objects.count() == 0
        assert stored_files() == []
    assert columns(MARK) == set()


def test_two_closings_and_a_sweep_at_once_are_one():
    for _ in range(ROUNDS):
        page = factories.model(name=f"{MARK} name")
        client = Api(page.user)
        acts = [
            lambda c=client: c.delete("/auth/me", {"password": factories.PASSWORD}).status_code,
            lambda c=client: c.delete("/auth/me", {"password": factories.PASSWORD}).status_code,
            lambda: services.forget_late(),
        ]

        first, second, _swept = at_once(3, lambda number, acts=acts: acts[number]())

        assert {204} <= {first, second} <= {204, 400, 401}
        assert User.objects.get(id=page.user_id).closed_at is not None
    assert columns(MARK) == set()


def follow(page, person):
    factories.follow(of=page, by=person)


def tell(page, person):
    Notification.objects.filter(id=factories.notification(user=page.user).id).update(actor=person)


@pytest.mark.parametrize(("bind", "rows"), [(follow, Follow), (tell, Notification)])
def test_two_whom_rows_bind_to_each_other_close_at_once(bind, rows):
    one, other = factories.agency(), factories.employer()
    bind(one, other.user)
    bind(other, one.user)

    def close(page):
        return Api(page.user).delete("/auth/me", {"password": factories.PASSWORD}).status_code

    closed = overtaken(lambda: close(one), lambda: close(other), after=rows._meta.db_table, verb="DELETE")

    assert closed == [204, 204]
    assert rows.objects.count() == 0
