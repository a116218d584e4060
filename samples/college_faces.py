"""Drawn portraits: takes a random generator and a sex, gives a JPEG of no real person.

By the standard for graduation photos: 480×640 pixels, 300 dpi, 24-bit colour, light
blue ground RGB(100,197,255), hair 50-110 px from the upper edge, eyes at 200-300 px,
face 180-300 px wide, 20-40 KB.
"""

from __future__ import annotations

import io
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageFilter

SIZE = (480, 640)
GROUND = (100, 197, 255)
_SKIN = ((244, 208, 177), (234, 192, 156), (222, 176, 140), (205, 158, 122))
_HAIR = ((24, 20, 20), (40, 30, 26), (58, 42, 34), (30, 30, 38))
_CLOTHES = ((44, 58, 92), (60, 62, 66), (112, 44, 52), (38, 84, 70), (90, 70, 112))
_SHIRT = ((246, 246, 248), (226, 236, 246), (250, 240, 226))
Box = tuple[float, float, float, float]
Colour = tuple[int, int, int]


def face(random: Random, sex: str) -> bytes:
    """One portrait, always the same for the same generator.

    Between 20 and 40 KB, by grain: a drawing alone would be much smaller than a
    photo, and small files are what the import warns of.
    """
    image = Image.new("RGB", SIZE, GROUND)
    _Portrait(random, sex, ImageDraw.Draw(image)).paint()
    image = image.filter(ImageFilter.GaussianBlur(1.2))
    grain = Image.frombytes("L", SIZE, random.randbytes(SIZE[0] * SIZE[1]))
    grain = grain.filter(ImageFilter.GaussianBlur(0.8)).point(_faint)
    image = ImageChops.subtract(image, Image.merge("RGB", (grain, grain, grain)))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=75, dpi=(300, 300), optimize=False)
    return out.getvalue()


def _faint(value: int) -> int:
    return max(0, value - 96) // 9


def _darker(colour: Colour, share: float) -> Colour:
    red, green, blue = (round(c * share) for c in colour)
    return red, green, blue


class _Portrait:
    """Measures of one head; everything is painted from them."""

    def __init__(self, random: Random, sex: str, draw: ImageDraw.ImageDraw) -> None:
        self.random, self.draw, self.woman = random, draw, sex == "女"
        self.x = 240 + random.randint(-4, 4)
        self.top = random.randint(66, 92)  # of the hair
        self.half = random.randint(96, 116)  # of the face's width
        self.eyes = random.randint(248, 268)
        self.chin = self.eyes + random.randint(150, 170)
        self.skin = random.choice(_SKIN)
        self.hair = random.choice(_HAIR)

    def paint(self) -> None:
        """From the back to the front."""
        if self.woman:
            self._long_hair()
        self._shoulders()
        self._head()
        self._fringe()
        self._features()
        if self.random.random() < 0.25:
            self._glasses()

    def _ellipse(self, box: Box, colour: Colour) -> None:
        self.draw.ellipse(box, fill=colour)

    def _long_hair(self) -> None:
        x, wide = self.x, self.half + self.random.randint(18, 30)
        end = self.chin + self.random.randint(-30, 110)
        self._ellipse((x - wide, self.top, x + wide, self.eyes + 160), self.hair)
        self.draw.rectangle((x - wide, self.eyes, x + wide, end), fill=self.hair)

    def _shoulders(self) -> None:
        x, down = self.x, self.chin
        cloth = self.random.choice(_CLOTHES)
        shirt = self.random.choice(_SHIRT)
        wide = self.random.randint(196, 222)
        self._ellipse((x - wide, down + 40, x + wide, down + 420), cloth)
        neck = self.half * 0.52
        self.draw.polygon(
            [(x - neck - 26, down + 44), (x + neck + 26, down + 44), (x, 640)],
            fill=shirt,
        )
        self.draw.rectangle(
            (x - neck, down - 60, x + neck, down + 50), fill=_darker(self.skin, 0.9)
        )
        self._ellipse(
            (x - neck, down + 20, x + neck, down + 84), _darker(self.skin, 0.9)
        )
        for side in (-1, 1):
            lapel = [
                (x + side * (neck + 20), down + 42),
                (x + side * (neck + 74), down + 96),
                (x + side * 8, 640),
            ]
            self.draw.polygon(lapel, fill=_darker(cloth, 0.8))
        if not self.woman and self.random.random() < 0.5:
            tie = [
                (x - 13, down + 84),
                (x + 13, down + 84),
                (x + 20, 640),
                (x - 20, 640),
            ]
            self.draw.polygon(tie, fill=self.random.choice(_CLOTHES))

    def _head(self) -> None:
        x, half = self.x, self.half
        for side in (-1, 1):
            ear = x + side * (half - 2)
            self._ellipse(
                (ear - 17, self.eyes - 24, ear + 17, self.eyes + 48),
                _darker(self.skin, 0.93),
            )
        self._ellipse((x - half, self.top + 14, x + half, self.eyes + 90), self.skin)
        jaw = half * 0.97
        self._ellipse((x - jaw, self.eyes - 90, x + jaw, self.chin), self.skin)

    def _fringe(self) -> None:
        """A cap of hair, and the forehead that looks out from under it."""
        x, half, widest = self.x, self.half + 7, self.eyes - 52
        self.draw.chord(
            (x - half, self.top, x + half, 2 * widest - self.top),
            180,
            360,
            fill=self.hair,
        )
        for side in (-1, 1):
            burn = self.random.randint(14, 40)
            self.draw.rectangle(
                (x + side * half, widest, x + side * (half - 15), widest + burn)
                if side < 0
                else (x + half - 15, widest, x + half, widest + burn),
                fill=self.hair,
            )
        line = self.eyes - self.random.randint(76, 104)
        lean, open_ = self.random.randint(-34, 34), self.half - 14
        forehead = (x - open_ + lean, line, x + open_ + lean, self.eyes + 96)
        mask = Image.new("L", SIZE, 0)
        ImageDraw.Draw(mask).ellipse(forehead, fill=255)
        face = Image.new("L", SIZE, 0)
        ImageDraw.Draw(face).ellipse(
            (x - open_, line - 40, x + open_, self.eyes + 120), fill=255
        )
        self.draw.bitmap((0, 0), ImageChops.multiply(mask, face), fill=self.skin)

    def _features(self) -> None:
        x, eyes = self.x, self.eyes
        apart = self.half * 0.44
        brow = self.random.randint(5, 8)
        for side in (-1, 1):
            at = x + side * apart
            self._ellipse((at - 21, eyes - 9, at + 21, eyes + 10), (250, 250, 250))
            self._ellipse((at - 10, eyes - 10, at + 10, eyes + 10), (46, 32, 26))
            self._ellipse((at - 4, eyes - 5, at + 1, eyes), (240, 240, 240))
            self.draw.arc(
                (at - 23, eyes - 13, at + 23, eyes + 14), 190, 350, self.hair, 4
            )
            self.draw.arc(
                (at - 28, eyes - 38, at + 28, eyes + 6), 205, 335, self.hair, brow
            )
        shade = _darker(self.skin, 0.82)
        self.draw.arc((x - 17, eyes + 32, x + 17, eyes + 64), 20, 160, shade, 4)
        self.draw.line((x + 5, eyes + 8, x + 9, eyes + 44), shade, 3)
        lips = (192, 92, 92) if self.woman else (176, 108, 98)
        mouth = eyes + 92
        wide = self.random.randint(30, 38)
        self._ellipse((x - wide, mouth - 8, x + wide, mouth + 9), lips)
        self.draw.line((x - wide, mouth, x + wide, mouth), _darker(lips, 0.7), 2)

    def _glasses(self) -> None:
        x, eyes, apart = self.x, self.eyes, self.half * 0.44
        frame = (52, 50, 54)
        for side in (-1, 1):
            at = x + side * apart
            self.draw.ellipse(
                (at - 35, eyes - 27, at + 35, eyes + 27), outline=frame, width=4
            )
            self.draw.line(
                (at + side * 34, eyes - 4, x + side * self.half, eyes - 10), frame, 4
            )
        self.draw.line((x - apart + 34, eyes - 3, x + apart - 34, eyes - 3), frame, 4)
