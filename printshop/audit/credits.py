"""Credits: takes marks, gives what was passed and how much it weighs.

A course is passed by its first score, its make-up or its retake, whichever passes
(教育部令第41号 第十八条: the best is recorded and marked as 补考 or 重修).
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

from printshop.records.model import Mark

PASS_MARK = Decimal(60)
PASSING_WORDS = frozenset(
    {"优", "优秀", "良", "良好", "中", "中等", "及格", "合格", "通过", "免修"}
)


def percent(score: str | None) -> Decimal | None:
    """The score as a number of 0–100, or None where it is a word."""
    if score is None:
        return None
    try:
        value = Decimal(score)
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def passes(score: str | None) -> bool:
    """Whether this score by itself passes the course."""
    if score is None:
        return False
    value = percent(score)
    return value >= PASS_MARK if value is not None else score in PASSING_WORDS


def passed(mark: Mark) -> bool:
    """Whether the course is passed by any of its scores."""
    return any(passes(s) for s in (mark.score, mark.make_up, mark.retake))


def earned(marks: Iterable[Mark]) -> Decimal:
    """Credits earned; a course taken in two terms counts each term's credits once."""
    return sum((mark.credits for mark in _counted(marks)), Decimal(0))


def _counted(marks: Iterable[Mark]) -> list[Mark]:
    """Passed marks; the same course passed again as a repeat counts once."""
    best: dict[tuple[str, str], Mark] = {}
    for mark in marks:
        if passed(mark):
            best.setdefault((mark.course_code, mark.course), mark)
    return list(best.values())


def failed(marks: Iterable[Mark]) -> list[Mark]:
    """Courses that no term's result passes."""
    marks = list(marks)
    good = {(m.course_code, m.course) for m in marks if passed(m)}
    return [m for m in marks if (m.course_code, m.course) not in good and not passed(m)]
