"""Looking at a casting before others see it: its risk, and whether staff must have seen it first.

Both are written by whoever changes the casting, under its lock and in the same transaction.
"""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, Func, IntegerField, Value
from django.utils import timezone

from accounts.models import Report
from castings import copies
from castings.models import Casting, CastingStatus, Moderation
from castings.risk import Facts, Risk, assess
from profiles.models import EmployerProfile

READ = ("title", "description", "address")  # what a reader is told in the author's own words
JUDGED = (*READ, "pay_min", "pay_max", "duration_days")
STORED = ("risk_score", "risk_reasons", "text_bands", "moderation")


class _SharedBands(Func):
    """How many numbers two arrays have in common."""

    template = "cardinality(ARRAY(SELECT unnest(%(expressions)s)))"
    arg_joiner = ") INTERSECT SELECT unnest("
    output_field = IntegerField()


def is_required(employer: EmployerProfile) -> bool:
    """Must staff have seen this employer's castings before anybody else does?"""
    mode = settings.CASTING_PREMODERATION
    return mode == "all" or (mode == "unverified" and not employer.is_verified)


def leave_draft(casting: Casting, at: datetime | None = None) -> None:
    """Set what a casting that is no draft any more gets, unsaved (STORED)."""
    measure(casting, at)
    _hold(casting)


def changed(casting: Casting, before: Casting) -> None:
    """Set what a casting whose words or pay have changed gets, unsaved (STORED); `before` is how it was.

    An approval is one of these words: with others, or with a higher risk, it is looked at anew. Hidden stays hidden.
    """
    is_draft = casting.status == CastingStatus.DRAFT  # measured when it leaves that state
    if not is_draft:
        measure(casting)
    reworded = any(getattr(casting, name) != getattr(before, name) for name in READ)
    if not reworded and casting.risk_score <= before.risk_score:
        return
    if casting.moderation == Moderation.APPROVED:
        casting.moderation = Moderation.NONE
    if not is_draft:
        _hold(casting)


def _hold(casting: Casting) -> None:
    """Let it wait where staff must see it first, and wherever they have refused it before."""
    refused, new = (casting.moderation == state for state in (Moderation.REFUSED, Moderation.NONE))
    if refused or (new and is_required(casting.employer)):
        casting.moderation = Moderation.WAITING


def measure(casting: Casting, at: datetime | None = None) -> None:
    """Set the casting's fingerprint and its risk, unsaved."""
    casting.text_bands = copies.bands(casting.description)
    risk = assess(facts(casting, at))
    casting.risk_score, casting.risk_reasons = risk.score, as_json(risk)


def facts(casting: Casting, at: datetime | None = None) -> Facts:
    """What the rules look at; the fingerprint must be there already. Needs the employer; one more query.

    What is counted is one or none here: the rules ask for no more.
    """
    employer, author = casting.employer, casting.employer.user
    spam = Casting.objects.filter(employer=employer, moderation=Moderation.SPAM).exclude(id=casting.id)
    reports = Report.objects.open().filter(subject=author)
    copied = Exists(copied_from(casting)) if casting.text_bands else Value(False)
    found = EmployerProfile.objects.filter(id=employer.id).values_list(copied, Exists(spam), Exists(reports)).get()
    return Facts(
        text="\n".join(getattr(casting, name) for name in READ),
        account_age=(at or timezone.now()) - author.created_at,
        email_verified=author.email_verified,
        employer_verified=employer.is_verified,
        pay=(casting.pay_max or casting.pay_min or 0) // casting.duration_days,
        **dict(zip(("copies", "spam", "reports"), map(int, found), strict=True)),
    )


def copied_from(casting: Casting):
    """Earlier castings of other employers that said nearly the same; their text may be gone since."""
    earlier = Casting.objects.exclude(employer=casting.employer_id).filter(
        text_bands__overlap=casting.text_bands, created_at__lt=casting.created_at
    )
    own = Value(casting.text_bands, output_field=Casting._meta.get_field("text_bands"))
    return earlier.annotate(shared=_SharedBands(F("text_bands"), own)).filter(shared__gte=copies.SHARED)


def as_json(risk: Risk) -> list[dict]:
    """The reasons as a casting keeps them."""
    return [reason._asdict() for reason in risk.reasons]


def measure_all(at: datetime | None = None, size: int = 500) -> int:
    """Measure every casting that is no draft anew; returns how many there were. Safe to run twice and at once."""
    rows = Casting.objects.exclude(status=CastingStatus.DRAFT).filter(deleted_at=None).order_by("id")
    done, after = 0, None
    while ids := list((rows.filter(id__gt=after) if after else rows).values_list("id", flat=True)[:size]):
        for casting_id in ids:
            done += _measure_one(casting_id, at)
        after = ids[-1]
    return done


@transaction.atomic
def _measure_one(casting_id, at: datetime | None) -> bool:
    rows = Casting.objects.select_for_update(of=["self"], no_key=True).select_related("employer__user")
    casting = rows.filter(id=casting_id, deleted_at=None).first()
    if casting is None:
        return False
    measure(casting, at)
    casting.save(update_fields=["risk_score", "risk_reasons", "text_bands"])
    return True
