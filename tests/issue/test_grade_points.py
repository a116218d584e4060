"""Grade points by hand: every rule, every kind of score, rounding."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from printshop.issue.grade_points import RULES, average, points
from printshop.records.model import Mark

MakeMark = Callable[..., Mark]

# score -> points by linear5, step5, step4, std4, pku
TABLE = {
    "100": ("5", "5", "4.0", "4", "4"),
    "95": ("4.5", "5", "4.0", "4", "3.953125"),
    "90": ("4", "5", "4.0", "4", "3.8125"),
    "89.5": ("3.95", "4.5", "3.7", "3", "3.79328125"),
    "85": ("3.5", "4.5", "3.7", "3", "3.578125"),
    "82": ("3.2", "4", "3.3", "3", "3.3925"),
    "80": ("3", "4", "3.0", "3", "3.25"),
    "78": ("2.8", "3.5", "3.0", "2", "3.0925"),
    "75": ("2.5", "3.5", "2.7", "2", "2.828125"),
    "72": ("2.2", "3", "2.3", "2", "2.53"),
    "70": ("2", "3", "2.0", "2", "2.3125"),
    "68": ("1.8", "2.5", "2.0", "1", "2.08"),
    "65": ("1.5", "2.5", "1.5", "1", "1.703125"),
    "64": ("1.4", "2", "1.5", "1", "1.57"),
    "60": ("1", "2", "1.0", "1", "1"),
    "59.9": ("0", "0", "0", "0", "0"),
    "0": ("0", "0", "0", "0", "0"),
    "优": ("4.5", "5", "4.0", "4", "3.8"),
    "优秀": ("4.5", "5", "4.0", "4", "3.8"),
    "良": ("3.5", "4.5", "3.3", "3", "3.4"),
    "良好": ("3.5", "4.5", "3.3", "3", "3.4"),
    "中": ("2.5", "3.5", "2.3", "2", "2.6"),
    "中等": ("2.5", "3.5", "2.3", "2", "2.6"),
    "及格": ("1.5", "2.5", "1.0", "1", "1.5"),
    "不及格": ("0", "0", "0", "0", "0"),
    "缺考": ("0", "0", "0", "0", "0"),
    "作弊": ("0", "0", "0", "0", "0"),
}
NAMES = ("linear5", "step5", "step4", "std4", "pku")


def test_the_table_covers_every_rule() -> None:
    assert tuple(RULES) == NAMES
    for name, rule in RULES.items():
        assert rule.name == name
        assert rule.table


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("score", TABLE)
def test_points_of_a_first_score(name: str, score: str, mark: MakeMark) -> None:
    expected = Decimal(TABLE[score][NAMES.index(name)])
    assert points(mark(score=score), RULES[name]) == expected


# (score, make-up, retake) -> points by the five rules; None: does not count
AGAIN: dict[tuple[str, str | None, str | None], tuple[str | None, ...]] = {
    # 补考及格: 1 by step5, a table of its own by step4, like a score elsewhere.
    ("50", "65", None): ("1.5", "1", "1.0", "1", "1.703125"),
    ("50", "92", None): ("4.2", "1", "3.0", "4", "3.88"),
    ("缺考", "75", None): ("2.5", "1", "2.3", "2", "2.828125"),
    ("不及格", "及格", None): ("1.5", "1", "1.0", "1", "1.5"),
    # 重修: a table of its own by step4 only; it goes before the make-up.
    ("50", None, "80"): ("3", "4", "2.3", "3", "3.25"),
    ("50", "55", "80"): ("3", "4", "2.3", "3", "3.25"),
    ("50", "65", "80"): ("3", "4", "2.3", "3", "3.25"),
    ("不及格", None, "良"): ("3.5", "4.5", "1.0", "3", "3.4"),
    # A retake that was not sat takes nothing away.
    ("50", "65", "缺考"): ("1.5", "1", "1.0", "1", "1.703125"),
    ("50", "55", "58"): ("0", "0", "0", "0", "0"),
    # The first score decides where it passes.
    ("65", None, "90"): ("1.5", "2.5", "1.5", "1", "1.703125"),
    # 缓考 sat with the make-ups is a first score.
    ("缓考", "85", None): ("3.5", "4.5", "3.7", "3", "3.578125"),
    ("缓考", "50", None): ("0", "0", "0", "0", "0"),
    ("缓考", "50", "80"): ("3", "4", "2.3", "3", "3.25"),
    ("缓考", None, None): (None,) * 5,
    # Two grades and exemptions do not count, however they were reached.
    ("免修", None, None): (None,) * 5,
    ("合格", None, None): (None,) * 5,
    ("通过", None, None): (None,) * 5,
    ("不合格", None, None): (None,) * 5,
    ("不通过", None, None): (None,) * 5,
    ("不合格", "合格", None): (None,) * 5,
    ("不合格", "不合格", "合格"): (None,) * 5,
    ("不合格", "缺考", None): ("0", "0", "0", "0", "0"),
}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("attempts", AGAIN, ids=lambda a: "/".join(map(str, a)))
def test_points_after_another_attempt(
    name: str, attempts: tuple[str, str | None, str | None], mark: MakeMark
) -> None:
    score, make_up, retake = attempts
    expected = AGAIN[attempts][NAMES.index(name)]
    found = points(mark(score=score, make_up=make_up, retake=retake), RULES[name])
    assert found == (None if expected is None else Decimal(expected))


def test_the_average_is_weighted_by_credits(mark: MakeMark) -> None:
    marks = [
        mark(score="85", credits=Decimal("4.0")),  # 3.7
        mark(score="良", credits=Decimal("2.0")),  # 3.3
        mark(score="50", make_up="65", credits=Decimal("3.0")),  # 1.0
        mark(score="40", credits=Decimal("1.0")),  # 0
    ]
    # (14.8 + 6.6 + 3 + 0) / 10
    assert average(marks, RULES["step4"]) == Decimal("2.44")


def test_what_does_not_count_has_no_weight(mark: MakeMark) -> None:
    marks = [
        mark(score="90"),
        mark(score="免修", credits=Decimal(9)),
        mark(score="60", in_gpa=False, credits=Decimal(9)),
    ]
    assert average(marks, RULES["std4"]) == Decimal("4.00")


def test_no_course_that_counts_is_zero(mark: MakeMark) -> None:
    assert average([], RULES["step4"]) == Decimal("0.00")
    assert average([mark(score="合格")], RULES["step4"]) == Decimal("0.00")
    assert average([mark(credits=Decimal(0))], RULES["step4"]) == Decimal("0.00")


@pytest.mark.parametrize(
    ("scores", "mean"),
    [
        # linear5: 8 courses of one credit; 1.125 and 1.135 both end in a half.
        (["60"] * 7 + ["70"], "1.13"),
        (["60.0"] * 7 + ["70.8"], "1.14"),
        (["60"] * 3 + ["60.2"], "1.01"),
        (["60"] * 3 + ["60.1"], "1.00"),
    ],
)
def test_halves_are_rounded_up(scores: list[str], mean: str, mark: MakeMark) -> None:
    marks = [mark(score=score, credits=Decimal(1)) for score in scores]
    assert average(marks, RULES["linear5"]) == Decimal(mean)
