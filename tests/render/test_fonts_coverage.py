"""Every stack draws both standards whole, and no font is believed on its word."""

from __future__ import annotations

from pathlib import Path

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st

from printshop.render.fonts import FontSet
from printshop.render.fontset_coverage import (
    GB8105_COUNT,
    GB18030_COUNT,
    Coverage,
    faces,
    gb8105,
    gb18030_level3,
    measure,
)

ROLES = ("song", "kai", "hei", "fangsong")


def square_font(path: Path, inked: dict[int, bool]) -> Path:
    """A tiny font: code point to whether its glyph has ink."""
    pen = TTGlyphPen(None)
    for step, point in enumerate([(0, 0), (0, 500), (500, 500), (500, 0)]):
        (pen.lineTo if step else pen.moveTo)(point)
    pen.closePath()
    names = {point: f"u{point:X}" for point in inked}
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", *names.values()])
    builder.setupCharacterMap(names)
    blank = TTGlyphPen(None).glyph()
    square = pen.glyph()
    glyphs = {".notdef": square}
    glyphs |= {names[p]: square if ink else blank for p, ink in inked.items()}
    builder.setupGlyf(glyphs)
    builder.setupHorizontalMetrics(dict.fromkeys(glyphs, (1000, 0)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable(
        {"familyName": "Tiny", "styleName": "Regular", "psName": "Tiny-Regular"}
    )
    builder.setupOS2()
    builder.setupPost()
    builder.save(path)
    return path


def test_the_two_standards_have_exactly_their_characters() -> None:
    assert len(gb8105()) == GB8105_COUNT == 8105
    assert len(gb18030_level3()) == GB18030_COUNT == 87_887
    # All of the common table is in level 3, and 196 of it lie outside the BMP.
    assert set(gb8105()) <= set(gb18030_level3())
    assert sum(point > 0xFFFF for point in gb8105()) == 196


@pytest.mark.parametrize("role", ROLES)
def test_a_stack_draws_every_character_of_both_standards(
    fonts: FontSet, role: str
) -> None:
    drawn = set()
    for family in fonts.stack(role):
        weights = [set(font.coverage) for font in fonts.families[family]]
        drawn |= set.intersection(*weights)
    assert len(drawn & set(gb8105())) == 8105
    assert len(drawn & set(gb18030_level3())) == 87_887


@pytest.mark.parametrize("role", ROLES)
def test_the_first_family_alone_draws_the_common_table_and_the_marks(
    fonts: FontSet, role: str
) -> None:
    first = fonts.stack(role)[0]
    needed = [*gb8105(), *map(ord, "〇·，。、；：？！（）《》〔〕“”—…0123456789Xx×")]
    assert [chr(point) for point in needed if not fonts.draws(first, point)] == []


def test_the_recorded_coverage_is_what_the_files_hold(fonts: FontSet) -> None:
    for font in fonts.fonts:
        measured = measure(font.path, font.index)
        assert measured.drawn == font.coverage, font.path.name
        assert measured.blank == font.blank, font.path.name


def test_a_character_map_that_lies_is_found_out(tmp_path: Path) -> None:
    # AR PL UKai maps 䶮 to a blank glyph; so does this font.
    path = square_font(
        tmp_path / "tiny.ttf", {0x4DAE: False, 0x6B27: True, 0x3000: False}
    )
    measured = measure(path)
    assert list(measured.drawn) == [0x3000, 0x6B27]
    assert list(measured.blank) == [0x4DAE]


def test_notdef_does_not_count(tmp_path: Path) -> None:
    path = square_font(tmp_path / "tiny.ttf", {0x6B27: True})
    builder = FontBuilder(font=TTFont(path))
    for table in builder.font["cmap"].tables:
        table.cmap[0x4E00] = ".notdef"
    builder.save(path)
    measured = measure(path)
    assert 0x4E00 not in measured.drawn
    assert 0x4E00 not in measured.blank


def test_faces_of_a_collection_are_told_apart(fonts: FontSet) -> None:
    serif = next(f for f in fonts.fonts if f.postscript == "NotoSerifCJKsc-Regular")
    names = [face.postscript for face in faces(serif.path)]
    assert names[serif.index] == "NotoSerifCJKsc-Regular"
    assert "NotoSerifCJKjp-Regular" in names


@given(st.sets(st.integers(0, 0x10FFFF), max_size=60))
def test_coverage_is_a_set_and_survives_writing(points: set[int]) -> None:
    coverage = Coverage.of(points)
    assert set(coverage) == points
    assert len(coverage) == len(points)
    assert Coverage.parse(str(coverage)) == coverage
    for point in points:
        assert point in coverage
        assert (point + 1 in coverage) == (point + 1 in points)
        assert (point - 1 in coverage) == (point - 1 in points)
