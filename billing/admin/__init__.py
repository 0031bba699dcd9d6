"""Money in the admin: read only. What changes an order goes through the services, with a reason that is kept."""

from billing.admin import charts, money, shop  # noqa: F401  register themselves
