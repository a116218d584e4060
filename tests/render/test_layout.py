"""Geometry that would spoil a page is refused before anything is drawn."""

from __future__ import annotations

import pytest

from printshop.errors import RenderError
from printshop.render.layout import parse_layout

SHEET = 'title = "试"\n[sheet]\nwidth = 100\nheight = 80\n'
BOX = "[boxes.name]\nx = {x}\ny = {y}\nw = 30\nh = 10\n"
QR = "[qr]\nx = 50\ny = 40\nsize = 22\n"
# Four modules of the smallest symbol that may be printed there: 22 mm / 25 * 4.
QUIET = 4 * 22 / 25


def test_a_layout_is_read() -> None:
    layout = parse_layout(SHEET + BOX.format(x=1, y=2) + QR)
    assert (layout.sheet.width, layout.boxes["name"].y) == (100, 2)
    assert layout.boxes["name"].min_scale == 0.7
    assert layout.boxes["name"].max_lines == 2
    assert not layout.flows


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("title = ", "TOML"),
        ('title = "试"\n', "sheet"),
        (SHEET + "colour = 3\n", "colour"),
        (SHEET + BOX.format(x=-1, y=2), "boxes.name.x"),
        (SHEET + BOX.format(x=71, y=2), "伸出了纸外"),
        (SHEET + BOX.format(x=1, y=71), "伸出了纸外"),
        (SHEET + "[photo]\nx = 70\ny = 1\nw = 33\nh = 48\n", "伸出了纸外"),
        (SHEET + "[anchors.seal]\nx = 101\ny = 1\n", "伸出了纸外"),
        (SHEET + "[qr]\nx = 79\ny = 1\nsize = 22\n", "伸出了纸外"),
        (SHEET + "[qr]\nx = 1\ny = 1\nsize = 10\n", "qr.size"),
        (SHEET + BOX.format(x=1, y=1) + 'color = "red;}"\n', "color"),
        (SHEET + BOX.format(x=1, y=1) + 'font = "Comic Sans"\n', "font"),
    ],
)
def test_faults_are_named(text: str, said: str) -> None:
    with pytest.raises(RenderError, match=said):
        parse_layout(text)


@pytest.mark.parametrize("dx", [0.0, QUIET - 0.1])
def test_nothing_may_touch_the_quiet_zone(dx: float) -> None:
    x = 50 - 30 - dx
    with pytest.raises(RenderError, match="二维码四周"):
        parse_layout(SHEET + BOX.format(x=x, y=45) + QR)


def test_a_box_just_outside_the_quiet_zone_is_welcome() -> None:
    layout = parse_layout(SHEET + BOX.format(x=50 - 30 - QUIET - 0.01, y=45) + QR)
    assert layout.qr is not None


def test_a_photo_in_the_quiet_zone_is_refused() -> None:
    with pytest.raises(RenderError, match="photo"):
        parse_layout(SHEET + QR + "[photo]\nx = 30\ny = 20\nw = 20\nh = 30\n")
