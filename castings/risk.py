"""How much a casting looks like a fraud: one function over a table of rules, without a database.

A sum of weights, no verdict: it orders the moderators' queue and says why. Patterns have no unbounded repeat, so that
the time grows with the text's length alone. What is risky only ever adds; words that deny it count on their own line.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

MOST = 100
NEW_FOR = timedelta(days=7)
HIGH_PAY = 500_000  # whole tenge a day


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is known of a casting and of whoever has written it.

    `text` is all that readers see, one line below the other; `pay` whole tenge a day, 0 without any; `copies` castings
    of others that said the same before; `spam` the author's other castings that staff called spam; `reports` the open
    ones about the author.
    """

    text: str
    account_age: timedelta
    email_verified: bool
    employer_verified: bool
    pay: int = 0
    copies: int = 0
    spam: int = 0
    reports: int = 0


class Reason(NamedTuple):
    code: str
    weight: int


class Risk(NamedTuple):
    """`score` from 0 to MOST, and what it is made of, the heaviest first."""

    score: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Rule:
    code: str
    weight: int
    label: str
    applies: Callable[[Facts, str], bool]  # the facts, and their text made plain


def assess(facts: Facts) -> Risk:
    text = plain(facts.text)
    found = [Reason(rule.code, rule.weight) for rule in RULES if rule.applies(facts, text)]
    return Risk(min(MOST, sum(reason.weight for reason in found)), tuple(found))


def label(code: str) -> str:
    """What the reason says to a moderator, in the present language; an unknown code as it is."""
    return str(LABELS.get(code, code))


def plain(text: str) -> str:
    """The text as it is looked at: one form of every letter and digit, small, nothing invisible, ё as е."""
    text = unicodedata.normalize("NFKC", text).casefold().replace("ё", "е")
    return "".join(letter for letter in text if unicodedata.category(letter) != "Cf")


# --- what is looked for ---------------------------------------------------------------------------------------

_END = r"\w{0,12}"  # of a word that is inflected
_ZONES = "kz|ru|com|net|org|info|biz|me|io|app|site|online|shop|store|link|click|xyz|club|su|ua|uz|kg|рф|қаз|ly|cc"
EMAIL = re.compile(r"\w@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
LINK = re.compile(
    rf"https?://|(?<!\w)www\.|(?<=[^\W_])\.(?:{_ZONES})(?!\w)"
    r"|(?<![\w@.])@[a-z0-9_][a-z0-9_.]{2,29}"  # a handle
    r"|(?<!\w)(?:instagram|insta|inst|инстаграм{1,2}|инста|telegram|tg|телеграм{1,2}|тг)"
    r"[ \t]{0,2}[:—–-][ \t]{0,2}@?[a-z0-9_][a-z0-9_.]{2,29}"
)
_GAP = r"[ \t().\-–—]{0,3}"
PHONE = re.compile(
    rf"(?<!\d)(?:\+{_GAP}7|[78]){_GAP}7(?:{_GAP}\d){{9}}(?!{_GAP}\d)"  # +7 7xx…, 8 (7xx)…
    rf"|(?<!\d)7(?:0[0-8]|27|47|5[01]|6[0-4]|7[15-8]){_GAP}\d{{3}}{_GAP}\d\d{_GAP}\d\d(?!{_GAP}\d)"  # without the 8
    rf"|\+(?:{_GAP}\d){{10,14}}"  # abroad
)

# Money that the model would pay. A space stands for one or more; … for the rest of an inflected word.
_PREPAYMENT = [
    "предоплат…", "предварительн… оплат…", "взнос…", "залог…(?! успех)", "депозит…", "страхов… сбор…",
    "регистрационн… сбор…", "организационн… сбор…", "оплат… портфолио", "оплат… за портфолио",
    "оплат… (?:ваше|вашего|свое|своего) портфолио", "платн… портфолио", "портфолио платн…",
    "оплат… (?:за )?(?:регистраци|обучени|курс|анкет|страховк|пропуск)…", "оплатит[еь] (?:участи|кастинг)…",
    "платн… (?:регистраци|участи|обучени|кастинг|анкет)…", "участие платн…",
    r"(?:переведите|перевести|внесите|внести|перечислите|скиньте) (?:\w{1,12} ){0,2}(?:деньги|сумму|оплату|\d)",
    "алдын ала төле(?:м|у|ңіз|п)…", "кепіл(?!дік|дем)…", "жарна(?!ма)…", "портфолио(?:ға| үшін) (?:ақы )?төле(?!нбе)…",
    "ақылы (?:портфолио|тірке|кастинг|қатысу)…", "портфолио ақылы",
    "(?:тіркелу|тіркеу|кіру|мүшелік|қатысу) (?:ақы|төлем|жина)…",
    "pre-?pay…", "pre pay…", "deposit…", "(?:upfront|up-front) (?:fee|payment|charge)…",
    r"pay for (?:\w{1,12} )?portfolio",
    "(?:registration|application|portfolio|membership|entry|enrol{1,2}ment|processing|administration|training) fee…",
]  # fmt: skip
PREPAYMENT = re.compile(
    r"(?<!\w)(?:" + "|".join(_PREPAYMENT).replace(" ", r"[\s-]{1,3}").replace("…", _END) + r")(?!\w)"
)
# Said right before or after it on the same line, they make it a promise not to ask for money.
_WINDOW = 40
DENIED_BEFORE = re.compile(
    r"(?<!\w)(?:без|нет|никак\w{1,4}|не (?:нуж|треб|бер|прос|взим)\w{0,12}|no|not|without|never)[ \t]{1,3}"
    r"(?:[\w-]{1,20}[ \t]{1,3}){0,3}\Z"
)
DENIED_AFTER = re.compile(
    r"[ \t:—–-]{0,3}(?:[\w-]{1,20}[ \t]{1,2}){0,2}?"
    r"(?:не (?:нуж|треб|бер|прос|взим|предусм)|нет(?!\w)|жоқ(?!\w)|алынба|сұралма|керек емес|қажет емес"
    r"|not (?:required|needed|asked|taken|charged))"
)
# Letters of one script written for those of the other.
LOOKALIKES = str.maketrans("aceopxykmthbi", "асеорхукмтнві")


def asks_for_money(text: str) -> bool:
    """Is some payment by the model named in this plain text, and not denied?"""
    return any(_named(script) for script in (text, text.translate(LOOKALIKES)))


def _named(text: str) -> bool:
    for match in PREPAYMENT.finditer(text):
        before, after = text[max(0, match.start() - _WINDOW) : match.start()], text[match.end() : match.end() + _WINDOW]
        if not DENIED_BEFORE.search(before) and not DENIED_AFTER.match(after):
            return True
    return False


RULES = (
    Rule("prepayment", 35, _("Asks the model for money"), lambda facts, text: asks_for_money(text)),
    Rule("earlier_spam", 30, _("Earlier castings were spam"), lambda facts, text: facts.spam > 0),
    Rule("copied_text", 25, _("Says what another employer's casting said"), lambda facts, text: facts.copies > 0),
    Rule("open_reports", 20, _("Open reports about the author"), lambda facts, text: facts.reports > 0),
    Rule("phone", 15, _("A phone number in the text"), lambda facts, text: bool(PHONE.search(text))),
    Rule("link", 15, _("A link or an account elsewhere in the text"),
         lambda facts, text: bool(LINK.search(EMAIL.sub(" ", text)))),
    Rule("new_account", 15, _("The account is new"), lambda facts, text: facts.account_age < NEW_FOR),
    Rule("high_pay", 15, _("Unusually high pay"), lambda facts, text: facts.pay >= HIGH_PAY),
    Rule("email", 10, _("An e-mail address in the text"), lambda facts, text: bool(EMAIL.search(text))),
    Rule("unverified_employer", 10, _("The company is not verified"), lambda facts, text: not facts.employer_verified),
    Rule("unverified_email", 10, _("The author's e-mail is not verified"),
         lambda facts, text: not facts.email_verified),
)  # fmt: skip
LABELS = {rule.code: rule.label for rule in RULES}
