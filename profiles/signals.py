"""What profiles tell the floors above. Sent inside the transaction of the change: a receiver only writes rows, and what

it raises undoes the change.
"""

from django.dispatch import Signal

member_joined = Signal()
"""`member` (with organization and user loaded): somebody has accepted an invitation to a team."""

representation_changed = Signal()
"""`representation` (with organization and model loaded): asked for, accepted, declined or ended, as its status says.

Not when an agency takes back a question that nobody has answered, and not when an account closes."""
