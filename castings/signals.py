"""What castings tell the floors above. Sent inside the transaction of the change: a receiver only writes rows, and what

it raises undoes the change.
"""

from django.dispatch import Signal

casting_published = Signal()
"""`casting`: active from now on, made so or moved there. Again when it was a draft, or hidden by
staff, in between.

Whoever tells models of it works off the request, and looks at `announced_at`."""

response_submitted = Signal()
"""`response`: a model has answered, for the first time or anew after withdrawing."""

answered_for = Signal()
"""`agency`, `casting`, `models` (ids of users): the agency has answered the casting for these of its roster.

After the `response_submitted` of each; once for all of them, and not when it was for none."""

withdrawn_for = Signal()
"""`agency`, `response` (with casting and applicant): the agency has taken back what it had answered for the model."""

response_decided = Signal()
"""`response` (with casting, employer and applicant loaded), `previous`: taken to another status from that one.

Not for the status it has already, and not when its applicant withdraws."""

review_written = Signal()
"""`review`: one side of a completed casting has reviewed the other."""

review_answered = Signal()
"""`review`: the one whom it is about has answered it."""

model_invited = Signal()
"""`invitation` (with casting, employer and model with user loaded): a model is invited to a casting, once per pair."""
