"""Foreign files: read in a child process, or refused; never harmful."""

from __future__ import annotations

import io
import zlib

import pikepdf
import pytest
from PIL import Image

from printshop.errors import InputError, UnsafeFile
from printshop.seal import sandbox, sandbox_child
from printshop.seal.code import encode as encode_code
from printshop.seal.token import link

TEXT = link("HTTPS://VERIFY.EXAMPLE.EDU.CN", encode_code(bytes(range(16))))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_reads_the_formats_of_phones_and_scanners(sheet, encode, kind: str) -> None:  # type: ignore[no-untyped-def]
    assert sandbox.read_foreign_image(encode(sheet(TEXT), kind)) == [TEXT]


def test_reads_each_page_of_a_pdf(sheet, encode) -> None:  # type: ignore[no-untyped-def]
    pdf = encode(sheet(), "PDF", sheet(TEXT))
    assert sandbox.is_pdf(pdf)
    assert sandbox.read_foreign_pdf(pdf) == [[], [TEXT]]


def test_reads_a_blurred_scan_in_a_pdf(sheet, encode) -> None:  # type: ignore[no-untyped-def]
    small = sheet(TEXT, side_mm=30).resize((877, 620)).resize((3508, 2480))
    assert sandbox.read_foreign_pdf(encode(small, "PDF")) == [[TEXT]]


@pytest.mark.parametrize("kind", ["TIFF", "GIF", "BMP", "ICO"])
def test_other_formats_are_not_even_tried(kind: str, encode) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InputError, match="JPEG"):
        sandbox.read_foreign_image(encode(Image.new("L", (32, 32)), kind))


@pytest.mark.parametrize("data", [b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"hello"])
def test_broken_pictures_are_refused(data: bytes) -> None:
    with pytest.raises(InputError, match="不是可读的"):
        sandbox.read_foreign_image(data)


@pytest.mark.parametrize("data", [b"%PDF-1.7", b"%PDF-1.7\n1 0 obj <<"])
def test_broken_pdfs_are_refused(data: bytes) -> None:
    with pytest.raises(InputError, match="PDF"):
        sandbox.read_foreign_pdf(data)


def test_a_decompression_bomb_is_refused_before_it_is_opened(encode) -> None:  # type: ignore[no-untyped-def]
    bomb = encode(Image.new("1", (30_000, 30_000)), "PNG")
    assert len(bomb) < 200_000
    with pytest.raises(InputError, match="像素太多"):
        sandbox.read_foreign_image(bomb)


def test_a_page_of_a_kilometre_is_drawn_small() -> None:
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(14_400, 14_400))
    pdf.pages[0].obj.UserUnit = 200
    buffer = io.BytesIO()
    pdf.save(buffer)
    assert sandbox.read_foreign_pdf(buffer.getvalue()) == [[]]


def test_a_pdf_that_eats_memory_kills_only_the_child() -> None:
    """Its picture claims 65,000 by 65,000 pixels: 12 GB, if anybody believed it."""
    pdf = pikepdf.new()
    pdf.add_blank_page()
    zeros = zlib.compress(zlib.compress(bytes(1 << 28), 9), 9)
    picture = pikepdf.Stream(
        pdf,
        zeros,
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Image,
        Width=65_000,
        Height=65_000,
        BitsPerComponent=8,
        ColorSpace=pikepdf.Name.DeviceRGB,
        Filter=[pikepdf.Name.FlateDecode, pikepdf.Name.FlateDecode],
    )
    page = pdf.pages[0]
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(I=picture))
    page.Contents = pikepdf.Stream(pdf, b"q 600 0 0 700 0 0 cm /I Do Q")
    buffer = io.BytesIO()
    pdf.save(buffer)
    try:
        pages = sandbox.read_foreign_pdf(buffer.getvalue())
    except UnsafeFile:
        pages = [[]]
    assert pages == [[]]


@pytest.mark.parametrize(
    ("what", "data", "answer"),
    [
        ("image", b"", {"refused": "这不是可读的 JPEG、PNG 或 WebP 图片。"}),
        ("pdf", b"", {"refused": "这不是可读的 PDF 文件。"}),
    ],
)
def test_the_child_refuses_in_words(
    what: str, data: bytes, answer: dict[str, object]
) -> None:
    assert sandbox_child.answer(what, data) == answer


def test_the_child_reads(sheet, encode) -> None:  # type: ignore[no-untyped-def]
    mixed, empty = encode(sheet(TEXT), "PDF", sheet()), encode(sheet(), "PDF")
    assert sandbox_child.answer("pdf", mixed) == {"pages": [[TEXT], []]}
    assert sandbox_child.answer("pdf", empty) == {"pages": [[]]}
    photo = encode(sheet(TEXT), "JPEG")
    assert sandbox_child.answer("image", photo) == {"pages": [[TEXT]]}


def test_the_child_counts_pixels_first(encode, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    picture = encode(Image.new("L", (12, 12)), "PNG")
    monkeypatch.setattr(sandbox_child, "MOST_PIXELS", 143)
    assert sandbox_child.answer("image", picture) == {"refused": "图片的像素太多。"}
    monkeypatch.setattr(sandbox_child, "MOST_PIXELS", 144)
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 10)
    assert sandbox_child.answer("image", picture) == {"refused": "图片的像素太多。"}


def test_too_large_a_file_is_refused() -> None:
    with pytest.raises(UnsafeFile, match="太大"):
        sandbox.read_foreign_image(bytes(sandbox.LARGEST_BYTES + 1))


def test_a_child_that_takes_too_long_is_ended(
    monkeypatch: pytest.MonkeyPatch, sheet, encode
) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(sandbox, "TIMEOUT_SECONDS", 0.01)
    with pytest.raises(UnsafeFile, match="无法安全地打开"):
        sandbox.read_foreign_image(encode(sheet(TEXT), "PNG"))


def test_a_child_that_dies_is_the_fault_of_the_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sandbox, "_CHILD", "printshop.no_such_module")
    with pytest.raises(UnsafeFile, match="无法安全地打开"):
        sandbox.read_foreign_image(b"x")
