"""Phases: how far the queue itself went with a job; each is committed before its deed.

::

    CREATED -> SUBMITTING -> SPOOLED -> RELEASING -> RELEASED -> DONE
       ^                                                 |         ^
       |                                                 v         |
       `------- a person saw no sheet ------- UNKNOWN -- or saw it'
"""

from __future__ import annotations

from enum import StrEnum


class Phase(StrEnum):
    """How far the queue went with a job."""

    CREATED = "created"
    SUBMITTING = "submitting"
    SPOOLED = "spooled"
    RELEASING = "releasing"
    RELEASED = "released"
    DONE = "done"
    UNKNOWN = "unknown"

    @property
    def sentence(self) -> str:
        """What it means, in plain Chinese."""
        return _SENTENCES[self]


IN_DOUBT = (Phase.SUBMITTING, Phase.SPOOLED, Phase.RELEASING)
IN_FLIGHT = (*IN_DOUBT, Phase.RELEASED)
OPEN = (Phase.CREATED, *IN_FLIGHT)

_SENTENCES = {
    Phase.CREATED: "在本机队列里, 还没有交给打印机。",
    Phase.SUBMITTING: "正在交给打印机, 未放行。",
    Phase.SPOOLED: "已交给打印机, 未放行。",
    Phase.RELEASING: "正在放行。",
    Phase.RELEASED: "已放行, 等待出纸。",
    Phase.DONE: "已了结。",
    Phase.UNKNOWN: "结果不明, 等待人工确认。",
}
