"""Letters from templates: templates/emails/<kind>/{subject.txt, body.txt, body.html}, in the reader's language."""

from email.utils import parseaddr
from typing import NamedTuple

from anymail.backends.resend import EmailBackend, ResendPayload
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation


class Letter(NamedTuple):
    subject: str
    text: str
    html: str


def render(*, kind: str, language: str, context: dict) -> Letter:
    """The letter of this kind in this language."""
    with translation.override(language):
        context = {**context, "language": language}
        parts = (
            render_to_string(f"emails/{kind}/{part}", context) for part in ("subject.txt", "body.txt", "body.html")
        )
        letter = Letter(*parts)
    return letter._replace(subject=" ".join(letter.subject.split()))  # a line break would end the header


def send(*, kind: str, to: str, language: str, context: dict, headers: dict[str, str] | None = None) -> None:
    """Render the letter and hand it to the mail backend, whose errors it lets pass."""
    letter = render(kind=kind, language=language, context=context)
    message = Message(letter.subject, letter.text, to=[to], headers=headers)
    message.attach_alternative(letter.html, "text/html")
    message.send()


def message_id(name: object) -> str:
    """The Message-ID of what has this name: the same one for each try, so that a mail server can drop a repeat."""
    return f"<{name}@{parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition('@')[2] or 'localhost'}>"


class Message(EmailMultiAlternatives):
    def message(self, *args, **kwargs):
        """With headers as long as SMTP allows: folded at 78, an address in List-Unsubscribe would be encoded as if it

        were words, which mail programs do not read there.
        """
        message = super().message(*args, **kwargs)
        message.policy = message.policy.clone(max_line_length=998)
        return message


class ResendBackend(EmailBackend):
    """Anymail's, with the Message-ID as Resend's idempotency key: within a day they drop a repeat themselves."""

    def build_message_payload(self, message, defaults) -> ResendPayload:
        payload = super().build_message_payload(message, defaults)
        if "Message-ID" in message.extra_headers:
            payload.headers["Idempotency-Key"] = message.extra_headers["Message-ID"].strip("<>")
        return payload
