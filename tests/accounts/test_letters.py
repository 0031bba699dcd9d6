import re
from datetime import timedelta
from urllib.parse import unquote

import pytest
from django.test import Client
from django.utils import timezone

from accounts import letters, services, tasks, tokens
from accounts.models import EmailToken, Purpose
from mwork.api.errors import Invalid
from tests import factories
from tests.conftest import data, error

NEW_PASSWORD = "Tulpar-8-kanat"


def token_in(letter) -> str:
    """The token of the link in a letter as its reader got it."""
    return unquote(re.search(r"\?token=(\S+)", letter.body)[1])


@pytest.fixture
def outbox(mailoutbox, django_capture_on_commit_callbacks):
    """`outbox(call)` runs the call as a request runs, commits it, and answers the letters sent so far."""

    def run(call):
        with django_capture_on_commit_callbacks(execute=True):
            call()
        return mailoutbox

    return run


def test_registering_sends_a_letter_whose_link_verifies_the_address(api, outbox):
    new = {"email": "a@example.kz", "password": factories.PASSWORD, "role": "model"}

    (letter,) = outbox(lambda: api.post("/auth/register", new))

    assert letter.to == ["a@example.kz"]
    assert "/verify-email?token=" in letter.body
    assert data(api.post("/auth/verify/confirm", {"token": token_in(letter)}))["user"]["email_verified"] is True


@pytest.mark.parametrize(
    ("language", "subject"),
    [
        ("ru", "Подтвердите адрес электронной почты"),
        ("kk", "Электрондық пошта мекенжайыңызды растаңыз"),
        ("en", "Confirm your e-mail address"),
    ],
)
def test_a_letter_speaks_the_language_of_its_reader_in_text_and_html(db, mailoutbox, language, subject):
    user = factories.user(language=language)

    letters.send(services.write_letter(user=user, purpose=Purpose.VERIFY_EMAIL).id)

    (letter,) = mailoutbox
    html, kind = letter.alternatives[0]
    assert letter.subject == subject
    assert kind == "text/html"
    assert f'lang="{language}"' in html
    assert token_in(letter) in unquote(html)


@pytest.mark.parametrize("purpose", [Purpose.VERIFY_EMAIL, Purpose.RESET_PASSWORD])
def test_a_token_works_once(db, purpose):
    token = tokens.sign_letter(services.write_letter(user=factories.user(), purpose=purpose))

    assert letters.use(token, purpose)

    with pytest.raises(Invalid):
        letters.use(token, purpose)


def confirm(api, token):
    return error(api.post("/auth/verify/confirm", {"token": token}), 400, "VALIDATION_ERROR")["details"]


def test_used_old_and_foreign_tokens_are_refused_by_field(api):
    user = factories.user()
    used = services.write_letter(user=user, purpose=Purpose.VERIFY_EMAIL)
    old = services.write_letter(user=user, purpose=Purpose.VERIFY_EMAIL)
    reset = services.write_letter(user=user, purpose=Purpose.RESET_PASSWORD)
    data(api.post("/auth/verify/confirm", {"token": tokens.sign_letter(used)}))
    EmailToken.objects.filter(id=old.id).update(created_at=timezone.now() - timedelta(hours=24))

    for token in (tokens.sign_letter(used), tokens.sign_letter(old), tokens.sign_letter(reset), "nonsense"):
        assert list(confirm(api, token)) == ["token"]


def test_asking_for_letters_answers_the_same_for_any_address(api, outbox):
    user = factories.user()

    for address in ("/auth/verify/request", "/auth/password/forgot"):
        known = outbox(lambda: data(api.post(address, {"email": user.email})))  # noqa: B023
        answers = [api.post(address, {"email": email}).json() for email in (user.email, "nobody@example.kz")]
        assert answers[0] == answers[1]

    assert [letter.to for letter in known] == [[user.email], [user.email]]


def test_a_verified_address_gets_no_more_verifying_letters(api, outbox):
    user = factories.user(email_verified=True)

    assert outbox(lambda: data(api.post("/auth/verify/request", {"email": user.email}))) == []


def test_resetting_a_password_ends_every_session_and_voids_other_letters(api, model):
    letter = services.write_letter(user=model.person, purpose=Purpose.RESET_PASSWORD)
    other = services.write_letter(user=model.person, purpose=Purpose.RESET_PASSWORD)
    body = {"token": tokens.sign_letter(letter), "password": NEW_PASSWORD}

    data(api.post("/auth/password/reset", body))

    error(model.get("/auth/me"), 401, "INVALID_TOKEN")
    data(api.post("/auth/login", {"email": model.person.email, "password": NEW_PASSWORD}))
    refused = api.post("/auth/password/reset", {**body, "token": tokens.sign_letter(other)})
    assert list(error(refused, 400, "VALIDATION_ERROR")["details"]) == ["token"]


def test_a_weak_new_password_does_not_use_the_token_up(api):
    letter = services.write_letter(user=factories.user(), purpose=Purpose.RESET_PASSWORD)
    token = tokens.sign_letter(letter)

    refused = api.post("/auth/password/reset", {"token": token, "password": "12345678"})

    assert list(error(refused, 400, "VALIDATION_ERROR")["details"]) == ["password"]
    data(api.post("/auth/password/reset", {"token": token, "password": NEW_PASSWORD}))


def test_changing_a_password_ends_the_other_sessions_only(model):
    other, _refresh = services.open_session(user=model.person)
    body = {"current_password": factories.PASSWORD, "password": NEW_PASSWORD}

    data(model.post("/auth/password/change", body))

    assert [session["id"] for session in data(model.get("/auth/sessions"))["sessions"]] != [str(other.id)]
    assert len(data(model.get("/auth/sessions"))["sessions"]) == 1
    refused = error(model.post("/auth/password/change", body), 400, "VALIDATION_ERROR")
    assert list(refused["details"]) == ["current_password"]


def test_the_sweep_sends_what_was_left_behind_and_nothing_twice(db, mailoutbox):
    letter = services.write_letter(user=factories.user(), purpose=Purpose.VERIFY_EMAIL)
    tasks.send_waiting_letters()
    assert mailoutbox == []  # a minute is the first worker's

    EmailToken.objects.filter(id=letter.id).update(created_at=timezone.now() - timedelta(minutes=2))
    tasks.send_waiting_letters()
    tasks.send_waiting_letters()

    assert len(mailoutbox) == 1


def test_a_letter_whose_worker_died_is_sent_after_its_claim(db, mailoutbox):
    letter = services.write_letter(user=factories.user(), purpose=Purpose.VERIFY_EMAIL)
    EmailToken.objects.filter(id=letter.id).update(claimed_at=timezone.now())
    assert letters.send(letter.id) is False

    EmailToken.objects.filter(id=letter.id).update(claimed_at=timezone.now() - timedelta(minutes=6))

    assert letters.send(letter.id) is True


def test_letters_go_to_files_when_no_mail_server_is_named(db, settings, tmp_path):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path

    letters.send(services.write_letter(user=factories.user(language="kk"), purpose=Purpose.VERIFY_EMAIL).id)

    (file,) = tmp_path.iterdir()
    assert "/verify-email?token=" in file.read_text()


def test_the_page_of_the_verifying_link_confirms_by_a_button_only(client, db):
    user = factories.user()
    token = tokens.sign_letter(services.write_letter(user=user, purpose=Purpose.VERIFY_EMAIL))

    page = client.get("/verify-email", {"token": token}).content.decode()
    user.refresh_from_db()
    assert token in page.replace("&quot;", '"')
    assert user.email_verified is False

    assert client.post("/verify-email", {"token": token}).status_code == 200
    user.refresh_from_db()
    assert user.email_verified is True
    assert client.post("/verify-email", {"token": token}).status_code == 400


def test_the_page_of_the_reset_link_sets_the_password(client, db):
    user = factories.user()
    token = tokens.sign_letter(services.write_letter(user=user, purpose=Purpose.RESET_PASSWORD))

    weak = client.post("/reset-password", {"token": token, "password": "12345678"})
    done = client.post("/reset-password", {"token": token, "password": NEW_PASSWORD})

    user.refresh_from_db()
    assert (weak.status_code, done.status_code) == (400, 200)
    assert user.check_password(NEW_PASSWORD)


def test_the_button_works_in_a_browser_that_tells_its_origin(db, settings):
    """With the checks that a browser's form passes through: the cookie, the hidden token and the Origin header."""
    settings.CSRF_TRUSTED_ORIGINS = []
    browser, user = Client(enforce_csrf_checks=True), factories.user()
    token = tokens.sign_letter(services.write_letter(user=user, purpose=Purpose.VERIFY_EMAIL))
    page = browser.get("/verify-email", {"token": token}).content.decode()
    hidden = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]

    form = {"token": token, "csrfmiddlewaretoken": hidden}
    answer = browser.post("/verify-email", form, headers={"Origin": "http://testserver"})

    assert answer.status_code == 200
    assert "no-referrer" not in page  # a browser that hides where it comes from sends "Origin: null", which is refused


def test_a_new_password_like_the_email_is_refused_and_the_letter_stays(api):
    user = factories.user(email="aigerimnurlan@example.kz")
    token = tokens.sign_letter(services.write_letter(user=user, purpose=Purpose.RESET_PASSWORD))

    refused = api.post("/auth/password/reset", {"token": token, "password": "aigerimnurlan"})

    assert list(error(refused, 400, "VALIDATION_ERROR")["details"]) == ["password"]
    data(api.post("/auth/password/reset", {"token": token, "password": NEW_PASSWORD}))


def test_a_letter_that_keeps_failing_is_given_up(db):
    letter = services.write_letter(user=factories.user(), purpose=Purpose.VERIFY_EMAIL)
    EmailToken.objects.update(created_at=timezone.now() - timedelta(minutes=5), attempts=letters.MOST_ATTEMPTS)

    assert letters.waiting() == []
    assert letters.send(letter.id) is False
