"""What billing tells the floors above. Sent inside the transaction of the change: a receiver only writes rows, and what

it raises undoes the change.
"""

from django.dispatch import Signal

payment_paid = Signal()
"""`payment`: paid and granted a moment ago, for the first and only time. Not for a notice that repeats it."""

payment_refunded = Signal()
"""`payment`: staff gave the money back; what was unused has been taken back."""

subscription_changed = Signal()
"""`subscription`: its plan or its end is another now: bought, renewed, granted by staff, refunded or run out.

Not when only `auto_renew` changed."""

subscription_ended = Signal()
"""`subscription`, `plan`: this plan has run out and the default one is in force. Not when staff took it away."""

renewal_ahead = Signal()
"""`subscription`, `amount`, `will_be_charged`: the plan ends within days. Once per end.

`amount` is what one more period costs, in whole tenge; it is charged by itself or has to be paid by hand."""

renewal_declined = Signal()
"""`subscription`, `renewal`, `attempt`, `is_last`: a charge was declined; after the last one the plan has ended."""
