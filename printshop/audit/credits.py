"""Credits: takes marks, gives what was passed and how much it weighs.

A course is passed by its first score, its make-up or its retake, whichever passes
(教育部令第41号 第十八条: the best is recorded and marked as 补考 or 重修).

A course that stands in several terms is the same course taken again and counts
once: where that is wrong the student is stopped and somebody looks; the other
mistake would let a certificate out.
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
    """The score as a number of 0–100, or None where it is anything else."""
    if score is None:
        return None
    try:
        value = Decimal(score)
    except InvalidOperation:
        return None
    return value if value.is_finite() and 0 <= value <= 100 else None


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
    """Credits earned; a course that was passed twice counts once."""
    by_course: dict[str, Decimal] = {}
    for mark in marks:
        if passed(mark):
            by_course.setdefault(_course(mark), mark.credits)
    return sum(by_course.values(), Decimal(0))


def _course(mark: Mark) -> str:
    # By code where there is one: a repeat is often entered as “高等数学(重修)”.
    return mark.course_code or mark.course


def failed(marks: Iterable[Mark]) -> list[Mark]:
    """Courses that no term's result passes, each once, as first taken."""
    marks = list(marks)
    good = {_course(mark) for mark in marks if passed(mark)}
    by_course: dict[str, Mark] = {}
    for mark in marks:
        if _course(mark) not in good:
            by_course.setdefault(_course(mark), mark)
    return list(by_course.values())
