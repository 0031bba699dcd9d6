"""What staff do about reviews: hide them, show them again, read them in the admin."""

import pytest

from accounts.models import AuditEntry, User
from castings import review_moderation
from castings.models import Review
from mwork.api.errors import Invalid, InvalidState
from tests import factories
from tests.conftest import data, error
from tests.notifications.conftest import kinds

COMMENT = "Всё по расписанию, оплата в тот же день."


def test_a_hidden_review_counts_nowhere_and_comes_back(api, staff, sides, done):
    (model, body), _ = sides
    made = data(model.post("/reviews", {**body, "rating": 1}), 201)["review"]
    review, path = Review.objects.get(), f"/organizations/{done.casting.employer_id}/reviews"

    for decide, shown in ((review_moderation.hide, []), (review_moderation.show, [made["id"]])):
        decide(review=review, actor=staff.person, reason="Оскорбления.")
        done.casting.employer.refresh_from_db()
        assert [row["id"] for row in data(api.get(path))["reviews"]] == shown
        assert (done.casting.employer.rating, done.casting.employer.reviews_count) == (len(shown), len(shown))
        with pytest.raises(InvalidState):
            decide(review=review, actor=staff.person, reason="Ещё раз.")

    assert list(AuditEntry.objects.order_by("id").values_list("action", "subject")) == [
        ("hide", model.person.id),
        ("show", model.person.id),
    ]
    assert kinds(model.person) == ["review_hidden", "review_shown"]
    with pytest.raises(Invalid):
        review_moderation.hide(review=review, actor=staff.person, reason=" ")


def test_a_hidden_review_can_not_be_deleted_and_written_anew(staff, sides):
    (model, body), (employer, _) = sides
    made = data(model.post("/reviews", {**body, "rating": 1, "comment": "Её слова"}), 201)["review"]
    review_moderation.hide(review=Review.objects.get(), actor=staff.person, reason="Оскорбления.")

    error(employer.post(f"/reviews/{made['id']}/reply", {"reply": "…"}), 404, "NOT_FOUND")
    assert model.delete(f"/reviews/{made['id']}").status_code == 204
    error(model.delete(f"/reviews/{made['id']}"), 404, "NOT_FOUND")
    error(model.post("/reviews", {**body, "rating": 1}), 409, "DUPLICATE_RESOURCE")
    assert Review.objects.get().comment == ""


def test_a_review_can_be_reported_and_hidden_by_that(staff, sides):
    (model, body), (employer, _) = sides
    made = data(model.post("/reviews", {**body, "rating": 1, "comment": "Её слова"}), 201)["review"]
    report = {"target_type": "review", "target_id": made["id"], "reason": "harassment", "comment": "Неправда."}

    error(model.post("/reports", report), 400, "VALIDATION_ERROR")
    data(employer.post("/reports", report), 201)

    row = employer.person.reports.get()
    assert (row.evidence["comment"], row.evidence["rating"], row.subject_id) == ("Её слова", 1, model.person.id)
    review_moderation.hide_reported(report=row, actor=staff.person, reason="Оскорбления.")
    assert Review.objects.get().is_hidden


def test_staff_read_reviews_in_the_admin(client, db):
    review = factories.review(author=factories.model().user, employer=factories.employer(), comment=COMMENT)
    client.force_login(User.objects.create_superuser("chief@example.kz", factories.PASSWORD))

    assert client.get("/admin/castings/review/?q=Алатау").status_code == 200
    page = client.get(f"/admin/castings/review/{review.id}/change/")
    assert COMMENT in page.content.decode()
    assert client.post(f"/admin/castings/review/{review.id}/change/", {"rating": 1}).status_code == 403
