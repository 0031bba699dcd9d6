"""What accounts tell the floors above. Sent inside the transaction of the change: a receiver only writes rows, and what

it raises undoes the change.
"""

from django.dispatch import Signal

user_blocked = Signal()
"""`block`: a user has blocked another, the first time only."""

user_unbanned = Signal()
"""`user`: staff lifted a ban. Not for a ban whose time has run out, and not for somebody who was not banned."""
