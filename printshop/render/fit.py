"""A laid out page goes in; which boxes overflow, and the page set finer, comes out.

WeasyPrint is the judge: nothing here measures text. It reads where the layout put
it. The rule of a box: shrink to its least scale, then more lines, then refuse.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element

from printshop.errors import DoesNotFit, RenderError
from printshop.render.layout import Area, Box, Layout

PX_PER_MM = 96 / 25.4
_TOLERANCE_PX = 0.5
# pdftotext reads a wider gap between two characters as a space.
_WIDEST_GAP_EM = 0.09


@dataclass(frozen=True)
class Step:
    """How far a box has gone in its rule."""

    scale: float = 1.0
    wrapped: bool = False


@dataclass(frozen=True)
class Filled:
    """One box of a laid out page.

    Attributes:
        name: Its name in the layout.
        box: Its rule.
        outer: WeasyPrint's box of the place.
        inner: WeasyPrint's box of the text.
    """

    name: str
    box: Box
    outer: Any
    inner: Any

    @property
    def text(self) -> str:
        """What it says."""
        return "".join(self.inner.element.itertext()).strip()

    @property
    def lines(self) -> list[Any]:
        """WeasyPrint's line boxes."""
        return [one for one in walk(self.inner) if is_a(one, "LineBox")]

    @property
    def width(self) -> float:
        """What the longest line needs, in px."""
        return max((_line_width(line) for line in self.lines), default=0.0)

    @property
    def overflows(self) -> bool:
        """Whether anything is outside the place, or takes too many lines."""
        too_many = not self.box.lines and len(self.lines) > self.box.max_lines
        return (
            self.width > self.outer.width + _TOLERANCE_PX
            or self.inner.height > self.outer.height + _TOLERANCE_PX
            or too_many
        )


def walk(box: Any) -> Iterator[Any]:
    """A box and all below it, through WeasyPrint's placeholders."""
    yield box
    for child in box.children:
        yield from walk(child)


def page_boxes(page: Any) -> Iterator[Any]:
    """All boxes of a page, those that are fixed to it once only."""
    yield from walk(page._page_box)


def is_a(box: Any, name: str) -> bool:
    """Whether a box is of a WeasyPrint class, seen through placeholders."""
    kind = type(getattr(box, "_box", box))
    return any(one.__name__ == name for one in kind.__mro__)


def filled_boxes(pages: Iterable[Any], layout: Layout) -> list[Filled]:
    """Every box of the layout, with what the template put there.

    Raises:
        RenderError: Layout and template do not name the same boxes.
    """
    found: dict[str, Filled] = {}
    for page in pages:
        for outer in page_boxes(page):
            name = _box_name(outer)
            if name is None or name in found:
                continue
            if name not in layout.boxes:
                raise RenderError(
                    f"模板用了版面“{layout.title}”没有的框“{name}”。",
                    "请在版面里加上它, 或从模板里去掉。",
                )
            inner = next(one for one in walk(outer) if _classes(one) == "fit")
            found[name] = Filled(name, layout.boxes[name], outer, inner)
    unfilled = sorted(layout.boxes.keys() - found.keys())
    if unfilled:
        raise RenderError(
            f"版面“{layout.title}”的框“{'、'.join(unfilled)}”在模板里没有内容。",
            "请在模板里填上它, 或从版面里去掉。",
        )
    return list(found.values())


def next_step(filled: Filled, step: Step) -> Step:
    """What to try next for a box that overflows.

    Raises:
        DoesNotFit: The rule is at its end.
    """
    box = filled.box
    by_width = _ratio(filled.outer.width, filled.width)
    by_height = _ratio(filled.outer.height, filled.inner.height)
    if step.wrapped or (box.lines and step.scale <= box.min_scale):
        raise _too_long(filled)
    if box.lines:
        # Area goes with the square of the scale.
        wanted = step.scale * min(by_width, math.sqrt(by_height))
        wanted = min(_floor(wanted), step.scale - 0.01)
        return Step(max(wanted, box.min_scale))
    wanted = _floor(step.scale * min(by_width, by_height))
    if wanted >= step.scale:
        wanted = step.scale - 0.01
    if wanted >= box.min_scale:
        return Step(wanted)
    if box.max_lines < 2:
        raise _too_long(filled)
    return Step(box.min_scale, wrapped=True)


def apply_step(root: Element, name: str, step: Step) -> None:
    """Write a step into the page, for the next layout."""
    wrap = "; white-space: normal" if step.wrapped else ""
    for outer in root.iter():
        if outer.get("data-box") == name:
            outer[0].set("style", f"font-size: {step.scale * 100:.0f}%{wrap}")


def finish(filled: Iterable[Filled]) -> None:
    """Set what CSS cannot: vertical place, and Chinese lines filled to their width."""
    for one in filled:
        if one.box.align in ("justify", "spread"):
            _fill_lines(one)
        free = one.outer.height - one.inner.height
        share = {"top": 0.0, "middle": 0.5, "bottom": 1.0}[one.box.valign]
        one.inner.translate(0, free * share)


def trespassers(page: Any, zone: Area) -> list[str]:
    """Texts and pictures that touch a zone of the sheet, in words."""
    found: list[str] = []
    for box in page_boxes(page):
        picture = is_a(box, "ReplacedBox") and _classes(box) not in (
            "qr",
            "sheet",
            "sheet watermark",
        )
        if not picture and not is_a(box, "TextBox"):
            continue
        if getattr(box, "text", "picture").strip() and _mm(box).meets(zone):
            found.append(getattr(box, "text", "图片"))
    return found


def off_the_sheet(page: Any) -> list[str]:
    """Texts that are not wholly on the sheet."""
    width, height = page.width + _TOLERANCE_PX, page.height + _TOLERANCE_PX
    return [
        box.text
        for box in page_boxes(page)
        if is_a(box, "TextBox")
        and box.text.strip()
        and not (
            box.position_x >= -_TOLERANCE_PX
            and box.position_x + box.width <= width
            and box.position_y >= -_TOLERANCE_PX
            and box.position_y + box.height <= height
        )
    ]


def _mm(box: Any) -> Area:
    # A picture's place is its content box: margins and padding may differ.
    x = box.content_box_x() if is_a(box, "ReplacedBox") else box.position_x
    y = box.content_box_y() if is_a(box, "ReplacedBox") else box.position_y
    return Area.model_construct(
        x=x / PX_PER_MM,
        y=y / PX_PER_MM,
        w=box.width / PX_PER_MM,
        h=box.height / PX_PER_MM,
    )


def _fill_lines(filled: Filled) -> None:
    right = filled.outer.content_box_x() + filled.outer.width
    lines = filled.lines
    if filled.box.align == "justify":
        ends = _paragraph_ends(filled)
        lines = [line for line in lines if id(line) not in ends]
    for line in lines:
        texts = [one for one in walk(line) if is_a(one, "TextBox") and one.text]
        characters = sum(len(one.text) for one in texts)
        if characters < 2:
            continue
        gap = (right - _right(texts)) / (characters - 1)
        if filled.box.align == "justify":
            gap = min(gap, _WIDEST_GAP_EM * texts[0].style["font_size"])
        _add_gaps(texts, gap)


def _paragraph_ends(filled: Filled) -> set[int]:
    """The last line of each paragraph, which keeps its own width."""
    ends: set[int] = set()
    for box in walk(filled.inner):
        lines = [child for child in box.children if is_a(child, "LineBox")]
        ends.update(id(line) for line in lines[-1:])
    return ends


def _add_gaps(texts: list[Any], gap: float) -> None:
    passed = 0
    for one in texts:
        style = one.style.copy()
        style["letter_spacing"] = _spacing(one) + gap
        one.style = style
        one.position_x += gap * passed
        passed += len(one.text)
        one.width += gap * len(one.text)


def _spacing(text: Any) -> float:
    spacing = text.style["letter_spacing"]
    return 0.0 if spacing == "normal" else float(spacing)


def _line_width(line: Any) -> float:
    texts = [one for one in walk(line) if is_a(one, "TextBox") and one.text.strip()]
    if not texts:
        return 0.0
    left = min(line.position_x, *(one.position_x for one in texts))
    return _right(texts) - float(left)


def _right(texts: list[Any]) -> float:
    """Right edge of the last glyph: WeasyPrint's width has a gap after it."""
    return max(float(one.position_x + one.width) - _spacing(one) for one in texts)


def _ratio(available: float, needed: float) -> float:
    return available / needed if needed > available else 1.0


def _floor(scale: float) -> float:
    return math.floor(scale * 100) / 100


def _box_name(box: Any) -> str | None:
    element = getattr(box, "element", None)
    if element is None or not hasattr(element, "get") or is_a(box, "LineBox"):
        return None
    name = element.get("data-box")
    return str(name) if name and box.element_tag == element.tag else None


def _classes(box: Any) -> str:
    element: Any = getattr(box, "element", None)
    return str(element.get("class", "")) if hasattr(element, "get") else ""


def _too_long(filled: Filled) -> DoesNotFit:
    return DoesNotFit(
        f"文字“{filled.text}”放不进版面的“{filled.name}”框: "
        f"缩到 {filled.box.min_scale:.0%} 也不够。",
        "请换一种版面, 或在版面文件里把这个框放大。",
    )
