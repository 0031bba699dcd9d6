"""What chat tells the floor above. Receivers write rows only; what they raise undoes what they are told of."""

from django.dispatch import Signal

room_opened = Signal()
"""A room is new: `room` (Room), `opener` (User, or None when an accepted response opened it). Sent inside the
transaction that makes it; not when the two had this room already."""

message_said = Signal()
"""Something new is said: `room` (Room, locked, with `first` and `second` loaded), `message` (Message; its `sender` is
None when the message is ours). Sent inside the transaction that writes it, once per message: a repeat of a client_id
sends nothing, nor do edits and deletions."""

room_read = Signal()
"""Somebody has read further: `membership` (Membership, with its new `last_read_seq`). Sent inside the transaction; not
when nothing changed, nor for what people read by writing themselves."""
