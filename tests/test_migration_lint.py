"""The look at new migrations, tried on old ones, which are what they are."""

import pytest

from deploy import lint_migrations


@pytest.mark.parametrize(
    ("app", "name", "is_new"),
    [
        ("castings", "0011_reviews_in_the_admin", False),
        ("castings", "0099_more", True),
        ("auth", "0099_more", False),
    ],
)
def test_new_are_our_own_after_the_first_release(app, name, is_new):
    assert lint_migrations.is_new(app, name) == is_new


@pytest.mark.parametrize(
    ("app", "name", "faults"),
    [
        ("castings", "0007_answered_by_agencies", ["NOT NULL", "CREATE INDEX locks", "CREATE INDEX prolongs"]),
        ("profiles", "0007_matching", ["DROP INDEX", "CREATE INDEX locks", "CREATE INDEX prolongs"]),
        ("notifications", "0003_inboxes", []),
    ],
)
def test_what_the_release_before_could_not_live_with_is_named(db, capsys, app, name, faults):
    linter = lint_migrations.linter()

    linter.lint_migration(linter.migration_loader.disk_migrations[app, name])

    told = [line.strip() for line in capsys.readouterr().out.splitlines()[1:]]
    assert linter.has_errors == bool(faults)
    assert len(told) == len(faults)
    assert all(line.startswith(fault) for line, fault in zip(told, faults, strict=True))
