"""What the admin tells: a plain form of it wrote a row. Sent inside the transaction of the change."""

from django.dispatch import Signal

row_written = Signal()
"""`actor`, `row`, `added` (bool) and `fields` (the names of those that changed). Decisions are not

told here but by their services."""
