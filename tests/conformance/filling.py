"""Puts what exists into the cases that Schemathesis makes up, so that most of them get past 404."""

from copy import deepcopy
from random import Random
from uuid import UUID

from schemathesis import Case

from tests import pictures

PICTURE = pictures.jpeg()


class Filling:
    """For one role: its callers' tokens (None: nobody's), and values by the names that fields and addresses have.

    What is put where follows from the case alone, so that a seed makes the same cases again.
    """

    KEPT = 0.15  # of the values stay as they were made up
    EXAMPLES = 0.2  # of the bodies become the document's own example, with other ids each time
    NEWCOMERS = 0.125  # of the cases with a body are the last token's, who has nothing yet
    PAGES = ("profiles/models", "model-profiles", "profiles/employers", "employer-profiles")  # one has one at most

    def __init__(self, known: dict[str, list[str]], tokens: list[str | None]):
        self._known, self._tokens = known, tokens

    def fill(self, case: Case) -> None:
        """Change the case in place, before its request is sent."""
        rng = Random(repr((case.method, case.path, case.path_parameters, case.query, case.body)))
        newcomers = 1 - self.KEPT if case.path.endswith(self.PAGES) else self.NEWCOMERS
        token = self._tokens[-1 if isinstance(case.body, dict) and rng.random() < newcomers else 0]
        if token is not None:
            case.headers["Authorization"] = f"Bearer {token}"
        if case.media_type and rng.random() < self.EXAMPLES:
            case.body = deepcopy(example_of(case))
        rows = case.path.partition("/{id}")[0].rpartition("/")[2]  # "castings" of /castings/{id}/save
        for values in (case.path_parameters, case.query, case.body):
            if isinstance(values, dict):
                for name, value in values.items():
                    values[name] = self._filled(rng, rows if name == "id" else name, value)

    def _filled(self, rng: Random, name: str, value):
        if isinstance(value, list):
            return [self._filled(rng, name, item) for item in value]
        if rng.random() < self.KEPT:
            return value
        if name == "file" and isinstance(value, str | bytes):
            return PICTURE
        known = self._known.get(name)
        if known and isinstance(value, str) and value and (is_id(value) or not is_id(known[0])):
            return known[int(len(known) * rng.random() ** 3)]  # rather one's own, which come first
        return value


def example_of(case: Case) -> dict:
    """The body that the document shows for this operation."""
    contents = case.operation.definition.raw["requestBody"]["content"]
    return contents.get(case.media_type, next(iter(contents.values())))["example"]


def is_id(text: str) -> bool:
    """Is it a UUID? What is not one stays, to be refused."""
    try:
        UUID(text)
    except ValueError:
        return False
    return True
