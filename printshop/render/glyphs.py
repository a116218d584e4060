"""The texts of a page go in; which font draws each character, or that none does.

This runs before layout. Pango never refuses: it draws a box, a blank or another
machine's font, and says so only in a log. So every character is decided here, and
templates name the family of each run instead of leaving the choice to fontconfig.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from itertools import groupby

from printshop.errors import MissingGlyph
from printshop.render.fonts import FontSet

_LISTED = 10


class Problem(Enum):
    """Why a character cannot be printed; the value is said to the person."""

    MISSING = "没有字体能画出"
    BLANK = "字体里只有空白字形"
    PRIVATE = "是私用区编码(自造字), 每台机器显示的都不一样"
    INVISIBLE = "是看不见的控制字符"


_REMEDIES = {
    Problem.MISSING: (
        "请核对是否录错; 确有此字时, 在 fonts/local.toml 补一个含它的字体。"
    ),
    Problem.BLANK: "请在 fonts/local.toml 补一个能画出它的字体。",
    Problem.PRIVATE: "请凭身份证件查明标准编码后改正。",
    Problem.INVISIBLE: "请在原始数据里删去它。",
}


@dataclass(frozen=True)
class GlyphUse:
    """One character of one field.

    Attributes:
        field: The field, as the caller named it.
        position: Place in the field, from 1.
        char: The character.
        family: The family that draws it; empty if none does.
        is_fallback: It is not the first family of its stack.
        review: A person must look at it: drawn by Hanazono (Japanese forms), or an
            ideograph in another style than its neighbours.
        problem: Why it cannot be printed, or None.
    """

    field: str
    position: int
    char: str
    family: str
    is_fallback: bool = False
    review: bool = False
    problem: Problem | None = None

    @property
    def code_point(self) -> str:
        """As in ``U+2C456``."""
        return f"U+{ord(self.char):04X}"

    def __str__(self) -> str:
        shown = self.char if self.problem not in _UNSHOWABLE else "□"
        return f"“{self.field}”第 {self.position} 个字“{shown}”({self.code_point})"


_UNSHOWABLE = (Problem.PRIVATE, Problem.INVISIBLE)


@dataclass(frozen=True)
class GlyphReport:
    """Every character of a document: the release gate of its text."""

    uses: tuple[GlyphUse, ...]

    @property
    def missing(self) -> tuple[GlyphUse, ...]:
        """Characters that cannot be printed."""
        return tuple(use for use in self.uses if use.problem)

    @property
    def review(self) -> tuple[GlyphUse, ...]:
        """Characters that a person must look at before the paper is handed out."""
        return tuple(use for use in self.uses if use.review)

    def raise_for_missing(self) -> None:
        """Stop the row if anything in it cannot be printed.

        Raises:
            MissingGlyph: Names field, character and code point of each.
        """
        if not self.missing:
            return
        listed = [f"{use}{use.problem.value}" for use in self.missing if use.problem]
        more = f"; 还有 {len(listed) - _LISTED} 处" if len(listed) > _LISTED else ""
        problems = dict.fromkeys(use.problem for use in self.missing if use.problem)
        raise MissingGlyph(
            "; ".join(listed[:_LISTED]) + more + "。",
            " ".join(_REMEDIES[problem] for problem in problems),
        )


@dataclass(frozen=True)
class Segment:
    """A run of text that one family draws."""

    family: str
    text: str


def report(
    text_by_field: Mapping[str, str], roles: Mapping[str, str] | str, fonts: FontSet
) -> GlyphReport:
    """Decide every character of a document.

    Args:
        text_by_field: Field, in the office's words, to its text.
        roles: Field to role of its font, or one role for all.
        fonts: The fonts.

    Raises:
        RenderError: There is no such role.
    """
    uses: list[GlyphUse] = []
    for field, text in text_by_field.items():
        role = roles if isinstance(roles, str) else roles[field]
        uses.extend(_uses(field, text, role, fonts))
    return GlyphReport(tuple(uses))


def segments(text: str, role: str, fonts: FontSet) -> tuple[Segment, ...]:
    """Cut a text into runs, each with the one family that draws it.

    White space and combining marks stay with what they follow.

    Raises:
        MissingGlyph: A character cannot be drawn. The report says so earlier and
            with the field's name; here it is never drawn by chance.
        RenderError: There is no such role.
    """
    uses = _uses("文字", text, role, fonts)
    GlyphReport(uses).raise_for_missing()
    return tuple(
        Segment(family, "".join(use.char for use in run))
        for family, run in groupby(uses, key=lambda use: use.family)
    )


def _uses(field: str, text: str, role: str, fonts: FontSet) -> tuple[GlyphUse, ...]:
    stack = fonts.stack(role)
    family = stack[0]
    uses: list[GlyphUse] = []
    for position, char in enumerate(text, start=1):
        chosen = _decide(char, family, role, fonts)
        if isinstance(chosen, Problem):
            uses.append(GlyphUse(field, position, char, "", problem=chosen))
            continue
        family = chosen
        fallback = family != stack[0]
        uses.append(
            GlyphUse(
                field,
                position,
                char,
                family,
                is_fallback=fallback,
                review=fonts.needs_review(family)
                or (fallback and unicodedata.category(char) == "Lo"),
            )
        )
    return tuple(uses)


def _decide(char: str, before: str, role: str, fonts: FontSet) -> str | Problem:
    if char == "\n":
        return before
    category = unicodedata.category(char)
    if category in ("Mn", "Mc", "Me") and not _is_selector(char):
        # A mark from another face than its letter's would be set beside it.
        return before if fonts.draws(before, ord(char)) else Problem.MISSING
    if category == "Zs" and fonts.draws(before, ord(char)):
        return before
    return choose(char, role, fonts)


@lru_cache(maxsize=200_000)
def choose(char: str, role: str, fonts: FontSet) -> str | Problem:
    """The family that draws a character in a role, or why none can."""
    category = unicodedata.category(char)
    if category == "Co":
        return Problem.PRIVATE
    if category in ("Cc", "Cf", "Cs", "Zl", "Zp") or _is_selector(char):
        return Problem.INVISIBLE
    point = ord(char)
    for family in fonts.stack(role):
        if fonts.draws(family, point):
            return family
    claimed = any(
        point in font.blank
        for family in fonts.stack(role)
        for font in fonts.families[family]
    )
    return Problem.BLANK if claimed else Problem.MISSING


def _is_selector(char: str) -> bool:
    point = ord(char)
    return 0xFE00 <= point <= 0xFE0F or 0xE0100 <= point <= 0xE01EF
