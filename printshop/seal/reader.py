"""Reading back: takes a picture or the PDF of a page, gives the QR texts on it.

Two decoders that share no code: zxing-cpp, and zbar as a second opinion. Pages are
drawn by PDFium, which shares no code with what made them. What comes from outside
the house goes through ``printshop.seal.sandbox`` instead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pypdfium2
import zxingcpp
from PIL import Image, ImageChops, ImageFilter, ImageOps
from pyzbar import pyzbar

from printshop.errors import InputError

Box = tuple[float, float, float, float]
"""Left, top, width, height in mm from the sheet's top left corner."""

MARGIN_MM = 4.0
"""Kept around a box when a page is cropped: at least the quiet zone."""

_PT_PER_MM = 72 / 25.4
_PHOTO_SIDES = (2400, 1600, 1100, 800)
_SMALL = 700
_DARKER = 8
_SOFTER = ImageFilter.GaussianBlur(1)


def read_codes(image: Image.Image) -> list[str]:
    """The texts of all QR symbols, by zxing-cpp; the order means nothing."""
    return _texts(image, thorough=False)


def read_codes_zbar(image: Image.Image) -> list[str]:
    """The texts of all QR symbols, by zbar, which may look twice.

    At one look in some thousands zbar takes grain for edges and finds nothing,
    the likelier the larger the modules are in pixels; softened, it reads them all.
    """
    grey = image.convert("L")
    return _by_zbar(grey) or _by_zbar(grey.filter(_SOFTER))


def _by_zbar(grey: Image.Image) -> list[str]:
    found = pyzbar.decode(grey, symbols=[pyzbar.ZBarSymbol.QRCODE])
    return [symbol.data.decode("utf-8", "replace") for symbol in found]


def read_page_codes(
    pdf: bytes,
    dpi: int = 300,
    *,
    box_mm: Box | None = None,
    read: Callable[[Image.Image], list[str]] = read_codes,
) -> list[list[str]]:
    """The QR texts on each page.

    Args:
        pdf: A PDF of our own making.
        dpi: Pixels per inch at which the pages are drawn, in grey.
        box_mm: Where the symbol should be; looked at first, and the whole page only
            when nothing is there.
        read: The decoder.

    Raises:
        InputError: Not a PDF.
    """
    try:
        document = pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError as error:
        raise InputError("这不是可读的 PDF 文件。", "请换一份完整的文件。") from error
    try:
        return [
            _page_codes(document[index], dpi, box_mm, read)
            for index in range(len(document))
        ]
    finally:
        document.close()


def _page_codes(
    page: pypdfium2.PdfPage,
    dpi: int,
    box_mm: Box | None,
    read: Callable[[Image.Image], list[str]],
) -> list[str]:
    if box_mm is not None:
        found = read(_drawn(page, dpi, _crop(page, box_mm)))
        if found:
            return found
    return read(_drawn(page, dpi, (0, 0, 0, 0)))


def _drawn(page: pypdfium2.PdfPage, dpi: int, crop: Box) -> Image.Image:
    bitmap = page.render(scale=dpi / 72, crop=crop, grayscale=True)
    image: Image.Image = bitmap.to_pil()
    return image


def _crop(page: pypdfium2.PdfPage, box_mm: Box) -> Box:
    """PDFium's crop (left, bottom, right, top, in pt cut off) for a box in mm."""
    width, height = page.get_size()
    x, y, w, h = box_mm
    left = (x - MARGIN_MM) * _PT_PER_MM
    top = (y - MARGIN_MM) * _PT_PER_MM
    right = width - (x + w + MARGIN_MM) * _PT_PER_MM
    bottom = height - (y + h + MARGIN_MM) * _PT_PER_MM
    return max(left, 0.0), max(bottom, 0.0), max(right, 0.0), max(top, 0.0)


def read_photo_codes(image: Image.Image) -> list[str]:
    """The QR texts in a photo or scan: tries until one of many views reads.

    The plain picture first; then smaller, flattened, smoothed, sharpened and
    two-tone ones, because each rescues another kind of bad photo.
    """
    grey = image.convert("L")
    for view in _views(grey):
        found = _texts(view, thorough=True) or read_codes_zbar(view)
        if found:
            return found
    return []


def _views(grey: Image.Image) -> Iterator[Image.Image]:
    yield grey
    longest = max(grey.size)
    sides = [side for side in _PHOTO_SIDES if side < longest]
    if longest < _SMALL:
        sides = [longest * 3, longest * 2]
    for side in sides or [longest]:
        sized = _sized(grey, side)
        yield sized
        flat = ImageOps.autocontrast(sized, cutoff=2)
        yield flat
        yield flat.filter(ImageFilter.GaussianBlur(1.2))
        yield flat.filter(ImageFilter.UnsharpMask(3, 250, 0))
        yield _two_tone(sized)


def _sized(image: Image.Image, longest: int) -> Image.Image:
    scale = longest / max(image.size)
    width, height = (max(1, round(side * scale)) for side in image.size)
    return image.resize((width, height), Image.Resampling.LANCZOS)


def _two_tone(image: Image.Image) -> Image.Image:
    """Black and white by each pixel's surroundings: takes out shadows and glare."""
    around = image.filter(ImageFilter.BoxBlur(max(image.size) / 40))
    darker = ImageChops.subtract(around, image)
    return darker.point([255] * _DARKER + [0] * (256 - _DARKER))


def _texts(image: Image.Image, *, thorough: bool) -> list[str]:
    found = zxingcpp.read_barcodes(
        image.convert("L"),
        # Named here: the binding reports a leak when a module keeps hold of it.
        formats=zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode]),
        try_rotate=True,
        try_downscale=True,
        try_invert=thorough,
        text_mode=zxingcpp.TextMode.Plain,
    )
    return [symbol.text for symbol in found]
