"""The child of the sandbox: takes a file on stdin, gives JSON on stdout, and ends.

Started as a module of its own by ``printshop.seal.sandbox``, never imported.
Everything is imported before the limits fall, because loading zbar starts helpers.
"""

from __future__ import annotations

import io
import json
import resource
import sys

import pypdfium2
from PIL import Image, UnidentifiedImageError

from printshop.seal.reader import read_codes, read_photo_codes

MEMORY_BYTES = 1536 * 1024 * 1024
CPU_SECONDS = 20
MOST_PAGES = 10
MOST_SCANS = 3
MOST_PIXELS = 64_000_000
FORMATS = ("JPEG", "PNG", "WEBP")

_DPI = 300
_LIMITS = {
    resource.RLIMIT_AS: MEMORY_BYTES,
    resource.RLIMIT_CPU: CPU_SECONDS,
    resource.RLIMIT_FSIZE: 0,
    resource.RLIMIT_CORE: 0,
    resource.RLIMIT_NPROC: 0,
    resource.RLIMIT_NOFILE: 16,
}


class Unreadable(Exception):
    """The file is not what it should be; the sentence goes to the person."""


def main() -> None:  # pragma: no cover - its limits would fall on whoever measures
    """Set the limits, then read."""
    for limit, value in _LIMITS.items():
        resource.setrlimit(limit, (value, value))
    json.dump(answer(sys.argv[1], sys.stdin.buffer.read()), sys.stdout)


def answer(what: str, data: bytes) -> dict[str, object]:
    """The texts by page, or the sentence that refuses the file."""
    try:
        return {"pages": _pdf(data) if what == "pdf" else [_image(data)]}
    except Unreadable as error:
        return {"refused": str(error)}


def _pdf(data: bytes) -> list[list[str]]:
    try:
        document = pypdfium2.PdfDocument(data)
        pages = range(min(len(document), MOST_PAGES))
        found = [read_codes(_page(document[index])) for index in pages]
        if not any(found):  # a scan, perhaps: worth seconds, but not for each page
            for index in pages[:MOST_SCANS]:
                found[index] = read_photo_codes(_page(document[index]))
    except pypdfium2.PdfiumError as error:
        raise Unreadable("这不是可读的 PDF 文件。") from error
    return found


def _page(page: pypdfium2.PdfPage) -> Image.Image:
    """A page at 300 dpi, or as much as its size lets the memory bear."""
    width, height = page.get_size()
    scale = min(_DPI / 72, (MOST_PIXELS / max(width * height, 1.0)) ** 0.5)
    image: Image.Image = page.render(scale=scale, grayscale=True).to_pil()
    return image


def _image(data: bytes) -> list[str]:
    try:
        # The size is known when the picture is opened, before anything is decoded.
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            if image.width * image.height > MOST_PIXELS:
                raise Unreadable("图片的像素太多。")
            return read_photo_codes(image.convert("L"))
    except Image.DecompressionBombError as error:
        raise Unreadable("图片的像素太多。") from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise Unreadable("这不是可读的 JPEG、PNG 或 WebP 图片。") from error


if __name__ == "__main__":  # pragma: no cover
    main()
