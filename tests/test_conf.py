import json
import os
import re
import runpy
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


RATES = {
    "auth": (5, 60),
    "staff": (20, 3600),
    "api": (100, 60),
    "upload": (10, 60),
    "webhook": (1000, 60),
    "chat": (30, 60),
}
SHOP = {
    "PUBLIC_URL": "https://mwork.kz",
    "ROBOKASSA_MERCHANT_LOGIN": "mwork",
    "ROBOKASSA_PASSWORD_1": "one",
    "ROBOKASSA_PASSWORD_2": "two",
    "ROBOKASSA_FRONTEND_FAIL_URL": "https://mwork.kz/no",
}
NAMES = re.findall(r'conf\.\w+\("([A-Z_0-9]+)"', (conf.ROOT / "mwork" / "settings.py").read_text())
NAMES += re.findall(r'"((?:ROBOKASSA|FCM)_[A-Z_]+)"', (conf.ROOT / "mwork" / "conf.py").read_text())
NAMES += re.findall(r'"(ROBOKASSA_[A-Z_]+)"', (conf.ROOT / "mwork" / "settings.py").read_text())


@pytest.fixture
def settings_of(monkeypatch):
    """`settings_of(NAME=value, …)` reads the settings anew with GOOD and these; None takes a variable away."""

    def read(**variables) -> dict:
        for name in NAMES:
            monkeypatch.delenv(name, raising=False)
        for name, value in {**GOOD, **variables}.items():
            if value is None:
                monkeypatch.delenv(name, raising=False)
            else:
                monkeypatch.setenv(name, value)
        return runpy.run_path(str(conf.ROOT / "mwork" / "settings.py"))

    return read


def test_a_wrong_variable_ends_the_process_with_one_line_and_no_traceback():
    environment = {"PATH": os.environ["PATH"], **GOOD, "DEBUG": "yes"}

    done = subprocess.run(
        [sys.executable, "manage.py", "check"], cwd=conf.ROOT, env=environment, capture_output=True, text=True
    )

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "mwork: DEBUG is 'yes': it must be one of 1, 0, true, false\n"


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
        ({"METRICS_TOKEN": "short"}, "METRICS_TOKEN must be at least 16 random characters"),
        ({"SENTRY_DSN": "https://sentry.io/1"}, "SENTRY_DSN must look like https://key@host/1"),
        ({"PROMETHEUS_MULTIPROC_DIR": "/none"}, "PROMETHEUS_MULTIPROC_DIR is '/none': there is no such folder"),
        ({"TRUSTED_PROXIES": "one"}, "TRUSTED_PROXIES is 'one': it must be a whole number from 0 to 10"),
        ({"PORT": "70000"}, "PORT is '70000': it must be a whole number from 1 to 65535"),
        ({"RATE_LIMIT_AUTH": "5"}, "RATE_LIMIT_AUTH is '5': it must look like 5/min (s, min, hour, day) or be off"),
        ({"PUBLIC_URL": "mwork.kz"}, "PUBLIC_URL must be an address that starts with http:// or https://"),
        ({"EMAIL_URL": "http://mail"}, "EMAIL_URL must be an address that starts with smtp:// or smtp+tls://"),
        ({"ROBOKASSA_MERCHANT_LOGIN": "mwork"}, "ROBOKASSA_PASSWORD_1 is not set and has no default here"),
        ({**SHOP, "ROBOKASSA_IS_TEST": "1"}, "ROBOKASSA_TEST_PASSWORD_1 is not set and has no default here"),
        ({**SHOP, "ROBOKASSA_IS_TEST": "yes"}, "ROBOKASSA_IS_TEST is 'yes': it must be one of 1, 0, true, false"),
        ({**SHOP, "ROBOKASSA_SERVICE_URL": "kz"}, "ROBOKASSA_SERVICE_URL must be an address that starts with http://"),
        ({"FCM_CREDENTIALS": "{}"}, "FCM_CREDENTIALS must be a service account's JSON, or the path of a file with it"),
        ({"FCM_CREDENTIALS": "/nowhere.json"}, "FCM_CREDENTIALS must be a service account's JSON"),
        ({"RESEND_API_KEY": "re_1", "RESEND_API_URL": "resend"}, "RESEND_API_URL must be an address that starts"),
        ({"LOG_FORMAT": "xml"}, "LOG_FORMAT is 'xml': it must be one of text, json"),
        ({"CASTING_PREMODERATION": "on"}, "CASTING_PREMODERATION is 'on': it must be one of off, unverified, all"),
    ],
)
def test_a_wrong_variable_is_named_with_what_is_wrong(settings_of, variables, line):
    with pytest.raises(conf.Misconfigured) as ended:
        settings_of(**variables)

    assert str(ended.value.code).startswith(f"mwork: {line}")


def test_a_missing_database_is_told_how_to_get_one(settings_of):
    with pytest.raises(conf.Misconfigured, match=r"DATABASE_URL is not set .* start `make run`"):
        settings_of(DATABASE_URL=None)


@pytest.mark.parametrize(
    ("name", "variables", "value"),
    [
        ("DEBUG", {}, False),
        ("ALLOWED_HOSTS", {"ALLOWED_HOSTS": "a.kz, b.kz,"}, ["a.kz", "b.kz"]),
        ("RATES", {"RATE_LIMIT_API": "10/s"}, {**RATES, "api": (10, 1)}),
        ("RATES", {"RATE_LIMIT_AUTH": "off"}, {**RATES, "auth": None}),
        ("ROBOKASSA", {}, None),
        ("ROBOKASSA_FRONTEND", SHOP, {"success": "https://mwork.kz/?payment=success", "fail": "https://mwork.kz/no"}),
        ("EMAIL_BACKEND", {}, "django.core.mail.backends.filebased.EmailBackend"),
        ("EMAIL_BACKEND", {"EMAIL_URL": "smtp://mail.example:25"}, "django.core.mail.backends.smtp.EmailBackend"),
        ("EMAIL_BACKEND", {"EMAIL_URL": "smtp://m:25", "RESEND_API_KEY": "re_1"}, "mwork.mail.ResendBackend"),
        ("APP_URL", {"PUBLIC_URL": "https://mwork.kz/"}, "https://mwork.kz/open"),
        ("FCM", {}, None),
        ("EMAIL_USE_TLS", {"EMAIL_URL": "smtp+tls://u:p@mail.example:587"}, True),
        ("EMAIL_HOST", {"EMAIL_URL": "smtp://mail.example:25"}, "mail.example"),
        ("SESSION_COOKIE_SECURE", {"PUBLIC_URL": "https://mwork.kz/"}, True),
        ("PUBLIC_URL", {"PUBLIC_URL": "https://mwork.kz/"}, "https://mwork.kz"),
        ("PORT", {"PORT": ""}, 8000),
        ("CASTING_PREMODERATION", {}, "off"),
        ("CASTING_PREMODERATION", {"CASTING_PREMODERATION": "Unverified"}, "unverified"),
        ("STAFF_SECOND_FACTOR", {}, True),
        ("STAFF_SECOND_FACTOR", {"DEBUG": "1"}, False),
        ("STAFF_SECOND_FACTOR", {"DEBUG": "1", "STAFF_SECOND_FACTOR": "1"}, True),
    ],
)
def test_variables_become_settings(settings_of, name, variables, value):
    assert settings_of(**variables)[name] == value


def test_the_database_url_is_taken_apart(settings_of):
    database = settings_of()["DATABASES"]["default"]

    assert [database[part] for part in ("HOST", "PORT", "USER", "PASSWORD", "NAME")] == [
        "db.example", 5433, "u", "p@ss", "mwork",
    ]  # fmt: skip


def test_a_merchant_is_read_and_test_mode_takes_the_test_passwords(settings_of):
    assert settings_of(**SHOP)["ROBOKASSA"] == {
        "merchant": {
            "login": "mwork", "password_1": "one", "password_2": "two", "is_test": False,
            "pay_url": "https://auth.robokassa.kz/Merchant/Index.aspx", "service_url": "https://auth.robokassa.kz",
        },
        "recurring": True,
        "sandbox": False,
    }  # fmt: skip
    passwords = {"ROBOKASSA_TEST_PASSWORD_1": "t1", "ROBOKASSA_TEST_PASSWORD_2": "t2", "ROBOKASSA_IS_TEST": "1"}
    merchant = settings_of(**SHOP, **passwords)["ROBOKASSA"]["merchant"]
    assert (merchant["password_1"], merchant["password_2"], merchant["is_test"]) == ("t1", "t2", True)


def test_development_without_a_merchant_has_the_sandbox(settings_of):
    found = settings_of(DEBUG="1", PORT="8123")["ROBOKASSA"]

    assert (found["sandbox"], found["merchant"]["login"]) == (True, "sandbox")
    assert found["merchant"]["pay_url"] == "http://127.0.0.1:8123/sandbox/robokassa/Merchant/Index.aspx"


def test_a_service_account_is_read_from_its_json_or_from_a_file(settings_of, tmp_path):
    account = {"project_id": "p", "client_email": "c@p", "private_key": "k", "token_uri": "https://t/token"}
    file = tmp_path / "account.json"
    file.write_text(json.dumps({**account, "type": "service_account"}))

    found = [settings_of(FCM_CREDENTIALS=value)["FCM"] for value in (json.dumps(account), str(file))]

    assert found == [{**account, "service_url": "https://fcm.googleapis.com"}] * 2
