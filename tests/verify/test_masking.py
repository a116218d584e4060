"""Masking: the shape stays, the person does not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from printshop.verify.masking import COMPOUND, masked_name, masked_number


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("张三", "张*"),
        ("王晓明", "王**"),
        ("欧阳修", "欧阳*"),
        ("欧阳修文", "欧阳**"),
        ("欧阳", "欧*"),
        ("王䶮", "王*"),
        ("䶮", "*"),
        ("", ""),
        ("买买提江·吐尔逊江", "买***·****"),
        ("欧阳·买买提江", "欧*·****"),
        ("阿依努尔 买买提", "阿*** ***"),
        ("葛\U000e0100城", "葛\U000e0100*"),
        ("𬱖𬭸", "𬱖*"),
        ("WANG Xiaoming", "W*** X*******"),
        ("Jean-Paul O'Neil", "J***-P*** O*****"),
        ("ÉMILE Zola", "É**** Z***"),
    ],
)
def test_names(name: str, masked: str) -> None:
    assert masked_name(name) == masked


@given(st.text("张王欧阳修文明慕容·䶮买提江", min_size=2, max_size=20))
def test_at_most_the_family_name_is_left(name: str) -> None:
    masked = masked_name(name)
    assert len(masked) == len(name)
    left = [a for a, b in zip(name, masked, strict=True) if a == b and a != "·"]
    assert len(left) <= 2
    assert len(left) < 2 or name[:2] in COMPOUND


def test_a_certificate_number_keeps_what_is_no_secret() -> None:
    assert masked_number("999991202606000123") == "999991202606****23"


@pytest.mark.parametrize(
    "number", ["在读证明〔2026〕00012号", "99999120260600012", "", "12a"]
)
def test_other_numbers_stay(number: str) -> None:
    assert masked_number(number) == number
