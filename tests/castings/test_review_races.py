"""Reviews written, deleted, hidden and shown at once: the rating is what a recount of the rows gives."""

from collections import Counter
from decimal import ROUND_HALF_UP, Decimal
from threading import Barrier

import pytest
from django.db import connection, transaction

from accounts import services as account_services
from castings import review_moderation, reviews
from castings.models import Review
from castings.review_models import ReviewTarget
from mwork.api.errors import ApiError
from profiles.models import EmployerProfile
from tests import factories
from tests.conftest import Api
from tests.races import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("plans")]


def recounted(employer) -> tuple[float, int]:
    """By hand, from the rows."""
    ratings = [review.rating for review in Review.objects.filter(employer=employer) if not review.is_hidden]
    if not ratings:
        return 0, 0
    mean = (Decimal(sum(ratings)) / len(ratings)).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return float(mean), len(ratings)


def told(employer) -> tuple[float, int]:
    employer.refresh_from_db()
    return employer.rating, employer.reviews_count


def body(response, rating: int = 5) -> dict:
    casting = response.casting
    return {"target_type": "employer", "target_id": casting.employer_id, "casting_id": casting.id, "rating": rating}


def test_twenty_reviews_deletions_and_decisions_at_once_add_up():
    employer, staff = factories.employer(), factories.user(role="admin")
    responses = [factories.done(of=employer) for _ in range(20)]
    standing = [
        factories.review(author=factories.model().user, employer=employer, rating=1 + number % 5, is_hidden=number > 9)
        for number in range(15)
    ]
    clients = [Api(response.applicant.user) for response in responses]

    def act(number: int):
        if number < 20:
            return clients[number].post("/reviews", body(responses[number], 1 + number % 5)).status_code
        review = standing[number - 20]
        if number < 25:
            return reviews.delete(user=review.author, review=review)
        decide = review_moderation.hide if number < 30 else review_moderation.show
        return decide(review=review, actor=staff, reason="…").is_hidden

    answers = Counter(at_once(35, act))

    assert answers == {201: 20, None: 5, True: 5, False: 5}
    assert told(employer) == recounted(employer)
    assert told(employer)[1] == 25


def test_a_rating_is_wrong_without_the_lock():
    """The control: those who count before either has committed each miss the other's review."""
    employer, both_have_counted = factories.employer(), Barrier(2)
    authors = [factories.model().user for _ in range(2)]
    castings = [factories.casting(of=employer, status="completed") for _ in range(2)]

    def meet_before_writing(execute, sql, *args):
        if sql.startswith("UPDATE"):
            both_have_counted.wait(timeout=10)
        return execute(sql, *args)

    def write_unlocked(number: int):
        with transaction.atomic():
            factories.review(author=authors[number], after=castings[number], employer=employer, rating=5)
            with connection.execute_wrapper(meet_before_writing):
                reviews.count_anew(ReviewTarget.EMPLOYER, employer.id)

    at_once(2, write_unlocked)

    assert recounted(employer) == (5, 2)
    assert told(employer) == (5, 1)


def test_one_side_reviews_once_of_ten():
    response = factories.done()
    client = Api(response.applicant.user)

    answers = Counter(at_once(10, lambda _: client.post("/reviews", body(response)).status_code))

    assert answers == {201: 1, 409: 9}
    assert told(response.casting.employer) == (5, 1)


def test_a_review_is_answered_once_of_ten():
    employer = factories.employer()
    review, client = factories.review(author=factories.model().user, employer=employer), Api(employer.user)

    answers = Counter(at_once(10, lambda _: client.post(f"/reviews/{review.id}/reply", {"reply": "…"}).status_code))

    assert answers == {201: 1, 409: 9}


def test_a_review_is_hidden_by_one_of_ten():
    employer, staff = factories.employer(), factories.user(role="admin")
    review = factories.review(author=factories.model().user, employer=employer)

    def hide(_):
        try:
            review_moderation.hide(review=review, actor=staff, reason="…")
        except ApiError as refusal:
            return refusal.code
        return "hidden"

    assert Counter(at_once(10, hide)) == {"hidden": 1, "INVALID_STATE": 9}


@pytest.mark.parametrize("whose", ["the author's", "the target's"])
def test_an_account_that_closes_meanwhile_leaves_a_true_rating(whose):
    for _ in range(5):
        responses = [factories.done(by=factories.model()) for _ in range(2)]
        employer = responses[0].casting.employer
        leaver = responses[0].applicant.user if whose == "the author's" else employer.user
        client = Api(responses[0].applicant.user)

        def act(number: int):
            if number == 0:
                return client.post("/reviews", body(responses[0])).status_code  # noqa: B023  called within this turn
            return account_services.close(user=leaver, password=factories.PASSWORD)  # noqa: B023

        answer, _none = at_once(2, act)

        assert answer in (201, 401, 403, 404)
        if EmployerProfile.objects.get(id=employer.id).closed_at is None:
            assert told(employer) == recounted(employer)
