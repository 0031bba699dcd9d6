"""Errors to Sentry, when SENTRY_DSN is set. What leaves is built from a list of what may: never bodies, headers,

cookies, query strings, or the variables of a frame.
"""

import sentry_sdk

from mwork.logs import request_id, without_people

MAY_LEAVE = ("type", "category", "level", "timestamp")  # of a breadcrumb; its data hold addresses


def start(dsn: str) -> None:
    """Report errors from now on; nothing without a DSN. Release and environment are Sentry's own variables."""
    if dsn:
        sentry_sdk.init(
            dsn=dsn,
            send_default_pii=False,
            include_local_variables=False,
            max_request_body_size="never",
            before_send=scrubbed,
            before_breadcrumb=breadcrumb,
        )


def scrubbed(event: dict, hint: dict) -> dict:
    """The event with no more of the request than its method, route and id, by which the logs tell whose it was."""
    event.pop("extra", None)  # of a log record, such as the request with its query string
    event.pop("user", None)
    if entry := event.get("logentry"):
        event["logentry"] = {"message": without_people(str(entry.get("formatted") or entry.get("message")))}
    if request := event.pop("request", None):
        event["request"] = {"method": request.get("method"), "url": event.get("transaction")}
    event.setdefault("tags", {})["request_id"] = request_id.get()
    for error in event.get("exception", {}).get("values", ()):
        error["value"] = without_people(str(error.get("value")))
    return event


def breadcrumb(crumb: dict, hint: dict) -> dict:
    """What came before the error, such as a log record, without its data."""
    kept = {key: crumb[key] for key in MAY_LEAVE if key in crumb}
    return {**kept, "message": without_people(str(crumb.get("message") or ""))}
