"""Grade points: takes marks, gives points by a named rule, in exact decimals.

Each rule is a table that is printed with its name on the transcript. Rounding is
half up to two places, stated there too. Sources: domain brief §7.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from printshop.audit.credits import passes, percent
from printshop.records.model import Mark

_D = Decimal
# Two-grade results and exemptions say nothing of how well; 缓考 is yet to come.
UNCOUNTED = frozenset({"免修", "缓考", "合格", "不合格", "通过", "不通过"})
DEFERRED = "缓考"


@dataclass(frozen=True)
class GradeRule:
    """One school's way from a score to points.

    Attributes:
        name: As in the settings and on the page.
        table: The rule in one line, printed on the page.
        of_percent: Points of a percentage of 60–100.
        of_word: Points of the five grades.
        after_make_up: Points of a course passed only by 补考, from the make-up
            score; None means: like a first score.
        after_retake: The same for 重修.
    """

    name: str
    table: str
    of_percent: Callable[[Decimal], Decimal]
    of_word: dict[str, Decimal]
    after_make_up: Callable[[Decimal | None], Decimal] | None = None
    after_retake: Callable[[Decimal | None], Decimal] | None = None


def _steps(*steps: tuple[int, str]) -> Callable[[Decimal], Decimal]:
    def points(score: Decimal) -> Decimal:
        return next((_D(p) for floor, p in steps if score >= floor), _D(0))

    return points


def _words(excellent: str, good: str, medium: str, passing: str) -> dict[str, Decimal]:
    values = {"优": excellent, "良": good, "中": medium, "及格": passing}
    long_forms = {"优秀": "优", "良好": "良", "中等": "中"}
    values |= {long: values[short] for long, short in long_forms.items()}
    return {word: _D(points) for word, points in values.items()}


def _step4_again(score: Decimal | None) -> Decimal:
    if score is None:
        return _D("1.0")
    return _steps((90, "3.0"), (75, "2.3"), (60, "1.0"))(score)


RULES: dict[str, GradeRule] = {
    rule.name: rule
    for rule in (
        GradeRule(
            "linear5",
            "绩点 = 成绩÷10−5 (60–100 分), 不及格 0",
            lambda x: x / 10 - 5,
            _words("4.5", "3.5", "2.5", "1.5"),
        ),
        GradeRule(
            "step5",
            "90:5 85:4.5 80:4 75:3.5 70:3 65:2.5 60:2; 优5 良4.5 中3.5 及格2.5; "
            "补考及格 1",
            _steps(
                (90, "5"),
                (85, "4.5"),
                (80, "4"),
                (75, "3.5"),
                (70, "3"),
                (65, "2.5"),
                (60, "2"),
            ),
            _words("5", "4.5", "3.5", "2.5"),
            after_make_up=lambda _score: _D(1),
        ),
        GradeRule(
            "step4",
            "90:4.0 85:3.7 82:3.3 78:3.0 75:2.7 72:2.3 68:2.0 64:1.5 60:1.0; "
            "优4.0 良3.3 中2.3 及格1.0; 补考、重修 90:3.0 75:2.3 60:1.0",
            _steps(
                (90, "4.0"),
                (85, "3.7"),
                (82, "3.3"),
                (78, "3.0"),
                (75, "2.7"),
                (72, "2.3"),
                (68, "2.0"),
                (64, "1.5"),
                (60, "1.0"),
            ),
            _words("4.0", "3.3", "2.3", "1.0"),
            after_make_up=_step4_again,
            after_retake=_step4_again,
        ),
        GradeRule(
            "std4",
            "90:4 80:3 70:2 60:1; 优4 良3 中2 及格1",
            _steps((90, "4"), (80, "3"), (70, "2"), (60, "1")),
            _words("4", "3", "2", "1"),
        ),
        GradeRule(
            "pku",
            "绩点 = 4−3×(100−成绩)²÷1600 (60–100 分), 不及格 0",
            lambda x: 4 - 3 * (100 - x) ** 2 / _D(1600),
            _words("3.8", "3.4", "2.6", "1.5"),
        ),
    )
}


def points(mark: Mark, rule: GradeRule) -> Decimal | None:
    """Points of one course, or None where it does not count (免修, 合格, 缓考).

    The first score decides where it passes; else the retake, else the make-up. An
    examination put off (缓考) and sat with the make-ups is a first score.
    """
    first, make_up = mark.score, mark.make_up
    if first == DEFERRED and make_up is not None:
        first, make_up = make_up, None
    for score, again in (
        (first, None),
        (mark.retake, rule.after_retake),
        (make_up, rule.after_make_up),
    ):
        if score is not None and passes(score):
            return _of(score, rule, again)
    given = {first, make_up, mark.retake} - {None}
    return None if given <= UNCOUNTED else _D(0)


def average(marks: Iterable[Mark], rule: GradeRule) -> Decimal:
    """Credit-weighted average over the courses that count, to two places."""
    weight = total = _D(0)
    for mark in marks:
        value = points(mark, rule) if mark.in_gpa else None
        if value is not None:
            weight += mark.credits
            total += mark.credits * value
    mean = total / weight if weight else _D(0)
    return mean.quantize(_D("0.01"), ROUND_HALF_UP)


def _of(
    score: str,
    rule: GradeRule,
    again: Callable[[Decimal | None], Decimal] | None,
) -> Decimal | None:
    """Points of a score that passes."""
    if score in UNCOUNTED:
        return None
    number = percent(score)
    if again is not None:
        return again(number)
    return rule.of_word[score] if number is None else rule.of_percent(number)
