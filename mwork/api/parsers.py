"""Request bodies: strict JSON within a size, without text that PostgreSQL or UTF-8 can't hold."""

import json
import re

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser, MultiPartParser

from mwork.api.errors import PayloadTooLarge

HOSTILE = re.compile("[\x00\ud800-\udfff]")


class StrictJSONParser(BaseParser):
    """Reads at most BODY_LIMIT bytes, whatever Content-Length says.

    Raises ParseError for what is not JSON, too deep, or holds a null byte or a lone surrogate anywhere;
    PayloadTooLarge past the limit.
    """

    media_type = "application/json"

    def parse(self, stream, media_type=None, parser_context=None):
        raw = stream.read(settings.BODY_LIMIT + 1)
        if len(raw) > settings.BODY_LIMIT:
            raise PayloadTooLarge
        return strict_json(raw)


class UploadParser(MultiPartParser):
    """A form with a file. The form is refused before it is read when it is longer than its file may be."""

    def parse(self, stream, media_type=None, parser_context=None):
        length = parser_context["request"].META.get("CONTENT_LENGTH") or "0"
        if not length.isdigit() or int(length) > settings.UPLOAD_LIMIT:
            raise PayloadTooLarge
        form = super().parse(stream, media_type, parser_context)
        refuse_hostile_text([*form.data.keys(), *form.data.values()])
        return form


def strict_json(raw: bytes) -> dict:
    """The JSON object in these bytes; ParseError for anything else, and for text that may not be stored."""
    try:
        data = json.loads(raw.decode("utf-8"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise ParseError(_("The body is not valid JSON.")) from error
    refuse_hostile_text(data)
    if not isinstance(data, dict):
        raise ParseError(_("The body must be a JSON object."))
    return data


def refuse_hostile_text(data) -> None:
    """Raise ParseError when any text inside, keys too, holds a null byte or a lone surrogate."""
    waiting = [data]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            if HOSTILE.search(value):
                raise ParseError(_("Null bytes and lone surrogates are not accepted."))
        elif isinstance(value, dict):
            waiting.extend(value.keys())
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)


def _refuse_constant(name: str):
    raise ValueError(f"{name} is not JSON")
