"""Taking JPEG files apart: what belongs to the picture stays, byte for byte."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from printshop.records.photos_jpeg import anatomy, quality


def picture(**options: object) -> bytes:
    out = io.BytesIO()
    Image.linear_gradient("L").convert("RGB").save(out, "JPEG", **options)
    return out.getvalue()


@pytest.mark.parametrize("wanted", [20, 50, 60, 75, 90, 95, 100])
def test_the_quality_factor_is_read_from_the_tables(wanted: int) -> None:
    with Image.open(io.BytesIO(picture(quality=wanted))) as image:
        assert quality(image.quantization[0]) == pytest.approx(wanted, abs=1)


def test_a_bare_file_is_its_own_bare_form() -> None:
    data = picture()
    parts = anatomy(data)
    assert parts is not None
    assert parts.bare == data
    assert parts.plain
    assert (parts.frame, parts.components) == (0xC0, b"\x01\x02\x03")


def test_fill_bytes_and_restart_markers_are_understood() -> None:
    data = picture(restart_marker_blocks=4)
    assert b"\xff\xd0" in data
    parts = anatomy(data[:2] + b"\xff\xff" + data[2:])
    assert parts is not None
    assert parts.bare == data


def test_lone_markers_between_segments_are_kept() -> None:
    data = picture()
    parts = anatomy(data[:2] + b"\xff\x01" + data[2:])
    assert parts is not None
    assert parts.bare == data[:2] + b"\xff\x01" + data[2:]


def test_an_inverted_or_rgb_coded_file_is_not_plain() -> None:
    rgb = anatomy(picture(keep_rgb=True))
    assert rgb is not None
    assert not rgb.plain
    adobe = b"\xff\xee\x00\x0eAdobe\x00\x64\x00\x00\x00\x00\x00"
    data = picture()
    marked = anatomy(data[:2] + adobe + data[2:])
    assert marked is not None
    assert marked.adobe_transform == 0
    assert not marked.plain


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x89PNG\r\n",
        b"\xff\xd8",
        b"\xff\xd8\xff",
        b"\xff\xd8\xff\xff",
        b"\xff\xd8no marker",
        b"\xff\xd8\xff\xd8\xff\xd9",
        b"\xff\xd8\xff\xe0\x00\x01",
        b"\xff\xd8\xff\xe0\x00\x40short",
        picture()[:-2],
        picture()[:200],
    ],
)
def test_what_does_not_end_properly_has_no_anatomy(data: bytes) -> None:
    assert anatomy(data) is None
