"""A photo is cut to its box by the table of domain §5.3, never stretched."""

from __future__ import annotations

import base64
import io
import warnings
import zlib
from collections.abc import Callable

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageFile

from printshop.errors import InputError, UnsafeFile
from printshop.render.fonts import FontSet
from printshop.render.photo import crop_to, placed

Jpeg = Callable[[int, int], bytes]


def opened(jpeg: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(jpeg), formats=("JPEG",))
    image.load()
    return image


def encoded(image: Image.Image, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", **options)
    return out.getvalue()


@pytest.mark.parametrize(
    ("box", "crop", "dpi"),
    [
        ((33, 48), (20, 0, 460, 640), 339),
        ((35, 45), (0, 0, 480, 617), 348),
        ((35, 49), (11, 0, 468, 640), 332),
        ((35, 53), (28, 0, 451, 640), 307),
        ((25, 35), (11, 0, 468, 640), 464),
        ((40.6, 54.2), (0, 0, 480, 640), 300),
    ],
)
def test_the_table_of_print_sizes(
    photo: bytes, box: tuple[float, float], crop: tuple[int, ...], dpi: int
) -> None:
    cut = placed(photo, *box)
    assert cut.crop == crop
    assert round(cut.dpi) == dpi
    assert opened(cut.jpeg).size == cut.size
    assert cut.notes == ()


def test_the_bytes_stay_when_nothing_is_cut(photo: bytes) -> None:
    assert placed(photo, 30, 40).jpeg is photo
    # 33 by 44.05 mm asks for 479.5 of 480 columns: not a pixel is missing.
    assert placed(photo, 33, 44.05).jpeg is photo


def test_a_wide_photo_loses_both_sides_alike_and_keeps_its_head(photo: bytes) -> None:
    whole, cut = opened(photo), opened(placed(photo, 33, 48).jpeg)
    for x, y in ((0, 0), (220, 0), (439, 639)):
        was, now = whole.getpixel((x + 20, y)), cut.getpixel((x, y))
        assert all(abs(a - b) <= 6 for a, b in zip(was, now, strict=True))


def test_a_tall_photo_loses_its_foot_only(make_jpeg: Jpeg) -> None:
    cut = placed(make_jpeg(480, 800), 35, 45)
    assert cut.crop == (0, 0, 480, 617)
    red, green, _ = opened(cut.jpeg).getpixel((240, 0))
    assert green < 8
    assert 110 < red < 140


@given(
    width=st.integers(50, 3000),
    height=st.integers(50, 3000),
    box=st.tuples(st.floats(10, 80), st.floats(10, 80)),
)
def test_a_crop_never_stretches_and_never_grows(
    width: int, height: int, box: tuple[float, float]
) -> None:
    left, top, right, bottom = crop_to((width, height), box)
    assert 0 <= left < right <= width
    assert top == 0
    assert 0 < bottom <= height
    assert right - left == width or bottom == height
    # Never off by more than a pixel, in whichever side.
    wanted = (right - left) * box[1] / box[0]
    assert abs(wanted - bottom) <= 1.01 * max(1.0, box[1] / box[0])
    assert abs(left - (width - right)) <= 1


def test_too_few_pixels_are_refused_with_numbers(make_jpeg: Jpeg) -> None:
    small = make_jpeg(300, 400)
    with pytest.raises(InputError, match="300×400 像素, 印成 33×48 毫米只有 212 dpi"):
        placed(small, 33, 48)
    assert placed(small, 33, 48, min_dpi=200).dpi > 200


def test_encoding_again_gives_the_same_bytes_in_the_standard_form(
    photo: bytes,
) -> None:
    first = placed(photo, 33, 48).jpeg
    assert placed(photo, 33, 48).jpeg == first
    image = opened(first)
    assert image.mode == "RGB"
    assert [part[1:3] for part in image.layer] == [(1, 1)] * 3  # 4:4:4
    assert len(image.getexif()) == 0
    assert "icc_profile" not in image.info


def test_an_exif_turn_is_undone_and_said(photo: bytes) -> None:
    turned = opened(photo).transpose(Image.Transpose.ROTATE_90)
    exif = Image.Exif()
    exif[0x0112] = 6  # shown after a quarter turn clockwise
    exif[0x010E] = "secret place"
    jpeg = encoded(turned, exif=exif, quality=95)
    cut = placed(jpeg, 30, 40)
    assert cut.notes == ("照片按 EXIF 方向转正",)
    assert opened(cut.jpeg).size == (480, 640)
    assert b"secret place" not in cut.jpeg
    red, green, _ = opened(cut.jpeg).getpixel((470, 10))
    assert red > 230
    assert green < 20


@pytest.mark.parametrize("mode", ["CMYK", "L"])
def test_colours_end_as_rgb_or_grey(photo: bytes, mode: str) -> None:
    jpeg = encoded(opened(photo).convert(mode), quality=95)
    cut = placed(jpeg, 30, 40)
    if mode == "L":
        assert cut.jpeg is jpeg
        assert cut.notes == ()
    else:
        assert opened(cut.jpeg).mode == "RGB"
        assert cut.notes == ("照片颜色由 CMYK 转为 RGB",)


def test_an_srgb_profile_is_no_reason_to_change_bytes(photo: bytes) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    jpeg = encoded(opened(photo), icc_profile=profile)
    assert placed(jpeg, 30, 40).jpeg is jpeg


def test_another_profile_is_converted_and_said(photo: bytes) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    for icc in (profile, b"no profile at all" * 20):
        cut = placed(encoded(opened(photo), icc_profile=icc), 30, 40)
        assert cut.notes == ("照片颜色由内嵌色彩特性转为 sRGB",)
        assert "icc_profile" not in opened(cut.jpeg).info


def test_only_the_first_picture_of_an_mpo_is_kept(photo: bytes) -> None:
    out = io.BytesIO()
    hidden = Image.new("RGB", (480, 640), "red")
    opened(photo).save(out, "MPO", save_all=True, append_images=[hidden])
    cut = placed(out.getvalue(), 30, 40)
    assert cut.notes == ("只取 MPO 文件里的第一张照片",)
    assert b"MPF" not in cut.jpeg
    assert opened(cut.jpeg).format == "JPEG"
    assert opened(cut.jpeg).getpixel((0, 639))[1] > 230


def fitting_png(width: int, height: int) -> bytes:
    out = io.BytesIO()
    Image.new("1", (width, height)).save(out, "PNG")
    return out.getvalue()


def patched_size(jpeg: bytes, width: int, height: int) -> bytes:
    """The same JPEG, claiming another size: a bomb of a few bytes."""
    at = jpeg.index(b"\xff\xc0")
    size = height.to_bytes(2, "big") + width.to_bytes(2, "big")
    return jpeg[: at + 5] + size + jpeg[at + 9 :]


@pytest.mark.parametrize("side", [7_000, 12_000, 65_000])
def test_a_bomb_is_refused_before_it_is_decoded(photo: bytes, side: int) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # as an application may have set it
        with pytest.raises(UnsafeFile, match="像素数超过"):
            placed(patched_size(photo, side, side), 33, 48)


@pytest.mark.parametrize("name", ["png", "gif", "text", "empty", "cut", "svg"])
def test_what_is_no_whole_jpeg_is_refused(
    photo: bytes, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {
        "png": fitting_png(480, 640),
        "gif": b"GIF89a" + zlib.compress(bytes(100)),
        "text": b"not a picture",
        "empty": b"",
        "cut": photo[: len(photo) // 2],
        "svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    }
    # WeasyPrint turns this on for the whole process when it is imported.
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    with pytest.raises(UnsafeFile, match="不是完好的 JPEG"):
        placed(files[name], 33, 48)
    assert ImageFile.LOAD_TRUNCATED_IMAGES


@pytest.mark.parametrize("box", [(30.0, 40.0), (33.0, 48.0)])
def test_the_page_carries_these_very_bytes(
    active_fonts: FontSet, photo: bytes, box: tuple[float, float]
) -> None:
    import weasyprint

    cut = placed(photo, *box)
    data = base64.b64encode(cut.jpeg).decode()
    style = f"width:{box[0]}mm;height:{box[1]}mm;image-rendering:crisp-edges"
    pdf = weasyprint.HTML(
        string=f'<title>t</title><img style="{style}" '
        f'src="data:image/jpeg;base64,{data}">'
    ).write_pdf()
    with pikepdf.open(io.BytesIO(pdf)) as page:
        (image,) = (
            thing
            for thing in page.objects
            if isinstance(thing, pikepdf.Stream) and thing.get("/Subtype") == "/Image"
        )
        assert image.read_raw_bytes() == cut.jpeg
        assert (int(image.Width), int(image.Height)) == cut.size
