"""POST /upload: one door, and private files behind signed addresses."""

from datetime import timedelta

import pytest
import requests
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from chat import attachments, tasks
from chat.models import Attachment
from mwork import storage as stores
from tests import factories, pictures
from tests.conftest import Api, data, error, stored_files
from tests.profiles.test_photos import jpeg

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF"


def upload(client, kind: str, usage: str, entity_id=None, content: bytes | None = None, name: str = "a.jpg"):
    body = {
        "file": SimpleUploadedFile(name, jpeg() if content is None else content),
        "entityType": kind,
        "usage": usage,
    }
    if entity_id:
        body["entityId"] = str(entity_id)
    return client.post("/upload", body, format="multipart")


def test_a_portfolio_picture_is_a_photo(model, storage):
    made = data(upload(model, "model", "portfolio", model.person.model_profile.id), 201)["upload"]

    (photo,) = data(model.get("/profiles/me"))["profile"]["photos"]
    assert set(made) == {"id", "url", "thumbnail_url", "content_type", "size"}
    assert (made["id"], made["url"], made["content_type"]) == (photo["id"], photo["url"], "image/webp")
    assert made["size"] > 0
    second = data(upload(model, "model", "avatar"), 201)["upload"]
    assert data(model.get("/profiles/me"))["profile"]["main_photo"] == second["url"]


def test_a_logo_is_the_employers_picture_and_replaces_the_one_before(
    employer, storage, api, django_capture_on_commit_callbacks
):
    profile = employer.person.employer_profile
    casting = factories.casting(of=profile)
    with django_capture_on_commit_callbacks(execute=True):
        first = data(upload(employer, "employer", "logo", profile.id), 201)["upload"]
        second = data(upload(employer, "employer", "avatar"), 201)["upload"]

    assert first["url"] != second["url"]
    assert data(api.get(f"/profiles/employers/{profile.id}"))["employer"]["logo"] == second["url"]
    assert data(api.get(f"/castings/{casting.id}"))["casting"]["creator"]["avatar"] == second["url"]
    assert len(stored_files()) == 2


def test_a_cover_is_the_castings(employer, storage, api):
    casting = factories.casting(of=employer.person.employer_profile)

    made = data(upload(employer, "casting", "cover", casting.id), 201)["upload"]

    assert made["id"] == str(casting.id)
    assert data(api.get("/castings"))["castings"][0]["cover"] == made["url"]


@pytest.mark.parametrize(("content", "content_type"), [(PDF, "application/pdf"), (None, "image/webp")])
def test_an_attachment_is_private_and_opens_by_its_address(model, storage, client, content, content_type):
    made = data(upload(model, "chat", "attachment", content=content, name="../../Мой файл.exe"), 201)["upload"]

    attachment = Attachment.objects.get()
    assert (made["id"], made["content_type"]) == (str(attachment.id), content_type)
    assert attachment.name == f"Мой_файл.{made['url'].split('?')[0].rsplit('.')[-1].split(':')[0]}"
    if storage == "disk":
        answer = client.get(made["url"].removeprefix("http://localhost:8000"))
        served = b"".join(answer.streaming_content)
        assert answer["Content-Disposition"].startswith("attachment")
    else:
        answer = requests.get(made["url"], timeout=5)
        served = answer.content
        assert "X-Amz-Signature" in made["url"]
        assert "X-Amz-Algorithm=AWS4" in made["url"]
    assert answer.status_code == 200
    assert len(served) == made["size"]


def test_a_private_address_is_not_to_be_forged_nor_old(client, db, model):
    url = data(upload(model, "chat", "attachment", content=PDF), 201)["upload"]["url"]
    path = url.removeprefix("http://localhost:8000")
    name = Attachment.objects.get().file
    old = signing.TimestampSigner(salt="private file")
    old.timestamp = lambda: signing.b62_encode(int(timezone.now().timestamp()) - stores.EXPIRES_IN - 1)

    assert client.get(path).status_code == 200
    for forged in (path[:-1] + ("a" if path[-1] != "a" else "b"), f"/files/{name}", f"/media/{name}"):
        assert client.get(forged).status_code == 404
    assert client.get(f"/files/{old.sign(name)}").status_code == 404


@pytest.mark.parametrize(
    ("kind", "usage"),
    [
        ("model", "cover"),
        ("employer", "portfolio"),
        ("casting", "logo"),
        ("chat", "cover"),
        ("x", "logo"),
        ("model", "x"),
    ],
)
def test_an_impossible_pair_is_refused(model, kind, usage):
    error(upload(model, kind, usage), 400, "VALIDATION_ERROR")


def test_pictures_of_others_are_theirs(model, employer):
    stranger = Api(factories.employer().user)
    casting = factories.casting(of=employer.person.employer_profile)
    draft = factories.casting(of=employer.person.employer_profile, status="draft")

    error(upload(stranger, "casting", "cover", casting.id), 403, "PERMISSION_DENIED")
    error(upload(stranger, "casting", "cover", draft.id), 404, "NOT_FOUND")
    error(upload(model, "casting", "cover", casting.id), 403, "PERMISSION_DENIED")
    error(upload(stranger, "employer", "logo", employer.person.employer_profile.id), 403, "PERMISSION_DENIED")
    error(upload(employer, "model", "portfolio"), 403, "PERMISSION_DENIED")
    error(
        upload(Api(factories.model().user), "model", "portfolio", model.person.model_profile.id),
        403,
        "PERMISSION_DENIED",
    )
    error(upload(employer, "casting", "cover"), 400, "VALIDATION_ERROR")
    assert stored_files() == []


@pytest.mark.parametrize("name", list(pictures.HOSTILE)[::4])
def test_hostile_attachments_leave_nothing_but_what_is_accepted(model, name):
    content, status = pictures.HOSTILE[name]
    if content.startswith(b"%PDF-"):
        status = 201  # what is refused as a photo is fine as an attachment

    answer = upload(model, "chat", "attachment", content=content, name=name)

    assert answer.status_code == status, answer.content
    assert bool(stored_files()) == (status == 201)


def test_attachments_never_used_are_swept_after_a_day(model, storage, django_capture_on_commit_callbacks):
    for _ in range(3):
        data(upload(model, "chat", "attachment", content=PDF), 201)
    used, old, _fresh = Attachment.objects.all()
    day_ago = timezone.now() - timedelta(hours=25)
    factories.message(to=factories.room(other=model.person), by=model.person, attachment_ids=[used.id])
    Attachment.objects.filter(id__in=[used.id, old.id]).update(created_at=day_ago)

    with django_capture_on_commit_callbacks(execute=True):
        tasks.sweep_attachments()

    assert not Attachment.objects.filter(id=old.id).exists()
    assert Attachment.objects.count() == 2
    assert len(stored_files()) == 2
    assert attachments.sweep() == 0


def test_uploads_have_a_rate_of_their_own(model, settings):
    settings.RATES = {"auth": None, "api": (100, 60), "upload": (2, 60)}

    assert [upload(model, "chat", "attachment", content=PDF).status_code for _ in range(3)] == [201, 201, 429]
    assert model.get("/auth/me")["X-RateLimit-Limit"] == "100"
