"""How staff come in: password, second step, recovery codes; guessing is slow, and a stranger locks nobody out."""

import time
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.admin.models import LogEntry
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import translation
from django_otp.oath import totp
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts import services
from accounts.models import AuditEntry, Role
from accounts.staff import second_factor
from tests import factories
from tests.races import overtaken

EMAIL = "chief@example.kz"


@pytest.fixture
def strict(settings):
    settings.STAFF_SECOND_FACTOR = True
    settings.OTP_TOTP_THROTTLE_FACTOR = settings.OTP_STATIC_THROTTLE_FACTOR = 0  # a test of its own puts it on


@pytest.fixture
def chief(db, strict):
    return factories.staff(email=EMAIL, is_superuser=True)


def password(client, email=EMAIL, secret=factories.PASSWORD, **more):
    return client.post("/admin/login/", {"username": email, "password": secret, **more})


def code_of(device, ahead: int = 0) -> str:
    """What the phone shows so many steps of half a minute from now."""
    device.refresh_from_db()
    return f"{totp(device.bin_key, t0=-30 * ahead):06d}"


def enrolled(person) -> tuple[TOTPDevice, list[str]]:
    device = second_factor.begin(user=person)
    return second_factor.enrol(user=person, code=code_of(device))


def is_in(client) -> bool:
    return client.get("/admin/").status_code == 200


def test_the_first_sign_in_sets_the_phone_up(client, chief):
    assert password(client).headers["Location"] == "/admin/code/"
    assert not is_in(client)
    page = client.get("/admin/code/")
    device = TOTPDevice.objects.get(user=chief)
    assert "<svg" in page.content.decode()
    key = parse_qs(urlsplit(device.config_url).query)["secret"][0]
    assert page.context["key"].replace(" ", "") == key

    assert client.post("/admin/code/", {"code": "000000"}).status_code == 400
    assert not is_in(client)
    done = client.post("/admin/code/", {"code": code_of(device)})

    codes = done.context["codes"]
    assert (done.status_code, len(codes), len(set(codes)), is_in(client)) == (200, 10, 10, True)
    assert AuditEntry.objects.get(action="enrol").actor == chief
    assert not StaticToken.objects.filter(token__in=[code.replace("-", "") for code in codes]).exists()  # only hashes


def test_later_the_phones_code_lets_in_and_only_once(client, chief):
    device, _ = enrolled(chief)
    code = code_of(device, 1)
    password(client)

    assert client.post("/admin/code/", {"code": code}).headers["Location"] == "/admin/"
    assert is_in(client)
    other = Client()
    password(other)
    assert other.post("/admin/code/", {"code": code}).status_code == 400
    assert not is_in(other)


def test_a_recovery_code_lets_in_once_however_it_is_typed(client, chief):
    _, codes = enrolled(chief)
    password(client)

    assert client.post("/admin/code/", {"code": codes[3].upper().replace("-", " ")}).status_code == 302
    assert is_in(client)
    other = Client()
    password(other)
    assert other.post("/admin/code/", {"code": codes[3]}).status_code == 400
    assert second_factor.codes_left(chief) == 9


def test_new_recovery_codes_make_the_old_ones_void(client, chief):
    device, codes = enrolled(chief)
    password(client)
    client.post("/admin/code/", {"code": codes[0]})

    assert client.post("/admin/recovery-codes/", {"code": "000000"}).status_code == 400
    fresh = client.post("/admin/recovery-codes/", {"code": code_of(device, 1)}).context["codes"]

    assert set(fresh).isdisjoint(codes)
    other = Client()
    password(other)
    assert other.post("/admin/code/", {"code": codes[1]}).status_code == 400
    assert other.post("/admin/code/", {"code": fresh[1]}).status_code == 302


@pytest.mark.parametrize("table", ["otp_totp_totpdevice", "otp_static_statictoken"])
def test_of_two_who_show_one_code_at_once_one_gets_in(transactional_db, strict, table):
    chief = factories.staff(email=EMAIL, is_superuser=True)
    device, codes = enrolled(chief)
    code = code_of(device, 1) if table == "otp_totp_totpdevice" else codes[0]

    def show() -> bool:
        return second_factor.check(user=chief, code=code) is not None

    assert overtaken(show, show, after=table) == [True, False]


def test_wrong_codes_make_the_next_one_wait(client, chief, settings):
    device, _ = enrolled(chief)
    settings.OTP_TOTP_THROTTLE_FACTOR = 60
    password(client)

    client.post("/admin/code/", {"code": "000000"})
    page = client.post("/admin/code/", {"code": code_of(device, 1)})

    assert (page.status_code, is_in(client)) == (400, False)
    assert 50 < second_factor.wait(chief) <= 61


def test_the_password_alone_opens_no_page(client, chief):
    enrolled(chief)
    password(client)

    assert client.get("/admin/accounts/user/").status_code == 302
    assert client.get("/admin/figures/").status_code == 302
    assert client.get("/admin/recovery-codes/").status_code == 302
    assert client.get("/admin/password_change/").status_code == 302
    assert "_auth_user_id" not in client.session


def test_the_second_step_needs_the_first_one_of_a_moment_ago(client, chief):
    enrolled(chief)
    assert client.get("/admin/code/").headers["Location"] == "/admin/login/"
    password(client)
    session = client.session
    session["desk_pending"] = {**session["desk_pending"], "until": time.time() - 1}
    session.save()
    assert client.get("/admin/code/").status_code == 302


@pytest.mark.parametrize("change", ["ban", "close", "password", "role"])
def test_between_the_steps_somebody_may_lose_the_right_to_come_in(client, chief, change):
    device, _ = enrolled(chief)
    password(client)
    if change == "ban":
        factories.banned(chief)
    elif change == "close":
        services.close(user=chief, password=factories.PASSWORD)
        assert not TOTPDevice.objects.exists()
    elif change == "password":
        services.set_password(user=chief, password="Another-Pass-9")
    else:
        chief.role = Role.MODEL
        chief.save(update_fields=["role"])

    code = code_of(device, 1) if change != "close" else "000000"
    assert client.post("/admin/code/", {"code": code}).headers["Location"] == "/admin/login/"
    assert not is_in(client)


@pytest.mark.parametrize("who", ["model", "banned", "closed", "wrong password", "unknown"])
def test_the_first_step_refuses_as_the_api_does_and_says_no_more(client, db, strict, who):
    if who == "model":
        factories.user(email=EMAIL)
    elif who != "unknown":
        person = factories.staff(email=EMAIL)
        if who == "banned":
            factories.banned(person)
        elif who == "closed":
            services.close(user=person, password=factories.PASSWORD)

    page = password(client, secret="wrong-one-1" if who == "wrong password" else factories.PASSWORD)

    assert page.status_code == 200
    assert list(page.context["form"].errors) == ["__all__"]
    assert "desk_pending" not in client.session


def test_a_ban_ends_the_visit(client, chief):
    device, _ = enrolled(chief)
    password(client)
    client.post("/admin/code/", {"code": code_of(device, 1)})
    assert is_in(client)

    factories.banned(chief)

    assert not is_in(client)


def test_the_way_on_leads_to_no_other_host(client, chief):
    device, _ = enrolled(chief)
    password(client, next="/admin/castings/casting/")
    assert client.post("/admin/code/", {"code": code_of(device, 1)}).headers["Location"] == "/admin/castings/casting/"
    other, codes = Client(), second_factor._new_codes(chief)
    password(other, next="https://evil.example/")
    assert other.post("/admin/code/", {"code": codes[0]}).headers["Location"] == "/admin/"


def test_switched_off_the_password_is_enough(client, db):
    factories.staff(email=EMAIL)

    assert password(client).headers["Location"] == "/admin/"
    assert is_in(client)
    assert client.get("/admin/recovery-codes/").status_code == 200


def test_a_stranger_keeps_nobody_out(client, chief, settings):
    """The account's bucket is full, and who has been here before comes in all the same; strangers stay out."""
    _, codes = enrolled(chief)
    password(client)
    client.post("/admin/code/", {"code": codes[0]})
    client.post("/admin/logout/")
    settings.RATES = {"auth": (100, 60), "staff": (3, 3600)}
    stranger = Client(REMOTE_ADDR="203.0.113.9")

    guesses = [password(stranger, secret=f"guess-{number}").status_code for number in range(5)]

    assert guesses == [200, 200, 200, 429, 429]
    assert password(Client(), EMAIL).status_code == 429
    assert password(client).headers["Location"] == "/admin/code/"
    assert [password(client, secret="x").status_code for _ in range(3)] == [200, 200, 429]  # its own bucket


def test_an_account_has_one_bucket_however_its_address_is_spelled(client, chief, settings):
    """Django's form reads full-width letters as the plain ones: each spelling would give a guesser a bucket more."""
    settings.RATES = {"auth": (100, 60), "staff": (2, 3600)}
    spellings = [EMAIL, EMAIL.upper(), "ｃhief@example.kz", f" {EMAIL}", "chief@example．kz"]

    assert [password(client, spelled, "x").status_code for spelled in spellings] == [200, 200, 429, 429, 429]


def test_a_browsers_mark_is_worth_nothing_for_another_account_or_forged(client, chief, settings):
    _, codes = enrolled(chief)
    password(client)
    client.post("/admin/code/", {"code": codes[0]})
    client.post("/admin/logout/")
    factories.staff(email="other@example.kz")
    settings.RATES = {"auth": (100, 60), "staff": (2, 3600)}
    stranger = Client(REMOTE_ADDR="203.0.113.9")
    for email in ("other@example.kz", EMAIL):
        assert [password(stranger, email, "x").status_code for _ in range(3)] == [200, 200, 429]

    assert password(client, "other@example.kz").status_code == 429
    client.cookies["desk_device"] = client.cookies["desk_device"].value[:-2] + "xx"
    assert password(client).status_code == 429


def test_the_second_step_is_limited_too(client, chief, settings):
    enrolled(chief)
    password(client)
    settings.RATES = {"auth": (2, 60), "staff": None}

    assert [client.post("/admin/code/", {"code": "1"}).status_code for _ in range(3)] == [400, 400, 429]


def test_a_lost_phone_is_taken_away_with_a_reason(client, chief, settings):
    enrolled(chief)
    colleague = factories.staff(email="colleague@example.kz")
    device, _ = enrolled(colleague)
    settings.STAFF_SECOND_FACTOR = False
    client.force_login(chief)

    for row in (device, TOTPDevice.objects.get(user=chief)):
        client.post(f"/admin/otp_totp/totpdevice/{row.pk}/decide/reset/", {"reason": "Lost"})

    assert list(TOTPDevice.objects.values_list("user", flat=True)) == [chief.pk]  # nobody takes his own
    assert AuditEntry.objects.get(action="reset_second_factor").subject == colleague
    assert "key" not in client.get(f"/admin/otp_totp/totpdevice/{TOTPDevice.objects.get().pk}/change/").content.decode()
    services.close(user=colleague, password=factories.PASSWORD)
    assert list(LogEntry.objects.values_list("object_id", "object_repr")) == [(str(colleague.pk), "")]


def test_the_operator_takes_a_lost_phone_away(chief, capsys):
    enrolled(chief)

    call_command("reset_second_factor", EMAIL)

    assert not TOTPDevice.objects.exists()
    with translation.override("en"), pytest.raises(CommandError, match="no second factor"):
        call_command("reset_second_factor", EMAIL)
    with pytest.raises(CommandError, match="No user"):
        call_command("reset_second_factor", "x@example.kz")


def test_a_changed_password_ends_the_other_sessions(client, db):
    person = factories.staff(email=EMAIL)
    factories.access_token(person)
    client.force_login(person)
    form = {"old_password": factories.PASSWORD, "new_password1": "Another-Pass-9", "new_password2": "Another-Pass-9"}

    assert client.post("/admin/password_change/", form).status_code == 302

    assert person.sessions.open().count() == 0
    assert is_in(client)
