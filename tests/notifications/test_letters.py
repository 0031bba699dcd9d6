"""What a letter says and carries: languages, both forms, the way out of it, and the staff's preview."""

import re
from urllib.parse import unquote

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from accounts.models import Role
from notifications import preview, unsubscribing
from notifications.models import Delivery, Preferences
from tests import factories
from tests.conftest import Api, data
from tests.notifications.conftest import deliver_all
from tests.notifications.test_deliveries import CASTING


def link_in(letter) -> str:
    """The unsubscribing address in the letter's header, as a path of this site."""
    address = re.fullmatch(r"<http://localhost:8000(/unsubscribe\?token=.+)>", letter["List-Unsubscribe"])
    return address[1]


@pytest.fixture
def reader(db):
    return factories.user(language="kk")


@pytest.mark.parametrize("language", ["ru", "kk", "en"])
def test_a_letter_speaks_its_readers_language_in_both_forms(db, mailbox, language):
    reader = factories.user(language=language)
    factories.notification(user=reader, kind="new_casting", **CASTING)
    deliver_all()

    (letter,) = mailbox.letters
    text, html = (letter.get_body((kind,)).get_content() for kind in ("plain", "html"))
    words = {"ru": "Где", "kk": "Қайда", "en": "Where"}
    assert letter["To"] == reader.email
    assert "Лукбук" in letter["Subject"]
    assert f'lang="{language}"' in html
    for form in (text, html):
        assert words[language] in form
        assert "Абая 52" in form
        assert "http://localhost:8000/open/castings/1" in form
        assert unquote(link_in(letter).split("=", 1)[1]) in unquote(form)


def test_titles_are_escaped_in_html_and_bear_no_line_break(reader, mailbox):
    factories.notification(user=reader, kind="new_casting", **{**CASTING, "casting_title": "<b>a</b>\r\nBcc: x@y.kz"})
    deliver_all()

    (letter,) = mailbox.letters
    assert letter["Bcc"] is None
    assert "<b>a</b>" not in letter.get_body(("html",)).get_content()
    assert "<b>a</b> Bcc: x@y.kz" in letter["Subject"]


def test_the_link_of_a_letter_shows_a_button_and_only_the_button_switches_off(reader, mailbox):
    factories.notification(user=reader, kind="new_casting", **CASTING)
    deliver_all()
    browser, address = Client(enforce_csrf_checks=True), link_in(mailbox.letters[0])

    page = browser.get(address)
    assert (page.status_code, Preferences.objects.count()) == (200, 0)
    assert "<button>" in page.content.decode()
    assert 'lang="kk"' in page.content.decode()

    token = unquote(address.split("=", 1)[1])
    assert browser.post("/unsubscribe", {"token": token}).status_code == 200
    assert data(Api(reader).get("/notifications/preferences"))["preferences"]["new_casting"] is False


def test_a_mail_program_switches_off_with_one_click(reader, mailbox):
    factories.notification(user=reader, kind="new_casting", **CASTING)
    deliver_all()
    (letter,) = mailbox.letters

    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert b"\r\nList-Unsubscribe: <http://localhost:8000/unsubscribe?token=" in mailbox.contents[0]  # not encoded
    program = Client(enforce_csrf_checks=True)
    answers = [program.post(link_in(letter), {"List-Unsubscribe": "One-Click"}).status_code for _ in range(2)]

    assert answers == [200, 200]
    preferences = data(Api(reader).get("/notifications/preferences"))["preferences"]
    assert (preferences["new_casting"], preferences["new_response"]) == (False, True)


@pytest.mark.parametrize("token", ["", "nonsense", "%00", "x" * 3000])
def test_a_link_that_we_did_not_sign_is_not_found(db, client, token):
    assert client.get("/unsubscribe", {"token": token}).status_code == 404
    assert client.post("/unsubscribe", {"token": token}).status_code == 404


def test_a_link_does_not_outlive_the_account_and_names_a_real_switch(model, client):
    path = unsubscribing.address(model.person.id, "new_casting").removeprefix("http://localhost:8000")
    foreign = unsubscribing.address(model.person.id, "user_id").removeprefix("http://localhost:8000")
    assert [client.get(path).status_code, client.get(foreign).status_code] == [200, 404]

    model.delete("/auth/me", {"password": factories.PASSWORD})
    assert client.post(path).status_code == 404


def test_the_button_of_a_letter_leads_to_a_page(db, client):
    assert client.get("/open/castings/1").status_code == 200


def signed_in(*permissions) -> Client:
    person, client = factories.user(role=Role.ADMIN), Client()
    person.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client.force_login(person)
    return client


@pytest.mark.parametrize("language", ["ru", "kk", "en"])
def test_staff_see_every_letter_in_every_language(db, language):
    staff = signed_in("view_delivery")
    assert staff.get("/admin/notifications/delivery/letters/").status_code == 200

    for name in preview.names():
        page = staff.get(f"/admin/notifications/delivery/letters/{name}/{language}/").content.decode()
        assert f"lang=&quot;{language}&quot;" in page, name
    assert staff.get(f"/admin/notifications/delivery/letters/nonsense/{language}/").status_code == 404


def test_the_preview_and_another_try_need_their_permissions(reader, django_capture_on_commit_callbacks, mailbox):
    factories.notification(user=reader)
    Delivery.objects.update(status="failed", attempts=7)
    stranger, looker, mender = signed_in(), signed_in("view_delivery"), signed_in("view_delivery", "change_delivery")
    form = {"action": "try_again", "_selected_action": [str(Delivery.objects.get().id)]}
    address = "/admin/notifications/delivery/"

    assert stranger.get(f"{address}letters/").status_code == 403
    assert looker.get(f"{address}?status=failed").status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        looker.post(address, form)
    assert mailbox.letters == []
    with django_capture_on_commit_callbacks(execute=True):
        mender.post(address, form)
    assert len(mailbox.letters) == 1


@pytest.mark.parametrize("table", ["notification", "delivery", "announcement", "preferences", "device"])
def test_the_admin_shows_every_table_and_lets_nobody_write(reader, table):
    factories.notification(user=reader)
    factories.device(user=reader)
    root = Client()
    root.force_login(factories.user(role=Role.ADMIN, is_superuser=True))

    assert root.get(f"/admin/notifications/{table}/").status_code == 200
    assert root.get(f"/admin/notifications/{table}/add/").status_code == 403
