"""The OpenAPI document, from what each view method declares of itself with `@endpoint`."""

from dataclasses import dataclass

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.serializers import Serializer

from mwork.api import errors, idempotency

BODILESS = (204, 302)
REQUEST_ID = "8f14e45fceea167a5a36dedd"


@dataclass(frozen=True)
class Endpoint:
    """What a view method promises. `takes` and `gives` are serializer classes; None when there is no body.

    `gives` is wrapped under its `noun` (its `plural`, with pagination, when `many`); flat without one. `message`
    stands in for `gives` where an action has nothing to return. `refuses` are its own errors beside the usual ones.
    """

    takes: type[Serializer] | None = None
    gives: type[Serializer] | None = None
    status: int = 200
    many: bool = False
    message: bool = False
    filters: type | None = None
    refuses: tuple[type[errors.ApiError], ...] = ()
    parameters: tuple[OpenApiParameter, ...] = ()
    also: int | None = None  # another success status, such as 200 beside 201
    also_gives: type[Serializer] | None = None  # what that one holds, where it is something else


def endpoint(**promises):
    """Declare a view method's promises; the first line of its docstring is the summary."""

    def decorate(method):
        method.endpoint = Endpoint(**promises)
        return method

    return decorate


class ErrorBodySerializer(Serializer):
    code = serializers.ChoiceField([str(code) for code in errors.Code])
    message = serializers.CharField()
    details = serializers.DictField(child=serializers.ListField(), required=False)
    retry_after = serializers.IntegerField(required=False, help_text="Seconds")
    request_id = serializers.CharField()


class ErrorSerializer(Serializer):
    status = serializers.ChoiceField(["error"])
    error = ErrorBodySerializer()


PAGINATION = {
    "type": "object",
    "required": ["total", "limit", "offset", "has_more", "next_cursor"],
    "properties": {
        "total": {"type": "integer", "nullable": True},
        "total_is_estimate": {"type": "boolean"},
        "limit": {"type": "integer"},
        "offset": {"type": "integer", "nullable": True},
        "has_more": {"type": "boolean"},
        "next_cursor": {"type": "string", "nullable": True},
    },
}
ONE_PAGE = {"total": 1, "limit": 20, "offset": 0, "has_more": False, "next_cursor": None}


class EnvelopeSchema(AutoSchema):
    """Wraps schemas and examples in the envelope and adds the errors that follow from access and address."""

    @property
    def handler(self):
        """The view's method behind this operation."""
        return getattr(self.view, getattr(self.view, "action", None) or self.method.lower())

    @property
    def promises(self) -> Endpoint:
        return self.handler.endpoint

    def get_summary(self):
        return super().get_description().strip().split("\n")[0].rstrip(".")

    def get_description(self):
        return "\n".join(super().get_description().strip().split("\n")[1:]).strip()

    def get_tags(self):
        return [self.view.tag]

    def _is_list_view(self, serializer=None):
        return self.promises.many

    def get_request_serializer(self):
        return self.promises.takes

    def get_override_parameters(self):
        parameters = list(self.promises.parameters)
        if getattr(self.handler, "idempotent", False):
            parameters.append(
                OpenApiParameter(
                    idempotency.HEADER,
                    str,
                    OpenApiParameter.HEADER,
                    description="The same key with the same body returns the first answer again for 24 hours.",
                )
            )
        return parameters

    def get_response_serializers(self):
        promises = self.promises
        responses = {
            status: OpenApiResponse(self._success(status) if status not in BODILESS else None, "Success")
            for status in filter(None, (promises.status, promises.also))
        }
        for status, group in self._errors().items():
            responses[status] = OpenApiResponse(ErrorSerializer, " / ".join(str(error.code) for error in group))
        return responses

    def get_operation(self, *args, **kwargs):
        operation = super().get_operation(*args, **kwargs)
        if operation is None:
            return None
        promises = self.promises
        if promises.takes:
            operation.setdefault("requestBody", self._body_of_delete())
            for content in operation["requestBody"]["content"].values():
                content["example"] = promises.takes.example
        for status in filter(None, (promises.status, promises.also)):
            for content in operation["responses"][str(status)].get("content", {}).values():
                content.update(schema=self._success(status), example=self._success_example(status))
        for status, group in self._errors().items():
            for content in operation["responses"][str(status)]["content"].values():
                content["example"] = error_example(group[0])
        return operation

    def _body_of_delete(self) -> dict:
        """The generator leaves the body out under DELETE, where OpenAPI merely advises against one."""
        schema = self.resolve_serializer(self.promises.takes, "request").ref
        return {"required": True, "content": {"application/json": {"schema": schema}}}

    def _given(self, status: int) -> type[Serializer] | None:
        promises = self.promises
        return (promises.also_gives if status == promises.also else None) or promises.gives

    def _success(self, status: int) -> dict:
        promises, gives = self.promises, self._given(status)
        if promises.message:
            return _object(status={"type": "string", "enum": ["success"]}, message={"type": "string"})
        reference = self.resolve_serializer(gives, "response").ref
        if promises.many:
            data = _object(**{gives.plural: {"type": "array", "items": reference}, "pagination": PAGINATION})
            data["properties"].update(getattr(gives, "beside", {}))
        else:
            noun = getattr(gives, "noun", None)
            data = _object(**{noun: reference}) if noun else reference
        return _object(status={"type": "string", "enum": ["success"]}, data=data)

    def _success_example(self, status: int) -> dict:
        promises, gives = self.promises, self._given(status)
        if promises.message:
            return {"status": "success", "message": "…"}
        example = gives.example
        if promises.many:
            return {"status": "success", "data": {gives.plural: [example], "pagination": ONE_PAGE}}
        noun = getattr(gives, "noun", None)
        return {"status": "success", "data": {noun: example} if noun else example}

    def _errors(self) -> dict[int, list[type[errors.ApiError]]]:
        """Status → the errors that may come with it, in the order of the checks."""
        promises, found = self.promises, [errors.RateLimitExceeded, errors.InvalidToken]
        public = all(isinstance(permission, AllowAny) for permission in self.view.get_permissions())
        if not public:
            found += [errors.AuthRequired, errors.Forbidden]
        if "{" in self.path:
            found.append(errors.NotFound)
        if promises.takes or promises.many or promises.parameters:
            found.append(errors.Invalid)
        if promises.takes:
            found += [errors.PayloadTooLarge, errors.UnsupportedMediaType]
        if getattr(self.handler, "idempotent", False):
            found += [errors.Invalid, errors.Duplicate]
        by_status: dict[int, list] = {}
        for error in dict.fromkeys([*promises.refuses, *found]):
            by_status.setdefault(error.status_code, []).append(error)
        return dict(sorted(by_status.items()))


def error_example(error: type[errors.ApiError]) -> dict:
    body = {"code": str(error.code), "message": str(error.default_detail)}
    if error is errors.Invalid:
        body["details"] = {"field": ["…"]}
    if error is errors.LimitReached:
        body["details"] = {
            "feature": ["max_responses_per_month"],
            "limit": [3],
            "used": [3],
            "plan": ["FREE"],
        }
    if error is errors.RequirementsNotMet:
        body["details"] = {"min_height": ["…"]}
    if error is errors.RateLimitExceeded:
        body["retry_after"] = 42
    return {"status": "error", "error": {**body, "request_id": REQUEST_ID}}


def _object(**properties) -> dict:
    return {"type": "object", "required": list(properties), "properties": properties}


class BearerScheme(OpenApiAuthenticationExtension):
    target_class = "accounts.authentication.SessionTokenAuthentication"
    name = "bearer"

    def get_security_definition(self, auto_schema):
        return {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
