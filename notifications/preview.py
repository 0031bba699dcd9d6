"""Every letter in every language, as its reader gets it: a page for staff under the admin, filled with samples."""

from django.contrib import admin
from django.http import Http404
from django.shortcuts import render
from django.utils import translation

from accounts.models import Language
from mwork import mail
from notifications import letters
from notifications.kinds import KINDS
from notifications.models import Channel

# The letters of accounts and teams, beside their link: hours and days that it lives.
ACCOUNTS = {
    "verify_email": {"hours": 24},
    "reset_password": {"hours": 1},
    "invitation": {"days": 7, "organization": "Tengri Models"},
}


def names() -> list[str]:
    return [*ACCOUNTS, *(name for name, kind in KINDS.items() if Channel.EMAIL in kind.channels), "digest"]


def page(request, name: str = "", language: str = Language.RUSSIAN):
    """The list of letters, with the one that is named. 404 for a name or a language that there is not."""
    shown = {**admin.site.each_context(request), "names": names(), "languages": Language.values, "language": language}
    if name:
        if name not in names() or language not in Language.values:
            raise Http404
        shown |= {"name": name, "letter": letter(name, language)}
    return render(request, "admin/letters.html", shown)


def letter(name: str, language: str) -> mail.Letter:
    """The letter of this kind with a sample's data."""
    with translation.override(language):
        if name in ACCOUNTS:
            template, context = name, {"link": "https://mwork.kz/…?token=…", **ACCOUNTS[name]}
        elif name == "digest":
            told = [kind for kind in KINDS if not KINDS[kind].always][:4]
            template = name
            context = {"items": [letters.letter_context(kind, KINDS[kind].sample) for kind in told]}
        else:
            template, context = KINDS[name].template, letters.letter_context(name, KINDS[name].sample)
    return mail.render(kind=template, language=language, context={**context, "unsubscribe": "https://mwork.kz/…"})
