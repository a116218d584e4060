"""The least of IPP: takes a printer's address, gives the jobs it remembers itself.

CUPS says "completed" as soon as a printer has swallowed a document: it says so too
when the printer then drops the job, and it counts one impression for each copy at
hand-over. Only the printer's own list tells what became of a job, and whether it
was made to print it twice. pycups can ask nobody but a CUPS server, hence this.

RFC 8010 for the encoding, RFC 8011 for Get-Jobs.
"""

from __future__ import annotations

import http.client
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

_GET_JOBS = 0x000A
_OPERATION, _JOB, _END = 0x01, 0x02, 0x03
_INTEGER, _ENUM = 0x21, 0x23
_KEYWORD, _URI, _CHARSET, _LANGUAGE, _NAME = 0x44, 0x45, 0x47, 0x48, 0x42
_FIRST_VALUE_TAG = 0x10
_ASKED = ("job-id", "job-name", "job-state", "job-state-reasons")
_IMPRESSIONS = "job-impressions-completed"

Value = str | int


@dataclass(frozen=True)
class DeviceJob:
    """A job as the printer itself remembers it.

    Attributes:
        name: The job's name.
        state: IPP's job-state enum, 3 to 9.
        reasons: Its job-state-reasons without ``none``.
        impressions: Page sides printed, None where it does not count.
    """

    name: str
    state: int
    reasons: tuple[str, ...] = ()
    impressions: int | None = None


class NotIPP(Exception):
    """What answered does not speak IPP as we understand it, or did not answer."""


def finished_jobs(uri: str, user: str, *, timeout: float = 3.0) -> list[DeviceJob]:
    """Ask a printer for the jobs it has finished.

    Args:
        uri: Its address, ``ipp://host[:port]/path``.
        user: Who asks.
        timeout: Seconds to wait for it.

    Raises:
        NotIPP: It cannot be asked.
    """
    place = urlsplit(uri)
    if place.scheme != "ipp" or not place.hostname:
        raise NotIPP(f"not an ipp address: {place.scheme}")
    target = f"ipp://{place.hostname}:{place.port or 631}{place.path}"
    connection = http.client.HTTPConnection(
        place.hostname, place.port or 631, timeout=timeout
    )
    try:
        connection.request(
            "POST",
            place.path or "/",
            body=_request(target, user),
            headers={"Content-Type": "application/ipp"},
        )
        answer = connection.getresponse()
        body = answer.read()
    except (OSError, http.client.HTTPException) as error:
        raise NotIPP(str(error)) from error
    finally:
        connection.close()
    if answer.status != http.client.OK:
        raise NotIPP(f"HTTP {answer.status}")
    return _jobs(body)


def _request(uri: str, user: str) -> bytes:
    parts = [struct.pack(">BBHI", 2, 0, _GET_JOBS, 1), bytes([_OPERATION])]
    for tag, name, value in (
        (_CHARSET, "attributes-charset", "utf-8"),
        (_LANGUAGE, "attributes-natural-language", "en"),
        (_URI, "printer-uri", uri),
        (_NAME, "requesting-user-name", user),
        (_KEYWORD, "which-jobs", "completed"),
        (_KEYWORD, "requested-attributes", _ASKED[0]),
        *((_KEYWORD, "", asked) for asked in (*_ASKED[1:], _IMPRESSIONS)),
    ):
        parts.append(_attribute(tag, name, value))
    return b"".join([*parts, bytes([_END])])


def _attribute(tag: int, name: str, value: str) -> bytes:
    raw_name, raw = name.encode(), value.encode()
    return (
        struct.pack(">BH", tag, len(raw_name))
        + raw_name
        + struct.pack(">H", len(raw))
        + raw
    )


def _jobs(body: bytes) -> list[DeviceJob]:
    try:
        (status,) = struct.unpack_from(">H", body, 2)
        groups = list(_groups(body))
    except (struct.error, IndexError, UnicodeDecodeError) as error:
        raise NotIPP("malformed answer") from error
    if status >= 0x0400:
        raise NotIPP(f"IPP status {status:#06x}")
    return [_job(attributes) for tag, attributes in groups if tag == _JOB]


def _job(attributes: dict[str, list[Value]]) -> DeviceJob:
    def first(name: str, default: Value) -> Value:
        return attributes.get(name, [default])[0]

    counted = attributes.get(_IMPRESSIONS)
    reasons = attributes.get("job-state-reasons", [])
    return DeviceJob(
        name=str(first("job-name", "")),
        state=int(first("job-state", 0)),
        reasons=tuple(str(word) for word in reasons if word != "none"),
        impressions=int(counted[0]) if counted else None,
    )


def _groups(body: bytes) -> Iterator[tuple[int, dict[str, list[Value]]]]:
    at, group, name = 8, 0, ""
    attributes: dict[str, list[Value]] = {}
    while body[at] != _END:
        tag = body[at]
        at += 1
        if tag < _FIRST_VALUE_TAG:
            if group:
                yield group, attributes
            group, attributes = tag, {}
            continue
        (length,) = struct.unpack_from(">H", body, at)
        name = body[at + 2 : at + 2 + length].decode() if length else name
        at += 2 + length
        (length,) = struct.unpack_from(">H", body, at)
        raw = body[at + 2 : at + 2 + length]
        at += 2 + length
        attributes.setdefault(name, []).append(_value(tag, raw))
    if group:
        yield group, attributes


def _value(tag: int, raw: bytes) -> Value:
    if tag in (_INTEGER, _ENUM):
        (number,) = struct.unpack(">i", raw)
        return int(number)
    return raw.decode("utf-8", errors="replace")
