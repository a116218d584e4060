"""One photo file: takes its bytes, gives the JPEG to keep, and what to say of it.

A clean baseline JPEG keeps its very bytes, so that its hash is that of the registered
photo; metadata is cut away without touching the picture; everything else that is
still a portrait is re-encoded, always to the same bytes, and reported.
Numbers: 教毕指〔2017〕99号 as reproduced in the domain brief §5.1 and §5.3.
"""

from __future__ import annotations

import io
import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256

from PIL import Image, ImageCms, ImageFile, ImageOps, UnidentifiedImageError

from printshop.records.photos_jpeg import Jpeg, anatomy
from printshop.records.photos_look import check_size, look
from printshop.records.photos_model import Flawed, PhotoFlaw

MAX_PIXELS = 20_000_000
QUALITY = 95
FORMATS = ("JPEG", "PNG")  # an MPO opens as a JPEG and tells its format then
_ORIENTATION = 0x0112
# What Pillow's readers raise on files that were cut, bent or made to harm.
_DAMAGE = (OSError, SyntaxError, ValueError, LookupError, TypeError, struct.error)


@dataclass(frozen=True)
class PreparedPhoto:
    """A photo as it will be kept.

    Attributes:
        jpeg: The bytes to keep.
        pixels: Digest of the decoded picture.
        width: Pixels.
        height: Pixels.
        warnings: What a person should look at.
        notes: What was done without changing how it looks.
    """

    jpeg: bytes
    pixels: str
    width: int
    height: int
    warnings: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def sha256(self) -> str:
        """Of the bytes to keep."""
        return sha256(self.jpeg).hexdigest()


def prepare(data: bytes) -> PreparedPhoto:
    """Check and standardise one photo file.

    Raises:
        Flawed: It cannot be used; with the reason.
    """
    try:
        with _no_halves(), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of a bad MPO, or of bad EXIF
            # Pillow only warns of a bomb up to twice its limit.
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=FORMATS) as image:
                return _prepared(image, data)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_many_pixels() from None
    except UnidentifiedImageError:
        raise Flawed(
            PhotoFlaw.NOT_A_PHOTO,
            "文件内容不是 JPEG 或 PNG 图片。",
            "请另存为 JPEG 格式的照片。",
        ) from None
    except _DAMAGE as error:
        raise _damaged(str(error)) from None


@contextmanager
def _no_halves() -> Iterator[None]:
    # A library elsewhere in the process (WeasyPrint) lets Pillow fill the rest of a
    # cut-off file with grey, for everybody.
    before = ImageFile.LOAD_TRUNCATED_IMAGES
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = before


def _prepared(image: Image.Image, data: bytes) -> PreparedPhoto:
    if image.width * image.height > MAX_PIXELS:
        raise _too_many_pixels()
    image.load()
    parts = anatomy(data) if image.format in ("JPEG", "MPO") else None
    if parts is None and image.format != "PNG":
        raise _damaged("图片没有正常结尾")
    upright, changes = _standard(image)
    check_size(upright.size)
    seen = look(upright, image, len(data))
    jpeg, notes = _bytes(image, upright, data, parts, changed=bool(changes))
    pixels = sha256(b"%d " % upright.width + upright.tobytes()).hexdigest()
    return PreparedPhoto(
        jpeg, pixels, *upright.size, warnings=(*changes, *seen), notes=notes
    )


def _standard(image: Image.Image) -> tuple[Image.Image, tuple[str, ...]]:
    """The photo upright in sRGB, and what had to be done for it."""
    changes: list[str] = []
    if image.format == "MPO":
        changes.append("文件含多张图片, 只取第一张")
    upright = image
    if _orientation(image) != 1:
        upright = ImageOps.exif_transpose(image)
        changes.append("照片按 EXIF 方向标记转正")
    profile = image.info.get("icc_profile")
    if profile and not _is_srgb(profile):
        upright = _to_srgb(upright, profile)
        changes.append("照片颜色由内嵌色彩特性转为 sRGB")
    elif upright.mode != "RGB":
        changes.append(f"照片颜色由 {_MODES.get(upright.mode, upright.mode)}转为 RGB")
        upright = _to_rgb(upright)
    return upright, tuple(changes)


_MODES = {
    "1": "黑白",
    "L": "灰度",
    "LA": "带透明的灰度",
    "P": "调色板",
    "RGBA": "带透明的 RGB ",
    "CMYK": "CMYK ",
}


def _orientation(image: Image.Image) -> int:
    try:
        return int(image.getexif().get(_ORIENTATION, 1))
    except _DAMAGE:
        return 1  # unreadable EXIF says nothing; the contact sheet shows the photo


def _to_rgb(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):
        # Pillow would clip sixteen bits to white instead of scaling them.
        raise Flawed(
            PhotoFlaw.NOT_A_PHOTO,
            "照片是 16 位灰度图, 不是 24 位真彩色。",
            "请另存为 24 位真彩色 JPEG。",
        )
    if image.has_transparency_data:
        layer = image.convert("RGBA")
        white = Image.new("RGBA", layer.size, "white")
        return Image.alpha_composite(white, layer).convert("RGB")
    return image.convert("RGB")


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
    return _to_rgb(image) if converted is None else converted


def _bytes(
    image: Image.Image,
    upright: Image.Image,
    data: bytes,
    parts: Jpeg | None,
    *,
    changed: bool,
) -> tuple[bytes, tuple[str, ...]]:
    if parts is None:
        return _encoded(upright), (f"已由 {image.format} 转为 JPEG",)
    if changed:
        return _encoded(upright), ("已重新编码为标准 JPEG",)
    if not parts.plain:
        return _encoded(upright), ("已由渐进式或非常规编码转为标准 JPEG",)
    if parts.bare == data:
        return data, ()
    if _same_picture(parts.bare, upright):
        return parts.bare, ("已去除相机信息等附加数据, 画面未变",)
    return _encoded(upright), ("已重新编码为标准 JPEG",)


def _same_picture(jpeg: bytes, upright: Image.Image) -> bool:
    # Worth its 3 ms: cutting a file apart must never change a face.
    with Image.open(io.BytesIO(jpeg), formats=("JPEG",)) as again:
        return again.mode == upright.mode and again.tobytes() == upright.tobytes()


def _encoded(image: Image.Image) -> bytes:
    # A fresh image: Pillow would otherwise carry EXIF, ICC and comments along.
    fresh = Image.frombytes(image.mode, image.size, image.tobytes())
    out = io.BytesIO()
    fresh.save(out, "JPEG", quality=QUALITY, subsampling=0, dpi=(300, 300))
    return out.getvalue()


def _too_many_pixels() -> Flawed:
    return Flawed(
        PhotoFlaw.BOMB,
        f"像素数超过 {MAX_PIXELS // 10_000:,} 万, 不是正常的证件照。",
        "请换成标准的 480×640 照片。",
    )


def _damaged(reason: str) -> Flawed:
    return Flawed(
        PhotoFlaw.UNREADABLE,
        f"图片已损坏或不完整: {reason}。",
        "请从原处重新拷贝这张照片。",
    )
