"""What accounts tell the floors above. Sent inside the transaction of the change: a receiver only writes rows, and what

it raises undoes the change.
"""

from django.dispatch import Signal

user_blocked = Signal()
"""`block`: a user has blocked another, the first time only."""

decision_recorded = Signal()
"""`entry`: staff have decided something, and it is in the audit log (`accounts.audit.record`). The row that it is about
is as the decision left it."""
