"""docs/postman.json: in step with the API, and run by newman as Postman runs it."""

import json
import subprocess
from pathlib import Path

import pytest
from django.core.management import call_command

from accounts import services as account_services
from accounts.models import Session
from mwork import conf
from mwork.postman.story import STEPS
from tests.clients.conftest import PASSWORD, needs_npm, npm_ci

pytestmark = pytest.mark.django_db(transaction=True)

COLLECTION = conf.ROOT / "docs" / "postman.json"
NEWMAN = Path(__file__).parent / "newman"


def test_the_committed_collection_is_the_one_that_the_command_writes(tmp_path):
    call_command("export_postman", to=tmp_path / "made.json")

    assert COLLECTION.read_text() == (tmp_path / "made.json").read_text(), "run `manage.py export_postman`"


@pytest.fixture
def newman(server, tmp_path):
    """`newman(folder, name=value)`: the status of each request by its name. Fails with the collection's own tests."""
    program = npm_ci(NEWMAN) / ".bin" / "newman"

    def run(folder: str, **variables: str) -> dict[str, int]:
        report = tmp_path / "report.json"
        command = [program, "run", COLLECTION, "--folder", folder, "--reporters", "json"]
        command += ["--reporter-json-export", report, "--env-var", f"base_url={server.url}"]
        for name, value in variables.items():
            command += ["--env-var", f"{name}={value}"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120)
        result = json.loads(report.read_text())["run"]
        assert [each["error"]["message"] for each in result["failures"]] == [], done.stdout
        return {each["item"]["name"]: each["response"]["code"] for each in result["executions"]}

    return run


@needs_npm
def test_the_main_story_goes_as_it_is_told(newman):
    statuses = newman("Main story")

    wanted = {f"{number:02}. {step.title}": step.status for number, step in enumerate(STEPS, 1)}
    assert {name: status if wanted.get(name) else None for name, status in statuses.items()} == wanted


@needs_npm
def test_an_operation_by_itself_signs_in_or_refreshes_first(newman, people):
    model = people[1].user
    account = {"email": model.email, "password": PASSWORD}

    def show_me(**variables) -> int:
        """How many sessions she has after the request was sent."""
        assert newman("Show oneself", **account, **variables) == {"Show oneself": 200}
        return Session.objects.filter(user=model).count()

    assert show_me() == 1
    _, refresh_token = account_services.open_session(user=model)
    assert show_me(refresh_token=refresh_token) == 2  # that of before, and the one that the token belongs to
    assert show_me(refresh_token="broken") == 3
