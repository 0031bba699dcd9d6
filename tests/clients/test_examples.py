"""docs/examples: what a client's author copies works as it says."""

import subprocess
import sys

import pytest

from castings.models import Response
from mwork import conf
from tests import factories
from tests.clients.conftest import PASSWORD, needs_npm, npm_ci

pytestmark = pytest.mark.django_db(transaction=True)

EXAMPLES = conf.ROOT / "docs" / "examples"


@pytest.mark.parametrize("program", ["client.py", pytest.param("client.mjs", marks=needs_npm)])
def test_an_example_answers_a_casting_and_catches_up(program, server, people):
    employer, model = people
    casting = factories.casting(of=employer)
    room = factories.room(one=factories.pro(employer.user), other=model.user, about=casting)
    factories.message(to=room, by=employer.user, content="Здравствуйте!")
    interpreter = sys.executable
    if program == "client.mjs":
        npm_ci(EXAMPLES)
        interpreter = "node"

    command = [interpreter, EXAMPLES / program, server.url, model.user.email, PASSWORD]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)

    assert done.stdout.splitlines() == [
        "signed in as model",
        "found 1 castings",
        f"answered {casting.title}: pending",
        "read the room up to 1",
        "acknowledged: 2",
        "after the break: 3 С другого телефона",
        "after the break: 4 Из тоннеля",
        "renewed the token of model@example.com",
    ], done.stderr
    assert list(Response.objects.values_list("casting_id", "applicant_id")) == [(casting.id, model.id)]
    assert [*room.messages.order_by("seq").values_list("content", flat=True)] == [
        "Здравствуйте!",
        "Добрый день!",
        "С другого телефона",
        "Из тоннеля",
    ]
