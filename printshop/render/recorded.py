"""A drawing goes in; the same drawing comes out, drawn once and replayed after.

WeasyPrint draws an SVG anew on every page, which took half the time of a
certificate. A drawing that is only lines and colours always gives the same
commands, so they are kept. Recording and replaying write the same bytes.
"""

from __future__ import annotations

import re
from typing import Any

import pydyf
from defusedxml import ElementTree
from weasyprint.images import SVGImage

from printshop.errors import RenderError

# Fonts, pictures, shadings, patterns and soft masks live in a page's resources.
_FOREIGN = re.compile(rb"(^BT$)|( (Do|sh|cs|CS|scn|SCN|Tf)$)|(/s\d+ gs)")

_GROUPS = ("XObject", "Pattern", "Shading")


class RecordedDrawing:
    """Stands in for WeasyPrint's own SVG picture.

    Args:
        svg: The drawing; without text, pictures, gradients and transparency.
        name: What to call it in an error.
    """

    def __init__(self, svg: bytes, name: str) -> None:
        self._name = name
        self._image = SVGImage(ElementTree.fromstring(svg), name, None, None)
        self._recorded: dict[tuple[float, float], tuple[list[bytes], Any]] = {}

    def get_intrinsic_size(self, resolution: Any, font_size: Any) -> Any:
        """Width, height and ratio, as WeasyPrint asks for them."""
        return self._image.get_intrinsic_size(resolution, font_size)

    def draw(self, stream: Any, width: float, height: float, style: Any) -> None:
        """Draw on a page.

        Raises:
            RenderError: The drawing holds more than lines and colours.
        """
        if (width, height) not in self._recorded:
            # On a stream of its own: what the page drew before must not decide
            # which colours and states are set.
            states = pydyf.Dictionary()
            groups = {name: pydyf.Dictionary() for name in _GROUPS}
            blank = stream.clone(resources={"ExtGState": states, **groups})
            self._image.draw(blank, width, height, style)
            self._recorded[width, height] = self._checked(blank.stream), states
        commands, states = self._recorded[width, height]
        stream._resources["ExtGState"].update(states)
        stream.push_state()
        stream.stream.extend(commands)
        stream.pop_state()

    def _checked(self, commands: list[Any]) -> list[bytes]:
        lines = [
            one if isinstance(one, bytes) else str(one).encode() for one in commands
        ]
        if not lines or any(_FOREIGN.search(line) for line in lines):
            raise RenderError(
                f"图案 {self._name} 里有线条和颜色以外的内容。",
                "图案里不能有文字、图片、渐变和透明。",
            )
        return lines
