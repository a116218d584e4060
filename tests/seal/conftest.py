"""Pages and pictures that carry real QR symbols."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
import qrcode
from PIL import Image

DPI = 300


def _symbol(text: str, side_px: int) -> Image.Image:
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=0)
    code.add_data(text)
    code.make()
    rows = code.get_matrix()
    image = Image.new("L", (len(rows), len(rows)))
    image.putdata([0 if dark else 255 for row in rows for dark in row])
    return image.resize((side_px, side_px), Image.Resampling.NEAREST)


Sheet = Callable[..., Image.Image]


@pytest.fixture
def sheet() -> Sheet:
    """A white A4 landscape sheet at 300 dpi with symbols of 22 mm.

    Called with texts; the first symbol sits at (250, 170) mm, the others to its left.
    """

    def make(*texts: str, side_mm: float = 22) -> Image.Image:
        page = Image.new("L", (3508, 2480), 255)
        for place, text in enumerate(texts):
            symbol = _symbol(text, round(side_mm / 25.4 * DPI))
            x = round((250 - 40 * place) / 25.4 * DPI)
            page.paste(symbol, (x, round(170 / 25.4 * DPI)))
        return page

    return make


Encode = Callable[..., bytes]


@pytest.fixture
def encode() -> Encode:
    """A picture as bytes of a format; PDF makes one page of each picture given."""

    def make(image: Image.Image, kind: str, *more: Image.Image) -> bytes:
        buffer = io.BytesIO()
        if kind == "PDF":
            image.save(buffer, kind, resolution=DPI, save_all=True, append_images=more)
        else:
            image.save(buffer, kind)
        return buffer.getvalue()

    return make
