"""Files through the proxy: static ones with their final names, an upload and its way back, and what is too large."""

import gzip
import http.client
import io
import json
import os
import re
from urllib.parse import urlsplit

from PIL import Image

from mwork.cluster.people import TIMEOUT, Person, Unexpected

STATIC = re.compile(rb'src="(/static/[^"]+)"')
BOUNDARY = "a-line-between-parts"
FORM = f"multipart/form-data; boundary={BOUNDARY}"
JSON_LIMIT, FORM_LIMIT = 1024 * 1024, 11 * 1024 * 1024  # bytes: BODY_LIMIT and UPLOAD_LIMIT of the settings


def try_files(person: Person) -> None:
    """Raises Unexpected."""
    _static(person.port)
    stored = _upload(person, _picture())
    status, headers, content = _get(person.port, urlsplit(stored["url"]).path)
    if (status, len(content)) != (200, stored["size"]):
        raise Unexpected(
            f"the attachment of {stored['size']} bytes came back as {status}, {headers.items()}, {len(content)}"
        )
    for path, kind, size in (("auth/login", "application/json", JSON_LIMIT + 1), ("upload", FORM, FORM_LIMIT + 1)):
        status, answer = _post(person, f"/api/v1/{path}", b" " * size, kind)
        if (status, answer["error"]["code"]) != (413, "PAYLOAD_TOO_LARGE"):
            raise Unexpected(f"{size} bytes to {path} were answered {status}: {answer}")


def _static(port: int) -> None:
    """A script of the API's page: compressed, and to be kept for ever, as its name changes with its content."""
    path = STATIC.search(_get(port, "/swagger/index.html")[2])[1].decode()
    status, headers, content = _get(port, path, **{"Accept-Encoding": "gzip"})
    found = status, headers.get("Content-Encoding"), "immutable" in headers.get("Cache-Control", "")
    if found != (200, "gzip", True) or not gzip.decompress(content):
        raise Unexpected(f"{path} was answered {status}, {headers.items()}")


def _picture() -> bytes:
    """Noise, which no format makes small: more than the proxy holds in memory."""
    picture = io.BytesIO()
    Image.frombytes("RGB", (300, 300), os.urandom(3 * 300 * 300)).save(picture, "PNG")
    return picture.getvalue()


def _upload(person: Person, content: bytes) -> dict:
    """What was stored of an attachment with this content."""
    named = f"--{BOUNDARY}\r\nContent-Disposition: form-data; name="
    fields = {"entityType": "chat", "usage": "attachment"}
    form = "".join(f'{named}"{name}"\r\n\r\n{value}\r\n' for name, value in fields.items())
    form += f'{named}"file"; filename="noise.png"\r\nContent-Type: image/png\r\n\r\n'
    body = form.encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode()
    status, answer = _post(person, "/api/v1/upload", body, FORM)
    if status != 201:
        raise Unexpected(f"the upload was answered {status}: {answer}")
    return answer["data"]["upload"]


def _post(person: Person, path: str, body: bytes, kind: str) -> tuple[int, dict]:
    headers = {"Content-Type": kind, "Authorization": f"Bearer {person.token}"}
    status, _headers, content = _exchange(person.port, "POST", path, body, headers)
    return status, json.loads(content)


def _get(port: int, path: str, **headers: str) -> tuple[int, http.client.HTTPMessage, bytes]:
    return _exchange(port, "GET", path, None, headers)


def _exchange(port, method, path, body, headers) -> tuple[int, http.client.HTTPMessage, bytes]:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
    try:
        line.request(method, path, body, headers)
        answer = line.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        line.close()
