"""Who may review whom, what a rating is made of, what is shown."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts import services as account_services
from castings import reviews
from castings.models import Casting, Review
from mwork.api.errors import Forbidden
from notifications.models import Notification
from profiles.models import ModelProfile
from tests import factories
from tests.conftest import Api, data, error
from tests.notifications.conftest import kinds

COMMENT = "Всё по расписанию, оплата в тот же день."


def test_both_sides_review_each_other_once(sides):
    for client, body in sides:
        made = data(client.post("/reviews", {**body, "rating": 4, "comment": f" {COMMENT} "}), 201)["review"]

        author = client.person
        page = getattr(author, "model_profile", None) or author.employer_profile
        assert made == {
            "id": made["id"],
            "target_type": body["target_type"],
            "target_id": body["target_id"],
            "casting": {"id": body["casting_id"], "title": "Съёмка лукбука"},
            "author": {
                "id": str(page.id), "user_id": str(author.id), "name": str(page), "photo": None, "role": author.role,
            },
            "rating": 4,
            "comment": COMMENT,
            "reply": None,
            "replied_at": None,
            "created_at": made["created_at"],
        }  # fmt: skip
        error(client.post("/reviews", {**body, "rating": 1}), 409, "DUPLICATE_RESOURCE")
    assert Review.objects.count() == 2


def test_the_profiles_rating_follows_and_is_a_number(sides, done):
    (model, of_employer), (employer, of_model) = sides
    data(model.post("/reviews", {**of_employer, "rating": 5}), 201)
    data(employer.post("/reviews", {**of_model, "rating": 2}), 201)

    for path, noun, rating in (
        (f"/profiles/models/{done.applicant_id}", "model", 2),
        (f"/profiles/employers/{done.casting.employer_id}", "employer", 5),
    ):
        profile = data(model.get(path))[noun]
        assert (profile["rating"], profile["reviews_count"]) == (rating, 1)


@pytest.mark.parametrize(
    ("ratings", "average"), [((5, 4), 4.5), ((5, 5, 4), 4.67), ((1, 1, 1, 2, 2, 2, 2, 2), 1.63), ((3,), 3), ((), 0)]
)
def test_a_rating_is_the_mean_to_the_hundredth_halves_up(ratings, average, db):
    employer = factories.employer()
    for rating in ratings:
        factories.review(author=factories.model().user, employer=employer, rating=rating)

    with transaction.atomic():
        reviews.count_anew(reviews.ReviewTarget.EMPLOYER, employer.id)

    employer.refresh_from_db()
    assert (employer.rating, employer.reviews_count) == (average, len(ratings))


@pytest.mark.parametrize("change", ["active", "cancelled", "rejected", "shortlisted", "withdrawn"])
def test_nobody_is_entitled_before_the_casting_is_done_with_an_accepted_response(sides, done, change):
    if change in ("active", "cancelled"):
        Casting.objects.filter(id=done.casting_id).update(status=change)
    else:
        done.status = change
        done.save()

    for client, body in sides:
        error(client.post("/reviews", {**body, "rating": 1}), 403, "PERMISSION_DENIED")
    assert not Review.objects.exists()


def test_a_stranger_is_not_entitled_whatever_she_names(sides, done):
    (model, of_employer), (employer, of_model) = sides
    other_model, other_employer = factories.model(), factories.employer()

    for body in (of_employer, of_model):
        for client in (Api(other_model.user), Api(other_employer.user)):
            error(client.post("/reviews", {**body, "rating": 1}), 403, "PERMISSION_DENIED")
    # The right people, about the wrong ones.
    own = {**of_model, "rating": 5}
    error(model.post("/reviews", own), 403, "PERMISSION_DENIED")
    error(
        model.post("/reviews", {**of_employer, "target_id": other_employer.id, "rating": 5}), 403, "PERMISSION_DENIED"
    )
    error(employer.post("/reviews", {**of_model, "target_id": other_model.id, "rating": 5}), 403, "PERMISSION_DENIED")
    error(employer.post("/reviews", {**of_employer, "rating": 5}), 403, "PERMISSION_DENIED")


def test_what_is_not_there_is_not_found(sides, done):
    nothing = "00000000-0000-7000-8000-000000000000"
    for client, body in sides:
        for name in ("target_id", "casting_id"):
            error(client.post("/reviews", {**body, name: nothing, "rating": 5}), 404, "NOT_FOUND")
    draft = factories.casting(status="draft")
    (model, body), _ = sides
    error(model.post("/reviews", {**body, "casting_id": draft.id, "rating": 5}), 404, "NOT_FOUND")


def test_a_deleted_casting_may_still_be_reviewed(sides, done):
    (model, of_employer), (employer, _) = sides
    assert employer.delete(f"/castings/{done.casting_id}").status_code == 204

    data(model.post("/reviews", {**of_employer, "rating": 1}), 201)


@pytest.mark.parametrize(
    ("field", "value"),
    [("rating", 0), ("rating", 6), ("rating", 4.5), ("rating", "5"), ("rating", True), ("rating", None),
     ("comment", "x" * 1001), ("comment", None), ("target_type", "user"), ("target_id", "x"), ("casting_id", "")],
)  # fmt: skip
def test_what_is_not_valid_is_named(sides, field, value):
    (model, body), _ = sides

    refusal = error(model.post("/reviews", {**body, "rating": 5, field: value}), 400, "VALIDATION_ERROR")

    assert list(refusal["details"]) == [field]


def test_a_comment_is_not_needed(sides):
    (model, body), _ = sides

    assert data(model.post("/reviews", {**body, "rating": 5}), 201)["review"]["comment"] == ""


def test_the_other_side_is_told(sides, done):
    (model, of_employer), (employer, of_model) = sides
    made = data(model.post("/reviews", {**of_employer, "rating": 4}), 201)["review"]
    data(employer.post("/reviews", {**of_model, "rating": 5}), 201)
    data(employer.post(f"/reviews/{made['id']}/reply", {"reply": "Спасибо!"}), 201)

    assert kinds(employer.person) == ["new_review"]
    assert kinds(model.person) == ["new_review", "review_answered"]
    told = Notification.objects.get(user=employer.person)
    assert (told.type, told.data["rating"], told.data["name"]) == ("review", 4, done.applicant.name)
    assert told.data["review_id"] == made["id"]


def test_an_editors_review_is_the_companys_once_and_outlives_her_place(sides, done):
    (model, of_employer), (owner, of_model) = sides
    company = done.casting.employer
    place = factories.member(of=company)
    factories.employer(person=place.user, company_name="Другая")
    editor = Api(place.user)

    made = data(editor.post("/reviews", {**of_model, "rating": 4}), 201)["review"]
    error(owner.post("/reviews", {**of_model, "rating": 1}), 409, "DUPLICATE_RESOURCE")
    about = data(model.post("/reviews", {**of_employer, "rating": 5}), 201)["review"]
    data(editor.post(f"/reviews/{about['id']}/reply", {"reply": "Спасибо!"}), 201)
    data(model.post(f"/reviews/{made['id']}/reply", {"reply": "И вам!"}), 201)

    shown = {"id": str(company.id), "user_id": str(owner.person.id), "name": company.company_name, "photo": None,
             "role": "employer"}  # fmt: skip
    assert made["author"] == shown
    assert Review.objects.get(id=made["id"]).author == place.user
    assert kinds(model.person) == ["new_review", "review_answered"]
    names = Notification.objects.filter(user=model.person).values_list("data__name", "actor")
    assert set(names) == {(company.company_name, owner.person.id)}
    for person in (owner.person, place.user):
        assert kinds(person) == ["new_review", "review_answered"]

    place.delete()
    error(editor.delete(f"/reviews/{made['id']}"), 403, "PERMISSION_DENIED")
    assert owner.delete(f"/reviews/{made['id']}").status_code == 204


def test_a_right_that_is_lost_meanwhile_writes_answers_and_deletes_no_review(done):
    """As when a place is lost after the permission was asked."""
    company, model = done.casting.employer, done.applicant
    viewer = factories.member(of=company, role="viewer").user
    about = factories.review(author=model.user, employer=company, after=done.casting)
    made = factories.review(author=viewer, model=model, after=done.casting)

    with pytest.raises(Forbidden):
        reviews.answer(user=viewer, review=about, reply="…")
    with pytest.raises(Forbidden):
        reviews.delete(user=viewer, review=made)
    assert list(Review.objects.order_by("id")) == [about, made]


def test_a_refused_review_tells_nobody(sides):
    (model, body), _ = sides
    factories.review(author=model.person, after=Casting.objects.get(), employer=Casting.objects.get().employer)

    error(model.post("/reviews", {**body, "rating": 4}), 409, "DUPLICATE_RESOURCE")

    assert not Notification.objects.exists()


def test_a_review_is_answered_once_by_whom_it_is_about(sides):
    (model, body), (employer, _) = sides
    made = data(model.post("/reviews", {**body, "rating": 4}), 201)["review"]
    path = f"/reviews/{made['id']}/reply"

    error(model.post(path, {"reply": "…"}), 403, "PERMISSION_DENIED")
    for reply in ("", "  ", "x" * 1001, None):
        assert list(error(employer.post(path, {"reply": reply}), 400, "VALIDATION_ERROR")["details"]) == ["reply"]
    answered = data(employer.post(path, {"reply": "Спасибо!"}), 201)["review"]
    error(employer.post(path, {"reply": "Ещё раз"}), 409, "DUPLICATE_RESOURCE")

    assert answered["reply"] == "Спасибо!"
    assert answered["replied_at"] is not None


def test_an_author_deletes_and_may_write_anew(sides, done):
    (model, body), (employer, _) = sides
    made = data(model.post("/reviews", {**body, "rating": 1}), 201)["review"]
    error(employer.delete(f"/reviews/{made['id']}"), 403, "PERMISSION_DENIED")

    assert model.delete(f"/reviews/{made['id']}").status_code == 204
    error(model.delete(f"/reviews/{made['id']}"), 404, "NOT_FOUND")
    done.casting.employer.refresh_from_db()
    assert (done.casting.employer.rating, done.casting.employer.reviews_count) == (0, 0)
    data(model.post("/reviews", {**body, "rating": 3}), 201)


def test_the_list_shows_the_newest_first_of_this_target_only(api, db):
    employer, other = factories.employer(), factories.employer()
    for rating in (1, 2, 3):
        factories.review(author=factories.model().user, employer=employer, rating=rating)
    factories.review(author=factories.model().user, employer=other)
    factories.review(author=employer.user, model=factories.model())

    for path in (f"/reviews?target_type=employer&target_id={employer.id}", f"/organizations/{employer.id}/reviews"):
        page = data(api.get(path))
        assert [row["rating"] for row in page["reviews"]] == [3, 2, 1]
        assert page["pagination"]["total"] == 3


@pytest.mark.parametrize("moderation", ["hidden", "spam"])
def test_a_review_shows_no_title_that_staff_have_hidden(api, done, moderation):
    factories.review(author=done.applicant.user, employer=done.casting.employer, after=done.casting)
    Casting.objects.update(moderation=moderation)

    (row,) = data(api.get(f"/organizations/{done.casting.employer_id}/reviews"))["reviews"]

    assert row["casting"] == {"id": str(done.casting_id), "title": None}


def test_a_cursor_walks_all_of_them(api, db):
    employer = factories.employer()
    for _ in range(5):
        factories.review(author=factories.model().user, employer=employer)
    path, seen, cursor = f"/organizations/{employer.id}/reviews?limit=2", [], ""
    while cursor is not None:
        page = data(api.get(path + (f"&cursor={cursor}" if cursor else "")))
        seen += [row["id"] for row in page["reviews"]]
        cursor = page["pagination"]["next_cursor"]

    newest_first = Review.objects.order_by("-created_at", "-id").values_list("id", flat=True)
    assert seen == [str(review_id) for review_id in newest_first]


def test_the_query_names_whose_reviews(api, db):
    assert set(error(api.get("/reviews"), 400, "VALIDATION_ERROR")["details"]) == {"target_type", "target_id"}
    nothing = "00000000-0000-7000-8000-000000000000"
    error(api.get(f"/reviews?target_type=model&target_id={nothing}"), 404, "NOT_FOUND")
    error(api.get(f"/organizations/{nothing}/reviews"), 404, "NOT_FOUND")


def test_whoever_has_left_or_hides_is_not_named(api, db):
    employer = factories.employer()
    gone, hidden, banned = (factories.model(name=name) for name in ("Ушедшая", "Скрытая", "Закрытая"))
    for person in (gone, hidden, banned):
        factories.review(author=person.user, employer=employer, comment=COMMENT)
    ModelProfile.objects.filter(id=hidden.id).update(visibility="hidden")
    banned.user.banned_at = timezone.now()
    banned.user.save()
    account_services.close(user=gone.user, password=factories.PASSWORD)

    rows = data(api.get(f"/organizations/{employer.id}/reviews", headers={"Accept-Language": "en"}))["reviews"]

    assert [(row["author"]["id"], row["author"]["name"]) for row in rows] == [
        (None, None), (None, None), (None, "Deleted user"),
    ]  # fmt: skip
    assert all(row["comment"] == COMMENT for row in rows)


def test_closing_keeps_what_one_said_of_others_and_takes_what_one_answered(sides, done):
    (model, of_employer), (employer, of_model) = sides
    made = data(model.post("/reviews", {**of_employer, "rating": 2}), 201)["review"]
    data(employer.post("/reviews", {**of_model, "rating": 5}), 201)
    data(employer.post(f"/reviews/{made['id']}/reply", {"reply": "Её слова"}), 201)

    account_services.close(user=employer.person, password=factories.PASSWORD)
    assert Review.objects.get(id=made["id"]).reply == ""
    done.applicant.refresh_from_db()
    assert (done.applicant.rating, done.applicant.reviews_count) == (5, 1)

    account_services.close(user=model.person, password=factories.PASSWORD)
    assert list(Review.objects.values_list("id", flat=True)) == [Review.objects.get(rating=2).id]


def test_the_database_holds_the_rules_by_itself(done):
    model, employer, casting = done.applicant, done.casting.employer, done.casting
    factories.review(author=model.user, after=casting, employer=employer)
    for wrong in (
        {"author": model.user, "after": casting, "employer": employer},
        {"author": model.user, "employer": employer, "rating": 0},
        {"author": model.user, "employer": employer, "rating": 6},
        {"author": model.user, "employer": employer, "model": model},
        {"author": model.user, "after": casting},
        {"author": model.user, "employer": employer, "deleted_at": timezone.now()},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            factories.review(**wrong)


def test_the_same_key_writes_once(sides):
    (model, body), _ = sides
    send = {"data": {**body, "rating": 5}, "headers": {"Idempotency-Key": "review-1"}}

    assert data(model.post("/reviews", **send), 201) == data(model.post("/reviews", **send), 201)
    assert Review.objects.count() == 1


def test_a_blocked_pair_may_still_review(sides):
    (model, body), (employer, _) = sides
    employer.post(f"/users/{model.person.id}/block")

    data(model.post("/reviews", {**body, "rating": 1}), 201)


def test_an_index_orders_the_reviews_of_one_among_many(db):
    employers, author = [factories.employer() for _ in range(10)], factories.model().user
    castings = Casting.objects.bulk_create(
        Casting(employer=employers[n % 10], title="…", city="Almaty", shoot_date=timezone.now()) for n in range(3000)
    )
    Review.objects.bulk_create(
        Review(casting=casting, author=author, employer_id=casting.employer_id, rating=5) for casting in castings
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE castings_review")

    page = Review.objects.shown().of("employer", employers[0].id).for_list().order_by("-created_at", "-id")[:21]
    plan = page.explain()

    assert "review_of_employer" in plan
    assert "Sort" not in plan
    assert "Seq Scan on castings_review" not in plan
