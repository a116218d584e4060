"""A layout goes in; drawings that lie over or under the page come out, as SVG.

The 样张 watermark is made of outlines, not of text: as text it would be found in
the middle of names by whoever searches or copies from the page.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

import uharfbuzz

from printshop.render.fonts import Font, FontSet
from printshop.render.layout import Area, Layout

_WORD = "样张"
_SIZE_MM = 18.0
_STEP_MM = (74.0, 52.0)
_ANGLE = -30
_GREY = "#ebebeb"
_GUIDE = "#00a0e0"
_SEAL_RADIUS_MM = 20.5
_STAMP_RADIUS_MM = 20.0


def watermark(layout: Layout, fonts: FontSet) -> bytes:
    """样张 all over the sheet, in grey, never on the photo or the QR symbol."""
    taken = [layout.qr.zone()] if layout.qr else []
    if layout.photo:
        taken.append(layout.photo)
    radius = math.hypot(_SIZE_MM * len(_WORD), _SIZE_MM) / 2
    paths = _outlines(fonts)
    marks = [
        f'<g transform="translate({x:.2f} {y:.2f}) rotate({_ANGLE})">{paths}</g>'
        for x, y in _places(layout)
        if not any(_near(area, x, y, radius) for area in taken)
    ]
    return _svg(layout, f'<g fill="{_GREY}">{"".join(marks)}</g>')


def guides(layout: Layout) -> bytes:
    """Boxes, photo, quiet zone and anchors, for adjusting a layout to its stock."""
    parts = [
        _rectangle(0.15, 0.15, layout.sheet.width - 0.3, layout.sheet.height - 0.3)
    ]
    parts += [_rectangle(b.x, b.y, b.w, b.h) for b in layout.boxes.values()]
    if layout.photo:
        area = layout.photo
        parts.append(_rectangle(area.x, area.y, area.w, area.h))
    if layout.qr:
        zone = layout.qr.zone()
        parts.append(_rectangle(zone.x, zone.y, zone.w, zone.h))
    for name, at in layout.anchors.items():
        parts.append(
            f'<path d="M{at.x - 4} {at.y}H{at.x + 4}M{at.x} {at.y - 4}V{at.y + 4}"/>'
        )
        radius = {"school_seal_center": _SEAL_RADIUS_MM}.get(name)
        radius = _STAMP_RADIUS_MM if name == "steel_stamp_center" else radius
        if radius:
            parts.append(f'<circle cx="{at.x}" cy="{at.y}" r="{radius}"/>')
    return _svg(
        layout,
        f'<g fill="none" stroke="{_GUIDE}" stroke-width="0.15">{"".join(parts)}</g>',
    )


def _rectangle(x: float, y: float, w: float, h: float) -> str:
    return f'<path d="M{x} {y}h{w}v{h}h{-w}z"/>'


def _svg(layout: Layout, content: str) -> bytes:
    width, height = layout.sheet.width, layout.sheet.height
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}mm"'
        f' height="{height}mm" viewBox="0 0 {width} {height}">{content}</svg>'
    ).encode()


def _places(layout: Layout) -> list[tuple[float, float]]:
    across, down = _STEP_MM
    places = []
    for row in range(math.ceil(layout.sheet.height / down)):
        shift = across / 2 if row % 2 else 0.0
        for column in range(math.ceil(layout.sheet.width / across) + 1):
            places.append((column * across + shift, (row + 0.5) * down))
    return places


def _near(area: Area, x: float, y: float, radius: float) -> bool:
    dx = max(area.x - x, 0.0, x - area.x - area.w)
    dy = max(area.y - y, 0.0, y - area.y - area.h)
    return math.hypot(dx, dy) < radius


class _Pen:
    """Collects one outline as SVG path commands, in mm, upside up."""

    def __init__(self, scale: float, shift: float, middle: float) -> None:
        self._scale, self._shift, self._middle = scale, shift, middle
        self.commands: list[str] = []

    def _at(self, *points: float) -> str:
        pairs = zip(points[::2], points[1::2], strict=True)
        return " ".join(
            f"{x * self._scale + self._shift:.2f} {self._middle - y * self._scale:.2f}"
            for x, y in pairs
        )

    def move(self, x: float, y: float, _: Any) -> None:
        self.commands.append("M" + self._at(x, y))

    def line(self, x: float, y: float, _: Any) -> None:
        self.commands.append("L" + self._at(x, y))

    def cubic(self, *points: Any) -> None:
        self.commands.append("C" + self._at(*points[:6]))

    def quadratic(self, *points: Any) -> None:
        self.commands.append("Q" + self._at(*points[:4]))

    def close(self, _: Any) -> None:
        self.commands.append("Z")


@lru_cache(maxsize=4)
def _outlines(fonts: FontSet) -> str:
    face = _bold(fonts)
    blob = uharfbuzz.Blob.from_file_path(str(face.path))
    font = uharfbuzz.Font(uharfbuzz.Face(blob, face.index))
    scale = _SIZE_MM / font.face.upem
    paths = []
    for place, char in enumerate(_WORD):
        pen = _Pen(scale, _SIZE_MM * (place - len(_WORD) / 2), _SIZE_MM * 0.38)
        functions = uharfbuzz.DrawFuncs()
        functions.set_move_to_func(pen.move)
        functions.set_line_to_func(pen.line)
        functions.set_cubic_to_func(pen.cubic)
        functions.set_quadratic_to_func(pen.quadratic)
        functions.set_close_path_func(pen.close)
        font.draw_glyph(font.get_nominal_glyph(ord(char)), functions, None)
        paths.append(f'<path d="{"".join(pen.commands)}"/>')
    return "".join(paths)


def _bold(fonts: FontSet) -> Font:
    faces = fonts.families[fonts.stack("hei")[0]]
    return max(faces, key=lambda face: face.weight)
