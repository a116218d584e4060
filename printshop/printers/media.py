"""Sheet sizes: takes millimetres or a PDF, gives the PWG name of the exact medium."""

from __future__ import annotations

import io
from dataclasses import dataclass

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from printshop.errors import InputError

POINTS_PER_MM = 72 / 25.4
_TOLERANCE_MM = 0.5

STANDARD: dict[str, tuple[float, float]] = {
    "iso_a3_297x420mm": (297, 420),
    "iso_a4_210x297mm": (210, 297),
    "iso_a5_148x210mm": (148, 210),
    "iso_b5_176x250mm": (176, 250),
    "jis_b5_182x257mm": (182, 257),
    "prc_16k_146x215mm": (146, 215),
}


@dataclass(frozen=True)
class Sheets:
    """What a PDF needs of a printer.

    Attributes:
        pages: How many pages it has.
        width_mm: Width of its pages as seen.
        height_mm: Height of its pages as seen.
        media: The PWG name of its sheet.
    """

    pages: int
    width_mm: float
    height_mm: float
    media: str


def media_for(width_mm: float, height_mm: float) -> str:
    """The PWG name of a sheet.

    A landscape page of a standard size is the standard sheet: nobody loads paper
    called "A4 landscape". Any other size keeps its page's width and height.
    """
    for name, (short, long) in STANDARD.items():
        for size in ((short, long), (long, short)):
            if (
                abs(width_mm - size[0]) <= _TOLERANCE_MM
                and abs(height_mm - size[1]) <= _TOLERANCE_MM
            ):
                return name
    size_name = f"{round(width_mm, 1):g}x{round(height_mm, 1):g}mm"
    return f"custom_{size_name}_{size_name}"


def sheets_of(pdf: bytes) -> Sheets:
    """Measure a PDF.

    Raises:
        InputError: It is not a PDF, is empty, or its pages differ in size.
    """
    try:
        pages = PdfReader(io.BytesIO(pdf)).pages
        sizes = []
        for page in pages:
            width = float(page.mediabox.width) / POINTS_PER_MM
            height = float(page.mediabox.height) / POINTS_PER_MM
            turned = page.rotation % 180 == 90
            sizes.append((height, width) if turned else (width, height))
    except (PyPdfError, ValueError, TypeError, KeyError) as error:
        raise InputError("这不是可以打印的 PDF 文件。", "请重新生成文件。") from error
    if not sizes:
        raise InputError("PDF 文件没有页面。", "请重新生成文件。")
    width, height = sizes[0]
    for other in sizes[1:]:
        if max(abs(other[0] - width), abs(other[1] - height)) > _TOLERANCE_MM:
            raise InputError(
                "PDF 文件各页大小不同, 不能用同一种纸打印。", "请分成几个文件。"
            )
    return Sheets(len(sizes), width, height, media_for(width, height))
