"""A student's JPEG and a box in millimetres go in; a JPEG that fills the box comes out.

Rules of domain §5.3: crop, never stretch; a photo that is too wide loses both sides
alike, one that is too tall loses its foot, for the head is at the top; below the
least resolution it is refused. Where nothing is cropped, the bytes stay as they
are, so that the printed photo is the one that was registered.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from PIL import Image, ImageCms, ImageFile, ImageOps, UnidentifiedImageError

from printshop.errors import InputError, UnsafeFile

MM_PER_INCH = 25.4
MAX_PIXELS = 40_000_000
QUALITY = 95
_ONE_PIXEL = 1


@dataclass(frozen=True)
class PlacedPhoto:
    """A photo cut to its box.

    Attributes:
        jpeg: The bytes to embed; the caller's own if nothing had to change.
        crop: Left, top, right, bottom in pixels of the upright photo.
        dpi: Resolution on paper.
        notes: What was converted, in the office's words; empty for a photo that
            follows the standard.
    """

    jpeg: bytes
    crop: tuple[int, int, int, int]
    dpi: float
    notes: tuple[str, ...] = ()

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels after the crop."""
        left, top, right, bottom = self.crop
        return right - left, bottom - top


def placed(
    photo_jpeg: bytes, box_w_mm: float, box_h_mm: float, min_dpi: float = 250
) -> PlacedPhoto:
    """Cut a photo to the ratio of its box.

    Args:
        photo_jpeg: The photo file.
        box_w_mm: Width of the box on paper, in mm.
        box_h_mm: Height of the box on paper, in mm.
        min_dpi: Least resolution on paper, in dpi.

    Raises:
        UnsafeFile: Not a JPEG, damaged, or of more pixels than any photo has.
        InputError: Too few pixels for the box.
    """
    try:
        with _strict(), warnings.catch_warnings():
            # Pillow only warns of a bomb up to twice its limit.
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(photo_jpeg), formats=("JPEG",)) as image:
                return _placed(image, photo_jpeg, (box_w_mm, box_h_mm), min_dpi)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_large() from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise UnsafeFile(
            f"照片不是完好的 JPEG 文件: {error}。", "请换一份原始照片文件。"
        ) from None


@contextmanager
def _strict() -> Iterator[None]:
    # WeasyPrint, once imported, lets Pillow fill the rest of a cut-off photo with
    # grey for the whole process.
    before = ImageFile.LOAD_TRUNCATED_IMAGES
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = before


def _placed(
    image: Image.Image, original: bytes, box: tuple[float, float], min_dpi: float
) -> PlacedPhoto:
    if image.width * image.height > MAX_PIXELS:
        raise _too_large()
    image.load()
    upright, notes = _standard(image)
    crop = crop_to(upright.size, box)
    dpi = (crop[2] - crop[0]) / (box[0] / MM_PER_INCH)
    if dpi < min_dpi:
        raise InputError(
            f"照片只有 {upright.width}×{upright.height} 像素, 印成 "
            f"{box[0]:g}×{box[1]:g} 毫米只有 {dpi:.0f} dpi, 低于 {min_dpi:g} dpi。",
            "请换像素更高的照片 (标准为 480×640)。",
        )
    whole = crop == (0, 0, *upright.size)
    if whole and not notes:
        return PlacedPhoto(original, crop, dpi)
    jpeg = _encode(upright if whole else upright.crop(crop))
    return PlacedPhoto(jpeg, crop, dpi, notes)


def crop_to(
    size: tuple[int, int], box: tuple[float, float]
) -> tuple[int, int, int, int]:
    """The part of a photo that has the ratio of its box.

    A difference of one pixel or less is no reason to cut: boxes are given to 0.1 mm,
    which is about a pixel, and keeping the registered bytes is worth more.

    Args:
        size: Width and height of the photo, in pixels.
        box: Width and height of the box, in any one unit.
    """
    width, height = size
    wanted_width = height * box[0] / box[1]
    if wanted_width < width - _ONE_PIXEL:
        kept = max(1, round(wanted_width))
        left = (width - kept) // 2
        return left, 0, left + kept, height
    wanted_height = width * box[1] / box[0]
    if wanted_height < height - _ONE_PIXEL:
        return 0, 0, width, max(1, round(wanted_height))
    return 0, 0, width, height


def _standard(image: Image.Image) -> tuple[Image.Image, tuple[str, ...]]:
    """The photo upright, in sRGB or grey; and what had to be done for it."""
    notes: list[str] = []
    upright = image
    if image.format != "JPEG":
        # An MPO opens as a JPEG and hides further pictures behind the first.
        notes.append(f"只取 {image.format} 文件里的第一张照片")
    if image.getexif().get(0x0112, 1) != 1:
        upright = ImageOps.exif_transpose(image)
        notes.append("照片按 EXIF 方向转正")
    profile = image.info.get("icc_profile")
    if profile and not _is_srgb(profile):
        upright = _to_srgb(upright, profile)
        notes.append("照片颜色由内嵌色彩特性转为 sRGB")
    elif upright.mode not in ("RGB", "L"):
        notes.append(f"照片颜色由 {upright.mode} 转为 RGB")
        upright = upright.convert("RGB")
    return upright, tuple(notes)


def _is_srgb(profile: bytes) -> bool:
    try:
        opened = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        return "srgb" in ImageCms.getProfileDescription(opened).lower()
    except (OSError, ImageCms.PyCMSError):
        return False


def _to_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    try:
        converted = ImageCms.profileToProfile(
            image,
            ImageCms.ImageCmsProfile(io.BytesIO(profile)),
            ImageCms.createProfile("sRGB"),
            outputMode="RGB",
        )
    except (OSError, ImageCms.PyCMSError):
        # A damaged profile says nothing: the numbers are taken as they are.
        converted = None
    return image.convert("RGB") if converted is None else converted


def _encode(image: Image.Image) -> bytes:
    # A fresh image: Pillow would otherwise carry EXIF, ICC and comments along.
    bare = Image.frombytes(image.mode, image.size, image.tobytes())
    out = io.BytesIO()
    bare.save(out, "JPEG", quality=QUALITY, subsampling=0, optimize=False)
    return out.getvalue()


def _too_large() -> UnsafeFile:
    return UnsafeFile(
        f"照片的像素数超过 {MAX_PIXELS:,}, 不是正常的证件照。", "请换一份原始照片文件。"
    )
