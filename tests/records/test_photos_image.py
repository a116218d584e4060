"""One photo file at a time: what is kept as it is, converted, or refused."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from hashlib import sha256
from random import Random

import pytest
from PIL import Image, ImageChops, ImageCms, ImageDraw, ImageFile, ImageStat

from printshop.records.photos_image import PreparedPhoto, prepare
from printshop.records.photos_jpeg import anatomy
from printshop.records.photos_model import Flawed, PhotoFlaw

BLUE = (100, 197, 255)


def portrait(
    size: tuple[int, int] = (480, 640), background: tuple[int, int, int] = BLUE
) -> Image.Image:
    """A head and shoulders on a plain background, with some grain."""
    image = Image.new("RGB", size, background)
    draw = ImageDraw.Draw(image)
    w, h = size
    draw.ellipse((0.05 * w, 0.72 * h, 0.95 * w, 1.5 * h), fill=(40, 50, 80))
    draw.ellipse((0.28 * w, 0.14 * h, 0.72 * w, 0.68 * h), fill=(230, 190, 160))
    draw.rectangle((0.28 * w, 0.12 * h, 0.72 * w, 0.26 * h), fill=(20, 20, 20))
    grain = Image.frombytes("L", size, Random(1).randbytes(w * h))
    grain = grain.point(lambda v: v // 16)
    return ImageChops.subtract(image, Image.merge("RGB", (grain, grain, grain)))


def jpeg(image: Image.Image, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", **({"quality": 90, "dpi": (300, 300)} | options))
    return out.getvalue()


def png(image: Image.Image, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG", **({"dpi": (300, 300)} | options))
    return out.getvalue()


def opened(photo: PreparedPhoto) -> Image.Image:
    image = Image.open(io.BytesIO(photo.jpeg))
    image.load()
    return image


def looks_like(one: Image.Image, other: Image.Image) -> bool:
    return max(ImageStat.Stat(ImageChops.difference(one, other)).mean) < 3


def flaw_of(data: bytes) -> PhotoFlaw:
    with pytest.raises(Flawed) as caught:
        prepare(data)
    assert caught.value.why
    assert caught.value.remedy
    return caught.value.flaw


def png_bomb(width: int, height: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        sum_ = struct.pack(">I", zlib.crc32(kind + body))
        return struct.pack(">I", len(body)) + kind + body + sum_

    packer = zlib.compressobj(9)
    row = b"\0" * (width // 8 + 1)
    lines = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", lines)
        + chunk(b"IEND", b"")
    )


def test_a_standard_photo_keeps_its_very_bytes() -> None:
    data = jpeg(portrait())
    photo = prepare(data)
    assert photo.jpeg == data
    assert photo.sha256 == sha256(data).hexdigest()
    assert (photo.width, photo.height) == (480, 640)
    assert photo.warnings == photo.notes == ()


def test_camera_data_goes_and_the_picture_stays() -> None:
    exif = Image.Exif()
    exif[0x010F] = "Sample Camera"
    exif.get_ifd(0x8825)[1] = "N"
    data = jpeg(portrait(), exif=exif, comment=b"private")
    photo = prepare(data + b"PK\x03\x04 a ZIP behind the picture")
    assert b"Sample Camera" in data
    assert all(w not in photo.jpeg for w in (b"Sample", b"private", b"PK\x03\x04"))
    assert opened(photo).tobytes() == Image.open(io.BytesIO(data)).tobytes()
    assert photo.notes == ("已去除相机信息等附加数据, 画面未变",)
    assert photo.warnings == ()


@pytest.mark.parametrize("orientation", range(2, 9))
def test_a_turned_photo_is_set_upright(orientation: int) -> None:
    upright = portrait()
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }[orientation]
    exif = Image.Exif()
    exif[0x0112] = orientation
    photo = prepare(jpeg(upright.transpose(undo), exif=exif))
    assert (photo.width, photo.height) == (480, 640)
    assert looks_like(opened(photo), upright)
    assert "照片按 EXIF 方向标记转正" in photo.warnings
    assert not opened(photo).getexif()


def _cmyk() -> bytes:
    return jpeg(portrait().convert("CMYK"))


def _grey() -> bytes:
    return jpeg(portrait(background=(240, 240, 240)).convert("L"))


def _with_alpha() -> bytes:
    image = portrait(background=(255, 255, 255)).convert("RGBA")
    image.putalpha(Image.new("L", image.size, 255))
    return png(image)


def _palette() -> bytes:
    return png(portrait().quantize(64))


@pytest.mark.parametrize(
    ("make", "word"),
    [(_cmyk, "CMYK"), (_grey, "灰度"), (_with_alpha, "透明"), (_palette, "调色板")],
)
def test_other_colours_become_rgb_and_are_reported(
    make: Callable[[], bytes], word: str
) -> None:
    photo = prepare(make())
    assert opened(photo).mode == "RGB"
    assert any(word in warning for warning in photo.warnings)


def test_transparency_is_laid_on_white() -> None:
    image = portrait().convert("RGBA")
    hole = Image.new("L", image.size, 255)
    ImageDraw.Draw(hole).rectangle((0, 0, 480, 60), fill=0)
    image.putalpha(hole)
    assert opened(prepare(png(image))).getpixel((5, 5)) == (255, 255, 255)


def test_a_foreign_colour_profile_is_converted_and_dropped() -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    rgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    plain = prepare(jpeg(portrait(), icc_profile=rgb))
    assert plain.warnings == ()
    assert plain.jpeg == jpeg(portrait())
    wide = rgb.replace("sRGB".encode("utf-16-be"), "wRGB".encode("utf-16-be"))
    assert any(
        "sRGB" in w for w in prepare(jpeg(portrait(), icc_profile=wide)).warnings
    )
    # A profile that does not fit the picture says nothing, and stops nothing.
    assert looks_like(opened(prepare(jpeg(portrait(), icc_profile=lab))), portrait())


def test_damaged_tags_and_profiles_say_nothing_and_stop_nothing() -> None:
    broken_exif = b"Exif\0\0II*\0" + b"\xff" * 40
    assert opened(prepare(jpeg(portrait(), exif=broken_exif))).size == (480, 640)
    photo = prepare(jpeg(portrait(), icc_profile=b"no profile" * 20))
    assert looks_like(opened(photo), portrait())


def test_a_progressive_photo_becomes_baseline_always_the_same() -> None:
    data = jpeg(portrait(), progressive=True)
    photo = prepare(data)
    parts = anatomy(photo.jpeg)
    assert parts is not None
    assert parts.plain
    assert photo.jpeg == prepare(data).jpeg
    assert looks_like(opened(photo), portrait())
    assert photo.notes == ("已由渐进式或非常规编码转为标准 JPEG",)


def test_a_png_becomes_a_jpeg() -> None:
    photo = prepare(png(portrait()))
    assert photo.jpeg.startswith(b"\xff\xd8")
    assert photo.notes == ("已由 PNG 转为 JPEG",)


def test_of_an_mpo_only_the_first_picture_is_taken() -> None:
    out = io.BytesIO()
    second = portrait(background=(255, 255, 255))
    portrait().save(
        out, "MPO", save_all=True, append_images=[second], quality=90, dpi=(300, 300)
    )
    photo = prepare(out.getvalue())
    assert looks_like(opened(photo), portrait())
    assert photo.jpeg.count(b"\xff\xd8\xff") == 1
    assert "文件含多张图片, 只取第一张" in photo.warnings


def test_the_same_picture_saved_twice_has_one_digest() -> None:
    plain, tagged = jpeg(portrait()), jpeg(portrait(), comment=b"again")
    assert prepare(plain).pixels == prepare(tagged).pixels
    assert prepare(plain).pixels != prepare(jpeg(portrait((480, 642)))).pixels


@pytest.mark.parametrize("kept", [0.2, 0.5, 0.9, 0.999])
@pytest.mark.parametrize("make", [jpeg, png])
def test_a_cut_file_is_refused(
    make: Callable[[Image.Image], bytes], kept: float
) -> None:
    data = make(portrait())
    assert flaw_of(data[: int(len(data) * kept)]) is PhotoFlaw.UNREADABLE


def test_a_cut_file_is_refused_whatever_another_library_switched_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    data = png(portrait())
    assert flaw_of(data[: len(data) // 2]) is PhotoFlaw.UNREADABLE
    assert ImageFile.LOAD_TRUNCATED_IMAGES is True


def test_a_jpeg_without_its_last_two_bytes_is_refused() -> None:
    assert flaw_of(jpeg(portrait())[:-2]) is PhotoFlaw.UNREADABLE


def test_a_bomb_is_refused_before_it_is_decoded() -> None:
    bomb = png_bomb(30_000, 30_000)
    assert len(bomb) < 200_000
    assert flaw_of(bomb) is PhotoFlaw.BOMB
    assert flaw_of(png_bomb(5_000, 5_000)) is PhotoFlaw.BOMB


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF", "WEBP", "PDF", "ICO"])
def test_other_formats_are_refused_by_content(kind: str) -> None:
    out = io.BytesIO()
    portrait((120, 160)).save(out, kind)
    assert flaw_of(out.getvalue()) is PhotoFlaw.NOT_A_PHOTO


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xd8", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"x" * 99]
)
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    assert flaw_of(data) in (PhotoFlaw.NOT_A_PHOTO, PhotoFlaw.UNREADABLE)


def test_sixteen_bit_grey_is_refused_not_clipped() -> None:
    deep = Image.new("I;16", (480, 640))
    assert flaw_of(png(deep)) is PhotoFlaw.NOT_A_PHOTO


@pytest.mark.parametrize(
    ("size", "flaw"),
    [
        ((640, 480), PhotoFlaw.LANDSCAPE),
        ((600, 600), PhotoFlaw.LANDSCAPE),
        ((240, 320), PhotoFlaw.TOO_SMALL),
        ((330, 470), PhotoFlaw.TOO_SMALL),
    ],
)
def test_what_cannot_fill_the_box_is_refused(
    size: tuple[int, int], flaw: PhotoFlaw
) -> None:
    assert flaw_of(jpeg(portrait(size))) is flaw


@pytest.mark.parametrize("colour", [BLUE, (255, 255, 255), (0, 0, 0), (120, 120, 120)])
def test_a_blank_picture_is_refused(colour: tuple[int, int, int]) -> None:
    assert flaw_of(jpeg(Image.new("RGB", (480, 640), colour))) is PhotoFlaw.BLANK


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (jpeg(portrait((600, 800))), "600×800"),
        (jpeg(portrait((480, 700))), "宽高比为 0.69"),
        (jpeg(portrait(), dpi=(72, 72)), "72×72"),
        (jpeg(portrait(), quality=20), "质量约 20"),
        (jpeg(portrait(), quality=20), "过小"),
        (jpeg(portrait((1500, 2000)), quality=95), "过大"),
        (jpeg(portrait(background=(200, 30, 30))), "不是浅蓝、白或浅灰"),
    ],
)
def test_what_is_doubtful_is_taken_with_a_warning(data: bytes, words: str) -> None:
    photo = prepare(data)
    assert photo.jpeg == data
    assert any(words in warning for warning in photo.warnings)


@pytest.mark.parametrize(
    "background", [BLUE, (255, 255, 255), (240, 240, 240), (67, 160, 230)]
)
def test_the_three_backgrounds_pass(background: tuple[int, int, int]) -> None:
    assert prepare(jpeg(portrait(background=background))).warnings == ()


def test_an_uneven_background_is_told() -> None:
    image = portrait()
    ImageDraw.Draw(image).rectangle((360, 0, 480, 300), fill=(60, 90, 20))
    assert "照片背景不均匀" in prepare(jpeg(image)).warnings


def test_no_damage_escapes_as_another_error() -> None:
    random = Random(7)
    exif = Image.Exif()
    exif[0x0112] = 6
    good = [jpeg(portrait(), exif=exif), png(portrait((300, 400))), _cmyk()]
    outcomes = set()
    for number in range(300):
        data = bytearray(good[number % len(good)])
        for _ in range(random.randint(1, 20)):
            data[random.randrange(min(len(data), 3000))] = random.randrange(256)
        try:
            prepare(bytes(data))
            outcomes.add("taken")
        except Flawed as flawed:
            outcomes.add(flawed.flaw.name)
    assert "UNREADABLE" in outcomes
