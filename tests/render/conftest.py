"""The filled fonts folder, a page that passes every rule, and a PDF/A validator."""

from __future__ import annotations

import base64
import importlib.util
import io
import shutil
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import ModuleType

import pypdfium2
import pytest
from PIL import Image

from printshop.issue.facts import FACTS, Printed
from printshop.kinds import kind_of
from printshop.render import words
from printshop.render.design import load_design
from printshop.render.fonts import FontSet
from printshop.render.layout import parse_layout
from printshop.render.model import Page, PageRequest
from printshop.render.page import make_page
from printshop.render.preview import SAMPLE_QR, sample_photo
from printshop.settings import bundled


@pytest.fixture(scope="session")
def fonts() -> FontSet:
    """The bundled fonts; ``make setup`` has filled the folder."""
    return FontSet.load(bundled("fonts"))


@pytest.fixture(scope="session")
def active_fonts(fonts: FontSet, tmp_path_factory: pytest.TempPathFactory) -> FontSet:
    """The bundled fonts, and nothing else for Pango in this process."""
    fonts.activate(tmp_path_factory.mktemp("fontconfig"))
    return fonts


@pytest.fixture
def fonts_copy(fonts: FontSet, tmp_path: Path) -> Path:
    """A filled folder that a test may damage; links, so that it costs nothing."""
    folder = tmp_path / "fonts"
    folder.mkdir()
    for name in ("manifest.toml", "installed.json"):
        shutil.copy(fonts.folder / name, folder)
    for font in fonts.fonts:
        copy = folder / font.path.name
        if not copy.exists():
            copy.hardlink_to(font.path)
    return folder


@pytest.fixture(scope="session")
def photo() -> bytes:
    """A JPEG of 480 by 640: a gradient, for a flat picture hides a crop."""
    return jpeg_of(480, 640)


def jpeg_of(width: int, height: int) -> bytes:
    """A gradient whose red is the column and whose green is the row."""
    image = Image.new("RGB", (width, height))
    image.putdata(
        [
            (x * 255 // width, y * 255 // height, 90)
            for y in range(height)
            for x in range(width)
        ]
    )
    out = io.BytesIO()
    image.save(out, "JPEG", quality=90, dpi=(300, 300))
    return out.getvalue()


@pytest.fixture(scope="session")
def make_jpeg() -> Callable[[int, int], bytes]:
    """A JPEG of any size."""
    return jpeg_of


@pytest.fixture(scope="session")
def good_pdf(active_fonts: FontSet, photo: bytes) -> bytes:
    """One PDF/A page with all families, a photo and filled metadata."""
    import weasyprint

    data = base64.b64encode(photo).decode()
    families = "".join(
        f'<p style="font-family:{family}">欧阳䶮 2026 {extra}</p>'
        for family, extra in zip(active_fonts.families, "永字八法𠀃", strict=True)
    )
    return weasyprint.HTML(
        string='<html lang="zh-CN"><meta charset="utf-8"><title>毕业证书</title>'
        '<meta name="author" content="示例职业技术学院">'
        "<style>img{image-rendering:crisp-edges;width:33mm}</style>"
        f'{families}<img src="data:image/jpeg;base64,{data}">'
    ).write_pdf(pdf_variant="pdf/a-3b")


@pytest.fixture(scope="session")
def pdfa_validator() -> ModuleType:
    """``pdfa_validator.py``; importlib mode cannot import a neighbour by name."""
    path = Path(__file__).with_name("pdfa_validator.py")
    spec = importlib.util.spec_from_file_location("pdfa_validator", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def draw(active_fonts: FontSet) -> Callable[[str, str, Printed], Page]:
    """Draws a kind in a language from facts, once for equal facts."""
    drawn: dict[tuple[str, str, str], Page] = {}

    def page(kind: str, language: str, facts: Printed) -> Page:
        key = kind, language, facts.model_dump_json()
        if key not in drawn:
            drawn[key] = make_page(request_of(kind, language, facts), active_fonts)
        return drawn[key]

    return page


def request_of(kind: str, language: str, facts: Printed) -> PageRequest:
    """A request as issuing makes it, not a specimen."""
    return PageRequest(
        document_id=f"test-{kind}",
        kind=kind,
        language=language,
        facts=facts.plain(),
        design=load_design(kind, None, language),
        qr=SAMPLE_QR if kind in FACTS else None,
        verify_at="verify.example.edu.cn",
        photo=sample_photo() if kind_of(kind).photo else None,
        date=date(2026, 6, 30),
    )


@pytest.fixture(scope="session")
def text_of() -> Callable[[Page], str]:
    """What pdftotext reads, in the order in which it was written."""

    def text(page: Page) -> str:
        done = subprocess.run(
            ["pdftotext", "-raw", "-", "-"],
            input=page.pdf,
            capture_output=True,
            check=True,
        )
        return done.stdout.decode()

    return text


@pytest.fixture(scope="session")
def written() -> Callable[[str, str, Printed], str]:
    """The page as HTML, not laid out: what a template makes of facts."""

    def html(kind: str, language: str, facts: Printed) -> str:
        request = request_of(kind, language, facts)
        return words.write(request, parse_layout(request.design.geometry), {})

    return html


@pytest.fixture(scope="session")
def glyphs_of() -> Callable[[Page], list[list[tuple[str, float, float, float, float]]]]:
    """Per page, each visible glyph with left, top, right and bottom in mm."""

    def glyphs(page: Page) -> list[list[tuple[str, float, float, float, float]]]:
        with pypdfium2.PdfDocument(page.pdf) as document:
            return [_glyphs(sheet) for sheet in document]

    return glyphs


def _glyphs(sheet: pypdfium2.PdfPage) -> list[tuple[str, float, float, float, float]]:
    text, height, mm = sheet.get_textpage(), sheet.get_height(), 25.4 / 72
    found = []
    for i in range(text.count_chars()):
        left, bottom, right, top = text.get_charbox(i)
        if right > left and top > bottom:
            char = text.get_text_range(i, 1)
            box = left * mm, (height - top) * mm, right * mm, (height - bottom) * mm
            found.append((char, *box))
    return found
