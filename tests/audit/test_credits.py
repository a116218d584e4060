"""Credits: the best result counts, a course counts once."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from printshop.audit.credits import earned, failed, passed, passes, percent
from printshop.records.model import Mark


@pytest.mark.parametrize(
    "score", ["60", "60.0", "100", "85.5", "优", "优秀", "良好", "中等", "及格"]
)
def test_a_score_that_passes(score: str) -> None:
    assert passes(score)


@pytest.mark.parametrize("score", ["合格", "通过", "免修"])
def test_a_word_that_passes(score: str) -> None:
    assert passes(score)


@pytest.mark.parametrize(
    "score",
    [
        None,
        "",
        "59.9",
        "0",
        "不及格",
        "不合格",
        "不通过",
        "缺考",
        "缓考",
        "作弊",
        "无效",
        "NaN",
        "Infinity",
        "-85",
        "850",
        "100.1",
        "优-",
    ],
)
def test_what_passes_nothing(score: str | None) -> None:
    assert not passes(score)


def test_percent_is_exact() -> None:
    assert percent("85.5") == Decimal("85.5")
    assert percent("良") is None


@pytest.mark.parametrize(
    ("score", "make_up", "retake", "good"),
    [
        ("85", None, None, True),
        ("50", None, None, False),
        ("50", "60", None, True),
        ("50", "55", None, False),
        ("50", "55", "70", True),
        ("50", "缺考", "缺考", False),
        ("免修", None, None, True),
        ("缓考", "75", None, True),
        ("不合格", "合格", None, True),
    ],
)
def test_any_attempt_passes_the_course(
    mark: Callable[..., Mark],
    score: str,
    make_up: str | None,
    retake: str | None,
    good: bool,
) -> None:
    one = mark(score=score, make_up=make_up, retake=retake)
    assert passed(one) is good
    assert earned([one]) == (Decimal("4.0") if good else 0)
    assert bool(failed([one])) is not good


def test_nothing_is_earned_by_nothing() -> None:
    assert earned([]) == 0
    assert failed([]) == []


def test_a_course_repeated_in_a_later_term_counts_once(
    mark: Callable[..., Mark],
) -> None:
    marks = [mark(score="70"), mark(year="2024-2025", score="90")]
    assert earned(marks) == Decimal("4.0")


def test_a_failed_course_that_is_passed_later_is_not_open(
    mark: Callable[..., Mark],
) -> None:
    marks = [mark(score="40"), mark(year="2024-2025", course="高等数学(重修)")]
    assert earned(marks) == Decimal("4.0")
    assert failed(marks) == []


def test_a_course_failed_twice_is_named_once(mark: Callable[..., Mark]) -> None:
    first, second = mark(score="40"), mark(year="2024-2025", score="45")
    assert failed([first, second]) == [first]


def test_two_courses_of_one_name_and_two_codes_both_count(
    mark: Callable[..., Mark],
) -> None:
    marks = [mark(), mark(course_code="C9", credits=Decimal("1.5"))]
    assert earned(marks) == Decimal("5.5")


def test_without_codes_the_name_is_the_course(mark: Callable[..., Mark]) -> None:
    same = [mark(course_code=""), mark(course_code="", term=2)]
    other = mark(course_code="", course="英语")
    assert earned([*same, other]) == Decimal("8.0")


def test_no_score_is_no_number() -> None:
    assert percent(None) is None
