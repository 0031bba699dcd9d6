"""One role's share: Schemathesis against the application in this process, over the whole document, until time is up."""

import contextlib
import os
from collections.abc import Callable

import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, connection, transaction
from schemathesis import engine
from schemathesis.engine import events

from tests import factories
from tests.conformance import market
from tests.conformance.filling import Filling
from tests.conformance.report import Failure, Report

DOCUMENT = "/swagger/doc.json"
# Left out: what judges by the document alone whether a value must be refused or accepted (negative_data_rejection,
# positive_data_acceptance), since the rules between rows and fields are not in it; ignored_auth, which is what the role
# "nobody" and tests/test_permission_matrix.py are for; use_after_free and ensure_resource_availability, for which
# something must stay: here each case is undone.
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "unsupported_method",
    "allow_header_conformance",
)


def ask(role: str, seconds: int, seed: int) -> Report:
    """Ask every operation as this role for so long. The same seed makes the same cases, as far as time allows."""
    os.chdir(os.environ["CONFORMANCE_FOLDER"])  # where Hypothesis keeps its notes
    user = None if role == "nobody" else market.person(role)
    people = [user, market.newcomer(role)] if user else [None]
    config = {
        "seed": seed,
        "max-time": seconds,
        "auth": {"auto-signup": False},
        "generation": {"with-security-parameters": False},  # tokens are ours
        "phases": {"stateful": {"enabled": False}},  # each case is undone, so there is nothing to follow
        "checks": {"enabled": False, **{name: {"enabled": True} for name in CHECKS}},
    }
    application = undone(get_wsgi_application())
    document = schemathesis.openapi.from_wsgi(DOCUMENT, application, config=schemathesis.Config.from_dict(config))
    tokens = [factories.access_token(person) if person else None for person in people]
    filling = Filling(market.known(user), tokens)

    @schemathesis.hook
    def before_call(context, case, kwargs):
        filling.fill(case)

    report = Report(role)
    for event in engine.from_schema(document).execute():
        if isinstance(event, events.ScenarioFinished):
            _take(event, report)
        elif isinstance(event, events.NonFatalError):
            report.failures[Failure(event.label, "error", event.info.title)] = event.info.format()
        elif isinstance(event, events.FatalError):
            raise event.exception
    return report


def undone(application: Callable) -> Callable:
    """The application, but whatever a request writes is rolled back: a deleted row is there for the next case.

    So is a session that was ended and an account that was closed. What waits for the commit (jobs, deleted files) is
    never done.
    """
    # They would close the connection under the transaction; Django's test client does the same.
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)

    def answer(environ, start_response):
        try:
            with transaction.atomic():
                with contextlib.closing(application(environ, start_response)) as response:
                    body = b"".join(response)
                transaction.set_rollback(True)
        finally:
            connection.close()  # back to the pool: Schemathesis takes a new thread now and then
        return [body]

    return answer


def _take(event: events.ScenarioFinished, report: Report) -> None:
    recorder = event.recorder
    for interaction in recorder.interactions.values():
        if interaction.response is not None:
            report.count(recorder.label, interaction.response.status_code)
    for checks in recorder.checks.values():
        for check in checks:
            if check.failure_info is not None:
                failure = check.failure_info.failure
                key = Failure(recorder.label, check.name, f"{failure.title} {failure.message}".splitlines()[0])
                report.failures.setdefault(key, f"{failure.message}\n{check.failure_info.code_sample}")
