"""The whole collection."""

import json

from mwork.market.sign_ins import EMAILS, PASSWORD
from mwork.postman import scripts
from mwork.postman.operations import Operation, identifier, operations
from mwork.postman.story import STEPS, Step

SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
STORY, BY_TAG = "Main story", "Every operation"
SIGN_IN_BODY = {"email": "{{email}}", "password": "{{password}}"}
ABOUT = """\
Run the folder "Main story" to see how the parts go together: it makes people of its own, and tests check each answer.
Where sign-ins are limited it waits as the answer asks, a minute at most.

Any request of "Every operation" works by itself: before it the collection signs in as `email` (a demo person of
`make run`) when there is no token, and refreshes one that runs out. Ids that an answer brings are kept in variables,
which later requests use.

Written by `manage.py export_postman` from the OpenAPI document."""


def render(document: dict) -> str:
    """The file's text."""
    return json.dumps(build(document), ensure_ascii=False, indent=1) + "\n"


def build(document: dict) -> dict:
    """The collection that stands for this OpenAPI document."""
    known = operations(document)
    story = [_step(number, step, known[step.operation]) for number, step in enumerate(STEPS, 1)]
    return {
        "info": {
            "_postman_id": identifier("collection"),
            "name": document["info"]["title"],
            "description": ABOUT,
            "schema": SCHEMA,
        },
        "event": [scripts.event("prerequest", scripts.SOON)],
        "variable": _variables(known.values()),
        "item": [
            {
                "id": identifier(STORY),
                "name": STORY,
                "event": [scripts.event("test", scripts.WAIT)],
                "item": story,
            },
            {
                "id": identifier(BY_TAG),
                "name": BY_TAG,
                "auth": _bearer("access_token"),
                "event": [scripts.event("prerequest", scripts.SIGN_IN), scripts.event("test", scripts.FORGET)],
                "item": [_tag(tag, known) for tag in document["tags"]],
            },
        ],
    }


def _step(number: int, step: Step, operation: Operation) -> dict:
    auth = _bearer(f"{step.who}_access_token") if step.who else {"type": "noauth"}
    allowed = [step.status] if step.status else operation.statuses
    lines = [scripts.status(allowed)]
    lines += [scripts.equals(path, wanted) for path, wanted in step.expects.items()]
    lines += [scripts.keep(variable, path) for variable, path in step.keeps.items()]
    events = [scripts.event("prerequest", step.before)] if step.before else []
    return {
        "id": identifier(STORY, step.title),
        "name": f"{number:02}. {step.title}",
        "event": [*events, scripts.event("test", scripts.unless_limited(lines))],
        "request": operation.request(auth, step.body, step.query, step.headers),
    }


def _tag(tag: dict, known: dict[str, Operation]) -> dict:
    tagged = [pair for pair in known.items() if tag["name"] in pair[1].content["tags"]]
    return {
        "id": identifier(BY_TAG, tag["name"]),
        "name": tag["name"],
        "description": tag["description"],
        "item": [_item(name, operation, known) for name, operation in tagged],
    }


def _item(name: str, operation: Operation, known: dict[str, Operation]) -> dict:
    """An operation by itself. Those that open a session are sent as nobody, public reads as whoever is signed in."""
    auth = {"type": "noauth"} if operation.is_public and operation.method != "get" else None
    body = SIGN_IN_BODY if name == "auth_login_create" else None
    lines = [scripts.status(operation.statuses)]
    lines += [scripts.keep(variable, path) for variable, path in _kept(operation, known).items()]
    return {
        "id": identifier(BY_TAG, name),
        "name": operation.name,
        "event": [scripts.event("test", "\n".join(lines))],
        "request": operation.request(auth, body, operation.required_query(), {}),
    }


def _kept(operation: Operation, known: dict[str, Operation]) -> dict[str, str]:
    """What the answer brings that others need: `{"casting_id": "data.casting.id"}`."""
    wanted, found = _ids(known.values()) | {"access_token", "refresh_token"}, {}
    for noun, value in operation.answer.items():
        if noun in wanted:
            found[noun] = f"data.{noun}"
        elif isinstance(value, dict) and "id" in value and f"{noun}_id" in wanted:
            found[f"{noun}_id"] = f"data.{noun}.id"
    return found


def _ids(known) -> set[str]:
    """The variables that addresses take."""
    return {variable for operation in known for variable in operation.variables.values()}


def _variables(known) -> list[dict]:
    values = {"base_url": "http://127.0.0.1:8000", "email": EMAILS["model"], "password": PASSWORD}
    names = ["access_token", "refresh_token", "token_expires_at", "tag"]
    names += [f"{role}_{token}" for role in ("employer", "model") for token in ("access_token", "refresh_token")]
    values |= dict.fromkeys([*names, *sorted(_ids(known))], "")
    return [{"key": name, "value": value} for name, value in values.items()]


def _bearer(variable: str) -> dict:
    return {"type": "bearer", "bearer": [{"key": "token", "value": f"{{{{{variable}}}}}", "type": "string"}]}
