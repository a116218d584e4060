"""The four certificates on every sheet, measured on the drawn page."""

from __future__ import annotations

import io
import re
import subprocess
from dataclasses import replace
from functools import cache

import numpy as np
import pypdfium2
import pytest
import zxingcpp
from PIL import Image, ImageDraw
from pyzbar import pyzbar

from printshop.kinds import KINDS, Family
from printshop.render.design import layouts_of
from printshop.render.fonts import FontSet
from printshop.render.layout import Area, parse_layout
from printshop.render.model import Page, PageRequest
from printshop.render.page import make_page
from printshop.render.preview import SAMPLE_QR, preview_request

KINDS_HERE = [k.code for k in KINDS.values() if k.family is Family.CERTIFICATE]
ALL = [(kind, one.name) for kind in KINDS_HERE for one in layouts_of(kind)]
FULL = [(k, n) for k, n in ALL if not n.endswith("-overprint")]
OVERPRINT = [(k, n) for k, n in ALL if n.endswith("-overprint")]
DPI = 300
PER_MM = DPI / 25.4
MAGENTA = (255, 0, 255)


def plain(kind: str, layout: str | None = None, *, worst: bool = False) -> PageRequest:
    return replace(preview_request(kind, layout, worst=worst), specimen=False)


@cache
def made(kind: str, layout: str, worst: bool, fonts: FontSet) -> Page:
    """Drawn once, looked at by several tests."""
    return make_page(plain(kind, layout, worst=worst), fonts)


def rasterised(pdf: bytes, dpi: int = DPI) -> Image.Image:
    done = subprocess.run(
        ["pdftoppm", "-r", str(dpi), "-singlefile", "-"],
        input=pdf,
        capture_output=True,
        check=True,
    )
    return Image.open(io.BytesIO(done.stdout)).convert("RGB")


def text_of(page: Page, *options: str) -> str:
    done = subprocess.run(
        ["pdftotext", *options, "-", "-"],
        input=page.pdf,
        capture_output=True,
        check=True,
    )
    return done.stdout.decode()


def marked_photo() -> bytes:
    """Magenta all over, with a circle that shows any stretching."""
    image = Image.new("RGB", (480, 640), MAGENTA)
    ImageDraw.Draw(image).ellipse((120, 200, 360, 440), fill=(0, 0, 0))
    jpeg = io.BytesIO()
    image.save(jpeg, "JPEG", quality=95, subsampling=0)
    return jpeg.getvalue()


def test_the_layouts_that_every_office_starts_with() -> None:
    sheets = {
        (one.width_mm, one.height_mm, one.variant) for one in layouts_of("graduation")
    }
    wanted = {(297.0, 210.0), (285.0, 210.0), (260.0, 185.0)}
    assert sheets == {(*s, v) for s in wanted for v in ("full", "overprint")}
    for kind in KINDS_HERE:
        assert layouts_of(kind)[0].name == "a4"
        assert layouts_of(kind)[0].default


def worn(image: Image.Image, degrees: float, seed: int) -> Image.Image:
    """As a print comes out of a scanner: turned, noisy, and a JPEG of quality 60."""
    turned = image.convert("L").rotate(
        degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=255
    )
    noise = np.random.default_rng(seed).normal(0, 10, (turned.height, turned.width))
    grey = 40 + np.asarray(turned, dtype=float) * (225 - 40) / 255 + noise
    jpeg = io.BytesIO()
    Image.fromarray(np.clip(grey, 0, 255).astype(np.uint8)).save(
        jpeg, "JPEG", quality=60
    )
    return Image.open(jpeg)


def assert_photo_placed(pixels: np.ndarray, box: Area) -> None:
    magenta = (abs(pixels - np.array(MAGENTA)) < 60).all(axis=2)
    rows = np.flatnonzero(magenta.any(axis=1))
    columns = np.flatnonzero(magenta.any(axis=0))
    edges = np.array([columns[0], rows[0], columns[-1] + 1, rows[-1] + 1], dtype=float)
    wanted = np.array([box.x, box.y, box.x + box.w, box.y + box.h])
    assert abs(edges / PER_MM - wanted).max() < 0.2

    inside = pixels[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    dark = inside.sum(axis=2, dtype=int) < 150
    height = np.ptp(np.flatnonzero(dark.any(axis=1)))
    width = np.ptp(np.flatnonzero(dark.any(axis=0)))
    assert width == pytest.approx(height, rel=0.01)
    # 440 of the 480 columns are kept, so the circle of 240 is as wide as this.
    assert width / PER_MM == pytest.approx(33 * 240 / 440, abs=0.2)
    middle = np.flatnonzero(dark.any(axis=0)).mean() / PER_MM
    assert middle == pytest.approx(33 / 2, abs=0.2)


def assert_code_placed(grey: np.ndarray, area: Area) -> None:
    """The dark modules fill the place exactly: no quiet zone inside it."""
    left, top = round((area.x - 2) * PER_MM), round((area.y - 2) * PER_MM)
    side = round((area.w + 4) * PER_MM)
    dark = grey[top : top + side, left : left + side] < 128
    rows = np.flatnonzero(dark.any(axis=1))
    columns = np.flatnonzero(dark.any(axis=0))
    edges = np.array([columns[0], rows[0], columns[-1] + 1, rows[-1] + 1]) / PER_MM
    wanted = np.array([2, 2, 2 + area.w, 2 + area.w])
    assert abs(edges - wanted).max() < 0.2


def assert_reads(image: Image.Image) -> None:
    formats = zxingcpp.BarcodeFormat.QRCode
    zxing = [one.text for one in zxingcpp.read_barcodes(image, formats=formats)]
    symbols = [pyzbar.ZBarSymbol.QRCODE]
    zbar = [one.data.decode() for one in pyzbar.decode(image, symbols=symbols)]
    assert zxing == [SAMPLE_QR]
    assert zbar == [SAMPLE_QR]


@pytest.mark.parametrize(("kind", "layout"), ALL)
def test_photo_and_code_on_the_printed_page(
    kind: str, layout: str, active_fonts: FontSet
) -> None:
    """The photo in its box and not stretched; the code read from a worn print."""
    request = replace(plain(kind, layout), photo=marked_photo())
    geometry = parse_layout(request.design.geometry)
    assert geometry.photo is not None
    assert geometry.qr is not None
    assert (geometry.photo.w, geometry.photo.h) == (33, 48)
    assert 22 <= geometry.qr.size <= 24
    assert geometry.qr.size / 29 >= 0.6
    printed = rasterised(make_page(request, active_fonts).pdf)
    left_leaf = printed.crop((0, 0, printed.width // 2, printed.height))
    assert_photo_placed(np.asarray(left_leaf).astype(np.int16), geometry.photo)
    assert_code_placed(np.asarray(left_leaf.convert("L")), geometry.qr.area)
    for seed, degrees in enumerate((-2.0, 2.0)):
        assert_reads(worn(left_leaf, degrees, seed))


@pytest.mark.parametrize(("kind", "layout"), ALL)
@pytest.mark.parametrize("worst", [False, True])
def test_name_and_number_come_back_exactly(
    kind: str, layout: str, worst: bool, active_fonts: FontSet
) -> None:
    request = plain(kind, layout, worst=worst)
    text = text_of(made(kind, layout, worst, active_fonts))
    assert request.facts["name"] in text.replace("\n", "")
    if KINDS[kind].numbering.value != "none":
        assert request.facts["number"] in text
    assert "二〇二六年六月三十日" in text


@pytest.mark.parametrize(("kind", "layout"), ALL)
@pytest.mark.parametrize("worst", [False, True])
def test_every_glyph_is_inside_a_box(
    kind: str, layout: str, worst: bool, active_fonts: FontSet
) -> None:
    """Nothing is cut off: each drawn character lies in one of the layout's boxes."""
    request = plain(kind, layout, worst=worst)
    boxes = parse_layout(request.design.geometry).boxes.values()
    page = made(kind, layout, worst, active_fonts)
    counted = 0
    with pypdfium2.PdfDocument(page.pdf) as document:
        text = document[0].get_textpage()
        for index in range(text.count_chars()):
            char = text.get_text_range(index, 1)
            if not char.strip():
                continue
            left, bottom, right, top = (
                one * 25.4 / 72 for one in text.get_charbox(index)
            )
            top, bottom = page.height_mm - top, page.height_mm - bottom
            assert any(
                box.x - 0.4 <= left
                and right <= box.x + box.w + 0.4
                and box.y - 0.4 <= top
                and bottom <= box.y + box.h + 0.4
                for box in boxes
            ), (char, left, top)
            counted += 1
    wanted = sum(
        len(one) for one in (request.facts["name"], request.facts["programme"])
    )
    assert counted > wanted


BODIES = {
    "graduation": "修完教学计划规定的全部课程，成绩合格，准予毕业。",
    "completion": "修完教学计划规定的全部课程，部分课程成绩不合格，准予结业。",
    "attendance": "学习满两年，因退学，准予肄业。",
    "replacement": "准予毕业，2026年6月30日颁发毕业证书。"
    "因证书遗失，特补此证，以兹证明。",
}


@pytest.mark.parametrize(("kind", "layout"), FULL)
def test_the_words_of_a_certificate(
    kind: str, layout: str, active_fonts: FontSet
) -> None:
    text = text_of(made(kind, layout, False, active_fonts), "-raw")
    flat = "".join(text.split())
    start = (
        "学生王晓明，性别男，2005年3月9日生，于2023年9月至2026年6月在本校"
        "计算机应用技术专业三年制专科学习，"
    )
    before = "修完教学计划规定的全部课程，成绩合格，" if kind == "replacement" else ""
    assert start + before + BODIES[kind] in flat
    assert "普通高等学校" in flat
    assert KINDS[kind].title in flat
    assert "校名：示例职业技术学院" in flat
    assert "校（院）长：李示例" in flat
    assert "扫码核验verify.example.edu.cn" in flat
    registered = kind != "attendance"
    label = "原证书编号" if kind == "replacement" else "证书编号"
    number = f"{label}：999991202606000001"
    assert (number in flat) == registered
    assert ("编号" in flat) == registered
    assert ("http://www.chsi.com.cn" in flat) == registered


@pytest.mark.parametrize(("kind", "layout"), OVERPRINT)
def test_overprint_holds_only_what_varies(
    kind: str, layout: str, active_fonts: FontSet
) -> None:
    text = text_of(made(kind, layout, False, active_fonts))
    pieces = sorted(re.split(r"\s+", text.strip()))
    assert pieces == sorted(
        [
            "王晓明",
            "男",
            "2005",
            "3",
            "9",
            "2023",
            "9",
            "2026",
            "6",
            "计算机应用技术",
            "三年",
            "专科",
            "李示例",
            "999991202606000001",
            "二〇二六年六月三十日",
        ]
    )


@pytest.mark.parametrize(("kind", "layout"), ALL)
def test_the_anchors_that_hands_need(kind: str, layout: str) -> None:
    geometry = parse_layout(plain(kind, layout).design.geometry)
    assert set(geometry.anchors) == {
        "steel_stamp_center",
        "school_seal_center",
        "principal_signature",
        "number_line",
    }
    photo, stamp = geometry.photo, geometry.anchors["steel_stamp_center"]
    assert photo is not None
    assert (stamp.x, stamp.y) == (photo.x + photo.w, photo.y + photo.h)
    # No seal, stamp or signature comes near the symbol.
    assert geometry.qr is not None
    zone = geometry.qr.zone()
    for name in ("steel_stamp_center", "school_seal_center"):
        at = geometry.anchors[name]
        dx = max(zone.x - at.x, 0, at.x - zone.x - zone.w)
        dy = max(zone.y - at.y, 0, at.y - zone.y - zone.h)
        assert (dx**2 + dy**2) ** 0.5 > 21, name
