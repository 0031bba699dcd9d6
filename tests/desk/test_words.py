"""The desk speaks its reader's language: no name of a model or field, no choice and no help text is left in English."""

from pathlib import Path

import django
import polib
import pytest
from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets, label_for_field
from django.core.exceptions import FieldDoesNotExist
from django.utils.translation import override

from accounts.admin.audit import ActionFilter
from accounts.models import AuditEntry, Report, User
from mwork.admin import language
from tests import factories
from tests.test_translations import catalog

DJANGO = Path(django.__file__).parent / "contrib"


def shown(request, code: str | None = None) -> set[tuple[str, str, str]]:
    """Of each text that the desk shows: its model's label, the text in English, what the desk says in the language."""
    texts = [(model._meta.label, text) for model, text in _shown(request) if text]
    with override(None):
        english = [str(text) for _label, text in texts]
    with override(code), language.spoken():
        said = [str(text) for _label, text in texts]
    return {(label, *both) for (label, _text), *both in zip(texts, english, said, strict=True)}


def _shown(request):
    label = AuditEntry._meta.label
    yield from ((AuditEntry, language.word(action, label)) for action in ActionFilter.ACTIONS)
    for page in admin.site._registry.values():
        names = [*page.get_list_display(request), *page.get_list_filter(request)]
        for row in (None, page.model()):
            names += flatten_fieldsets(page.get_fieldsets(request, row))
        yield from _texts(page, page.model, names)
        for inline in page.inlines:
            beside = inline(page.model, admin.site)
            yield from _texts(beside, inline.model, flatten_fieldsets(beside.get_fieldsets(request)))


def _texts(page, model, names):
    yield from ((model, model._meta.verbose_name), (model, model._meta.verbose_name_plural))
    for name in names:
        if isinstance(name, type):
            continue  # a filter of the page's own, whose texts are in gettext where they stand
        name = name[0] if isinstance(name, tuple) else name  # a filter of another kind than the field's usual one
        try:
            field = model._meta.get_field(name)
        except FieldDoesNotExist:
            if hasattr(page, name) or hasattr(model, name):  # else the form's own, with a label that it gives
                yield model, label_for_field(name, model, page)
            continue
        yield from ((model, field.verbose_name), (model, field.help_text))
        yield from ((model, text) for _value, text in field.flatchoices)


def held(code: str) -> dict[tuple[str | None, str], str]:
    """Our translations, and those of Django's own users and groups, by context and text."""
    django_s = polib.mofile(str(DJANGO / "auth" / "locale" / code / "LC_MESSAGES" / "django.mo"))
    return {(entry.msgctxt, entry.msgid): entry.msgstr for entry in [*django_s, *catalog(code, "mo")]}


@pytest.fixture
def by_root(rf):
    request = rf.get("/admin/")
    request.user = User(role="admin", is_superuser=True)
    return request


@pytest.mark.parametrize("code", ["ru", "kk"])
def test_no_word_of_the_desk_is_left_in_english(by_root, code):
    translations = held(code)
    missing = {
        (label, text)
        for label, text, said in shown(by_root, code)
        if said not in [translations.get((context, text)) for context in (label, "desk", None)]
    }

    assert missing == set(), "a line in mwork/admin/words.py, then make messages"


def test_every_word_is_shown(by_root):
    words = {(entry.msgctxt, entry.msgid) for entry in catalog("ru") if entry.msgctxt}
    texts = {(context, text) for label, text, _said in shown(by_root) for context in (label, "desk")}

    assert words - texts == set()


def test_words_are_the_readers_within_the_desk_only():
    field = Report._meta.get_field("status")
    said = {}
    for code in ("en", "ru", "kk"):
        with override(code), language.spoken():
            said[code] = (str(Report._meta.verbose_name_plural), str(field.verbose_name), str(field.flatchoices[0][1]))
    with override("ru"):
        said["outside"] = (str(Report._meta.verbose_name_plural), field.verbose_name, str(field.flatchoices[0][1]))

    english = ("reports", "status", "Open")
    assert said == {
        "en": english,
        "ru": ("жалобы", "статус", "Открыта"),
        "kk": ("шағымдар", "күйі", "Ашық"),
        "outside": english,
    }


@pytest.mark.parametrize(("code", "words"), [("ru", ["Статус", "Открыта", "Пол"]), ("kk", ["Күйі", "Ашық", "Жынысы"])])
def test_lists_and_pages_say_them(root, code, words):
    report = factories.report()
    profile = factories.model()
    header, choice, label = words

    listed = root.get("/admin/accounts/report/", headers={"accept-language": code}).content.decode()
    page = root.get(f"/admin/accounts/report/{report.pk}/change/", headers={"accept-language": code}).content.decode()
    form = root.get(
        f"/admin/profiles/modelprofile/{profile.pk}/change/", headers={"accept-language": code}
    ).content.decode()

    assert f">{header}</a>" in listed
    assert f'<td class="field-status">{choice}</td>' in listed
    assert f'<div class="readonly">{choice}</div>' in page
    assert f'for="id_gender">{label}:' in form
