"""Draws one page of every kind, language and variant as a small PNG for the README.

``python samples/pages.py`` writes ``samples/pages/``; every page carries 样张.
"""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image

from printshop.errors import PrintshopError
from printshop.kinds import KINDS
from printshop.render.design import layouts_of
from printshop.render.model import PageRequest
from printshop.render.press import Press
from printshop.render.preview import picture, preview_request
from printshop.settings import bundled

DPI = 60
COLOURS = 48
HERE = Path(__file__).parent / "pages"


def wanted() -> dict[str, PageRequest]:
    """Page requests by file stem: every kind and language, and every blank."""
    found = {}
    for kind in KINDS.values():
        for language in kind.languages:
            stem = kind.code if language == "zh" else f"{kind.code}-{language}"
            found[stem] = preview_request(kind.code, None, language)
    for info in layouts_of("graduation"):
        if not info.default:
            found[f"graduation-{info.name}"] = preview_request("graduation", info.name)
    return found


def main() -> None:
    """Draw them all."""
    HERE.mkdir(exist_ok=True)
    requests = wanted()
    with Press(bundled("fonts")) as press:
        pages = press.map(requests.values())
        for stem, (_, page) in zip(requests, pages, strict=True):
            if isinstance(page, PrintshopError):
                raise page
            image = Image.open(io.BytesIO(picture(page.pdf, DPI)))
            small = image.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
            small.save(HERE / f"{stem}.png", optimize=True)
            print(stem)


if __name__ == "__main__":
    main()
