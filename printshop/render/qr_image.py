"""The text of a QR symbol goes in; a black-and-white PNG comes out."""

from __future__ import annotations

import io
from dataclasses import dataclass

from PIL import Image
from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

from printshop.errors import RenderError
from printshop.render.layout import QrPlace

# Viewers that smooth images all the same then blur a tenth of a module only.
_PIXELS_PER_MODULE = 10
_SMALLEST_MODULE_MM = 0.5


@dataclass(frozen=True)
class Symbol:
    """A QR symbol without its quiet zone.

    Attributes:
        png: The picture, each module on whole pixels.
        modules: Modules along one side.
    """

    png: bytes
    modules: int


def symbol(text: str, place: QrPlace) -> Symbol:
    """Draw a symbol of level M for a place on the sheet.

    Level M: at a fixed size a higher level has smaller modules and reads worse.

    Raises:
        RenderError: Its modules would be too small to read from paper.
    """
    code = QRCode(error_correction=ERROR_CORRECT_M, border=0)
    code.add_data(text)
    code.make(fit=True)
    rows = code.get_matrix()
    modules = len(rows)
    if place.size / modules < _SMALLEST_MODULE_MM:
        raise RenderError(
            f"二维码的模块只有 {place.size / modules:.2f} 毫米, 印出后难以识读。",
            "请缩短核验网址, 或在版面里把二维码放大。",
        )
    # Grey, not one-bit: WeasyPrint would store a one-bit picture as RGB.
    picture = Image.new("L", (modules, modules))
    picture.putdata([0 if dark else 255 for row in rows for dark in row])
    side = modules * _PIXELS_PER_MODULE
    png = io.BytesIO()
    picture.resize((side, side), Image.Resampling.NEAREST).save(png, "PNG")
    return Symbol(png.getvalue(), modules)
