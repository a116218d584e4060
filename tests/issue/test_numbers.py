"""Certificate numbers: their shape, and the order they are given out in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from itertools import permutations
from math import factorial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from printshop.errors import Refused
from printshop.issue.numbers import (
    LEVEL_CODES,
    CertificateNumber,
    _draws,
    level_code,
    ordered,
    series_name,
    shuffled,
)
from printshop.records.model import Student

Cohort = Callable[..., list[Student]]
SERIES = "10001-1-2026-06"

_parts = st.builds(
    CertificateNumber,
    school=st.integers(10000, 99999).map(str),
    type_digit=st.sampled_from("157"),
    year=st.integers(1000, 2999),
    level=st.sampled_from(sorted(set(LEVEL_CODES.values()))),
    serial=st.integers(1, 999_999),
)


@settings(deadline=None)
@given(number=_parts)
def test_a_number_is_18_digits_and_parses_back(number: CertificateNumber) -> None:
    text = str(number)
    assert len(text) == 18
    assert text.isascii()
    assert text.isdigit()
    assert CertificateNumber.parse(text) == number


def test_the_five_parts_lie_where_the_ministry_put_them() -> None:
    # 14073·1·2016·06·000863, a number of this shape in public code.
    number = CertificateNumber.parse("140731201606000863")
    assert number == CertificateNumber("14073", "1", 2016, "06", 863)
    assert number.series == "14073-1-2016-06"


@pytest.mark.parametrize(
    "typed",
    [
        "１４０７３１２０１６０６０００８６３",
        "14073 1 2016 06 000863",
        "14073-1-2016-06-000863",
        "140731201606000863\n",
        "\u3000140731201606000863",
    ],
)
def test_numbers_are_taken_as_people_type_them(typed: str) -> None:
    assert str(CertificateNumber.parse(typed)) == "140731201606000863"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "14073120160600086",
        "1407312016060008631",
        "040731201606000863",
        "140732201606000863",
        "140731301606000863",
        "140731201603000863",
        "140731201606000000",
        "1.40731E+17",
        "14073120160600086X",
        "١٤٠٧٣١٢٠١٦٠٦٠٠٠٨٦٣",
        "14073120160600086³",
        "140731201606000863; DROP",
    ],
)
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(Refused) as refusal:
        CertificateNumber.parse(text)
    assert text in refusal.value.message
    assert "18 位数字" in refusal.value.remedy


@pytest.mark.parametrize("serial", [0, -1, 1_000_000])
def test_a_serial_beyond_six_digits_is_refused(serial: int) -> None:
    with pytest.raises(Refused, match="000001–999999"):
        CertificateNumber("10001", "1", 2026, "06", serial)


@pytest.mark.parametrize("serial", [1, 999_999])
def test_the_first_and_the_last_serial(serial: int) -> None:
    number = CertificateNumber("10001", "1", 2026, "06", serial)
    assert str(number).endswith(f"{serial:06d}")


@pytest.mark.parametrize(
    ("school", "type_digit", "year"),
    [
        ("00000", "1", 2026),
        ("1000", "1", 2026),
        ("10001", "2", 2026),
        ("10001", "1", 1),
    ],
)
def test_no_number_is_made_that_would_not_parse(
    school: str, type_digit: str, year: int
) -> None:
    with pytest.raises(Refused) as refusal:
        CertificateNumber(school, type_digit, year, "06", 1)
    assert "[school]" in refusal.value.remedy


@pytest.mark.parametrize(
    ("level", "code"),
    [
        ("博士研究生", "01"),
        ("硕士研究生", "02"),
        ("第二学士学位", "04"),
        ("本科", "05"),
        ("专升本", "05"),
        ("高起本", "05"),
        ("专科", "06"),
    ],
)
def test_the_level_table(level: str, code: str) -> None:
    assert level_code(level) == code
    assert series_name("10001", "1", 2026, level) == f"10001-1-2026-{code}"


def test_an_unknown_level_is_refused_with_the_known_ones() -> None:
    with pytest.raises(Refused, match="层次“中专”没有编号代码") as refusal:
        level_code("中专")
    assert "专科" in refusal.value.remedy


# The keyed shuffle


@settings(deadline=None)
@given(n=st.integers(0, 40), secret=st.binary(min_size=1, max_size=40))
def test_the_shuffle_is_a_permutation(n: int, secret: bytes, cohort: Cohort) -> None:
    students = cohort(n)
    order = shuffled(students, secret, SERIES)
    assert sorted(s.id for s in order) == [s.id for s in students]


def test_the_shuffle_is_the_same_for_the_same_people_in_any_order(
    cohort: Cohort,
) -> None:
    students = cohort(50)
    once = shuffled(students, b"k", SERIES)
    assert shuffled(students[::-1], b"k", SERIES) == once
    assert once != students


def test_another_secret_series_or_cohort_is_another_order(cohort: Cohort) -> None:
    students = cohort(50)
    orders = [
        shuffled(students, b"k", SERIES),
        shuffled(students, b"l", SERIES),
        shuffled(students, b"k", "10001-1-2027-06"),
    ]
    assert orders[0] != orders[1]
    assert orders[0] != orders[2]
    # One person more, and the others do not keep their places among themselves.
    more = shuffled(cohort(51), b"k", SERIES)
    kept = [s for s in more if s.id != cohort(51)[-1].id]
    assert kept != orders[0]


def test_every_order_of_four_is_about_as_likely(cohort: Cohort) -> None:
    students = cohort(4)
    runs = 2400
    seen = Counter(
        tuple(s.student_no for s in shuffled(students, f"{n}".encode(), SERIES))
        for n in range(runs)
    )
    assert len(seen) == factorial(4)
    expected = runs / factorial(4)
    chi_square = sum((count - expected) ** 2 / expected for count in seen.values())
    assert chi_square < 49.7  # 23 degrees of freedom, p = 0.001


def test_a_leaked_number_says_nothing_about_anybody_else(cohort: Cohort) -> None:
    """Given who has serial 1, the holder of serial 2 is any of the others."""
    students = cohort(5)
    pairs = Counter(
        tuple(s.student_no for s in shuffled(students, f"{n}".encode(), SERIES)[:2])
        for n in range(4000)
    )
    wanted = set(permutations([s.student_no for s in students], 2))
    assert set(pairs) == wanted
    chi_square = sum((count - 200) ** 2 / 200 for count in pairs.values())
    assert chi_square < 43.8  # 19 degrees of freedom, p = 0.001


def test_the_shuffle_ignores_the_order_of_id_numbers(cohort: Cohort) -> None:
    """Rank by ID number and serial do not go together (domain brief §3.5)."""
    students = cohort(400)
    serial = {s.id: n for n, s in enumerate(shuffled(students, b"k", SERIES))}
    by_id = sorted(students, key=lambda s: s.id_number)
    mean = (len(students) - 1) / 2
    covariance = sum(
        (rank - mean) * (serial[s.id] - mean) for rank, s in enumerate(by_id)
    )
    variance = sum((rank - mean) ** 2 for rank in range(len(students)))
    assert abs(covariance / variance) < 0.15


def test_draws_that_would_favour_low_places_are_thrown_away() -> None:
    """Without that, a third of the range would come up half of the time."""
    draw = _draws(b"key", ["cohort"])
    bound = 3 * 2**62
    values = [draw(bound) for _ in range(3000)]
    assert all(0 <= value < bound for value in values)
    low = sum(value < bound // 3 for value in values)
    assert 900 < low < 1100


# The two settings that hide nothing


def test_by_id_number_ascending(cohort: Cohort) -> None:
    order = ordered(cohort(30), "id-ascending", b"k", SERIES)
    assert [s.id_number for s in order] == sorted(s.id_number for s in cohort(30))


def test_equal_id_numbers_fall_back_on_the_student_number(cohort: Cohort) -> None:
    twins = [replace(s, id_number="1") for s in cohort(3)][::-1]
    order = ordered(twins, "id-ascending", b"k", SERIES)
    assert order == twins[::-1]


def test_by_student_number(cohort: Cohort) -> None:
    students = cohort(30)
    assert ordered(students[::-1], "student-no", b"k", SERIES) == students


def test_the_default_is_the_shuffle(cohort: Cohort) -> None:
    students = cohort(30)
    order = ordered(students, "shuffle", b"k", SERIES)
    assert order == shuffled(students, b"k", SERIES)


def test_a_misspelt_order_does_not_become_another(cohort: Cohort) -> None:
    with pytest.raises(ValueError, match="id_ascending"):
        ordered(cohort(3), "id_ascending", b"k", SERIES)
