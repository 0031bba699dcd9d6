"""System checks: what the code relies on and a misconfigured server would get wrong in silence."""

from django.core import checks
from django.db import connections


@checks.register(checks.Tags.database)
def cyrillic(app_configs, databases=None, **kwargs) -> list[checks.CheckMessage]:
    """mwork.E001: the database must change the case of Cyrillic and Kazakh letters, or search finds nothing."""
    errors = []
    for alias in databases or []:
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT lower('ӘЁҚ') = 'әёқ'")
            (folds,) = cursor.fetchone()
        if not folds:
            errors.append(
                checks.Error(
                    f"The database {alias!r} does not know the case of Cyrillic letters.",
                    hint="Create it with a UTF-8 locale: CREATE DATABASE … LOCALE 'C.UTF-8' TEMPLATE template0.",
                    id="mwork.E001",
                )
            )
    return errors


@checks.register(checks.Tags.database)
def binding(app_configs, databases=None, **kwargs) -> list[checks.CheckMessage]:
    """mwork.E002: values must go into the text of a query, or filters get a plan for whatever values (ADR 13)."""
    return [
        checks.Error(
            f"The database {alias!r} has the option server_side_binding.",
            hint="Take it out of DATABASE_URL.",
            id="mwork.E002",
        )
        for alias in databases or []
        if connections[alias].settings_dict["OPTIONS"].get("server_side_binding")
    ]
