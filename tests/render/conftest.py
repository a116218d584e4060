"""The filled fonts folder, a page that passes every rule, and a PDF/A validator."""

from __future__ import annotations

import base64
import importlib.util
import io
import shutil
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from PIL import Image

from printshop.render.fonts import FontSet
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
