"""The anatomy of a JPEG file: takes its bytes, gives the same picture without ballast.

Camera data, places, comments, thumbnails, gain maps and whatever is glued behind the
picture are left out without touching one coefficient: the photo that is printed stays
the photo that was registered. (ITU-T T.81, annex B.)
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_MARKER_IN_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_SOI, _EOI, _SOS, _COM = 0xD8, 0xD9, 0xDA, 0xFE
_APP0, _APP14, _APP15 = 0xE0, 0xEE, 0xEF
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # not DHT, JPG, DAC
_ALONE = frozenset({0x01, *range(0xD0, 0xD8)})
# K.1 of the standard, in zigzag order as files hold it: sums give the quality factor.
_STANDARD_LUMINANCE_SUM = 3688


@dataclass(frozen=True)
class Jpeg:
    """One JPEG picture.

    Attributes:
        frame: Its SOF marker: 0xC0 baseline, 0xC2 progressive ….
        components: The ids of its colour components.
        adobe_transform: Of the Adobe marker, or None where there is none.
        bare: The file without anything but the picture.
    """

    frame: int
    components: bytes
    adobe_transform: int | None
    bare: bytes

    @property
    def plain(self) -> bool:
        """Baseline, eight bit, YCbCr as every reader takes it without a hint."""
        return (
            self.frame == 0xC0
            and len(self.components) == 3
            and self.components != b"RGB"
            and self.adobe_transform in (None, 1)
        )


def anatomy(data: bytes) -> Jpeg | None:
    """Take the first picture of a file apart; None where it does not end properly."""
    if data[:2] != b"\xff\xd8":
        return None
    kept = [data[:2]]
    frame, components, transform = 0, b"", None
    at = 2
    while (found := _segment(data, at)) is not None:
        marker, body, at = found
        if marker == _EOI:
            return Jpeg(frame, components, transform, b"".join([*kept, b"\xff\xd9"]))
        if marker in _FRAMES:
            frame, components = marker, body[6::3][: body[5] if len(body) > 5 else 0]
        if marker == _APP14 and body[:5] == b"Adobe" and len(body) >= 12:
            transform = body[11]
        if _belongs(marker, body):
            kept.append(_bytes_of(marker, body))
        if marker == _SOS:
            end = _MARKER_IN_SCAN.search(data, at)
            if end is None:
                return None
            kept.append(data[at : end.start()])
            at = end.start()
    return None


def _segment(data: bytes, at: int) -> tuple[int, bytes, int] | None:
    """The marker at a place, its body, and where the next one is."""
    if at >= len(data) or data[at] != 0xFF:
        return None
    while at < len(data) and data[at] == 0xFF:  # fill bytes
        at += 1
    if at >= len(data):
        return None
    marker = data[at]
    at += 1
    if marker == _EOI or marker in _ALONE:
        return marker, b"", at
    length = int.from_bytes(data[at : at + 2], "big")
    if marker == _SOI or length < 2 or at + length > len(data):
        return None
    return marker, data[at + 2 : at + length], at + length


def _belongs(marker: int, body: bytes) -> bool:
    if marker == _APP0:
        return body[:5] == b"JFIF\0"
    if marker == _APP14:
        return body[:5] == b"Adobe"
    return marker != _COM and not _APP0 <= marker <= _APP15


def _bytes_of(marker: int, body: bytes) -> bytes:
    if marker in _ALONE:
        return bytes((0xFF, marker))
    return bytes((0xFF, marker)) + (len(body) + 2).to_bytes(2, "big") + body


def quality(luminance: list[int]) -> int:
    """The quality factor (1–100) that a luminance table was most likely made with."""
    scale = 100 * sum(luminance) / _STANDARD_LUMINANCE_SUM
    factor = 5000 / scale if scale > 100 else (200 - scale) / 2
    return max(1, min(100, round(factor)))
