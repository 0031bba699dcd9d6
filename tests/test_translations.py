"""The catalogs in locale/ are whole, compiled, and hold what the code says; clients get one language, not a mixture."""

import ast
import re
from pathlib import Path

import polib
import pytest
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import override
from django.utils.translation.template import templatize
from rest_framework import exceptions, serializers

ROOT = Path(__file__).parent.parent
FOLDERS = [
    path for path in ROOT.iterdir() if path.is_dir() and path.name not in {"var", "tests"} and path.name[0] != "."
]
GETTEXT = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy"}
PGETTEXT = {"pgettext", "pgettext_lazy"}  # whose first argument is the context
IN_TEMPLATE = re.compile(r"""(?:gettext|\b_)\(u?('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")""")  # in what templatize() makes
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w+(?::\w+)?\}")

DRF_FIELDS = [
    serializers.BooleanField, serializers.CharField, serializers.ChoiceField, serializers.DateField,
    serializers.DateTimeField, serializers.EmailField, serializers.IntegerField, serializers.ListField,
    serializers.URLField, serializers.UUIDField, serializers.Serializer,
]  # fmt: skip
FORM_FIELDS = [forms.CharField, forms.ChoiceField, forms.IntegerField, forms.UUIDField]
REFUSALS = [exceptions.MethodNotAllowed, exceptions.UnsupportedMediaType, exceptions.NotAcceptable]

each_language = pytest.mark.parametrize("language", ["ru", "kk"])


def catalog(language: str, kind: str = "po"):
    path = ROOT / "locale" / language / "LC_MESSAGES" / f"django.{kind}"
    assert path.exists(), "run compilemessages"
    return polib.pofile(str(path)) if kind == "po" else polib.mofile(str(path))


def said_in_python(source: str) -> set[tuple[str | None, str]]:
    """Context and text of the calls of gettext and its kin, where they are literal."""
    texts = set()
    for call in (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)):
        name = getattr(call.func, "id", getattr(call.func, "attr", None))
        said = [each.value for each in call.args if isinstance(each, ast.Constant)]
        if name in GETTEXT and call.args[:1] and isinstance(call.args[0], ast.Constant):
            texts.add((None, said[0]))
        elif name in PGETTEXT and len(said) == 2:
            texts.add((said[0], said[1]))
    return texts


def said_in_template(source: str) -> set[tuple[None, str]]:
    """What {% trans %} and {% blocktrans %} hold, as makemessages sees it."""
    return {(None, ast.literal_eval(text)) for text in IN_TEMPLATE.findall(templatize(source))}


def said() -> set[tuple[str | None, str]]:
    texts = set()
    for folder in FOLDERS:
        for path in folder.rglob("*.py"):
            texts |= said_in_python(path.read_text(encoding="utf-8"))
        for path in [*folder.rglob("*.html"), *folder.rglob("*.txt")]:
            texts |= said_in_template(path.read_text(encoding="utf-8"))
    return texts


def test_the_reader_of_sources_sees_every_form():
    source = (
        '_("a" "b"); x.gettext("c"); ngettext("d", "e", 2); _(name); other("f"); pgettext("g", "h"); pgettext("g", i)'
    )
    assert said_in_python(source) == {(None, "ab"), (None, "c"), (None, "d"), ("g", "h")}
    template = (
        """{% trans "it's" as x %}{% blocktrans count n=n %}{{ n }} day{% plural %}{{ n }} days{% endblocktrans %}"""
    )
    assert said_in_template(template) == {(None, "it's"), (None, "%(n)s day")}


@each_language
def test_the_catalog_holds_what_the_code_says_and_no_more(language):
    held, needed = {(entry.msgctxt, entry.msgid) for entry in catalog(language)}, said()
    assert (needed - held, held - needed) == (set(), set()), "run makemessages"


@each_language
def test_every_entry_is_translated(language):
    assert [entry.msgid for entry in catalog(language) if not entry.translated()] == []  # fuzzy and obsolete count


@each_language
def test_placeholders_are_those_of_the_original(language):
    for entry in catalog(language):
        original = sorted(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid))
        for text in entry.msgstr_plural.values() or [entry.msgstr]:
            assert sorted(PLACEHOLDER.findall(text)) == original, entry.msgid


@each_language
def test_the_compiled_catalog_is_that_of_the_source(language):
    source, compiled = (
        {(entry.msgctxt, entry.msgid): entry.msgstr_plural or entry.msgstr for entry in catalog(language, kind)}
        for kind in ("po", "mo")
    )
    assert source == compiled, "run compilemessages"


@pytest.mark.parametrize(("language", "expected"), [("ru", ["Обязательное поле."]), ("kk", ["Бұл мән міндетті."])])
def test_a_missing_field_is_told_in_the_readers_language(language, expected):
    class Form(serializers.Serializer):
        name = serializers.CharField()

    with override(language):
        form = Form(data={})
        assert not form.is_valid()
        assert form.errors["name"] == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (
            "ru",
            [
                "Пароль слишком короткий. Нужно не меньше 8 символов.",
                "Этот пароль слишком распространён.",
                "Пароль состоит из одних цифр.",
            ],
        ),
        (
            "kk",
            [
                "Құпиясөз тым қысқа. Кемінде 8 таңба қажет.",
                "Бұл құпиясөз тым кең таралған.",
                "Құпиясөз тек цифрлардан тұрады.",
            ],
        ),
    ],
)
def test_a_bad_password_is_told_in_the_readers_language(language, expected):
    with override(language), pytest.raises(ValidationError) as refusal:
        validate_password("1234567")
    with override(language):
        assert refusal.value.messages == expected


@pytest.mark.parametrize("field", [*DRF_FIELDS, *FORM_FIELDS], ids=lambda field: f"{field.__module__}.{field.__name__}")
def test_no_message_of_a_field_is_left_to_another_language(field):
    for base in field.__mro__:
        for text in vars(base).get("default_error_messages", {}).values():
            assert_three_languages(text)


@pytest.mark.parametrize("refusal", REFUSALS)
def test_no_refusal_is_left_to_another_language(refusal):
    assert_three_languages(refusal.default_detail)


def assert_three_languages(lazy_text):
    texts = set()
    for language in ("en", "ru", "kk"):
        with override(language):
            texts.add(str(lazy_text))
    assert len(texts) == 3, texts
