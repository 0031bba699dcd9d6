from datetime import timedelta

import pytest
from django.utils import timezone

from castings.models import Casting
from mwork.api import idempotency
from mwork.api.models import IdempotencyKey
from tests import factories
from tests.conftest import Api, data, error
from tests.races import at_once


def body(**fields):
    return {
        "title": "Съёмка лукбука",
        "description": "Ищем модель.",
        "city": "Almaty",
        "shoot_date": "2030-01-01T10:00:00Z",
        **fields,
    }


def post(client, key, **fields):
    return client.post("/castings", body(**fields), headers={"Idempotency-Key": key})


def test_the_same_key_and_body_answer_the_first_answer_again(employer):
    first, again = post(employer, "k-1"), post(employer, "k-1")

    assert data(first, 201) == data(again, 201)
    assert (first.get("Idempotent-Replayed"), again["Idempotent-Replayed"]) == (None, "true")
    assert Casting.objects.count() == 1


def test_the_same_key_with_another_body_is_a_duplicate(employer):
    data(post(employer, "k-1"), 201)

    error(post(employer, "k-1", title="Другой кастинг"), 409, "DUPLICATE_RESOURCE")
    assert Casting.objects.count() == 1


def test_keys_of_two_users_do_not_meet(employer):
    other = Api(factories.employer().user)

    assert data(post(employer, "k-1"), 201)["casting"]["id"] != data(post(other, "k-1"), 201)["casting"]["id"]


def test_a_refused_request_does_not_use_its_key_up(employer):
    error(post(employer, "k-1", title="x"), 400, "VALIDATION_ERROR")

    data(post(employer, "k-1"), 201)


def test_a_key_is_forgotten_after_a_day(employer):
    data(post(employer, "k-1"), 201)
    IdempotencyKey.objects.update(created_at=timezone.now() - timedelta(hours=25))

    data(post(employer, "k-1"), 201)

    assert Casting.objects.count() == 2


def test_old_keys_are_purged(employer):
    data(post(employer, "k-1"), 201)

    assert idempotency.purge() == 0
    assert idempotency.purge(timezone.now() + timedelta(hours=25)) == 1


@pytest.mark.parametrize("key", ["x" * 129, "ключ", "a\x01b"])
def test_a_malformed_key_is_refused_by_name(employer, key):
    assert list(error(post(employer, key), 400, "VALIDATION_ERROR")["details"]) == ["Idempotency-Key"]


@pytest.mark.django_db(transaction=True)
def test_ten_requests_at_once_with_one_key_create_one_row(employer):
    answers = at_once(10, lambda _: post(employer, "k-1"))

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["data"]["casting"]["id"] for answer in answers}) == 1
    assert Casting.objects.count() == 1
