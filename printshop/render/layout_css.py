"""A layout goes in; the style sheet that puts its boxes on the sheet comes out."""

from __future__ import annotations

from printshop.render.fonts import FontSet
from printshop.render.layout import Area, Box, Layout

ROLES = ("kai", "song", "hei", "fangsong")

# Alignment that WeasyPrint cannot do with Chinese is finished after layout (fit.py).
_TEXT_ALIGN = {"justify": "left", "spread": "left"}

_COMMON = """
html, body { margin: 0; padding: 0 }
body { font-size: 10.5pt; line-height: 1.4; color: #000 }
img { image-rendering: crisp-edges }
.box { position: absolute }
.box > .fit { margin: 0 }
.keep { white-space: nowrap }
.photo, .qr, .sheet { position: absolute; display: block; margin: 0 }
.sheet { position: fixed }
.watermark { z-index: -1 }
"""


def css_of(layout: Layout, fonts: FontSet) -> str:
    """Everything that the layout decides, as CSS.

    Boxes are placed from the corner of the sheet; CSS places them from the corner
    of the page's content, so margins are taken off.
    """
    sheet = layout.sheet
    top, right, bottom, left = sheet.margin or (0.0, 0.0, 0.0, 0.0)
    families = {role: font_family(role, fonts) for role in ROLES}
    rules = [
        f"@page {{ size: {sheet.width}mm {sheet.height}mm;"
        f" margin: {top}mm {right}mm {bottom}mm {left}mm;"
        f" font-family: {families[layout.font]} }}",
        _COMMON,
        f"html {{ font-family: {families[layout.font]} }}",
        *(
            f'[data-font="{role}"] {{ font-family: {families[role]} }}'
            for role in ROLES
        ),
        _placed(".sheet", Area(x=0, y=0, w=sheet.width, h=sheet.height), left, top),
    ]
    if layout.photo:
        rules.append(_placed(".photo", layout.photo, left, top))
    if layout.qr:
        rules.append(_placed(".qr", layout.qr.area, left, top))
    for name, box in layout.boxes.items():
        rules.append(_placed(f'[data-box="{name}"]', box, left, top))
        rules.append(_typeset(name, box, families[box.font]))
    return "\n".join(rules)


def font_family(role: str, fonts: FontSet) -> str:
    """The stack of a role as CSS; the folder's names hold no quotes."""
    return ", ".join(f'"{family}"' for family in fonts.stack(role))


def _placed(selector: str, area: Area, left: float, top: float) -> str:
    return (
        f"{selector} {{ left: {area.x - left:.4f}mm; top: {area.y - top:.4f}mm;"
        f" width: {area.w}mm; height: {area.h}mm }}"
    )


def _typeset(name: str, box: Box, family: str) -> str:
    turned = f" transform: rotate({box.rotate}deg);" if box.rotate else ""
    outer = (
        f'[data-box="{name}"] {{ font-family: {family}; font-size: {box.size}pt;'
        f" font-weight: {box.weight}; line-height: {box.line_height};"
        f" color: {box.color};{turned}"
        f" text-align: {_TEXT_ALIGN.get(box.align, box.align)} }}"
    )
    wrap = "normal" if box.lines else "nowrap"
    inner = (
        f'[data-box="{name}"] > .fit {{ letter-spacing: {box.letter_spacing}em;'
        f" text-indent: {box.indent}em; white-space: {wrap} }}"
    )
    return f"{outer}\n{inner}"
