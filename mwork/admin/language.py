"""The desk in its reader's language: the names of models and fields, choices and help texts, translated in it alone.

Models say them in English, mostly by the names of their attributes. Migrations, the API and its documents keep that;
within `spoken()` they are what the catalogs have for the words of `mwork.admin.words`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.contrib.admin import AdminSite
from django.db.models import Model
from django.utils.functional import Promise, lazy
from django.utils.translation import pgettext

_is_spoken = ContextVar("desk_is_spoken", default=False)


@contextmanager
def spoken() -> Iterator[None]:
    """Here the words are in the active language."""
    token = _is_spoken.set(True)
    try:
        yield
    finally:
        _is_spoken.reset(token)


def say(text: str, label: str = "") -> str:
    """The word as the catalogs have it for the model of this label, else for the whole desk; else the text itself."""
    if not text or not _is_spoken.get():
        return text
    of_model = pgettext(label, text) if label else text
    return of_model if of_model != text else pgettext("desk", text)


_word = lazy(say, str)


def teach(site: AdminSite) -> None:
    """Makes words of all that the models of the site's pages, and of their inlines, are called and say of themselves.

    What is translated already (Django's own, a choice with a text of its own) stays as it is.
    """
    for page in site._registry.values():
        for model in (page.model, *(inline.model for inline in page.inlines)):
            _teach(model)


def _teach(model: type[Model]) -> None:
    options = model._meta
    if not isinstance(options.verbose_name, Promise):
        # The derived plural is a promise too, of the English name with an s.
        options.verbose_name_plural = _word(str(options.verbose_name_plural), options.label)
        options.verbose_name = _word(options.verbose_name, options.label)
    for field in (*options.fields, *options.many_to_many):
        field.verbose_name = _translated(field.verbose_name, options.label)
        if field.help_text:
            field.help_text = _translated(field.help_text, options.label)
        if field.choices:
            field.choices = [(value, _translated(text, options.label)) for value, text in field.choices]


def _translated(text, label: str):
    return _word(text, label) if isinstance(text, str) else text  # else a promise, or the number of a choice
