"""A font face goes in; the characters that it really draws come out.

A character map can lie: some fonts map a character to an empty glyph. So a
character counts only if its glyph has ink; white space counts without.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

import uharfbuzz
from fontTools.ttLib import TTCollection, TTFont, TTLibError

from printshop.errors import RenderError

GB8105_COUNT = 8105
GB18030_COUNT = 87_887


@dataclass(frozen=True)
class Coverage:
    """A set of code points, kept as sorted, disjoint, inclusive ranges.

    Ranges instead of a ``frozenset``: eight faces of 20,000 to 60,000 characters
    are read at every start.
    """

    starts: tuple[int, ...]
    ends: tuple[int, ...]

    @classmethod
    def of(cls, points: Iterable[int]) -> Coverage:
        """Pack code points in any order."""
        starts: list[int] = []
        ends: list[int] = []
        for point in sorted(set(points)):
            if ends and point == ends[-1] + 1:
                ends[-1] = point
            else:
                starts.append(point)
                ends.append(point)
        return cls(tuple(starts), tuple(ends))

    @classmethod
    def parse(cls, text: str) -> Coverage:
        """Read what ``str()`` wrote."""
        starts: list[int] = []
        ends: list[int] = []
        for part in text.split():
            first, _, last = part.partition("-")
            starts.append(int(first, 16))
            ends.append(int(last or first, 16))
        return cls(tuple(starts), tuple(ends))

    def __str__(self) -> str:
        return " ".join(
            f"{first:X}" if first == last else f"{first:X}-{last:X}"
            for first, last in zip(self.starts, self.ends, strict=True)
        )

    def __contains__(self, point: int) -> bool:
        at = bisect_right(self.starts, point) - 1
        return at >= 0 and point <= self.ends[at]

    def __iter__(self) -> Iterator[int]:
        for first, last in zip(self.starts, self.ends, strict=True):
            yield from range(first, last + 1)

    def __len__(self) -> int:
        return sum(self.ends) - sum(self.starts) + len(self.starts)


@dataclass(frozen=True)
class Face:
    """What a font file says of one of its faces.

    Attributes:
        index: Number of the face inside the file.
        families: Its family in every language that the file names it in.
        postscript: Its PostScript name.
        version: Its version.
    """

    index: int
    families: frozenset[str]
    postscript: str
    version: str


def faces(path: Path) -> list[Face]:
    """All faces of a TTF, OTF or TTC.

    Raises:
        RenderError: The file is not a font.
    """
    try:
        with path.open("rb") as stream:
            kind = stream.read(4)
            stream.seek(0)
            fonts = (
                list(TTCollection(stream, lazy=True).fonts)
                if kind == b"ttcf"
                else [TTFont(stream, lazy=True)]
            )
            return [_face(index, font) for index, font in enumerate(fonts)]
    except (TTLibError, OSError, AssertionError, KeyError) as error:
        raise RenderError(
            f"字体文件 {path.name} 无法读取: {error}。", "请换一份完好的字体文件。"
        ) from None


def _face(index: int, font: TTFont) -> Face:
    name = font["name"]
    return Face(
        index=index,
        families=frozenset(
            str(record) for record in name.names if record.nameID in (1, 16)
        ),
        postscript=name.getDebugName(6) or "",
        version=(name.getDebugName(5) or "").split(";")[0].removeprefix("Version "),
    )


@dataclass(frozen=True)
class Measured:
    """What a face's character map promises, parted by what it keeps.

    Attributes:
        drawn: Characters whose glyph has ink, and white space.
        blank: Characters that the map leads to an empty glyph.
    """

    drawn: Coverage
    blank: Coverage


def measure(path: Path, index: int = 0) -> Measured:
    """Look at every glyph that the character map of a face leads to.

    ``.notdef`` does not count, even where the character map points at it.
    """
    font = uharfbuzz.Font(uharfbuzz.Face(uharfbuzz.Blob.from_file_path(path), index))
    drawn: list[int] = []
    blank: list[int] = []
    for point in font.face.unicodes:
        glyph = font.get_nominal_glyph(point)
        if glyph:
            (drawn if _has_ink(font, glyph, point) else blank).append(point)
    return Measured(Coverage.of(drawn), Coverage.of(blank))


def _has_ink(font: uharfbuzz.Font, glyph: int, point: int) -> bool:
    if unicodedata.category(chr(point)) == "Zs":
        return True
    extents = font.get_glyph_extents(glyph)
    return extents is not None and bool(extents.width and extents.height)


@cache
def gb8105() -> Coverage:
    """The 8,105 characters of 通用规范汉字表 (2013)."""
    text = _data("gb8105.txt")
    return Coverage.of(ord(line) for line in text.split())


@cache
def gb18030_level3() -> Coverage:
    """The 87,887 ideographs of GB 18030-2022, implementation level 3."""
    lines = _data("gb18030-2022-l3.txt").splitlines()
    ranges = Coverage.parse(" ".join(line.partition("#")[0] for line in lines))
    return Coverage.of(ranges)


def _data(name: str) -> str:
    folder = resources.files("printshop.render") / "data"
    return (folder / name).read_text(encoding="utf-8")
