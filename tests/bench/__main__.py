"""``make bench``: side by side in one run, as ratios; nothing here is a test.

Prints documents a second for drawing alone and for the whole press (drawing, PDF/A
rules, reading the code back), with one worker and with one per CPU.
"""

from __future__ import annotations

import os
import sys
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from printshop.errors import PrintshopError
from printshop.render.press import Press
from printshop.render.preview import preview_request
from printshop.settings import bundled

if TYPE_CHECKING:
    from printshop.render.model import PageRequest

CASES = (
    ("graduation", None, "zh"),
    ("graduation", "a4-overprint", "zh"),
    ("enrollment", None, "zh"),
    ("transcript", None, "zh"),
    ("form-suspension", None, "zh"),
)


def requests(
    kind: str, layout: str | None, language: str, count: int
) -> list[PageRequest]:
    """So many documents of a kind, each of another person."""
    base = preview_request(kind, layout, language)
    return [
        replace(
            base,
            document_id=f"bench-{number}",
            facts=base.facts | {"name": f"王晓{chr(0x4E00 + number)}"},
        )
        for number in range(count)
    ]


def rate(press: Press, wanted: list[PageRequest]) -> float:
    """Documents a second, after the workers have warmed up."""
    list(press.map(wanted[:4]))
    start = time.perf_counter()
    for _, page in press.map(wanted):
        if isinstance(page, PrintshopError):
            raise page
    return len(wanted) / (time.perf_counter() - start)


def main() -> None:
    """Measure and print."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    workers = os.cpu_count() or 1
    columns = f"{'1 worker':>10}{f'{workers} workers':>12}{'ratio':>8}"
    print(f"{'documents a second':<32}{columns}")  # noqa: T201
    with Press(bundled("fonts"), 1) as one, Press(bundled("fonts"), workers) as many:
        for kind, layout, language in CASES:
            wanted = requests(kind, layout, language, count)
            slow, fast = rate(one, wanted), rate(many, wanted)
            name = f"{kind} {layout or ''}".strip()
            line = f"{name:<32}{slow:>10.1f}{fast:>12.1f}{fast / slow:>8.2f}"
            print(line)  # noqa: T201


if __name__ == "__main__":
    main()
