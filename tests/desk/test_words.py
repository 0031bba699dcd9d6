"""The desk speaks its reader's language: no name of a model or field, no choice and no help text is left in English."""

from pathlib import Path

import django
import polib
import pytest
from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets
from django.core.exceptions import FieldDoesNotExist
from django.utils.translation import override

from accounts.admin.audit import ActionFilter
from accounts.models import AuditEntry, Report, User
from mwork.admin import language
from tests import factories
from tests.test_translations import catalog, each_language

DJANGO = Path(django.__file__).parent / "contrib"


def shown(request) -> set[tuple[str, str]]:
    """The label of each model that the desk shows, with each of its texts there, in English."""
    with override(None):
        return {(model._meta.label, str(text)) for model, text in _shown(request) if text}


def _shown(request):
    yield from ((AuditEntry, action) for action in ActionFilter.ACTIONS)
    for page in admin.site._registry.values():
        names = [*page.get_list_display(request), *page.get_list_filter(request)]
        for row in (None, page.model()):
            names += flatten_fieldsets(page.get_fieldsets(request, row))
        yield from _texts(page.model, names)
        for inline in page.inlines:
            yield from _texts(inline.model, flatten_fieldsets(inline(page.model, admin.site).get_fieldsets(request)))


def _texts(model, names):
    yield from ((model, model._meta.verbose_name), (model, model._meta.verbose_name_plural))
    for name in names:
        try:
            field = model._meta.get_field(name[0] if isinstance(name, tuple) else name)
        except (FieldDoesNotExist, TypeError):
            continue  # a column or filter of the page's own, whose texts are in gettext where they stand
        yield from ((model, field.verbose_name), (model, field.help_text))
        yield from ((model, text) for _value, text in field.flatchoices)


def held(code: str) -> set[tuple[str | None, str]]:
    """Context and text of ours and of Django's own translations."""
    django_s = [
        entry
        for app in ("auth", "contenttypes")
        for entry in polib.mofile(str(DJANGO / app / "locale" / code / "LC_MESSAGES" / "django.mo"))
    ]
    return {(entry.msgctxt, entry.msgid) for entry in [*catalog(code, "mo"), *django_s]}


@pytest.fixture
def by_root(rf):
    request = rf.get("/admin/")
    request.user = User(role="admin", is_superuser=True)
    return request


@each_language
def test_no_word_of_the_desk_is_left_in_english(by_root, language):
    known = held(language)
    missing = {
        (label, text) for label, text in shown(by_root) if not known & {(label, text), ("desk", text), (None, text)}
    }

    assert missing == set(), "a line in mwork/admin/words.py, then make messages"


def test_every_word_is_shown(by_root):
    words = {(entry.msgctxt, entry.msgid) for entry in catalog("ru") if entry.msgctxt}
    texts = shown(by_root)

    assert words - texts - {("desk", text) for _label, text in texts} == set()


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
