"""Pushing to a device through Firebase's HTTP v1 API. No rows here.

Our own sender: a signed assertion (PyJWT, which signs our tokens too), a token that lives an hour, one POST. Google's
firebase-admin brings 35 packages for that, google-auth its own transport and caches.
"""

import time

import jwt
import requests
from django.conf import settings
from django.utils import translation

from notifications import kinds
from notifications.errors import Refused
from notifications.models import Delivery

SECONDS = (5, 15)  # to connect, to answer
SCOPE = "https://www.googleapis.com/auth/firebase.messaging"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
DEAD = {"UNREGISTERED", "SENDER_ID_MISMATCH"}  # the app was removed, or belongs to another project

_access: dict[tuple[str, str], tuple[str, float]] = {}  # by account: the access token and when to ask for another


class DeadToken(Exception):
    """Nothing will ever arrive there: the device shall be forgotten. The text says why."""


def send(delivery: Delivery) -> None:
    """Push the notification to the delivery's device. DeadToken, Refused; other errors are worth another try."""
    account = settings.FCM
    if account is None:
        raise Refused("push is not set up on this server")
    message = {"message": _message(delivery)}
    answer = _post(account, message, _token(account))
    if answer.status_code == 401:  # revoked before its time
        answer = _post(account, message, _token(account, fresh=True))
    if answer.status_code in (400, 403, 404):
        _raise_refusal(answer)
    answer.raise_for_status()


def _post(account: dict, body: dict, token: str) -> requests.Response:
    url = f"{account['service_url']}/v1/projects/{account['project_id']}/messages:send"
    return requests.post(url, json=body, headers={"Authorization": f"Bearer {token}"}, timeout=SECONDS)


def _message(delivery: Delivery) -> dict:
    """FCM's message. What is shown replaces what was shown under the same tag, so a repeat is no second one."""
    notification, tag = delivery.notification, str(delivery.notification_id)
    with translation.override(delivery.user.language):
        texts = {
            "title": kinds.title(notification.kind, notification.data),
            "body": kinds.message(notification.kind, notification.data),
        }
    link = kinds.link(notification.kind, notification.data)
    return {
        "token": delivery.device.token,
        "notification": texts,
        "data": {"notification_id": tag, "type": notification.type, "link": link},
        "android": {"notification": {"tag": tag}},
        "apns": {"headers": {"apns-collapse-id": tag}},
        "webpush": {"notification": {"tag": tag}, "fcm_options": {"link": link}},
    }


def _token(account: dict, fresh: bool = False) -> str:
    """An access token of the service account, asked for when the last one is about to end (RFC 7523)."""
    name = account["client_email"], account["token_uri"]
    token, until = _access.get(name, ("", 0.0))
    if time.time() < until and not fresh:
        return token
    now = int(time.time())
    claims = {
        "iss": account["client_email"],
        "scope": SCOPE,
        "aud": account["token_uri"],
        "iat": now,
        "exp": now + 3600,
    }
    form = {"grant_type": GRANT, "assertion": jwt.encode(claims, account["private_key"], "RS256")}
    answer = requests.post(account["token_uri"], data=form, timeout=SECONDS)
    answer.raise_for_status()
    given = answer.json()
    _access[name] = given["access_token"], now + given["expires_in"] - 60
    return given["access_token"]


def _raise_refusal(answer: requests.Response) -> None:
    """DeadToken when the token is at fault, else Refused."""
    try:
        error = answer.json()["error"]
        details = error.get("details", [])
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Refused(f"status {answer.status_code}: {answer.text[:300]}") from None
    codes = {detail.get("errorCode") for detail in details}
    fields = {violation.get("field") for detail in details for violation in detail.get("fieldViolations", [])}
    if codes & DEAD or answer.status_code == 404 or "message.token" in fields:
        raise DeadToken(f"{error.get('status')}: {error.get('message')}")
    raise Refused(f"{error.get('status')}: {error.get('message')}")
