"""The code: takes sixteen random bytes, gives 26 characters for the QR; and back.

Crockford's base32, upper case: no I, L, O or U, and all of it in the QR standard's
alphanumeric set. 26 characters hold 130 bits, so the first one is 0 to 7; a text
with anything else there is not a code. The server keeps only the hash of a code:
with 128 random bits a plain hash cannot be turned round (ASVS 6.5.2, 11.5.1).
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256

from printshop.errors import InputError

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_BYTES = 16
CODE_CHARS = 26

_BITS = 5
_VALUES = {char: value for value, char in enumerate(ALPHABET)} | {
    "I": 1,
    "L": 1,
    "O": 0,
}


def new_code(token_bytes: Callable[[int], bytes]) -> str:
    """A fresh code.

    Args:
        token_bytes: Gives so many cryptographically random bytes.
    """
    return encode(token_bytes(CODE_BYTES))


def encode(raw: bytes) -> str:
    """Write sixteen bytes as 26 characters.

    Raises:
        ValueError: Not sixteen bytes.
    """
    if len(raw) != CODE_BYTES:
        raise ValueError(f"a code has {CODE_BYTES} bytes, not {len(raw)}")
    number = int.from_bytes(raw)
    return "".join(
        ALPHABET[number >> _BITS * place & 0x1F]
        for place in range(CODE_CHARS - 1, -1, -1)
    )


def decode(text: str) -> bytes:
    """Read a code as people type it: any case, I and L for 1, O for 0, hyphens.

    Raises:
        InputError: It is not a code.
    """
    tidy = "".join(text.split()).replace("-", "").upper()
    if len(tidy) != CODE_CHARS or any(char not in _VALUES for char in tidy):
        raise _not_a_code()
    number = 0
    for char in tidy:
        number = number << _BITS | _VALUES[char]
    if number >> 8 * CODE_BYTES:
        raise _not_a_code()
    return number.to_bytes(CODE_BYTES)


def normal(text: str) -> str:
    """The one spelling of a code as people type it.

    Raises:
        InputError: It is not a code.
    """
    return encode(decode(text))


def code_hash(code: str) -> str:
    """What the register keeps of a code: SHA-256, hex, of its sixteen bytes.

    Raises:
        InputError: It is not a code.
    """
    return sha256(decode(code)).hexdigest()


def _not_a_code() -> InputError:
    return InputError(
        "这不是一个核验码。",
        f"核验码是 {CODE_CHARS} 位数字和字母, 即二维码所含网址的最后一段。",
    )
