"""How a portrait looks: takes the upright photo, gives warnings, or the flaw it has.

Only what can be measured without knowing faces: size, ratio, resolution, file size,
compression, blankness and background. Sources: domain brief §5.1, §5.3.
"""

from __future__ import annotations

from PIL import Image, ImageStat

from printshop.records.photos_jpeg import quality
from printshop.records.photos_model import Flawed, PhotoFlaw

STANDARD = (480, 640)
MIN_RATIO, MAX_RATIO = 0.70, 0.80
BOX_MM = (33.0, 48.0)  # the photo on a certificate
MIN_DPI, TAG_DPI = 250, 300
MIN_BYTES, MAX_BYTES = 20_000, 200_000
MIN_QUALITY = 60
BACKGROUNDS = ((100, 197, 255), (255, 255, 255), (240, 240, 240))
_MM_PER_INCH = 25.4
# Grey levels, measured on the samples and on JPEG noise at quality 60.
_BLANK_DEVIATION = 8.0
_UNEVEN_DEVIATION = 20.0
_COLOUR_DISTANCE = 60.0


def check_size(size: tuple[int, int]) -> None:
    """Refuse what can never become a portrait of enough resolution.

    Raises:
        Flawed: Landscape, or too few pixels for a box of 33×48 mm.
    """
    width, height = size
    if width >= height:
        raise Flawed(
            PhotoFlaw.LANDSCAPE,
            f"照片是横版或方形的 ({width}×{height})。",
            "证件照应为竖版 480×640; 请核对是否放倒了。",
        )
    dpi = effective_dpi(size)
    if dpi < MIN_DPI:
        raise Flawed(
            PhotoFlaw.TOO_SMALL,
            f"照片只有 {width}×{height} 像素, 印成 {BOX_MM[0]:g}×{BOX_MM[1]:g} 毫米"
            f"只有 {dpi:.0f} dpi, 低于 {MIN_DPI} dpi。",
            "请换像素更高的照片 (标准为 480×640)。",
        )


def effective_dpi(size: tuple[int, int]) -> float:
    """Resolution on paper after the crop to the ratio of the box (never stretched)."""
    return min(s / mm * _MM_PER_INCH for s, mm in zip(size, BOX_MM, strict=True))


def look(upright: Image.Image, file: Image.Image, length: int) -> tuple[str, ...]:
    """What a person should look at.

    Args:
        upright: The photo as it will be printed, RGB.
        file: The photo as it came, for its tags.
        length: Size of the file in bytes.

    Raises:
        Flawed: The picture is blank.
    """
    if ImageStat.Stat(upright.convert("L")).stddev[0] < _BLANK_DEVIATION:
        raise Flawed(
            PhotoFlaw.BLANK,
            "照片几乎是一片纯色, 看不出人像。",
            "请换一份有人像的照片。",
        )
    found = (
        _size(upright.size),
        _ratio(upright.size),
        _tag(file),
        _length(length),
        _compression(file),
        _background(upright),
    )
    return tuple(sentence for sentence in found if sentence)


def _size(size: tuple[int, int]) -> str | None:
    if size == STANDARD:
        return None
    return f"照片是 {size[0]}×{size[1]} 像素, 不是标准的 480×640"


def _ratio(size: tuple[int, int]) -> str | None:
    ratio = size[0] / size[1]
    if MIN_RATIO <= ratio <= MAX_RATIO:
        return None
    return f"照片宽高比为 {ratio:.2f}, 标准为 0.75, 裁切会较多"


def _tag(file: Image.Image) -> str | None:
    tag = file.info.get("dpi")
    if tag is None:
        return f"照片没有分辨率标记, 标准为 {TAG_DPI} dpi"
    across, down = (round(float(value)) for value in tag)
    if across == down == TAG_DPI:
        return None
    return f"照片的分辨率标记是 {across}×{down}, 标准为 {TAG_DPI} dpi"


def _length(length: int) -> str | None:
    if MIN_BYTES <= length <= MAX_BYTES:
        return None
    size = "过小" if length < MIN_BYTES else "过大"
    return f"照片文件{size} ({length / 1000:.0f} KB), 通常为 20–40 KB"


def _compression(file: Image.Image) -> str | None:
    tables: dict[int, list[int]] = getattr(file, "quantization", {})
    if 0 not in tables or (factor := quality(tables[0])) >= MIN_QUALITY:
        return None
    return f"照片压缩过度 (质量约 {factor}), 标准不低于 {MIN_QUALITY}"


def _background(upright: Image.Image) -> str | None:
    """Compare the two upper corners, where there is never a head."""
    width, height = upright.size
    corners = [
        ImageStat.Stat(upright.crop((left, height // 50, right, height // 5)))
        for left, right in (
            (width // 50, width // 8),
            (width - width // 8, width - width // 50),
        )
    ]
    uneven = any(max(corner.stddev) > _UNEVEN_DEVIATION for corner in corners)
    left, right = (tuple(corner.mean) for corner in corners)
    if uneven or _distance(left, right) > _COLOUR_DISTANCE / 2:
        return "照片背景不均匀"
    if min(_distance(left, wanted) for wanted in BACKGROUNDS) > _COLOUR_DISTANCE:
        shade = ",".join(f"{value:.0f}" for value in left)
        return f"照片背景不是浅蓝、白或浅灰 (RGB {shade})"
    return None


def _distance(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    return max(abs(a - b) for a, b in zip(one, other, strict=True))
