"""What castings tell the floors above."""

from django.dispatch import Signal

response_decided = Signal()
"""A response has moved to another status: `response` (Response, with casting, employer and applicant loaded),
`previous` (its status before). Sent inside the transaction that moves it, with casting and response locked; not when
the status stays what it was, nor when the applicant withdraws. A receiver writes rows only; what it raises undoes the
move."""
