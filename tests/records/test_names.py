"""Names: what passes, what is mended with a word, what is refused."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from printshop.records.names import check_name, is_han
from printshop.records.problem import ProblemCode


@pytest.mark.parametrize(
    "name",
    [
        "张伟",
        "欧阳·买买提江·吐尔逊江",
        "刘䶮",
        "王𬱖",
        "𬭸",
        "李〇",
        "\U00031350\U0002ebf0",  # extensions H and I, newer than this Python
        "阿卜杜热合曼" * 4,
        "John F. Kennedy",
        "O’Brien-Smith",
        "Zoë Müller",
    ],
)
def test_good_names_pass(name: str) -> None:
    checked = check_name(name)
    assert checked.usable
    assert checked.name == name


def test_fifty_characters_pass_and_a_hundred_are_kept() -> None:
    assert check_name("阿" * 25 + "·" + "买" * 24).faults == ()
    assert check_name("阿" * 100).faults == ()
    (fault,) = check_name("阿" * 101).faults
    assert fault.code is ProblemCode.TOO_LONG


@pytest.mark.parametrize(
    ("name", "code", "words"),
    [
        ("刘\ue863", ProblemCode.PRIVATE_USE, ["U+E863", "䶮", "U+4DAE"]),
        ("刘\ue000", ProblemCode.PRIVATE_USE, ["U+E000", "户口簿"]),
        ("刘\U000f0001", ProblemCode.PRIVATE_USE, ["U+F0001"]),
        ("刘\ufffd", ProblemCode.REPLACEMENT, ["U+FFFD", "重新导出"]),
        ("刘?", ProblemCode.NAME_MISSING_CHARACTER, ["?", "缺字"]),
        ("刘？", ProblemCode.NAME_MISSING_CHARACTER, ["？"]),
        ("刘□", ProblemCode.NAME_MISSING_CHARACTER, ["□"]),
        ("刘○", ProblemCode.NAME_MISSING_CHARACTER, ["○"]),
        ("刘*", ProblemCode.NAME_MISSING_CHARACTER, ["*"]),
        ("张\u202e伟", ProblemCode.NAME_INVISIBLE, ["U+202E"]),
        ("张\n伟强", ProblemCode.CONTROL, ["U+000A"]),
        ("⽯磊", ProblemCode.NAME_RADICAL, ["U+2F6F", "石"]),
        ("⻢超", ProblemCode.NAME_RADICAL, ["U+2EE2"]),
        ("张伟2", ProblemCode.NAME_MIXED, ["2"]),
        ("张Wei", ProblemCode.NAME_MIXED, ["Wei"]),
        ("张Ａ", ProblemCode.NAME_MIXED, ["Ａ"]),
        ("ＪＯＨＮ", ProblemCode.NAME_MIXED, ["Ｊ"]),
        ("John 2", ProblemCode.NAME_MIXED, ["2"]),
        ("张伟（大）", ProblemCode.NAME_SYMBOL, ["（）"]),
        ("张伟-大", ProblemCode.NAME_SYMBOL, ["-"]),
        ("阿依古丽 买买提", ProblemCode.NAME_SPACE, ["阿依古丽·买买提"]),
        ("阿依·", ProblemCode.NAME_DOT_PLACE, ["·"]),
        ("·阿依", ProblemCode.NAME_DOT_PLACE, ["·"]),
        ("阿依··买买提", ProblemCode.NAME_DOT_PLACE, ["连用"]),
    ],
)
def test_what_cannot_be_known_is_refused(
    name: str, code: ProblemCode, words: list[str]
) -> None:
    checked = check_name(name)
    fault = next(f for f in checked.faults if f.code is code)
    assert fault.blocks
    assert not checked.usable
    for word in words:
        assert word in fault.why + fault.remedy


@pytest.mark.parametrize("dot", "•・‧･．.∙⋅")
def test_other_dots_are_proposed_then_confirmed(dot: str) -> None:
    typed = f"买买提{dot}吐尔逊"
    proposed = check_name(typed)
    (fault,) = proposed.faults
    assert fault.code is ProblemCode.NAME_DOT
    assert fault.blocks
    assert "买买提·吐尔逊" in fault.remedy
    confirmed = check_name(typed, accept_dots=True)
    assert confirmed.usable
    assert confirmed.name == "买买提·吐尔逊"
    assert not confirmed.faults[0].blocks


@pytest.mark.parametrize(
    ("typed", "kept", "code"),
    [
        ("张\u200b伟", "张伟", ProblemCode.NAME_INVISIBLE),
        ("\ufeff张伟", "张伟", ProblemCode.NAME_INVISIBLE),
        ("张\u00ad伟", "张伟", ProblemCode.NAME_INVISIBLE),
        ("张伟\ufe00", "张伟", ProblemCode.NAME_INVISIBLE),
        ("张　伟", "张伟", ProblemCode.NAME_SPACE),
        ("葛\U000e0100伟", "葛\U000e0100伟", ProblemCode.NAME_VARIATION),
        ("張\uf9d1", "張\uf9d1", ProblemCode.NAME_COMPATIBILITY),
        ("王\U0002f800", "王\U0002f800", ProblemCode.NAME_COMPATIBILITY),
        ("乌", "乌", ProblemCode.NAME_SHORT),
    ],
)
def test_doubts_go_in_with_a_word(typed: str, kept: str, code: ProblemCode) -> None:
    checked = check_name(typed)
    assert checked.usable
    assert checked.name == kept
    assert [f.code for f in checked.faults] == [code]


def test_the_ordinary_characters_of_the_compatibility_block() -> None:
    assert check_name("王\ufa0e").faults == ()


@settings(deadline=None)
@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=2))
def test_any_chinese_characters_are_a_name(name: str) -> None:
    checked = check_name(name)
    assert checked.name == name
    assert checked.usable == (len(name) <= 100)


@settings(deadline=None)
@given(st.text())
def test_nothing_breaks_the_check(name: str) -> None:
    checked = check_name(name)
    assert all(f.why and f.remedy for f in checked.faults)
    if checked.usable and any(is_han(c) for c in checked.name):
        assert not set(checked.name) & set("?？□○*\ufffd")
