"""The XML of a workbook: takes bytes, calls a handler per element; DTDs refused.

Expat itself, not a tree: a mark sheet of a hundred megabytes must not become one.
Prefixes are dropped, because other programs write ``x:row`` and the strict format
uses another namespace for the same words. A workbook has no DTD, so any is refused
(no entity can then be declared, and nothing outside the file is ever read).
"""

from __future__ import annotations

from collections.abc import Iterable
from xml.parsers import expat

from defusedxml.common import DTDForbidden

from printshop.errors import InputError, UnsafeFile


class Handler:
    """What a part's reader overrides."""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins; ``tag`` has no prefix."""

    def end(self, tag: str) -> None:
        """An element ends."""

    def data(self, text: str) -> None:
        """Characters between elements, perhaps in several pieces."""


def parse(chunks: Iterable[bytes], handler: Handler, what: str) -> None:
    """Run a part through a handler.

    Args:
        chunks: The part's bytes.
        handler: Receives the elements.
        what: The part's name, for the message.

    Raises:
        InputError: The XML is not well formed.
        UnsafeFile: The XML brings a DTD.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.CharacterDataHandler = handler.data

    def start(tag: str, attributes: dict[str, str]) -> None:
        handler.start(tag[tag.rfind(":") + 1 :], attributes)

    def end(tag: str) -> None:
        handler.end(tag[tag.rfind(":") + 1 :])

    def doctype(name: str, system: str | None, public: str | None, _sub: int) -> None:
        raise DTDForbidden(name, system, public)

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.StartDoctypeDeclHandler = doctype
    try:
        for chunk in chunks:
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise InputError(
            f"工作簿的 {what} 不是合法的 XML: {error}。",
            "请在 Excel 或 WPS 中重新打开, 另存为 .xlsx。",
        ) from error
    except DTDForbidden as error:
        raise UnsafeFile(
            f"工作簿的 {what} 带有 DTD 定义, 不能打开。",
            "请把数据复制到新建的工作簿, 另存后再导入。",
        ) from error


def attribute(attributes: dict[str, str], name: str) -> str | None:
    """An attribute, whatever its prefix (``r:id``)."""
    found = attributes.get(name)
    if found is not None:
        return found
    return next(
        (v for k, v in attributes.items() if k.rpartition(":")[2] == name), None
    )
