""".env.example, docs/settings.md and what the code reads name the same variables."""

import ast
import re
import runpy
import shlex

import pytest

from mwork import conf

EXAMPLE = re.findall(r"^# ([A-Z][A-Z0-9_]+)=(.*)$", (conf.ROOT / ".env.example").read_text(), re.MULTILINE)
OTHERS = {"DJANGO_SETTINGS_MODULE", "MAKELEVEL", "NO_COLOR", "PATH"}  # not ours to document
FILLER = "x" * 48  # in the place of a secret that the example leaves empty


@pytest.fixture
def asked(monkeypatch) -> set[str]:
    """The variables that settings.py asks for when every line of the example is set."""
    values = {name: "".join(shlex.split(value)) or FILLER for name, value in EXAMPLE}
    names = set()

    def variable(name: str) -> str:
        names.add(name)
        return values.get(name, "")

    monkeypatch.setattr(conf, "_variable", variable)
    for is_test in ("0", "1"):  # each has passwords of its own
        values["ROBOKASSA_IS_TEST"] = is_test
        runpy.run_path(str(conf.ROOT / "mwork" / "settings.py"))
    return names


def environ_names() -> set[str]:
    """The names with which our code reads os.environ itself."""
    trees = [ast.parse(path.read_text()) for path in (conf.ROOT / "mwork").rglob("*.py")]
    found = set()
    for node in (node for tree in trees for node in ast.walk(tree)):
        match node:
            case ast.Call(func=ast.Attribute(value=value, attr="get" | "setdefault"), args=[ast.Constant(name), *_]):
                pass
            case ast.Subscript(value=value, slice=ast.Constant(name)):
                pass
            case ast.Compare(left=ast.Constant(name), comparators=[value]):
                pass
            case _:
                continue
        if ast.unparse(value) == "os.environ":
            found.add(name)
    return found - OTHERS


def compose_names() -> set[str]:
    """The names that compose.yaml takes from its environment or .env."""
    return set(re.findall(r"\$\{([A-Z0-9_]+)", (conf.ROOT / "compose.yaml").read_text()))


def documented_names() -> list[str]:
    rows = re.findall(r"^\| (`[A-Z].*?) \|", (conf.ROOT / "docs" / "settings.md").read_text(), re.MULTILINE)
    return [name for row in rows for name in re.findall(r"`([A-Z0-9_]+)`", row)]


def test_the_example_and_the_docs_name_what_the_code_reads(asked):
    read = sorted(asked | environ_names() | compose_names() | {"COMPOSE_PROFILES"})

    assert sorted(name for name, _ in EXAMPLE) == read
    assert sorted(documented_names()) == read
