"""The objects of a PDF go in; every font that is not embedded, ours or searchable."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from typing import Any

import pikepdf
from fontTools.ttLib import TTFont, TTLibError

from printshop.render.fonts import FontSet

_PROGRAMS = ("/FontFile", "/FontFile2", "/FontFile3")
_PREFIX = re.compile(r"^[A-Z]{6}\+")


def font_findings(objects: Iterable[Any], fonts: FontSet) -> Iterator[str]:
    """Every finding about a font: embedding, name, ToUnicode.

    Args:
        objects: All objects of the PDF.
        fonts: The fonts that may be embedded.
    """
    for thing in objects:
        if isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == "/Font":
            name = _PREFIX.sub("", str(thing.get("/BaseFont", "/?"))[1:])
            yield from _font(thing, name, fonts)


def _font(font: pikepdf.Dictionary, name: str, fonts: FontSet) -> Iterator[str]:
    kind = font.get("/Subtype")
    if kind == "/Type0":
        yield from _composite(font, name)
        return
    if kind == "/Type3":
        # Drawn from page operators: belongs to no font file that could be named.
        yield "用了 Type 3 字体, 它不来自字体目录。"
        return
    if not _is_ours(name, fonts):
        yield f"字体 {name} 不在字体目录里。"
    descriptor: Any = font.get("/FontDescriptor", {})
    program = next((descriptor[key] for key in _PROGRAMS if key in descriptor), None)
    if program is None:
        yield f"字体 {name} 没有嵌入。"
    else:
        yield from _program(program, name, fonts)
    if kind not in ("/CIDFontType0", "/CIDFontType2"):
        if "/ToUnicode" not in font:
            yield f"字体 {name} 没有 ToUnicode, 文字不能检索。"
    elif kind == "/CIDFontType2" and "/CIDToGIDMap" not in font:
        yield f"字体 {name} 没有 CIDToGIDMap。"


def _composite(font: pikepdf.Dictionary, name: str) -> Iterator[str]:
    if not isinstance(font.get("/ToUnicode"), pikepdf.Stream):
        yield f"字体 {name} 没有 ToUnicode, 文字不能检索。"
    if font.get("/Encoding") not in ("/Identity-H", "/Identity-V"):
        yield f"字体 {name} 的编码没有嵌入。"
    if not font.get("/DescendantFonts", []):
        yield f"字体 {name} 没有嵌入。"


def _is_ours(name: str, fonts: FontSet) -> bool:
    """Whether a base font is a family of the folder, with or without a style."""
    for font in fonts.fonts:
        # Pango may name a family in another language than the manifest does.
        for family in (font.family, font.postscript, *font.names):
            base = family.replace(" ", "-")
            if name == base or name.startswith(f"{base}-"):
                return True
    return False


def _program(program: pikepdf.Stream, name: str, fonts: FontSet) -> Iterator[str]:
    """The name above is what the producer says; this is what the font file says."""
    try:
        font = TTFont(io.BytesIO(program.read_bytes()), lazy=True)
    except (TTLibError, pikepdf.PdfError):
        if program.get("/Subtype") not in ("/CIDFontType0C", "/Type1C"):
            yield f"嵌入的字体 {name} 已损坏。"
        return
    inside = font["name"].getDebugName(6) if "name" in font else None
    ours = {face.postscript for face in fonts.fonts}
    if inside is not None and inside not in ours:
        yield f"嵌入的字体文件是 {inside}, 不在字体目录里。"
