"""Errors: one class per code, and the one place that turns an exception into the error envelope."""

import logging
from enum import StrEnum

from django.core import exceptions as django_errors
from django.core.signals import got_request_exception
from django.db import DatabaseError, DataError, IntegrityError, InterfaceError, OperationalError
from django.http import Http404
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions, status
from rest_framework.response import Response

from mwork.logs import request_id
from mwork.models import IllegalMove

logger = logging.getLogger(__name__)


class Code(StrEnum):
    VALIDATION_ERROR = "VALIDATION_ERROR"
    AUTH_REQUIRED = "AUTH_REQUIRED"
    INVALID_TOKEN = "INVALID_TOKEN"  # noqa: S105  a code, not a secret
    INVALID_CREDENTIALS = "INVALID_CREDENTIALS"
    PERMISSION_DENIED = "PERMISSION_DENIED"
    SUBSCRIPTION_LIMIT = "SUBSCRIPTION_LIMIT"
    ACCOUNT_BLOCKED = "ACCOUNT_BLOCKED"
    ACCOUNT_BANNED = "ACCOUNT_BANNED"
    EMAIL_NOT_VERIFIED = "EMAIL_NOT_VERIFIED"
    NOT_FOUND = "NOT_FOUND"
    METHOD_NOT_ALLOWED = "METHOD_NOT_ALLOWED"
    UNSUPPORTED_MEDIA_TYPE = "UNSUPPORTED_MEDIA_TYPE"
    PAYLOAD_TOO_LARGE = "PAYLOAD_TOO_LARGE"
    DUPLICATE_RESOURCE = "DUPLICATE_RESOURCE"
    INVALID_STATE = "INVALID_STATE"
    REQUIREMENTS_NOT_MET = "REQUIREMENTS_NOT_MET"
    RATE_LIMIT_EXCEEDED = "RATE_LIMIT_EXCEEDED"
    INTERNAL_ERROR = "INTERNAL_ERROR"
    SERVICE_UNAVAILABLE = "SERVICE_UNAVAILABLE"


class ApiError(exceptions.APIException):
    """An error of the contract. `details` maps a field to a list of texts; `retry_after` is in seconds."""

    status_code = status.HTTP_500_INTERNAL_SERVER_ERROR
    code = Code.INTERNAL_ERROR
    default_detail = _("Something went wrong on our side.")

    def __init__(self, message=None, *, details: dict | None = None, retry_after: int | None = None):
        super().__init__(message)
        self.details, self.retry_after = details, retry_after


class Invalid(ApiError):
    """One field is wrong in a way that only the database or another row can tell."""

    status_code, code = status.HTTP_400_BAD_REQUEST, Code.VALIDATION_ERROR
    default_detail = _("The request is not valid.")

    def __init__(self, field: str, *texts):
        super().__init__(details={field: list(texts)})


class PayloadTooLarge(ApiError):
    status_code, code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE, Code.PAYLOAD_TOO_LARGE
    default_detail = _("The request body is too large.")


class UnsupportedMediaType(ApiError):
    status_code, code = status.HTTP_415_UNSUPPORTED_MEDIA_TYPE, Code.UNSUPPORTED_MEDIA_TYPE
    default_detail = _("Send application/json, or multipart/form-data where a file is sent.")


class AuthRequired(ApiError):
    status_code, code = status.HTTP_401_UNAUTHORIZED, Code.AUTH_REQUIRED
    default_detail = _("Sign in first.")


class InvalidToken(ApiError):
    status_code, code = status.HTTP_401_UNAUTHORIZED, Code.INVALID_TOKEN
    default_detail = _("The token is not valid or has expired.")


class InvalidCredentials(ApiError):
    status_code, code = status.HTTP_401_UNAUTHORIZED, Code.INVALID_CREDENTIALS
    default_detail = _("Wrong e-mail or password.")


class Forbidden(ApiError):
    status_code, code = status.HTTP_403_FORBIDDEN, Code.PERMISSION_DENIED
    default_detail = _("You may not do this.")


class AccountBanned(Forbidden):
    code, default_detail = Code.ACCOUNT_BANNED, _("This account is banned.")


class EmailNotVerified(Forbidden):
    code, default_detail = Code.EMAIL_NOT_VERIFIED, _("Confirm your e-mail address first.")


class AccountBlocked(Forbidden):
    code, default_detail = Code.ACCOUNT_BLOCKED, _("One of you has blocked the other.")


class LimitReached(Forbidden):
    """The plan does not allow one more use of a feature."""

    code, default_detail = Code.SUBSCRIPTION_LIMIT, _("Your plan does not allow this.")


class NotFound(ApiError):
    status_code, code = status.HTTP_404_NOT_FOUND, Code.NOT_FOUND
    default_detail = _("Not found.")


class Duplicate(ApiError):
    status_code, code = status.HTTP_409_CONFLICT, Code.DUPLICATE_RESOURCE
    default_detail = _("It exists already.")


class InvalidState(ApiError):
    status_code, code = status.HTTP_409_CONFLICT, Code.INVALID_STATE
    default_detail = _("This is not possible in the present state.")


class RequirementsNotMet(ApiError):
    status_code, code = status.HTTP_422_UNPROCESSABLE_ENTITY, Code.REQUIREMENTS_NOT_MET
    default_detail = _("Your profile does not meet the requirements of this casting.")


class RateLimitExceeded(ApiError):
    status_code, code = status.HTTP_429_TOO_MANY_REQUESTS, Code.RATE_LIMIT_EXCEEDED
    default_detail = _("Too many requests.")


class Unavailable(ApiError):
    status_code, code = status.HTTP_503_SERVICE_UNAVAILABLE, Code.SERVICE_UNAVAILABLE
    default_detail = _("The service is briefly unavailable. Try again.")


# DRF's and Django's own exceptions, by the code of the contract they stand for.
_TRANSLATED = {
    exceptions.NotAuthenticated: AuthRequired,
    exceptions.AuthenticationFailed: InvalidToken,
    exceptions.PermissionDenied: Forbidden,
    django_errors.PermissionDenied: Forbidden,
    exceptions.NotFound: NotFound,
    Http404: NotFound,
    django_errors.RequestDataTooBig: PayloadTooLarge,
    OperationalError: Unavailable,
    InterfaceError: Unavailable,
}
# What Django's readers of queries and forms refuse: too many fields, an encoding that nobody knows, broken parts.
_MALFORMED = (django_errors.SuspiciousOperation, django_errors.BadRequest, MultiPartParserError)
_CODES = {
    exceptions.ValidationError: Code.VALIDATION_ERROR,
    exceptions.ParseError: Code.VALIDATION_ERROR,
    exceptions.MethodNotAllowed: Code.METHOD_NOT_ALLOWED,
    exceptions.NotAcceptable: Code.UNSUPPORTED_MEDIA_TYPE,
    exceptions.UnsupportedMediaType: Code.UNSUPPORTED_MEDIA_TYPE,
}


def handle(exc: Exception, context: dict) -> Response:
    """DRF's EXCEPTION_HANDLER: every exception becomes an error envelope, an unknown one a 500 without its text."""
    error = translate(exc)
    if error.status_code >= 500:
        logger.error("%s", error.code, exc_info=exc)
        got_request_exception.send(sender=None, request=context.get("request"))
    headers = {}
    if error.status_code == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if error.retry_after is not None:
        headers["Retry-After"] = str(error.retry_after)
    return Response(envelope(error), error.status_code, headers=headers)


def envelope(error: ApiError) -> dict:
    """The body of an error answer."""
    return {"status": "error", "error": told(error)}


def told(error: ApiError) -> dict:
    """The error in an answer, the whole one's or one part's."""
    return {**body(error), "request_id": request_id.get()}


def body(error: ApiError) -> dict:
    """What a client is told of an error, over HTTP and over a socket."""
    told = {"code": str(error.code), "message": str(error.detail)}
    if error.details:
        told["details"] = error.details
    if error.retry_after is not None:
        told["retry_after"] = error.retry_after
    return told


def translate(exc: Exception) -> ApiError:
    """The error of the contract that this exception stands for; a plain ApiError (500) for an unknown one."""
    if isinstance(exc, ApiError):
        return exc
    if isinstance(exc, IllegalMove):
        return InvalidState(_("A move from %(current)s to %(wanted)s is not possible.") % vars(exc))
    if isinstance(exc, IntegrityError):
        return _broken_constraint(exc)
    if isinstance(exc, DataError):
        # The last net under the serializers: a value that the database cannot hold is the client's, not ours.
        return Invalid("non_field_errors", _("A value is out of range."))
    if isinstance(exc, _MALFORMED) and not isinstance(exc, django_errors.RequestDataTooBig):
        return Invalid("request", _("The request is malformed."))
    for known, replacement in _TRANSLATED.items():
        if isinstance(exc, known):
            return replacement()
    for known, code in _CODES.items():
        if isinstance(exc, known):
            return _from_drf(exc, code)
    if isinstance(exc, django_errors.ValidationError):
        return _from_drf(exceptions.ValidationError(exc.messages), Code.VALIDATION_ERROR)
    return ApiError()


def _from_drf(exc: exceptions.APIException, code: Code) -> ApiError:
    """DRF's exception with our code; its texts become `details`, under dotted names where fields are nested."""
    if isinstance(exc, exceptions.ValidationError):
        error = ApiError(Invalid.default_detail, details=_flatten(exc.detail))
    else:
        error = ApiError(str(exc.detail))
    error.status_code, error.code = exc.status_code, code
    return error


def _flatten(detail, prefix: str = "") -> dict[str, list[str]]:
    """{"requirements": {"min_age": ["…"]}} as {"requirements.min_age": ["…"]}; list items by their index."""
    if isinstance(detail, dict):
        pairs = detail.items()
    elif isinstance(detail, list) and any(isinstance(item, dict | list) for item in detail):
        pairs = ((index, item) for index, item in enumerate(detail) if item)
    else:
        texts = detail if isinstance(detail, list) else [detail]
        return {prefix or "non_field_errors": [str(text) for text in texts]}
    flat: dict[str, list[str]] = {}
    for key, value in pairs:
        name = prefix if key == "non_field_errors" and prefix else f"{prefix}.{key}" if prefix else str(key)
        flat.update(_flatten(value, name))
    return flat


def _broken_constraint(exc: DatabaseError) -> ApiError:
    """A rule that two requests raced for: unique ones are 409, others 400. A missing parent row is a 409 too."""
    diagnosis = getattr(exc.__cause__, "diag", None)
    state, name = getattr(diagnosis, "sqlstate", None), getattr(diagnosis, "constraint_name", None)
    logger.info("constraint %s refused a row (%s)", name, state)
    if state == "23505":  # unique_violation
        return Duplicate()
    if state == "23503":  # foreign_key_violation: the row it points to was removed a moment ago
        return InvalidState()
    if state == "23514":  # check_violation
        return Invalid("non_field_errors", _("The values contradict each other (%(rule)s).") % {"rule": name})
    return ApiError()
