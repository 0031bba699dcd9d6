"""Accounts in the admin: people, their sessions and second factors, reports, the audit log."""

from accounts import finding as people_finding
from accounts.admin import audit, groups, people, reports, second_factors  # noqa: F401  register themselves
from mwork.admin import finding

finding.register(people_finding.find)
