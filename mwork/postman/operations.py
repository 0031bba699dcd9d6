"""One operation of the OpenAPI document, in Postman's terms."""

import json
import re
import uuid
from dataclasses import dataclass
from functools import cached_property

METHODS = ("post", "get", "put", "patch", "delete")  # in this order: the document's own changes from run to run
ALIASES = {"profile_id": "model_id", "participant_id": "user_id", "entityId": "casting_id"}
KEPT = ("access_token", "refresh_token", "shoot_date")  # variables that bodies take beside ids
NAMESPACE = uuid.UUID("5f6d2a0e-8f6b-4c55-9d3e-0c1f0a7b2d11")  # any: ids hang on it and on names alone


@dataclass(frozen=True)
class Operation:
    """A method of an address, as the document has it."""

    method: str
    path: str
    content: dict

    @property
    def name(self) -> str:
        return self.content["summary"]

    @property
    def is_public(self) -> bool:
        return {} in self.content.get("security", [])

    @cached_property
    def statuses(self) -> list[int]:
        """Those of success, the usual one first."""
        return [int(status) for status in self.content["responses"] if int(status) < 400]

    @cached_property
    def answer(self) -> dict:
        """The example's `data`; empty where a success holds none."""
        content = self.content["responses"][str(self.statuses[0])].get("content", {})
        return next(iter(content.values()))["example"].get("data", {}) if content else {}

    @cached_property
    def variables(self) -> dict[str, str]:
        """The address's parameters: `{"id": "casting_id"}` for `/castings/{id}`."""
        found = re.findall(r"([\w-]+)/\{(\w+)\}", self.path)
        return {name: f"{_singular(noun)}_{name}" if name in ("id", "token") else _known(name) for noun, name in found}

    def body(self) -> tuple[str, dict] | None:
        """The media type and the example, with variables in the place of ids; None without a body."""
        if "requestBody" not in self.content:
            return None
        ((media, content),) = self.content["requestBody"]["content"].items()
        return media, _with_variables(content["example"])

    def request(self, auth: dict | None, body: dict | None, query: dict, headers: dict) -> dict:
        """Postman's request. None for `auth` takes the folder's; None for `body` sends the example."""
        url = {
            "raw": "{{base_url}}" + re.sub(r"\{(\w+)\}", r":\1", self.path) + _query_string(query),
            "host": ["{{base_url}}"],
            "path": re.sub(r"\{(\w+)\}", r":\1", self.path).strip("/").split("/"),
            "query": [{"key": name, "value": value} for name, value in query.items()] + self._optional_query(query),
            "variable": [{"key": name, "value": f"{{{{{variable}}}}}"} for name, variable in self.variables.items()],
        }
        request = {
            "method": self.method.upper(),
            "header": [{"key": name, "value": value} for name, value in headers.items()],
            "url": {name: value for name, value in url.items() if value},
            "description": self.content.get("description", ""),
        }
        if auth:
            request["auth"] = auth
        return request | self._postman_body(body)

    def required_query(self) -> dict[str, str]:
        """What the query must have, each with a value that makes sense."""
        required = [each for each in self._parameters("query") if each.get("required")]
        return {each["name"]: _value(each) for each in required}

    def _optional_query(self, used: dict) -> list[dict]:
        """What the query may have, switched off."""
        return [
            {"key": each["name"], "value": "", "description": each.get("description", ""), "disabled": True}
            for each in self._parameters("query")
            if each["name"] not in used
        ]

    def _parameters(self, place: str) -> list[dict]:
        return [each for each in self.content.get("parameters", []) if each["in"] == place]

    def _postman_body(self, body: dict | None) -> dict:
        """`{"body": …}`, or nothing. `body` stands in for the example."""
        if (found := self.body()) is None:
            return {}
        media, example = found
        content = example if body is None else body
        if media == "multipart/form-data":
            return {"body": {"mode": "formdata", "formdata": [_field(*pair) for pair in content.items()]}}
        return {"body": {"mode": "raw", "raw": _json(content), "options": {"raw": {"language": "json"}}}}


def operations(document: dict) -> dict[str, Operation]:
    """Every operation by its `operationId`."""
    found = [
        Operation(method, path, methods[method])
        for path, methods in document["paths"].items()
        for method in METHODS
        if method in methods
    ]
    return {operation.content["operationId"]: operation for operation in found}


def identifier(*names: str) -> str:
    """The same id for the same names, whenever it is asked for."""
    return str(uuid.uuid5(NAMESPACE, "/".join(names)))


def _singular(noun: str) -> str:
    return noun.removesuffix("es") if noun.endswith("ches") else noun.removesuffix("s")


def _known(name: str) -> str:
    return ALIASES.get(name, name)


def _with_variables(example: dict) -> dict:
    """The example with `{{casting_id}}` for the value of `casting_id`, and so on."""
    filled = {}
    for name, value in example.items():
        if name == "target_id":
            value = f"{{{{{example['target_type']}_id}}}}"
        elif name.endswith("_ids") and isinstance(value, list):
            value = [f"{{{{{name.removesuffix('s')}}}}}"]
        elif name in KEPT or name in ALIASES or (name.endswith("_id") and name != "client_id"):
            value = f"{{{{{_known(name)}}}}}"
        filled[name] = value
    return filled


def _value(parameter: dict) -> str:
    if parameter["name"] == "target_id":
        return "{{model_id}}"
    if parameter["name"].endswith("_id"):
        return f"{{{{{_known(parameter['name'])}}}}}"
    return parameter["schema"].get("enum", ["Здравствуйте"])[0]


def _query_string(query: dict) -> str:
    return "?" + "&".join(f"{name}={value}" for name, value in query.items()) if query else ""


def _field(name: str, value: object) -> dict:
    if value == "(binary)":
        return {"key": name, "type": "file", "src": []}
    return {"key": name, "type": "text", "value": value if isinstance(value, str) else _json(value)}


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)
