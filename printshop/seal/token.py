"""The token: takes the office's address and a code, gives the QR text; and back.

The text is upper case throughout, because the QR standard packs upper case, digits
and ``:/.`` into 5.5 bits a character; scheme and host may be (RFC 3986 §6.2.2.1),
and our own path answers in either case. What may later follow a ``#`` (a signed
payload in decimal digits) is kept aside: the code alone must always do.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from printshop.errors import InputError
from printshop.seal.code import normal

LONGEST = 4096  # a QR symbol holds 4,296 alphanumeric characters at most

_PATH = "C"
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Token:
    """What a text that somebody scanned or typed turned out to hold.

    Attributes:
        code: In its one spelling; None where there is none.
        host: Where the link leads, lower case, with the port unless it is the usual
            one; None for a bare code.
        fragment: What follows ``#``, unchecked.
    """

    code: str | None = None
    host: str | None = None
    fragment: str | None = None

    def foreign(self, office_host: str) -> bool:
        """Whether it leads to a host that is not the office's own.

        A forged paper is easiest made with a look-alike domain whose page always
        says "valid"; whoever checks must be told, even when the code is genuine.
        """
        return self.host is not None and self.host != office_host.strip().lower()


def link(base_url: str, code: str) -> str:
    """The text of the QR symbol.

    Args:
        base_url: Scheme and host, ``HTTPS://VERIFY.EXAMPLE.EDU.CN``.
        code: 26 characters.

    Raises:
        InputError: The code is none.
    """
    return f"{base_url.rstrip('/')}/{_PATH}/{normal(code)}".upper()


def host_of(base_url: str) -> str:
    """The host that ``link`` texts lead to, as ``Token.host`` spells it.

    Raises:
        InputError: Not an address.
    """
    host = parse(f"{base_url}/{_PATH}/").host
    if host is None:
        raise InputError(f"“{base_url}”不是网址。", "例: HTTPS://VERIFY.EXAMPLE.EDU.CN")
    return host


def parse(text: str) -> Token:
    """Find code and host in whatever was scanned or typed; never an exception.

    Takes a full link in any case, a link without its scheme, or a bare code with
    any spacing, in full-width characters too, as Chinese keyboards give them.
    """
    if len(text) > LONGEST:
        return Token()
    plain = unicodedata.normalize("NFKC", text).strip()
    if "/" not in plain and "." not in plain:
        bare, _, fragment = plain.partition("#")
        return Token(_code(bare), None, fragment or None)
    address = text.strip()  # as it is: a host in odd letters must stay odd
    try:
        parts = urlsplit(address if "://" in address else f"https://{address}")
        host = _host(parts)
    except ValueError:
        return Token()
    if host is None:
        return Token()
    return Token(_code(_last(parts.path)), host, parts.fragment or None)


def _code(text: str) -> str | None:
    try:
        return normal(text)
    except InputError:
        return None


def _last(path: str) -> str:
    """The code's place in a path ``/C/<code>``; empty where the path is another."""
    pieces = path.strip("/").split("/")
    if len(pieces) == 2 and pieces[0].upper() == _PATH:
        return pieces[1]
    return ""


def _host(parts: SplitResult) -> str | None:
    """Host and unusual port. A user name before ``@`` is no part of it."""
    if not parts.hostname:
        return None
    name = parts.hostname.rstrip(".")
    port = parts.port
    if port is None or port == _PORTS.get(parts.scheme):
        return name
    return f"{name}:{port}"
