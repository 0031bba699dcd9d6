"""The letters of notifications: one each, or a day's in one. Rendered when they leave, in the reader's language."""

import smtplib

from anymail.exceptions import AnymailRecipientsRefused, AnymailRequestsAPIError
from django.utils import translation

from mwork import mail
from notifications import kinds, unsubscribing
from notifications.errors import Refused
from notifications.kinds import KINDS
from notifications.models import Delivery, Preferences


def send(delivery: Delivery) -> None:
    """Hand the letter to the mail server. Refused when the address or the letter is no good; other errors pass."""
    user, notification = delivery.user, delivery.notification
    with translation.override(user.language):
        if notification is None:
            template, switch, context = "digest", "email", digest_context(contents(delivery))
        else:
            kind = KINDS[notification.kind]
            switch = "" if kind.always else kind.preference or "email"
            template, context = kind.template, letter_context(notification.kind, notification.data)
    headers = {"Message-ID": mail.message_id(delivery.id)}
    if switch:
        context["unsubscribe"] = unsubscribing.address(user.id, switch)
        # One click in the mail program, without a page: RFC 8058.
        headers |= {
            "List-Unsubscribe": f"<{context['unsubscribe']}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
    try:
        mail.send(kind=template, to=user.email, language=user.language, context=context, headers=headers)
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError, AnymailRecipientsRefused) as error:
        _raise_if_final(error)
    except AnymailRequestsAPIError as error:
        if error.status_code in (400, 422):
            raise Refused(str(error)) from error
        raise


def letter_context(kind: str, data: dict) -> dict:
    """What a letter's templates take, in the present language."""
    return {
        "title": kinds.title(kind, data),
        "message": kinds.message(kind, data),
        "link": kinds.link(kind, data),
        "data": data,
    }


def digest_context(notifications: list) -> dict:
    return {"items": [letter_context(each.kind, each.data) for each in notifications]}


def contents(digest: Delivery) -> list:
    """The notifications of a digest that are still unread and wanted, the oldest first."""
    preferences = Preferences.objects.filter(user=digest.user_id).first() or Preferences()
    if not preferences.email:
        return []
    held = digest.contents.select_related("notification").filter(notification__is_read=False)
    told = [delivery.notification for delivery in held.order_by("created_at", "id")]
    return [each for each in told if getattr(preferences, KINDS[each.kind].preference or "email")]


def _raise_if_final(error: Exception) -> None:
    """As it is when another try may pass (4xx: the mailbox is full, greylisted), else as Refused."""
    if isinstance(error, smtplib.SMTPDataError):
        codes = [error.smtp_code]
    else:
        codes = [code for code, _text in error.recipients.values()] if hasattr(error, "recipients") else [550]
    if all(code >= 500 for code in codes):
        raise Refused(str(error)) from error
    raise error
