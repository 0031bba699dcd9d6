import os
import secrets
import subprocess
import sys
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from django.db import connection

from mwork import conf
from mwork.checks import binding, cyrillic


def test_the_database_knows_the_case_of_cyrillic_letters(db):
    assert cyrillic(None, databases=["default"]) == []


def test_a_database_that_does_not_is_named(transactional_db):
    """On a real database of the C locale, made for this test beside the suite's own."""
    name = f"{connection.settings_dict['NAME']}_c_locale"
    address = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE template0 LOCALE_PROVIDER libc LC_COLLATE "C" LC_CTYPE "C"')
    try:
        command = [sys.executable, "manage.py", "check", "--database", "default"]
        done = subprocess.run(
            command, cwd=conf.ROOT, env={**os.environ, "DATABASE_URL": address}, capture_output=True, text=True
        )
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')

    assert done.returncode == 1
    assert "mwork.E001" in done.stderr


def test_a_database_that_would_bind_values_by_itself_is_refused(db):
    assert binding(None, databases=["default"]) == []
    command = [sys.executable, "manage.py", "check", "--database", "default"]
    address = f"{os.environ['DATABASE_URL']}?server_side_binding=true"

    done = subprocess.run(
        command, cwd=conf.ROOT, env={**os.environ, "DATABASE_URL": address}, capture_output=True, text=True
    )

    assert done.returncode == 1
    assert "mwork.E002" in done.stderr


@pytest.mark.django_db
def test_the_systems_checks_are_clean():
    call_command("check", "--database", "default", "--fail-level", "WARNING")


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_production_settings_pass_the_deployment_checks():
    """As an operator runs it: none of the tests' own settings, the database and Redis only named."""
    production = {
        "PATH": os.environ["PATH"],
        "DEBUG": "false",
        "DATABASE_URL": "postgresql://mwork@127.0.0.1:1/mwork",
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "SECRET_KEY": secrets.token_urlsafe(48),
        "JWT_SIGNING_KEY": secrets.token_urlsafe(48),
        "PUBLIC_URL": "https://mwork.kz",
        "ALLOWED_HOSTS": "mwork.kz",
        "TRUSTED_PROXIES": "1",
        "LOG_FORMAT": "json",
        "METRICS_TOKEN": secrets.token_urlsafe(32),
    }
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]

    done = subprocess.run(command, cwd=conf.ROOT, env=production, capture_output=True, text=True)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("System check identified no issues")
