import os
import subprocess
import sys

import pytest

from mwork import conf

GOOD = {
    "DATABASE_URL": "postgresql://u:p%40ss@db.example:5433/mwork",
    "REDIS_URL": "redis://cache.example:6379/0",
    "SECRET_KEY": "s" * 32,
    "JWT_SIGNING_KEY": "j" * 32,
}


def settings(expression: str, **variables) -> subprocess.CompletedProcess:
    """The value of an expression over the settings in a fresh process with only these variables."""
    environment = {"PATH": os.environ["PATH"], **GOOD, **variables}
    code = f"from mwork import settings; print({expression})"
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=conf.ROOT,
        env={name: value for name, value in environment.items() if value is not None},
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize(
    ("variables", "line"),
    [
        ({"REDIS_URL": None}, "REDIS_URL is not set and has no default here"),
        (
            {"DATABASE_URL": "mysql://u@h/d"},
            "DATABASE_URL must be an address that starts with postgres:// or postgresql://",
        ),
        ({"DATABASE_URL": "postgresql://u@h"}, "DATABASE_URL must look like postgresql://user:password@host:5432/name"),
        ({"SECRET_KEY": None}, "SECRET_KEY must be set to at least 32 random characters"),
        ({"JWT_SIGNING_KEY": "short"}, "JWT_SIGNING_KEY must be set to at least 32 random characters"),
        ({"DEBUG": "yes"}, "DEBUG is 'yes': it must be one of 1, 0, true, false"),
        ({"TRUSTED_PROXIES": "one"}, "TRUSTED_PROXIES is 'one': it must be a whole number from 0 to 10"),
        ({"PORT": "70000"}, "PORT is '70000': it must be a whole number from 1 to 65535"),
        ({"RATE_LIMIT_AUTH": "5"}, "RATE_LIMIT_AUTH is '5': it must look like 5/min (s, min, hour, day) or be off"),
        ({"PUBLIC_URL": "mwork.kz"}, "PUBLIC_URL must be an address that starts with http:// or https://"),
        ({"EMAIL_URL": "http://mail"}, "EMAIL_URL must be an address that starts with smtp:// or smtp+tls://"),
        ({"LOG_FORMAT": "xml"}, "LOG_FORMAT is 'xml': it must be one of text, json"),
    ],
)
def test_a_wrong_variable_ends_the_start_with_one_line_that_names_it(variables, line):
    ended = settings("1", **variables)

    assert ended.returncode == 1
    assert ended.stderr.startswith(f"mwork: {line}")
    assert ended.stderr.count("\n") == 1


def test_a_missing_database_is_told_how_to_get_one():
    line = settings("1", DATABASE_URL=None).stderr

    assert line.startswith("mwork: DATABASE_URL is not set")
    assert "make run" in line


@pytest.mark.parametrize(
    ("expression", "variables", "value"),
    [
        ("settings.DATABASES['default']['PASSWORD']", {}, "p@ss"),
        ("settings.DATABASES['default']['PORT']", {}, "5433"),
        ("settings.DEBUG", {}, "False"),
        ("settings.ALLOWED_HOSTS", {"ALLOWED_HOSTS": "a.kz, b.kz,"}, "['a.kz', 'b.kz']"),
        ("settings.RATES['auth']", {}, "(5, 60)"),
        ("settings.RATES['api']", {"RATE_LIMIT_API": "10/s"}, "(10, 1)"),
        ("settings.RATES['api']", {"RATE_LIMIT_API": "off"}, "None"),
        ("settings.EMAIL_BACKEND", {}, "django.core.mail.backends.filebased.EmailBackend"),
        ("settings.EMAIL_USE_TLS", {"EMAIL_URL": "smtp+tls://u:p@mail.example:587"}, "True"),
        ("settings.EMAIL_HOST", {"EMAIL_URL": "smtp://mail.example:25"}, "mail.example"),
        ("settings.SESSION_COOKIE_SECURE", {"PUBLIC_URL": "https://mwork.kz/"}, "True"),
        ("settings.PUBLIC_URL", {"PUBLIC_URL": "https://mwork.kz/"}, "https://mwork.kz"),
        ("settings.PORT", {"PORT": ""}, "8000"),
    ],
)
def test_variables_become_settings(expression, variables, value):
    answer = settings(expression, **variables)

    assert (answer.stdout.strip(), answer.stderr) == (value, "")


def test_the_readme_names_every_variable():
    readme = (conf.ROOT / "README.md").read_text()
    source = (conf.ROOT / "mwork" / "settings.py").read_text()
    read = {
        line.split('("')[1].split('"')[0]
        for line in source.splitlines()
        if "conf." in line and '("' in line and line.split('("')[1].split('"')[0].isupper()
    }

    assert {"DEBUG", "PORT", "RATE_LIMIT_API"} <= read
    assert {name for name in read if f"`{name}`" not in readme} == set()
