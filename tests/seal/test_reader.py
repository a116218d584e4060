"""Reading back: the same text from the page by two decoders, and from bad photos."""

from __future__ import annotations

import io
import random

import numpy as np
import pytest
import qrcode
from PIL import Image, ImageFilter
from pyzbar import pyzbar

from printshop.errors import InputError
from printshop.seal import reader
from printshop.seal.code import encode
from printshop.seal.token import link

TEXT = link("HTTPS://VERIFY.EXAMPLE.EDU.CN", encode(bytes(range(16))))
OTHER = link("HTTPS://VERIFY.EXAMPLE.EDU.CN", encode(bytes(range(1, 17))))
BOX = (250.0, 170.0, 22.0, 22.0)


@pytest.mark.parametrize("read", [reader.read_codes, reader.read_codes_zbar])
def test_both_decoders_read_every_symbol(sheet, read) -> None:  # type: ignore[no-untyped-def]
    assert sorted(read(sheet(TEXT, OTHER))) == sorted([TEXT, OTHER])
    assert read(sheet()) == []


@pytest.mark.parametrize("box", [None, BOX])
def test_a_page_is_read_with_and_without_a_hint(sheet, encode, box) -> None:  # type: ignore[no-untyped-def]
    pdf = encode(sheet(TEXT), "PDF", sheet(), sheet(OTHER))
    assert reader.read_page_codes(pdf, box_mm=box) == [[TEXT], [], [OTHER]]


def test_a_symbol_elsewhere_than_hinted_is_still_found(sheet, encode) -> None:  # type: ignore[no-untyped-def]
    pdf = encode(sheet(TEXT), "PDF")
    for box in ((10.0, 10.0, 22.0, 22.0), (290.0, 200.0, 60.0, 60.0)):
        assert reader.read_page_codes(pdf, box_mm=box) == [[TEXT]]


def test_the_second_opinion_reads_pages_too(sheet, encode) -> None:  # type: ignore[no-untyped-def]
    pdf = encode(sheet(TEXT), "PDF")
    read = reader.read_codes_zbar
    assert reader.read_page_codes(pdf, box_mm=BOX, read=read) == [[TEXT]]


def _grainy(seed: int) -> tuple[str, Image.Image]:
    """A link of 26 mm at 300 dpi, turned a little, under the grain of a copier."""
    rng = np.random.default_rng(seed)
    text = link("HTTPS://VERIFY.EXAMPLE.EDU.CN", encode(rng.bytes(16)))
    symbol = qrcode.QRCode(
        error_correction=qrcode.constants.ERROR_CORRECT_M, border=0, box_size=1
    )
    symbol.add_data(text)
    symbol.make(fit=True)
    modules = np.array(symbol.get_matrix(), dtype=np.uint8)
    side, width = round(26 / 25.4 * 1200), round(45 / 25.4 * 1200)
    drawn = Image.fromarray((1 - modules) * 255)
    drawn = drawn.resize((side, side), Image.Resampling.NEAREST)
    sheet = Image.new("L", (width, width), 255)
    sheet.paste(drawn, [(width - side) // 2 + n for n in (seed % 4, seed // 4 % 4)])
    seen = sheet.resize((531, 531), Image.Resampling.BOX)
    turned = seen.rotate(rng.uniform(-2, 2), Image.Resampling.BICUBIC, fillcolor=255)
    pixels = np.asarray(turned, dtype=float)
    noisy = 40 + pixels / 255 * 185 + rng.normal(0, 12, pixels.shape)
    file = io.BytesIO()
    Image.fromarray(noisy.clip(0, 255).astype("uint8")).save(file, "JPEG", quality=60)
    return text, Image.open(file)


def test_grain_that_zbar_stumbles_over_is_read_at_a_second_look() -> None:
    cases = [_grainy(seed) for seed in (89, 109, 564, 568, 685)]
    symbols = [pyzbar.ZBarSymbol.QRCODE]
    assert not all(pyzbar.decode(image, symbols=symbols) for _, image in cases)
    for text, image in cases:
        assert reader.read_codes_zbar(image) == [text]


def test_not_a_pdf_is_refused() -> None:
    with pytest.raises(InputError, match="PDF"):
        reader.read_page_codes(b"%PDF-1.7 but no more")


@pytest.mark.parametrize("angle", [0, 17, 45, 90, 201])
def test_a_photo_may_be_turned(sheet, angle: int) -> None:  # type: ignore[no-untyped-def]
    photo = sheet(TEXT).crop((2500, 1700, 3508, 2480))
    turned = photo.rotate(angle, Image.Resampling.BICUBIC, expand=True, fillcolor=200)
    assert reader.read_photo_codes(turned.convert("RGB")) == [TEXT]


def test_a_photo_may_be_dark_and_unevenly_lit(sheet) -> None:  # type: ignore[no-untyped-def]
    photo = sheet(TEXT).crop((2700, 1800, 3508, 2480))
    shade = Image.linear_gradient("L").resize(photo.size).point(lambda v: 30 + v // 4)
    dark = Image.composite(shade, Image.new("L", photo.size, 12), photo)
    assert reader.read_photo_codes(dark) == [TEXT]


def test_a_photo_may_be_blurred_and_noisy(sheet) -> None:  # type: ignore[no-untyped-def]
    photo = sheet(TEXT).crop((2700, 1800, 3508, 2480))
    soft = photo.filter(ImageFilter.GaussianBlur(3))
    noise = random.Random(7).randbytes(soft.width * soft.height)
    grain = Image.frombytes("L", soft.size, noise)
    assert reader.read_photo_codes(Image.blend(soft, grain, 0.25)) == [TEXT]


def test_a_photo_may_be_tiny(sheet) -> None:  # type: ignore[no-untyped-def]
    photo = sheet(TEXT).crop((2850, 1900, 3300, 2400)).resize((90, 100))
    assert reader.read_photo_codes(photo) == [TEXT]


def test_a_photo_of_nothing_has_no_code() -> None:
    assert reader.read_photo_codes(Image.new("RGB", (400, 300), "white")) == []
