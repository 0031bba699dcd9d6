"""People and their sessions, what they report, and what staff decided."""

from accounts.models.audit import AuditEntry
from accounts.models.people import (
    KEPT_FOR,
    LIFETIME,
    OPEN_ROLES,
    Block,
    EmailToken,
    Language,
    Purpose,
    Role,
    Session,
    Ticket,
    User,
)
from accounts.models.reports import Report, ReportReason, ReportStatus, TargetType

__all__ = [
    "KEPT_FOR",
    "LIFETIME",
    "OPEN_ROLES",
    "AuditEntry",
    "Block",
    "EmailToken",
    "Language",
    "Purpose",
    "Report",
    "ReportReason",
    "ReportStatus",
    "Role",
    "Session",
    "TargetType",
    "Ticket",
    "User",
]
