"""Reports: what can be reported, how it is found and frozen, and how staff settle what was reported.

The apps that own the rows register here in `ready`; accounts know none of them. A report's row is the first lock of
all: whoever settles one then takes those of what is decided on.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Report, ReportStatus, TargetType, User
from mwork.api.errors import Duplicate, Invalid, InvalidState, NotFound


@dataclass(frozen=True)
class Action:
    """A decision that settles a report: `perform(report=…, actor=…, reason=…)`, with `until` too when it `has_end`."""

    name: str
    label: str
    perform: Callable[..., object]
    has_end: bool = False


@dataclass(frozen=True)
class Target:
    """`find(user, id)`: the row as this user sees it, else None. `freeze(row)`: what it was, as JSON. `owner(row)`:

    the id of the user whose it is, None when it is nobody's.
    """

    find: Callable[[User, UUID], models.Model | None]
    freeze: Callable[[models.Model], dict]
    owner: Callable[[models.Model], UUID | None]


_targets: dict[str, Target] = {}
_actions: dict[str, dict[str, Action]] = {name: {} for name in TargetType.values}


def register(target_type: str, *, find, freeze, owner=lambda row: row.owner_id) -> None:
    """Make rows of this type reportable: see Target."""
    _targets[target_type] = Target(find, freeze, owner)


def register_action(target_type: str, name: str, label: str, perform, has_end: bool = False) -> None:
    """Offer staff this decision with a report of this type: see Action."""
    _actions[target_type][name] = Action(name, label, perform, has_end)


def actions(target_type: str) -> list[Action]:
    """What staff may decide with a report of this type, in the order of registration."""
    return list(_actions[target_type].values())


def frozen(row: models.Model, *names: str) -> dict:
    """These fields of the row, by name: evidence."""
    return {name: getattr(row, name) for name in names}


def find(*, reporter: User, target_type: str, target_id: UUID) -> models.Model:
    """What is to be reported. NotFound when the reporter can't see it, Invalid when it is her own."""
    target = _targets.get(target_type)
    row = target and target.find(reporter, target_id)
    if row is None:
        raise NotFound
    if target.owner(row) == reporter.id:
        raise Invalid("target_id", _("You can't report what is your own."))
    return row


@transaction.atomic
def submit(*, reporter: User, target_type: str, target_id: UUID, reason: str, comment: str = "") -> Report:
    """A new report, with what it is about frozen as it is now.

    Raises what `find` does, and Duplicate while an earlier one of this reporter about the same is open.
    """
    row = find(reporter=reporter, target_type=target_type, target_id=target_id)
    target = _targets[target_type]
    report = Report(reporter=reporter, target_type=target_type, target_id=target_id, reason=reason, comment=comment)
    report.subject_id, report.evidence = target.owner(row), target.freeze(row)
    try:
        with transaction.atomic():
            report.save(force_insert=True)
    except IntegrityError as error:
        raise Duplicate(_("You have reported this already; our staff will look at it.")) from error
    return report


@transaction.atomic
def resolve(
    *,
    report: Report,
    actor: User,
    outcome: str,
    reason: str,
    action: str | None = None,
    until: datetime | None = None,
    with_others: bool = False,
) -> Report:
    """Settle an open report: something was done about it, here by `action` or before. The reporter is told `outcome`.

    `reason` goes to the audit log and to the person whom `action` concerns; `until` is the action's end, where it has
    one. `with_others` settles every other open report on the same target too. All or nothing. Raises InvalidState
    when it is settled, Invalid, or what the action raises.
    """
    report, others = _lock(report, with_others)
    if action is not None:
        _perform(report, actor, reason, action, until)
    details = {"action": action} if action else {}
    for each in (report, *others):
        _settle(each, actor, ReportStatus.RESOLVED, "resolve", outcome, reason, details)
    return report


@transaction.atomic
def dismiss(*, report: Report, actor: User, outcome: str, reason: str, with_others: bool = False) -> Report:
    """Settle an open report: there is nothing to do. Otherwise as `resolve`."""
    report, others = _lock(report, with_others)
    for each in (report, *others):
        _settle(each, actor, ReportStatus.DISMISSED, "dismiss", outcome, reason, {})
    return report


def erase(*, user: User) -> None:
    """What a closing account leaves here: nothing it wrote, and nothing that was frozen of it.

    An open report keeps both until it is settled: nobody gets out of a report by leaving. Its row is locked, as its
    settling must see that the account is closed.
    """
    reports = Report.objects.concerning(user).select_for_update(no_key=True).order_by("id")
    settled = [report.id for report in reports if not report.is_open]
    Report.objects.filter(id__in=settled).update(comment="", evidence={})


def unregistered() -> set[str]:
    """The types of which nobody says how they are found."""
    return set(TargetType.values) - set(_targets)


def _perform(report: Report, actor: User, reason: str, name: str, until: datetime | None) -> None:
    action = _actions[report.target_type].get(name)
    if action is None:
        raise Invalid("action", _("This can't be done about a %(type)s.") % {"type": report.target_type})
    if until is not None and not action.has_end:
        raise Invalid("until", _("This has no end."))
    action.perform(report=report, actor=actor, reason=reason, **({"until": until} if action.has_end else {}))


def _settle(report: Report, actor: User, status: str, action: str, outcome: str, reason: str, details: dict) -> None:
    report.status, report.settled_at, report.settled_by = status, timezone.now(), actor
    report.outcome = audit.given(outcome, "outcome")
    if any(person and person.closed_at for person in (report.reporter, report.subject)):
        report.comment, report.evidence = "", {}
    report.save(update_fields=["status", "outcome", "settled_at", "settled_by", "comment", "evidence"])
    details = {"outcome": report.outcome, "target_id": str(report.target_id), **details}
    subject = report.reporter
    audit.record(actor=actor, action=action, target=report, reason=reason, subject=subject, details=details)


def _lock(report: Report, with_others: bool) -> tuple[Report, list[Report]]:
    """The report as it is now and the other open ones on its target, locked in one order. InvalidState when settled."""
    wanted = models.Q(id=report.id)
    if with_others:
        same = Report.objects.open().on(report.target_type, report.target_id)
        wanted |= models.Q(id__in=same.values("id"))
    rows = list(Report.objects.filter(wanted).select_for_update(no_key=True).order_by("id"))
    mine = next(row for row in rows if row.id == report.id)
    if not mine.is_open:
        raise InvalidState(_("This report is settled already."))
    return mine, [row for row in rows if row.id != mine.id and row.is_open]
