"""What accounts tell the floors above."""

from django.dispatch import Signal

user_blocked = Signal()
"""A user has blocked another: `block` (Block). Sent inside the transaction, the first time only."""
