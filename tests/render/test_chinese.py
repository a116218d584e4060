"""Dates and words as the certificates print them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from printshop.errors import RenderError
from printshop.render import chinese


@pytest.mark.parametrize(
    ("iso", "written"),
    [
        ("2026-06-30", "二〇二六年六月三十日"),
        ("2010-10-10", "二〇一〇年十月十日"),
        ("2000-12-31", "二〇〇〇年十二月三十一日"),
        ("1999-01-20", "一九九九年一月二十日"),
        ("2021-11-11", "二〇二一年十一月十一日"),
    ],
)
def test_full_dates(iso: str, written: str) -> None:
    assert chinese.cn_date_full(iso) == written


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2199, 12, 31)))
def test_dates_read_back_and_use_the_right_zero(day: date) -> None:
    written = chinese.cn_date_full(day)
    assert not set(written) & set("0零○Оo")
    year, rest = written.split("年")
    month, rest = rest.split("月")
    digits = "〇一二三四五六七八九"
    assert int("".join(str(digits.index(c)) for c in year)) == day.year
    numbers = {chinese.cn_number(n): n for n in range(1, 32)}
    assert len(numbers) == 31
    assert (numbers[month], numbers[rest.removesuffix("日")]) == (day.month, day.day)


def test_other_ways_to_write_a_date() -> None:
    assert chinese.cn_year_month("2023-09-01") == "二〇二三年九月"
    assert chinese.date_cn("2005-03-09") == "2005年3月9日"
    assert chinese.month_cn("2023-09-01") == "2023年9月"
    assert chinese.en_date("2026-06-30") == "June 30, 2026"
    assert chinese.en_month("2026-12-01") == "December 2026"
    parts = [part("2005-03-09") for part in (chinese.year, chinese.month, chinese.day)]
    assert parts == ["2005", "3", "9"]


@pytest.mark.parametrize(
    ("years", "written"),
    [("3", "三年"), ("2", "二年"), ("2.5", "二年半"), ("3.0", "三年"), ("5", "五年")],
)
def test_lengths_of_study(years: str, written: str) -> None:
    assert chinese.cn_duration(years) == written


@pytest.mark.parametrize("years", ["", "三", "0", "2.3", "-3"])
def test_odd_lengths_of_study_are_refused(years: str) -> None:
    with pytest.raises(RenderError, match="学制"):
        chinese.cn_duration(years)


def test_numbers_beyond_the_spoken_ones_are_digits() -> None:
    assert chinese.cn_number(0) == "〇"
    assert chinese.cn_number(105) == "一〇五"


def test_a_word_without_english_is_refused() -> None:
    assert chinese.english("女") == "Female"
    with pytest.raises(RenderError, match="男生"):
        chinese.english("男生")
