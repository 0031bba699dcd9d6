"""Money on the start page: what came by plan, who pays for the first time, how many of the new ones ever do."""

from django.utils.translation import gettext_lazy as _

from billing import revenue
from mwork.admin import figures

figures.register(
    figures.Chart(
        "revenue",
        _("Revenue by plan"),
        "billing.view_revenue",
        lambda months: revenue.by_plan(since=months[0]),
        step="month",
        kind="bars",
        unit="₸",
    )
)
figures.register(
    figures.Chart(
        "subscriptions",
        _("Paid subscriptions"),
        "accounts.view_growth",
        lambda days: {_("Paid subscriptions"): revenue.subscriptions_per_day(since=days[0])},
    )
)
figures.register(
    figures.Chart(
        "conversion",
        _("Of those who registered that day, how many have paid since"),
        "accounts.view_growth",
        lambda days: {_("Conversion"): revenue.conversion_per_day(since=days[0])},
        unit="%",
    )
)
