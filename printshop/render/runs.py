"""A page's text goes in; the same text comes out with the family of each run named.

Nothing is left to fontconfig's own fallback: a character that the first family of
its role cannot draw gets an element of its own that names the family that can.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree.ElementTree import Element

from printshop.errors import MissingGlyph
from printshop.render import glyphs
from printshop.render.fonts import FontSet
from printshop.render.glyphs import GlyphUse
from printshop.render.layout import Layout

_SKIPPED = {"head", "style", "svg", "script"}
_SPACE = re.compile(r"[ \t\r\n\f]+")
_MIDDLE_DOT = "\u00b7"


class Dresser:
    """Walks one page and names its fonts.

    Attributes:
        review: Characters that a person must look at.
    """

    def __init__(
        self, layout: Layout, fonts: FontSet, fields: Mapping[str, str]
    ) -> None:
        self._layout = layout
        self._fonts = fonts
        self._fields = fields
        self.review: dict[tuple[str, str], str] = {}

    def dress(self, root: Element) -> None:
        """Rewrite every text of a page.

        Raises:
            MissingGlyph: A character cannot be drawn; names its field.
        """
        for body in root.iter("body"):
            self._walk(body, self._layout.font)

    def _walk(self, element: Element, role: str) -> None:
        role = self._role_of(element, role)
        inside = list(self._pieces(element.text or "", role))
        children = list(element)
        element.text = None
        for child in children:
            element.remove(child)
        _append(element, inside)
        for child in children:
            tail = child.tail or ""
            child.tail = None
            element.append(child)
            if isinstance(child.tag, str) and child.tag not in _SKIPPED:
                self._walk(child, role)
            _append(element, self._pieces(tail, role))

    def _role_of(self, element: Element, role: str) -> str:
        named = element.get("data-font")
        if named:
            return named
        box = self._layout.boxes.get(element.get("data-box", ""))
        return box.font if box else role

    def _pieces(self, text: str, role: str) -> Iterator[str | Element]:
        text = _collapse(text)
        if not text.strip():
            yield text
            return
        report = glyphs.report({"版面文字": text}, role, self._fonts)
        if report.missing:
            self._name_and_raise(role)
            report.raise_for_missing()
        for use in report.review:
            self._note(use)
        first = self._fonts.stack(role)[0]
        for family, run in _grouped(report.uses, self._fonts):
            yield run if family == first else _span(family, run)

    def _name_and_raise(self, role: str) -> None:
        """Say which fact holds the character, where it is a fact."""
        try:
            glyphs.report(self._fields, role, self._fonts).raise_for_missing()
        except MissingGlyph as error:
            raise error from None

    def _note(self, use: GlyphUse) -> None:
        fields = [name for name, text in self._fields.items() if use.char in text]
        self.review[use.char, use.family] = (
            f"“{'、'.join(fields) or '版面文字'}”里的“{use.char}”({use.code_point})"
            f"由后备字体 {use.family} 画出, 请人工核对字形。"
        )


def _append(element: Element, pieces: Any) -> None:
    for piece in pieces:
        if isinstance(piece, str):
            last = element[-1] if len(element) else None
            if last is None:
                element.text = (element.text or "") + piece
            else:
                last.tail = (last.tail or "") + piece
        else:
            element.append(piece)


def _span(family: str, text: str) -> Element:
    style = f"font-family: '{family}'; line-height: 0"
    span = Element("span", {"style": style})
    span.text = text
    return span


def _grouped(uses: tuple[GlyphUse, ...], fonts: FontSet) -> Iterator[tuple[str, str]]:
    family, run, before = "", "", ""
    for use in uses:
        chosen = use.family
        if use.char == _MIDDLE_DOT and is_wide(before):
            # Between Chinese characters the dot is one em wide. Of our fonts only
            # 黑 has it so; the others' is a third of an em, and space added around
            # it would come out as spaces when the name is copied or searched.
            chosen = fonts.stack("hei")[0]
        if chosen != family and run:
            yield family, run
            run = ""
        family, run, before = chosen, run + use.char, use.char
    if run:
        yield family, run


def is_wide(char: str) -> bool:
    """Whether a character fills the em square, as Chinese ones do."""
    return bool(char) and unicodedata.east_asian_width(char) in ("W", "F")


def _collapse(text: str) -> str:
    """White space as HTML has it, but a line end in Chinese text is no space."""

    def joined(match: re.Match[str]) -> str:
        before = text[match.start() - 1] if match.start() else ""
        after = text[match.end()] if match.end() < len(text) else ""
        if "\n" in match[0] and (is_wide(before) or is_wide(after)):
            return ""
        return " "

    return _SPACE.sub(joined, text)
