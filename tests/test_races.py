"""The rules about counts, states and uniqueness, with threads on the real database."""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, transaction
from django.db.models import F

from accounts import letters, tokens
from accounts import services as account_services
from accounts.models import Block, EmailToken, Purpose, Session, User
from billing import limits
from billing.models import Feature
from castings import services
from castings.models import Casting, CastingView, Response, SavedCasting
from mwork import clock
from mwork.api.errors import ApiError, InvalidCredentials
from profiles.models import ModelProfile
from tests import factories
from tests.conftest import Api
from tests.races import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("plans")]


def statuses(answers) -> Counter:
    return Counter(answer.status_code for answer in answers)


def test_one_email_registers_once():
    body = {"email": "a@example.kz", "password": factories.PASSWORD, "role": "model"}

    answers = at_once(10, lambda _: Api().post("/auth/register", body))

    assert statuses(answers) == {201: 1, 409: 9}
    assert User.objects.count() == 1


def test_one_user_makes_one_profile():
    client = Api(factories.user())
    body = {"name": "Айгерім", "age": 23, "gender": "female", "height": 176, "city": "Almaty"}

    answers = at_once(10, lambda _: client.post("/profiles/models", body))

    assert statuses(answers) == {201: 1, 409: 9}
    assert ModelProfile.objects.count() == 1


def test_one_model_answers_a_casting_once():
    client, casting = Api(factories.model().user), factories.casting()

    answers = at_once(10, lambda _: client.post(f"/castings/{casting.id}/responses", {}))

    assert statuses(answers) == {201: 1, 409: 9}
    casting.refresh_from_db()
    assert casting.responses_count == Response.objects.count() == 1


def test_the_free_plan_holds_exactly_three_of_ten_responses():
    client = Api(factories.model().user)
    castings = [factories.casting() for _ in range(10)]

    answers = at_once(10, lambda number: client.post(f"/castings/{castings[number].id}/responses", {}))

    assert statuses(answers) == {201: 3, 403: 7}
    assert Response.objects.count() == 3
    assert sum(Casting.objects.values_list("responses_count", flat=True)) == 3


def test_the_limit_is_passed_without_the_lock():
    """The control: the same rule without the subscription's lock lets too many through, so the lock is what holds."""
    user = factories.model().user
    castings = [factories.casting() for _ in range(10)]
    profile, everybody_has_looked = user.model_profile, Barrier(10)

    def apply_unlocked(number):
        with transaction.atomic():
            try:
                limits.check(user, Feature.RESPONSES)
            except ApiError:
                return False
            everybody_has_looked.wait(timeout=10)
            Response.objects.create(casting=castings[number], applicant=profile)
        return True

    assert sum(at_once(10, apply_unlocked)) == 10


def test_ten_models_answering_one_casting_are_all_counted():
    casting = factories.casting()
    clients = [Api(factories.model().user) for _ in range(10)]

    answers = at_once(10, lambda number: clients[number].post(f"/castings/{casting.id}/responses", {}))

    assert statuses(answers) == {201: 10}
    casting.refresh_from_db()
    assert casting.responses_count == 10


def test_of_two_decisions_at_once_none_is_lost_and_the_state_is_one_of_them():
    response = factories.response()
    owner = Api(response.casting.employer.user)
    address = f"/responses/{response.id}/status"

    answers = at_once(10, lambda n: owner.patch(address, {"status": ("accepted", "viewed")[n % 2]}))

    # Once accepted, "viewed" is no legal move: whoever came later than the first "accepted" was told so.
    response.refresh_from_db()
    assert response.status == "accepted"
    assert set(statuses(answers)) <= {200, 409}
    assert [answers[n].status_code for n in range(0, 10, 2)] == [200] * 5


def test_withdrawing_ten_times_at_once_gives_back_one_count():
    response = factories.response()
    applicant = Api(response.applicant.user)

    answers = at_once(10, lambda _: applicant.delete(f"/responses/{response.id}"))

    assert statuses(answers) == {204: 1, 404: 9}
    response.casting.refresh_from_db()
    assert response.casting.responses_count == 0


def test_withdrawal_and_acceptance_at_once_end_in_one_of_the_two():
    for _ in range(5):
        response = factories.response()
        applicant, owner = Api(response.applicant.user), Api(response.casting.employer.user)
        acts = [
            lambda a=applicant, r=response: a.delete(f"/responses/{r.id}"),
            lambda o=owner, r=response: o.patch(f"/responses/{r.id}/status", {"status": "accepted"}),
        ]

        withdrawn, accepted = at_once(2, lambda number, acts=acts: acts[number]())

        response.refresh_from_db()
        ended = {"withdrawn": (204, 404), "accepted": (409, 200)}[response.status]
        assert (withdrawn.status_code, accepted.status_code) == ended


def test_a_casting_is_not_drafted_while_it_is_being_answered():
    """Both start while somebody else holds the casting, so neither can be through before the other looks."""
    casting = factories.casting()
    owner, applicant = Api(casting.employer.user), Api(factories.model().user)
    acts = [
        lambda: owner.patch(f"/castings/{casting.id}/status", {"status": "draft"}),
        lambda: applicant.post(f"/castings/{casting.id}/responses", {}),
    ]

    with ThreadPoolExecutor(1) as aside:
        with transaction.atomic():
            Casting.objects.select_for_update().get(id=casting.id)
            both = aside.submit(at_once, 2, lambda number: acts[number]())
            wait_for_locks(2)
        drafted, answered = both.result(timeout=20)

    assert (drafted.status_code == 200) + (answered.status_code == 201) == 1


def test_an_old_password_opens_no_session_that_outlives_its_change():
    """The password is checked, then changed by somebody else, then the session would be opened."""
    user = factories.user()
    checked = User.objects.get(id=user.id)

    account_services.set_password(user=user, password="Tulpar-8-kanat")

    with pytest.raises(InvalidCredentials):
        account_services.open_session(user=checked)
    assert not Session.objects.exists()


def test_two_reset_letters_at_once_do_not_wait_for_each_other_for_ever():
    for _ in range(4):
        user = factories.user()
        letters_of_user = [account_services.write_letter(user=user, purpose=Purpose.RESET_PASSWORD) for _ in range(2)]
        bodies = [{"token": tokens.sign_letter(row), "password": "Tulpar-8-kanat"} for row in letters_of_user]

        answers = at_once(2, lambda number, bodies=bodies: Api().post("/auth/password/reset", bodies[number]))

        assert statuses(answers) == {200: 1, 400: 1}


def wait_for_locks(count: int) -> None:
    """Until so many connections wait for a lock, or for two seconds."""
    deadline = time.monotonic() + 2
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE wait_event_type = 'Lock' AND datname = current_database()"  # other workers' tests wait too
            )
            if cursor.fetchone()[0] >= count:
                return
        time.sleep(0.02)


def test_saving_and_blocking_at_once_make_one_row():
    client, casting = Api(factories.user()), factories.casting()
    other = factories.user()

    saves = at_once(10, lambda _: client.post(f"/castings/{casting.id}/save"))
    blocks = at_once(10, lambda _: client.post(f"/users/{other.id}/block"))

    assert statuses(saves) == {201: 1, 200: 9}
    assert statuses(blocks) == {204: 10}
    assert (SavedCasting.objects.count(), Block.objects.count()) == (1, 1)


def test_a_view_is_counted_once_by_ten_workers():
    casting = factories.casting()

    firsts = at_once(
        10, lambda _: CastingView.objects.record(subject_id=casting.id, viewer="somebody", day=clock.today())
    )

    casting.refresh_from_db()
    assert (sum(firsts), casting.views_count) == (1, 1)


def test_a_letters_token_works_once_of_ten():
    letter = account_services.write_letter(user=factories.user(), purpose=Purpose.RESET_PASSWORD)
    body = {"token": tokens.sign_letter(letter), "password": "Tulpar-8-kanat"}

    answers = at_once(10, lambda _: Api().post("/auth/password/reset", body))

    assert statuses(answers) == {200: 1, 400: 9}


def test_a_letter_is_sent_by_one_of_ten_workers(mailoutbox):
    letter = EmailToken.objects.create(user=factories.user(), purpose=Purpose.VERIFY_EMAIL, email="a@example.kz")

    sent = at_once(10, lambda _: letters.send(letter.id))

    assert (sum(sent), len(mailoutbox)) == (1, 1)


def test_ten_rotations_at_once_give_one_successor():
    session, first = account_services.open_session(user=factories.user())

    successors = at_once(10, lambda _: account_services.refresh(token=first, rotate=True)[1])

    assert len(set(successors)) == 1
    assert Session.objects.open().filter(id=session.id).exists()


def test_an_edit_does_not_undo_a_count_made_meanwhile():
    casting = factories.casting()
    stale = Casting.objects.get(id=casting.id)
    Casting.objects.filter(id=casting.id).update(views_count=F("views_count") + 5)

    services.change(casting=stale, title="Новое название")

    casting.refresh_from_db()
    assert (casting.views_count, casting.title) == (5, "Новое название")
