"""What the admin's pages share: the site, careful rows, decisions that ask for a reason, queues and figures.

Knows no app: each registers its own in its `admin` module.
"""

from mwork.admin.decisions import Decision, ReasonForm
from mwork.admin.rows import CarefulAdmin, ReadOnlyAdmin, ReadOnlyInline

__all__ = ["CarefulAdmin", "Decision", "ReadOnlyAdmin", "ReadOnlyInline", "ReasonForm"]
