"""A layout file's TOML text goes in; checked geometry in millimetres comes out."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from printshop.errors import RenderError

Role = Literal["kai", "song", "hei", "fangsong"]
Length = Annotated[float, Field(gt=0)]

# A symbol of version 2 has 25 modules and the widest quiet zone that we meet.
_FEWEST_MODULES = 25
QUIET_MODULES = 4


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Area(_Strict):
    """A rectangle on the sheet, from its top-left corner, in mm."""

    x: float = Field(ge=0)
    y: float = Field(ge=0)
    w: Length
    h: Length

    def meets(self, other: Area) -> bool:
        """Whether two rectangles share any area."""
        return (
            self.x < other.x + other.w
            and other.x < self.x + self.w
            and self.y < other.y + other.h
            and other.y < self.y + self.h
        )


class Box(Area):
    """A place for text and how it is set.

    ``lines = true`` makes it a paragraph; otherwise the text stands on one line and
    may take ``max_lines`` only when ``min_scale`` does not suffice. ``spread`` lets
    the characters fill the width.
    """

    font: Role = "song"
    size: Length = 12
    align: Literal["left", "center", "right", "justify", "spread"] = "left"
    valign: Literal["top", "middle", "bottom"] = "top"
    line_height: Length = 1.4
    letter_spacing: float = 0
    indent: float = Field(0, description="em of the first line")
    color: str = Field("#000", pattern="^#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$")
    weight: Literal[400, 700] = 400
    rotate: float = 0
    lines: bool = False
    min_scale: float = Field(0.7, gt=0, le=1)
    max_lines: int = Field(2, ge=1)


class QrPlace(_Strict):
    """Where the symbol sits; ``size`` is without the quiet zone."""

    x: float = Field(ge=0)
    y: float = Field(ge=0)
    size: float = Field(ge=15, le=60)

    @property
    def area(self) -> Area:
        """The symbol itself."""
        return Area(x=self.x, y=self.y, w=self.size, h=self.size)

    def zone(self, modules: int = _FEWEST_MODULES) -> Area:
        """The symbol with its quiet zone of four modules, as far as the sheet goes."""
        quiet = QUIET_MODULES * self.size / modules
        left, top = max(0.0, self.x - quiet), max(0.0, self.y - quiet)
        return Area(
            x=left,
            y=top,
            w=self.x + self.size + quiet - left,
            h=self.y + self.size + quiet - top,
        )


class Sheet(_Strict):
    """The paper. Only flowing pages have margins (top, right, bottom, left)."""

    width: Length
    height: Length
    margin: tuple[float, float, float, float] | None = None


class Anchor(_Strict):
    """A point that hands need: where the seal, stamp or signature goes."""

    x: float = Field(ge=0)
    y: float = Field(ge=0)


class Layout(_Strict):
    """Where everything of one kind sits on one sheet."""

    title: str
    variant: Literal["full", "overprint"] = "full"
    default: bool = False
    font: Role = "song"
    sheet: Sheet
    boxes: dict[str, Box] = {}
    photo: Area | None = None
    qr: QrPlace | None = None
    anchors: dict[str, Anchor] = {}

    @property
    def flows(self) -> bool:
        """Whether the text may go on to further pages."""
        return self.sheet.margin is not None


@lru_cache(maxsize=64)
def parse_layout(text: str) -> Layout:
    """Read and check a layout.

    Raises:
        RenderError: Not TOML, an unknown or missing key, something outside the
            sheet, or something in the quiet zone of the QR symbol.
    """
    try:
        layout = Layout.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise RenderError(
            f"版面文件不是合法的 TOML: {error}。", "请按提示的行号改正。"
        ) from None
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise RenderError(
            f"版面文件的“{place}”不能用: {first['msg']}。",
            "长度以毫米计, 从左上角量起。",
        ) from None
    _check_inside(layout)
    _check_quiet(layout)
    return layout


def _areas(layout: Layout) -> dict[str, Area]:
    areas: dict[str, Area] = dict(layout.boxes)
    if layout.photo:
        areas["photo"] = layout.photo
    return areas


def _check_inside(layout: Layout) -> None:
    corners = {
        name: (area.x + area.w, area.y + area.h)
        for name, area in _areas(layout).items()
    }
    corners |= {name: (at.x, at.y) for name, at in layout.anchors.items()}
    if layout.qr:
        side = layout.qr.size
        corners["qr"] = (layout.qr.x + side, layout.qr.y + side)
    for name, (x, y) in corners.items():
        if x > layout.sheet.width or y > layout.sheet.height:
            raise RenderError(
                f"版面“{layout.title}”的“{name}”伸出了纸外。",
                f"纸是 {layout.sheet.width:g}×{layout.sheet.height:g} 毫米。",
            )


def _check_quiet(layout: Layout) -> None:
    if layout.qr is None:
        return
    zone = layout.qr.zone()
    for name, area in _areas(layout).items():
        if area.meets(zone):
            raise RenderError(
                f"版面“{layout.title}”的“{name}”侵入了二维码四周的空白。",
                f"二维码四周要留 {QUIET_MODULES} 个模块宽的空白, 请移开它。",
            )
