"""A text shrinks, then takes two lines, then is refused; it is never cut off."""

from __future__ import annotations

import itertools
from datetime import date

import pypdfium2
import pytest

from printshop.errors import DoesNotFit, RenderError
from printshop.issue.facts import FACTS
from printshop.render.fonts import FontSet
from printshop.render.model import Design, Page, PageRequest
from printshop.render.page import make_page

PT = 25.4 / 72
# 20 characters of 12 pt fill the width of the box; two lines of them its height.
WIDTH = 20 * 12 * PT + 0.2
GEOMETRY = """
title = "试"
font = "kai"
[sheet]
width = 160
height = 100
[boxes.name]
x = 20
y = 30
w = {width}
h = {height}
font = "kai"
size = 12
align = "{align}"
valign = "{valign}"
line_height = 1.2
{more}
"""
TEMPLATE = (
    '{% from "boxes.html" import box with context %}'
    '<html lang="zh-CN"><body>'
    '{% call box("name") %}{{ facts.name }}{% endcall %}</body></html>'
)
BOXES = (
    '{% macro box(name) %}<div class="box" data-box="{{ name }}">'
    '<div class="fit">{{ caller() }}</div></div>{% endmacro %}'
)


def page_of(
    name: str,
    fonts: FontSet,
    *,
    width: float = WIDTH,
    height: float = 11.0,
    align: str = "left",
    valign: str = "top",
    more: str = "",
) -> Page:
    geometry = GEOMETRY.format(
        width=width, height=height, align=align, valign=valign, more=more
    )
    sources = {"graduation/full.zh.html": TEMPLATE, "boxes.html": BOXES}
    request = PageRequest(
        document_id="d1",
        kind="graduation",
        language="zh",
        facts=FACTS["graduation"].sample(name=name).plain(),
        design=Design("graduation", "t", "zh", sources, geometry),
        qr=None,
        verify_at="",
        photo=None,
        date=date(2026, 6, 30),
    )
    return make_page(request, fonts)


def characters(page: Page) -> list[tuple[str, float, float, float, float]]:
    """Each visible character with left, top, right, bottom in mm."""
    with pypdfium2.PdfDocument(page.pdf) as document:
        sheet = document[0]
        height = sheet.get_height()
        text = sheet.get_textpage()
        found = []
        for index in range(text.count_chars()):
            char = text.get_text_range(index, 1)
            if not char.strip():
                continue
            left, bottom, right, top = text.get_charbox(index)
            mm = (left, height - top, right, height - bottom)
            found.append((char, *(one * PT for one in mm)))
        return found


def assert_inside(page: Page, width: float = WIDTH, height: float = 11.0) -> None:
    for char, left, top, right, bottom in characters(page):
        assert left >= 20 - 0.2, char
        assert right <= 20 + width + 0.2, char
        assert top >= 30 - 0.2, char
        assert bottom <= 30 + height + 0.2, char


def lines_of(page: Page) -> int:
    middles = sorted((top + bottom) / 2 for _, _, top, _, bottom in characters(page))
    gaps = [b - a for a, b in itertools.pairwise(middles)]
    return 1 + sum(gap > 2 for gap in gaps)


@pytest.mark.parametrize(
    ("length", "said", "lines"),
    [
        (20, (), 1),
        (21, ("95%",), 1),
        (28, ("71%",), 1),
        (29, ("70%", "分行"), 2),
        (56, ("70%", "分行"), 2),
    ],
)
def test_the_rule_in_its_order(
    length: int, said: tuple[str, ...], lines: int, active_fonts: FontSet
) -> None:
    page = page_of("永" * length, active_fonts)
    assert len(page.review) == bool(said)
    assert all(word in page.review[0] for word in said)
    assert lines_of(page) == lines
    assert [one[0] for one in characters(page)] == ["永"] * length
    assert_inside(page)


def test_what_no_rule_can_fit_is_refused(active_fonts: FontSet) -> None:
    with pytest.raises(DoesNotFit, match=r"name.*70%"):
        page_of("永" * 58, active_fonts)


def test_a_box_of_one_line_never_takes_two(active_fonts: FontSet) -> None:
    with pytest.raises(DoesNotFit):
        page_of("永" * 29, active_fonts, more="max_lines = 1")


def test_a_box_too_low_for_two_lines_refuses_them(active_fonts: FontSet) -> None:
    with pytest.raises(DoesNotFit):
        page_of("永" * 40, active_fonts, height=5.5)


def test_a_box_lower_than_its_line_shrinks_it(active_fonts: FontSet) -> None:
    page = page_of("永", active_fonts, height=4.0)
    assert "name" in page.review[0]
    assert_inside(page, height=4.0)


def test_a_paragraph_shrinks_until_it_fits(active_fonts: FontSet) -> None:
    text = "永" * 98
    page = page_of(text, active_fonts, height=20.0, more="lines = true")
    assert page.review
    assert len(characters(page)) == len(text)
    assert_inside(page, height=20.0)


def test_a_paragraph_below_its_least_scale_is_refused(active_fonts: FontSet) -> None:
    with pytest.raises(DoesNotFit):
        page_of("永" * 100, active_fonts, height=11.0, more="lines = true")


def test_a_word_that_cannot_break_is_not_cut(active_fonts: FontSet) -> None:
    with pytest.raises(DoesNotFit):
        page_of("A" * 60, active_fonts)


@pytest.mark.parametrize(
    ("valign", "middle"), [("top", 2.5), ("middle", 10.0), ("bottom", 17.5)]
)
def test_vertical_places(valign: str, middle: float, active_fonts: FontSet) -> None:
    page = page_of("田", active_fonts, height=20.0, valign=valign)
    _, _, top, _, bottom = characters(page)[0]
    assert (top + bottom) / 2 - 30 == pytest.approx(middle, abs=0.6)


def test_spread_text_fills_the_width(active_fonts: FontSet) -> None:
    found = characters(page_of("田园田", active_fonts, align="spread"))
    assert found[0][1] == pytest.approx(20, abs=0.6)
    assert found[-1][3] == pytest.approx(20 + WIDTH, abs=0.6)


def test_justified_lines_end_together_and_the_last_does_not(
    active_fonts: FontSet,
) -> None:
    # Digits are narrower than characters, so a line has a ragged end by nature.
    text = "田2026田20田" * 11
    page = page_of(text, active_fonts, height=40, align="justify", more="lines = true")
    ends: dict[int, float] = {}
    for _, _, top, right, bottom in characters(page):
        line = int(((top + bottom) / 2 - 30) // (12 * PT * 1.2))
        ends[line] = max(ends.get(line, 0), right)
    last = max(ends)
    assert last >= 2
    assert all(
        end == pytest.approx(20 + WIDTH, abs=0.8) for end in list(ends.values())[:-1]
    )
    assert ends[last] < 20 + WIDTH - 5
    joined = "".join(char for char, *_ in characters(page))
    assert joined == text


def test_layout_and_template_must_name_the_same_boxes(active_fonts: FontSet) -> None:
    extra = "[boxes.ghost]\nx = 1\ny = 1\nw = 5\nh = 5\n"
    with pytest.raises(RenderError, match=r"ghost.*没有内容"):
        page_of("王", active_fonts, more=extra)
