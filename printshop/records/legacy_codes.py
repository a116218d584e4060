"""Legacy private-use characters: takes a character, gives what it stood for.

Two different things with one table. Bytes FE50-FEA0 of GB 18030 are characters of
the standard, but CPython still decodes 14 of them into the private area: mending
that is the codec's business (``repair``). A private-use character that stands in
Unicode text is somebody's guess about glyphs: it is only *proposed* (``proposal``).
"""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files


def _character(notation: str) -> str:
    return chr(int(notation.removeprefix("U+"), 16))


@cache
def _table() -> tuple[dict[str, str], dict[int, str]]:
    text = (files("printshop.records") / "data/pua-legacy.tsv").read_text("utf-8")
    real: dict[str, str] = {}
    codec: dict[int, str] = {}
    for line in csv.DictReader(text.splitlines(), delimiter="\t"):
        old = _character(line["pua"])
        real[old] = _character(line["unicode"])
        if line["cpython311_gb18030_decode"] == line["pua"]:
            codec[ord(old)] = real[old]
    return real, codec


def proposal(character: str) -> str | None:
    """The real character that a private-use one stood for in GBK fonts, if known."""
    return _table()[0].get(character)


def repair(text: str) -> str:
    """What a standard GB 18030 decoder would have given instead of ``text``."""
    return text.translate(_table()[1])


def decode(raw: bytes) -> str:
    """Decode GB 18030 as the standard says.

    Raises:
        UnicodeDecodeError: The bytes are not GB 18030.
    """
    return repair(raw.decode("gb18030"))
