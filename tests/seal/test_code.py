"""The code: sixteen bytes, 26 characters, and nothing near it is the same code."""

from __future__ import annotations

import secrets
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from printshop.errors import InputError
from printshop.seal.code import ALPHABET, code_hash, decode, encode, new_code, normal

raws = st.binary(min_size=16, max_size=16)


def test_alphabet_has_no_look_alikes_and_fits_the_qr_alphanumeric_set() -> None:
    assert len(set(ALPHABET)) == 32
    assert not set("ILOU") & set(ALPHABET)
    assert set(ALPHABET) <= set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")


@given(raws)
def test_a_code_reads_back(raw: bytes) -> None:
    code = encode(raw)
    assert len(code) == 26
    assert decode(code) == raw
    assert code_hash(code) == sha256(raw).hexdigest()


@given(raws, st.randoms(use_true_random=False))
def test_people_may_type_it_their_way(raw: bytes, chance) -> None:  # type: ignore[no-untyped-def]
    typed = "".join(
        chance.choice(
            [char, char.lower(), {"0": "o", "1": chance.choice("iLl")}.get(char, char)]
        )
        + chance.choice(["", "", "-", " "])
        for char in encode(raw)
    )
    assert normal(typed) == encode(raw)


@given(raws, st.integers(0, 25), st.sampled_from(ALPHABET))
def test_one_changed_character_is_never_the_same_code(
    raw: bytes, place: int, other: str
) -> None:
    code = encode(raw)
    changed = code[:place] + other + code[place + 1 :]
    if changed == code:
        return
    try:
        assert decode(changed) != raw
    except InputError:
        assert place == 0  # more than 128 bits


@given(raws, st.integers(0, 25))
def test_a_missing_or_doubled_character_is_no_code(raw: bytes, place: int) -> None:
    code = encode(raw)
    for wrong in (code[:place] + code[place + 1 :], code[:place] + code[place:] * 2):
        with pytest.raises(InputError):
            decode(wrong + "0" if len(wrong) == 26 else wrong)


@pytest.mark.parametrize(
    "wrong", ["", "8" + "0" * 25, "U" * 26, "é" * 26, "0" * 25, "0" * 27, "\x00" * 26]
)
def test_what_is_not_a_code_is_refused_in_words(wrong: str) -> None:
    with pytest.raises(InputError, match="不是一个核验码") as refused:
        decode(wrong)
    assert "26 位" in refused.value.remedy


def test_a_new_code_takes_its_chance_from_outside() -> None:
    assert new_code(lambda count: bytes(range(count))) == encode(bytes(range(16)))
    assert new_code(secrets.token_bytes) != new_code(secrets.token_bytes)


def test_only_sixteen_bytes_make_a_code() -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        encode(b"short")
