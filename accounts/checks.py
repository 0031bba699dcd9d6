"""System checks of what the floors above must have registered."""

from django.core import checks

from accounts import reports


@checks.register
def every_target_of_reports_is_registered(app_configs, **kwargs) -> list[checks.CheckMessage]:
    """accounts.E001: what the API lets people report must be found and frozen by somebody."""
    hint = "Call accounts.reports.register in the ready() of the app that owns the rows."
    return [
        checks.Error(f"Nobody says how a reported {name} is found.", hint=hint, id="accounts.E001")
        for name in sorted(reports.unregistered())
    ]
