"""`make lint`'s look at new migrations: would the release before them, which still runs, go on working?

While servers are restarted one by one the old code meets the new tables. docs/operations.md says how to change a table
in steps; django-migration-linter reads the SQL and finds what such a step may not do.
"""

import os
import sys
from pathlib import Path

import django
from django.apps import apps

ROOT = Path(__file__).resolve().parent.parent
# The last migration of each app in the first release. Nothing ran before it, so they are taken as they are; until it is
# out, whoever adds one raises the number here.
BASELINE = {
    "accounts": "0005",
    "api": "0002",
    "billing": "0005",
    "castings": "0012",
    "chat": "0002",
    "mwork": "0001",
    "notifications": "0005",
    "profiles": "0012",
}
# Later ones that the linter finds fault with and that were looked at: (app, name): why it is safe.
EXCUSED: dict[tuple[str, str], str] = {}
# Warnings of the linter that are errors to us: a table that grows is locked while an index is built.
STRICT = ["CREATE_INDEX", "CREATE_INDEX_EXCLUSIVE", "DROP_INDEX", "REINDEX"]


def is_new(app: str, name: str) -> bool:
    """Whether a migration of ours has to be looked at. Django must be set up."""
    folder = Path(apps.get_app_config(app).path)
    is_ours = folder.is_relative_to(ROOT) and "site-packages" not in folder.parts
    return is_ours and name[:4] > BASELINE.get(app, "") and (app, name) not in EXCUSED


def linter():
    """django-migration-linter, with our rules. Django must be set up."""
    from django_migration_linter.migration_linter import MigrationLinter  # noqa: PLC0415  reads the settings

    return MigrationLinter(str(ROOT), no_cache=True, warnings_as_errors_tests=STRICT, quiet=["ok", "ignore", "warning"])


def main() -> int:
    """The exit status: 1 when a migration could hurt, each of which is printed with what it does."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mwork.settings")
    sys.path.insert(0, str(ROOT))
    django.setup()
    check = linter()
    new = [migration for key, migration in sorted(check.migration_loader.disk_migrations.items()) if is_new(*key)]
    for migration in new:
        check.lint_migration(migration)
    if check.has_errors:
        print("mwork: docs/operations.md, 'Changing tables', says how else; what is safe goes into EXCUSED")
        return 1
    print(f"{len(new)} new migrations, nothing that the release before could not live with.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
