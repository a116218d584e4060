"""Dates and words: every way people write them, and what is no such thing."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from printshop.records import vocabulary
from printshop.records.dates import DateFault, parse_date
from printshop.records.problem import ProblemCode


@pytest.mark.parametrize(
    "text",
    [
        "2003-05-06",
        "2003/5/6",
        "2003.5.6",
        "20030506",
        "2003年5月6日",
        "2003年05月06日",
        "2003 年 5 月 6 日",
        "２００３－０５－０６",
        "2003-05-06 00:00:00",
        "2003/5/6 0:00",
        "2003-05-06T08:30:00.000",
        " 2003-5-6 ",
    ],
)
def test_one_day_in_many_spellings(text: str) -> None:
    assert parse_date(text) == date(2003, 5, 6)


@pytest.mark.parametrize(
    "text", ["2023年9月", "2023-09", "2023/9", "2023.9", "202309", "2023年09月"]
)
def test_year_and_month_where_that_suffices(text: str) -> None:
    assert parse_date(text, month_ok=True) == date(2023, 9, 1)
    with pytest.raises(DateFault) as caught:
        parse_date(text)
    assert caught.value.code is ProblemCode.DATE_NEEDS_DAY


@pytest.mark.parametrize(
    ("text", "code", "word"),
    [
        ("2003-02-30", ProblemCode.DATE_IMPOSSIBLE, "没有"),
        ("2003-13-01", ProblemCode.DATE_IMPOSSIBLE, "没有"),
        ("0003-05-06", ProblemCode.DATE_IMPOSSIBLE, "没有"),
        ("37747", ProblemCode.DATE_FORMAT, "序号"),
        ("5/6/2003", ProblemCode.DATE_FORMAT, "四位"),
        ("03-5-6", ProblemCode.DATE_FORMAT, "四位"),
        ("去年秋天", ProblemCode.DATE_FORMAT, "2003-05-06"),
        ("2003-05/06", ProblemCode.DATE_FORMAT, "2003-05-06"),
    ],
)
def test_no_dates(text: str, code: ProblemCode, word: str) -> None:
    with pytest.raises(DateFault) as caught:
        parse_date(text)
    assert caught.value.code is code
    assert word in caught.value.why + caught.value.remedy


@settings(deadline=None)
@given(st.integers(0, 70_000), st.sampled_from(["%Y-%m-%d", "%Y%m%d", "%Y/%m/%d"]))
def test_every_day_comes_back(days: int, pattern: str) -> None:
    day = date(1930, 1, 1) + timedelta(days)
    assert parse_date(day.strftime(pattern)) == day


@pytest.mark.parametrize(
    ("find", "text", "expected"),
    [
        (vocabulary.LEVEL_OF, "高职（专科）", "专科"),
        (vocabulary.LEVEL_OF, "大专", "专科"),
        (vocabulary.LEVEL_OF, "研修班", None),
        (vocabulary.STUDY_FORM_OF, "全日制", "普通全日制"),
        (vocabulary.STATUS_OF, "在籍", "在读"),
        (vocabulary.SEX_OF, "1", "男"),
        (vocabulary.SEX_OF, "9", None),
        (vocabulary.EVENT_TYPE_OF, "转学（转出）", "转出"),
        (vocabulary.duration_of, "三年", "3"),
        (vocabulary.duration_of, "2.5", "2.5"),
        (vocabulary.duration_of, "3.0", "3"),
        (vocabulary.duration_of, "两年制", "2"),
        (vocabulary.duration_of, "9", None),
        (vocabulary.duration_of, "若干", None),
        (vocabulary.ethnicity_of, "01", "汉族"),
        (vocabulary.ethnicity_of, "1", "汉族"),
        (vocabulary.ethnicity_of, "维吾尔", "维吾尔族"),
        (vocabulary.ethnicity_of, "崩龙族", "德昂族"),
        (vocabulary.ethnicity_of, "外星人", None),
        (vocabulary.term_of, "第二学期", 2),
        (vocabulary.term_of, "秋", 1),
        (vocabulary.term_of, "3", None),
        (vocabulary.school_year_of, "2023-2024", "2023-2024"),
        (vocabulary.school_year_of, "2023—2024学年", "2023-2024"),
        (vocabulary.school_year_of, "2023/2024", "2023-2024"),
        (vocabulary.school_year_of, "2023-2025", None),
        (vocabulary.school_year_of, "2023", None),
        (vocabulary.score_of, "85", "85"),
        (vocabulary.score_of, "85.50", "85.5"),
        (vocabulary.score_of, "100", "100"),
        (vocabulary.score_of, "0", "0"),
        (vocabulary.score_of, "优秀", "优"),
        (vocabulary.score_of, "缺考", "缺考"),
        (vocabulary.score_of, "85.55", None),
        (vocabulary.score_of, "101", None),
        (vocabulary.score_of, "-1", None),
        (vocabulary.score_of, "A", None),
        (vocabulary.score_of, "1E1", None),
        (vocabulary.yes_or_no, "√", True),
        (vocabulary.yes_or_no, "未清", False),
        (vocabulary.yes_or_no, "再议", None),
    ],
)
def test_words(find: object, text: str, expected: object) -> None:
    assert callable(find)
    assert find(text) == expected


def test_all_56_nationalities() -> None:
    numbered = {vocabulary.ethnicity_of(f"{n:02d}") for n in range(1, 57)}
    assert len(numbered) == 56
    assert None not in numbered
