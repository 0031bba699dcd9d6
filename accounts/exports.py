"""What a person is given of what lies here: accounts.exporting."""

from accounts.exporting import section
from accounts.models import AuditEntry, Block, EmailToken, Report, Session, User

ACCOUNT = (
    "id", "email", "role", "email_verified", "language", "created_at", "last_login", "banned_at", "banned_until",
    "ban_reason",
)  # fmt: skip


@section("account", User)
def account(user):
    return {name: getattr(user, name) for name in ACCOUNT}


@section("sessions", Session)
def sessions(user):
    return user.sessions.order_by("id").values("id", "device", "ip", "created_at", "last_seen_at", "ended_at")


@section("letters", EmailToken)
def letters(user):
    """Letters that verify an address or reset a password, while they are on record."""
    return user.email_tokens.order_by("id").values("id", "purpose", "email", "created_at", "sent_at", "used_at")


@section("blocks", Block)
def blocks(user):
    """Whom the person has blocked, by the id alone. Who has blocked her is theirs."""
    return user.blocks_laid.order_by("id").values("blocked_id", "created_at")


@section("reports", Report)
def reports(user):
    """What the person has reported, without what was frozen of others. Reports about her are their reporters'."""
    fields = ("id", "target_type", "target_id", "reason", "comment", "status", "outcome", "created_at", "settled_at")
    return user.reports.order_by("id").values(*fields)


@section("decisions", AuditEntry)
def decisions(user):
    """What staff have decided about the person and what is hers, and why: what she was told."""
    rows = user.audit_entries.exclude(target_type=Report._meta.label_lower)  # whose reasons are about somebody else
    return rows.order_by("id").values("id", "action", "target_type", "target_id", "reason", "created_at")
