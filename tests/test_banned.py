"""Nothing of a banned person is found anywhere: every GET that there is, walked by strangers and by their partners."""

import pytest

from accounts.models import Block
from castings.models import SavedCasting
from profiles.models import EmployerProfile, ModelProfile
from tests import factories
from tests.conftest import Api, error
from tests.test_permission_matrix import MATRIX, World

READS = [operation.removeprefix("GET ") for operation in MATRIX if operation.startswith("GET ")]
# What one keeps of a person all the same: one's own history, in which the person took part.
OWN_HISTORY = {
    "/auth/me/export",
    "/responses/my",  # one's own responses, as to a deleted casting
    "/users/blocked",  # whom one has blocked: the id and the role, no name
    "/reports/my",  # what one has reported
    "/notifications",
    "/chat/rooms",
    "/chat/rooms/{room}/messages",
    "/chat/unread",
    "/chat/search?q=алло",
}


class Stage(World):
    """The world of the permission matrix, with people who know its model and its employer; both get banned."""

    def __init__(self):
        super().__init__()
        model, employer = self.model_owner.person, self.employer_owner.person
        other_model, other_employer = factories.model(name="Другая").user, factories.employer(company_name="Other")
        self.banned = (model, employer)
        self.watchers = [Api(), Api(other_model), Api(other_employer.user), Api(factories.user(role="agency"))]
        self.ids["casting"] = factories.casting(of=employer.employer_profile).id
        shown = {"name": "Бану Скрытая", "is_promoted": True, "promoted_until": "2099-01-01T00:00:00Z"}
        ModelProfile.objects.filter(user=model).update(**shown)
        EmployerProfile.objects.filter(user=employer).update(company_name="Призрак ТОО")
        own = factories.casting(of=other_employer)
        factories.response(to=own, by=model.model_profile)
        self.own = {"casting": own.id}
        SavedCasting.objects.create(user=other_model, casting_id=self.ids["casting"])
        Block.objects.create(blocker=other_model, blocked=employer)
        self.marks = [str(self.ids[name]) for name in ("model", "model_user", "employer", "employer_user", "casting")]
        self.marks += ["Бану Скрытая", "Призрак ТОО"]

    def found_at(self, read: str) -> set[str]:
        """What anybody is shown of the two at this address, about them or about what is the watcher's own."""
        addresses = {read.format(**self.ids), read.format(**{**self.ids, **self.own})}
        texts = [watcher.get(address).content.decode() for watcher in self.watchers for address in addresses]
        return {mark for mark in self.marks for text in texts if mark in text}


@pytest.mark.django_db
@pytest.mark.parametrize("read", READS)
def test_nothing_of_a_banned_person_is_shown(read):
    stage = Stage()
    for person in stage.banned:
        factories.banned(person)

    assert stage.found_at(read) == set() or read in OWN_HISTORY


@pytest.mark.django_db
def test_the_walk_meets_them_before_they_are_banned():
    """The control: where the two are shown while nobody has banned them."""
    stage = Stage()

    meets = {read: stage.found_at(read) for read in READS}

    everywhere = ["/profiles/models", "/profiles/models/promoted", "/castings", "/castings/saved"]
    assert all(meets[read] for read in everywhere)
    assert "Бану Скрытая" in meets["/castings/{casting}/responses"]
    assert set().union(*meets.values()) == set(stage.marks)


@pytest.mark.django_db
def test_a_banned_persons_token_opens_nothing():
    stage = Stage()
    clients = [Api(person) for person in stage.banned]
    for person in stage.banned:
        factories.banned(person)

    for operation in MATRIX:
        method, address = operation.split(" ")
        for client in clients:
            answer = client.generic(method, address.format(**stage.ids), "{}", "application/json")
            error(answer, 401, "INVALID_TOKEN")
