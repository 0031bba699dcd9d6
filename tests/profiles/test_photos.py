"""Photos over the API, on local disk and on a real S3 server."""

import io

import pytest
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from billing import services as billing_services
from billing.models import Plan
from mwork.api.errors import LimitReached
from mwork.images import prepare
from profiles import photos, services
from profiles.models import ModelProfile, Photo
from tests import factories, pictures
from tests.conftest import Api, data, error, stored_files
from tests.races import at_once


def jpeg(width: int = 300, height: int = 400) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (width, height), "#b5651d").save(file, "JPEG")
    return file.getvalue()


def upload(client, content: bytes | None = None, name: str = "photo.jpg", **fields):
    file = SimpleUploadedFile(name, jpeg() if content is None else content, "image/jpeg")
    return client.post("/photos", {"file": file, **fields}, format="multipart")


def places(profile) -> list[tuple[str, int, bool]]:
    return [(photo.caption, photo.order, photo.is_main) for photo in profile.photos.all()]


@pytest.fixture
def profile(model) -> ModelProfile:
    return model.person.model_profile


@pytest.fixture
def three(model, storage, profile):
    """Three photos: a (the main one), b, c."""
    return [data(upload(model, caption=caption), 201)["photo"] for caption in "abc"]


def test_upload_answers_the_photo_and_serves_both_files(model, storage):
    photo = data(upload(model, caption=" Лукбук "), 201)["photo"]

    assert photo == {
        "id": str(Photo.objects.get().id),
        "url": photo["url"],
        "thumbnail_url": photo["thumbnail_url"],
        "is_main": True,
        "order": 0,
        "caption": "Лукбук",
        "width": 300,
        "height": 400,
        "is_hidden": False,
    }
    row = Photo.objects.get()
    assert photo["url"].endswith(row.file)
    with storages["default"].open(row.file) as file:
        assert Image.open(file).size == (300, 400)
    with storages["default"].open(row.thumbnail) as file:
        assert max(Image.open(file).size) == 400 or Image.open(file).size == (300, 400)
    assert len(stored_files()) == 2


def test_every_hostile_file_gets_its_answer_and_leaves_nothing(model, storage, subtests):
    for name, (content, status) in pictures.HOSTILE.items():
        before = set(stored_files())
        with subtests.test(name):
            answer = upload(model, content, name="../../../etc/passwd.jpg")

            if status == 201:
                assert "passwd" not in data(answer, 201)["photo"]["url"]
            else:
                refused = error(answer, status, {400: "VALIDATION_ERROR", 413: "PAYLOAD_TOO_LARGE"}[status])
                assert status == 413 or list(refused["details"]) == ["file"]
            assert len(set(stored_files()) - before) == (2 if status == 201 else 0)
            assert Photo.objects.count() == (1 if status == 201 else 0)
        Photo.objects.all().delete()


@pytest.mark.parametrize("missing", [{}, {"file": "not a file"}])
def test_upload_without_a_file_is_refused_by_name(model, missing):
    refused = error(model.post("/photos", missing, format="multipart"), 400, "VALIDATION_ERROR")

    assert list(refused["details"]) == ["file"]


def test_a_form_longer_than_a_file_may_be_is_refused_before_it_is_read(model, storage):
    error(upload(model, b"x" * (12 * 1024 * 1024)), 413, "PAYLOAD_TOO_LARGE")
    assert stored_files() == []


def test_upload_needs_a_model_with_a_profile(employer, staff, api, db):
    for client in (employer, staff):
        error(upload(client), 403, "PERMISSION_DENIED")
    error(upload(api), 401, "AUTH_REQUIRED")
    error(upload(Api(factories.user())), 409, "INVALID_STATE")
    assert stored_files() == []


def test_the_plan_limits_the_number(model, storage, profile):
    for _ in range(5):
        data(upload(model), 201)

    refused = error(upload(model), 403, "SUBSCRIPTION_LIMIT")

    assert refused["details"] == {"feature": ["max_photos"], "limit": [5], "used": [5], "plan": ["FREE"]}
    assert len(stored_files()) == 10
    billing_services.grant(user=model.person, plan=Plan.objects.get(name="PRO"))
    data(upload(model), 201)
    usage = data(model.get("/subscriptions/current"))["subscription"]["usage"]
    assert (usage["photos_uploaded"], usage["photos_limit"]) == (6, 20)


def test_a_photo_refused_at_the_last_moment_leaves_no_file(model, storage, profile):
    for _ in range(5):
        data(upload(model), 201)

    with pytest.raises(LimitReached):
        photos.add(user=model.person, picture=prepare(io.BytesIO(jpeg())))

    assert len(stored_files()) == 10


def test_a_new_photo_takes_the_place_and_the_crown_it_asks_for(model, three, profile):
    data(upload(model, caption="d", order=1, is_main="true"), 201)

    assert places(profile) == [("a", 0, False), ("d", 1, True), ("b", 2, False), ("c", 3, False)]


def test_moving_a_photo_keeps_the_order_without_gaps(model, three, profile):
    moved = data(model.put(f"/photos/{three[2]['id']}", {"order": 0, "caption": "C"}))["photo"]

    assert moved["order"] == 0
    assert places(profile) == [("C", 0, False), ("a", 1, True), ("b", 2, False)]
    data(model.patch(f"/photos/{three[2]['id']}", {"order": 99}))
    assert places(profile) == [("a", 0, True), ("b", 1, False), ("C", 2, False)]


def test_there_is_always_one_main_photo(model, three, profile):
    data(model.patch(f"/photos/{three[1]['id']}", {"is_main": True}))
    assert [main for _caption, _order, main in places(profile)] == [False, True, False]

    refused = model.patch(f"/photos/{three[1]['id']}", {"is_main": False})

    assert list(error(refused, 400, "VALIDATION_ERROR")["details"]) == ["is_main"]
    data(model.patch(f"/photos/{three[0]['id']}", {"is_main": False}))


def test_deleting_the_main_photo_crowns_the_next_and_removes_its_files_after_the_commit(
    model, three, profile, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks() as later:
        assert model.delete(f"/photos/{three[0]['id']}").status_code == 204
    assert len(stored_files()) == 6

    for act in later:
        act()

    assert len(stored_files()) == 4
    assert places(profile) == [("b", 0, True), ("c", 1, False)]
    error(model.delete(f"/photos/{three[0]['id']}"), 404, "NOT_FOUND")
    for photo in three[1:]:
        assert model.delete(f"/photos/{photo['id']}").status_code == 204
    profile.refresh_from_db()
    assert profile.main_photo == ""


def test_reorder_wants_every_photo_once(model, three, profile):
    a, b, c = (photo["id"] for photo in three)

    ordered = data(model.post("/photos/reorder", {"photo_ids": [c, a, b]}))["photos"]

    assert [(photo["caption"], photo["order"]) for photo in ordered] == [("c", 0), ("a", 1), ("b", 2)]
    assert places(profile) == [("c", 0, False), ("a", 1, True), ("b", 2, False)]
    foreign = "00000000-0000-7000-8000-000000000000"
    for wrong in ([a, b], [a, b, b], [a, b, c, c], [a, b, foreign], [], ["x"]):
        refused = error(model.post("/photos/reorder", {"photo_ids": wrong}), 400, "VALIDATION_ERROR")
        assert {name.split(".")[0] for name in refused["details"]} == {"photo_ids"}


def test_the_main_photo_is_shown_wherever_the_model_is(model, three, profile, employer, api):
    casting = factories.casting(of=employer.person.employer_profile)
    factories.response(to=casting, by=profile)
    main = three[0]["url"]

    (short,) = data(api.get("/profiles/models"))["models"]
    full = data(api.get(f"/profiles/models/{profile.id}"))["model"]
    (response,) = data(employer.get(f"/castings/{casting.id}/responses"))["responses"]

    assert short["main_photo"] == full["main_photo"] == response["applicant"]["photo"] == main
    assert [photo["id"] for photo in full["photos"]] == [photo["id"] for photo in three]
    data(model.patch(f"/photos/{three[1]['id']}", {"is_main": True}))
    assert data(api.get("/profiles/models"))["models"][0]["main_photo"] == three[1]["url"]


def test_photos_are_as_visible_as_the_profile(model, three, profile, api):
    listed = data(api.get(f"/photos?profile_id={profile.id}"))

    assert [photo["id"] for photo in listed["photos"]] == [photo["id"] for photo in three]
    assert listed["pagination"]["total"] == 3
    services.change(profile, visibility="hidden")
    error(api.get(f"/photos?profile_id={profile.id}"), 404, "NOT_FOUND")
    data(model.get(f"/photos?profile_id={profile.id}"))
    assert list(error(api.get("/photos"), 400, "VALIDATION_ERROR")["details"]) == ["profile_id"]


def test_somebody_elses_photo_is_theirs(three):
    other = Api(factories.model().user)

    for answer in (other.patch(f"/photos/{three[0]['id']}", {}), other.delete(f"/photos/{three[0]['id']}")):
        error(answer, 403, "PERMISSION_DENIED")


def test_completeness_counts_what_is_there_and_tells_the_owner_what_is_not(model, profile, storage, api):
    address = f"/profiles/models/{profile.id}"
    full = data(model.get(address))["model"]

    assert full["completeness"] == 40  # name, city, age, height, gender
    assert full["missing"] == ["weight", "bio", "shoe_size", "clothing_size", "photos", "languages", "categories"]
    assert "missing" not in data(api.get(address))["model"]

    services.change(profile, weight=55, bio="Подиум и съёмки", shoe_size=38, clothing_size="S", languages=["Kazakh"],
                    categories=["fashion"])  # fmt: skip
    assert data(model.get(address))["model"]["completeness"] == 80
    for _ in range(3):
        data(upload(model), 201)
    full = data(model.get(address))["model"]
    assert (full["completeness"], full["missing"]) == (100, [])


def test_closing_an_account_removes_its_files(model, three, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        assert model.delete("/auth/me", {"password": factories.PASSWORD}).status_code == 204

    assert stored_files() == []


def test_the_same_upload_with_the_same_key_is_made_once(model, storage):
    def post(content):
        file = SimpleUploadedFile("a.jpg", content, "image/jpeg")
        return model.post("/photos", {"file": file}, format="multipart", headers={"Idempotency-Key": "k-1"})

    assert data(post(jpeg()), 201) == data(post(jpeg()), 201)
    assert Photo.objects.count() == 1
    error(post(jpeg(301)), 409, "DUPLICATE_RESOURCE")


@pytest.mark.django_db(transaction=True)
def test_eight_uploads_at_once_fill_the_plan_exactly(plans, model, disk):
    for _ in range(3):
        data(upload(model), 201)

    answers = at_once(8, lambda _: upload(model, is_main="true"))

    assert sorted(answer.status_code for answer in answers) == [201] * 2 + [403] * 6
    assert [order for _caption, order, _main in places(model.person.model_profile)] == [0, 1, 2, 3, 4]
    assert Photo.objects.filter(is_main=True).count() == 1
    assert len(stored_files()) == 10


@pytest.mark.django_db(transaction=True)
def test_changes_at_once_keep_one_main_photo_and_an_order_without_gaps(plans, model, disk):
    rows = [data(upload(model), 201)["photo"] for _ in range(5)]
    ids = [row["id"] for row in rows]
    acts = [
        lambda: model.patch(f"/photos/{ids[1]}", {"is_main": True}),
        lambda: model.patch(f"/photos/{ids[2]}", {"is_main": True, "order": 0}),
        lambda: model.delete(f"/photos/{ids[0]}"),
        lambda: model.delete(f"/photos/{ids[3]}"),
        lambda: model.patch(f"/photos/{ids[4]}", {"order": 0}),
        lambda: model.post("/photos/reorder", {"photo_ids": ids[::-1]}),
    ]

    answers = at_once(6, lambda number: acts[number]())

    assert {answer.status_code for answer in answers} <= {200, 204, 400}
    profile = model.person.model_profile
    assert [order for _caption, order, _main in places(profile)] == [0, 1, 2]
    (main,) = profile.photos.filter(is_main=True)
    profile.refresh_from_db()
    assert profile.main_photo == main.file
