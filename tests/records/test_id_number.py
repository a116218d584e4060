"""GB 11643: what one wrong or two swapped digits do, and every other document."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from printshop.records.id_number import (
    IdType,
    birth_of,
    check_digit,
    faults_of,
    id_type_of,
    normal_id,
    sex_of,
)
from printshop.records.problem import ProblemCode

_DAYS = st.integers(0, 20_000).map(lambda n: date(1955, 1, 1) + timedelta(n))
NUMBERS = st.builds(
    lambda region, day, serial: f"{region}{day:%Y%m%d}{serial:03d}",
    st.sampled_from(["110105", "440524", "653101", "330106"]),
    _DAYS,
    st.integers(0, 999),
).map(lambda first: first + check_digit(first))


def codes(number: str, kind: IdType = IdType.RESIDENT) -> set[ProblemCode]:
    return {fault.code for fault in faults_of(number, kind)}


@pytest.mark.parametrize(
    "number", ["11010519491231002X", "440524188001010014", "810000199804020018"]
)
def test_published_numbers_hold(number: str) -> None:
    assert check_digit(number[:17]) == number[17]


@settings(deadline=None)
@given(NUMBERS)
def test_good_numbers_have_no_fault(number: str) -> None:
    assert codes(number) == set()
    assert birth_of(number) == date(
        int(number[6:10]), int(number[10:12]), int(number[12:14])
    )
    assert sex_of(number) == ("男" if int(number[16]) % 2 else "女")


@settings(deadline=None)
@given(NUMBERS, st.integers(0, 16), st.integers(1, 9))
def test_every_wrong_digit_shows(number: str, place: int, shift: int) -> None:
    wrong = str((int(number[place]) + shift) % 10)
    changed = number[:place] + wrong + number[place + 1 :]
    assert ProblemCode.ID_CHECK_DIGIT in codes(changed)


@settings(deadline=None)
@given(NUMBERS, st.sampled_from("0123456789X"))
def test_every_wrong_last_digit_shows(number: str, last: str) -> None:
    expected = set() if last == number[17] else {ProblemCode.ID_CHECK_DIGIT}
    assert codes(number[:17] + last) == expected


@settings(deadline=None)
@given(NUMBERS, st.integers(0, 15))
def test_every_swap_of_neighbours_shows(number: str, place: int) -> None:
    one, other = number[place], number[place + 1]
    swapped = number[:place] + other + one + number[place + 2 :]
    assert (ProblemCode.ID_CHECK_DIGIT in codes(swapped)) == (one != other)


def test_the_expected_digit_is_named() -> None:
    (fault,) = faults_of("110105194912310021", IdType.RESIDENT)
    assert "末位应为 X, 现为 1" in fault.why


def test_a_tail_of_zeros_is_called_damage() -> None:
    (fault,) = faults_of("110105194912311000", IdType.RESIDENT)
    assert "Excel" in fault.why


@pytest.mark.parametrize(
    ("number", "kind", "code"),
    [
        ("110105491231002", IdType.RESIDENT, ProblemCode.ID_FIFTEEN),
        ("1101051949123100", IdType.RESIDENT, ProblemCode.ID_FORMAT),
        ("1101051949123100AX", IdType.RESIDENT, ProblemCode.ID_FORMAT),
        ("11010519490230002X", IdType.RESIDENT, ProblemCode.ID_DATE),
        ("C1234567", IdType.HK_MACAO_PASS, ProblemCode.ID_FORMAT),
        ("1234567", IdType.TAIWAN_PASS, ProblemCode.ID_FORMAT),
        ("E1", IdType.PASSPORT, ProblemCode.ID_FORMAT),
        ("ABC12", IdType.FOREIGN_RESIDENT, ProblemCode.ID_FORMAT),
        ("无", IdType.OTHER, ProblemCode.ID_FORMAT),
    ],
)
def test_wrong_forms_are_refused(number: str, kind: IdType, code: ProblemCode) -> None:
    assert code in codes(number, kind)


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        ("H12345678", IdType.HK_MACAO_PASS),
        ("M1234567801", IdType.HK_MACAO_PASS),
        ("12345678", IdType.TAIWAN_PASS),
        ("E12345678", IdType.PASSPORT),
        ("AUS110012345678", IdType.FOREIGN_RESIDENT),
        ("830000199804020011", IdType.HMT_RESIDENT),
        ("911124198108030024", IdType.FOREIGN_RESIDENT),
    ],
)
def test_other_documents_are_accepted(number: str, kind: IdType) -> None:
    assert codes(number, kind) == set()


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        ("830000199804020011", IdType.RESIDENT),
        ("11010519491231002X", IdType.HMT_RESIDENT),
        ("99010519491231" + "002", IdType.RESIDENT),
    ],
)
def test_an_odd_region_is_only_a_doubt(number: str, kind: IdType) -> None:
    number = number if len(number) == 18 else number + check_digit(number)
    (fault,) = faults_of(number, kind)
    assert fault.code is ProblemCode.ID_REGION
    assert not fault.blocks


def test_words_for_documents() -> None:
    assert id_type_of("") is IdType.RESIDENT
    assert id_type_of("台胞证") is IdType.TAIWAN_PASS
    assert id_type_of("护 照") is IdType.PASSPORT
    assert id_type_of("学生证") is None


def test_full_width_spaces_and_small_x() -> None:
    assert normal_id(" １１０１０５ 19491231002x ") == "11010519491231002X"
