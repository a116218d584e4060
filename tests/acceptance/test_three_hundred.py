"""300 cleared students: one certificate each, photo in its box, name and number exact.

The QR code is read by two different decoders from what a copier and a phone would
see: 300 dpi, toner noise, ±2° rotation, JPEG quality 60.
"""

from __future__ import annotations

import io
import subprocess
import sys
import tomllib
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pypdfium2
import pytest
from PIL import Image
from pypdfium2 import raw

from printshop.seal.reader import read_codes, read_codes_zbar
from printshop.settings import bundled

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import OfficeFolder

STUDENTS = 300
DPI = 300
MM = 25.4
CROP_MM = 45.0  # a phone is held over the code, not over the whole sheet


def _layout() -> dict[str, dict[str, float]]:
    import printshop

    folder = Path(printshop.__file__).parent / "layouts"
    for family in ("graduation", "certificate"):
        for path in sorted((folder / family).glob("*.toml")):
            parsed = tomllib.loads(path.read_text(encoding="utf-8"))
            if parsed.get("default"):
                return parsed
    raise AssertionError("no default layout of graduation certificates")


LAYOUT = _layout()


@pytest.fixture(scope="module")
def college(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("college")
    script = bundled("samples") / "college.py"
    subprocess.run(
        [
            sys.executable,
            str(script),
            "--students",
            str(STUDENTS),
            "--out",
            str(folder),
        ],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return folder


def _photo_box_error_mm(page: pypdfium2.PdfPage) -> float:
    """The largest distance of the photo's edges from its box in the layout."""
    want = LAYOUT["photo"]
    height = page.get_height()
    errors = []
    for image in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE]):
        left, bottom, right, top = image.get_bounds()
        box = [v * MM / 72 for v in (left, height - top, right, height - bottom)]
        target = (
            want["x"],
            want["y"],
            want["x"] + want["w"],
            want["y"] + want["h"],
        )
        errors.append(max(abs(a - b) for a, b in zip(box, target, strict=True)))
    return min(errors)


def _as_photographed(page: pypdfium2.PdfPage, seed: int) -> Image.Image:
    rng = np.random.default_rng(seed)
    whole = page.render(scale=DPI / 72, grayscale=True).to_pil()
    qr = LAYOUT["qr"]
    middle = [(qr[axis] + qr["size"] / 2) / MM * DPI for axis in ("x", "y")]
    half = CROP_MM / 2 / MM * DPI
    corners = tuple(round(m + d * half) for d in (-1, 1) for m in middle)
    cut = whole.crop(corners)
    turned = cut.rotate(
        rng.uniform(-2, 2), Image.Resampling.BICUBIC, fillcolor=255, expand=False
    )
    pixels = np.asarray(turned, dtype=float)
    noisy = 40 + pixels / 255 * 185 + rng.normal(0, 12, pixels.shape)
    file = io.BytesIO()
    Image.fromarray(noisy.clip(0, 255).astype("uint8")).save(file, "JPEG", quality=60)
    return Image.open(file)


def _examine(job: tuple[bytes, int]) -> tuple[float, list[str], list[str], str]:
    pdf, seed = job
    with pypdfium2.PdfDocument(pdf) as document:
        page = document[0]
        picture = _as_photographed(page, seed)
        return (
            _photo_box_error_mm(page),
            read_codes(picture),
            read_codes_zbar(picture),
            _pdftotext(pdf),
        )


def _pdftotext(pdf: bytes) -> str:
    done = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True
    )
    return done.stdout.decode("utf-8")


def test_three_hundred_certificates(
    new_office: Callable[[str], OfficeFolder], college: Path
) -> None:
    office = new_office("office")
    office.run(
        "records",
        "import",
        str(college / "college.xlsx"),
        "--photos",
        str(college / "photos"),
    )
    report = office.run("issue", "graduation", "--all", "--json").json()
    assert (len(report["issued"]), report["refused"], report["failed"]) == (
        STUDENTS,
        [],
        [],
    )
    with office.shop() as shop:
        rows = [shop.documents.shown(one["id"])[0] for one in report["issued"]]
        jobs = [(shop.documents.pdf(row), seed) for seed, row in enumerate(rows)]
        with ProcessPoolExecutor(2) as pool:
            seen = list(pool.map(_examine, jobs, chunksize=10))
        for row, (error, codes, zbar_codes, text) in zip(rows, seen, strict=True):
            name, number = row.facts["name"], row.number
            assert error <= 0.2, (number, error)
            assert codes == zbar_codes, number
            answer = shop.verifying.code(codes[0])
            assert (answer.state.value, answer.foreign_host) == ("valid", None)
            squeezed = "".join(text.split())
            assert name.replace(" ", "") in squeezed
            assert number in squeezed
        assert len({row.number for row in rows}) == STUDENTS
