"""What staff decide about employers and photos."""

import pytest

from accounts.models import AuditEntry
from mwork.api.errors import InvalidState, NotFound
from profiles import moderation
from profiles.models import ModelProfile, Photo
from tests import factories
from tests.conftest import data, error
from tests.notifications.conftest import kinds


@pytest.fixture
def photos(model):
    return [factories.photo(profile=model.person.model_profile) for _ in range(3)]


def decide(decision, **target):
    return decision(**target, actor=factories.staff(), reason="Not her own picture")


def main_photo() -> str:
    """The main photo's file, by the photos' table and by the profile's, which must agree."""
    by_photos = Photo.objects.filter(is_main=True).values_list("file", flat=True).first() or ""
    assert ModelProfile.objects.get().main_photo == by_photos
    return by_photos


def test_a_company_is_verified_and_not_again(api, employer):
    profile = employer.person.employer_profile

    decide(moderation.verify, employer=profile)
    assert data(api.get(f"/profiles/employers/{profile.id}"))["employer"]["is_verified"] is True
    with pytest.raises(InvalidState):
        decide(moderation.verify, employer=profile)
    decide(moderation.unverify, employer=profile)
    with pytest.raises(InvalidState):
        decide(moderation.unverify, employer=profile)

    assert data(api.get(f"/profiles/employers/{profile.id}"))["employer"]["is_verified"] is False
    assert kinds(employer.person) == ["employer_verified", "employer_unverified"]
    assert list(AuditEntry.objects.order_by("id").values_list("action", flat=True)) == ["verify", "unverify"]


def test_a_closed_company_is_not_verified(employer):
    profile = employer.person.employer_profile
    assert employer.delete("/auth/me", {"password": factories.PASSWORD}).status_code == 204

    with pytest.raises(NotFound):
        decide(moderation.verify, employer=profile)


def test_a_hidden_photo_is_its_owners_and_staffs_only(api, model, employer, staff, photos):
    profile = model.person.model_profile
    decide(moderation.hide_photo, photo=photos[1])

    def seen(client):
        listed = data(client.get(f"/photos?profile_id={profile.id}"))["photos"]
        page = data(client.get(f"/profiles/models/{profile.id}"))["model"]["photos"]
        assert [row["id"] for row in listed] == [row["id"] for row in page]
        return [(row["order"], row["is_hidden"]) for row in page]

    assert [seen(client) for client in (api, employer)] == [[(0, False), (2, False)]] * 2
    assert [seen(client) for client in (model, staff)] == [[(0, False), (1, True), (2, False)]] * 2
    error(employer.patch(f"/photos/{photos[1].id}", {}), 404, "NOT_FOUND")
    assert kinds(model.person) == ["photo_hidden"]


def test_the_next_visible_photo_takes_the_main_ones_part(model, photos):
    names = [photo.file for photo in photos]
    decide(moderation.hide_photo, photo=photos[1])
    assert main_photo() == names[0]
    decide(moderation.hide_photo, photo=photos[0])
    assert main_photo() == names[2]
    decide(moderation.hide_photo, photo=photos[2])
    assert main_photo() == ""

    decide(moderation.show_photo, photo=photos[1])
    assert main_photo() == names[1]
    decide(moderation.show_photo, photo=photos[0])
    assert main_photo() == names[1]
    with pytest.raises(InvalidState):
        decide(moderation.show_photo, photo=photos[0])


def test_a_hidden_photo_is_no_main_one_whatever_its_owner_does(model, photos):
    decide(moderation.hide_photo, photo=photos[0])
    decide(moderation.hide_photo, photo=photos[1])

    error(model.patch(f"/photos/{photos[0].id}", {"is_main": True}), 409, "INVALID_STATE")
    assert model.delete(f"/photos/{photos[2].id}").status_code == 204
    assert main_photo() == ""
    with pytest.raises(InvalidState):
        decide(moderation.hide_photo, photo=photos[0])
    model.delete(f"/photos/{photos[0].id}")
    with pytest.raises(NotFound):
        decide(moderation.hide_photo, photo=photos[0])


def test_a_hidden_photo_counts_towards_the_plan_but_not_towards_completeness(model, photos):
    profile = model.person.model_profile
    decide(moderation.hide_photo, photo=photos[2])

    assert "photos" in data(model.get(f"/profiles/models/{profile.id}"))["model"]["missing"]
    assert data(model.get("/subscriptions/current"))["subscription"]["usage"]["photos_uploaded"] == 3
