"""The token: whatever was scanned or typed, and where its link leads."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from printshop.errors import InputError
from printshop.seal.code import encode
from printshop.seal.token import Token, host_of, link, parse

BASE = "https://verify.example.edu.cn"
HOST = "verify.example.edu.cn"
CODE = encode(bytes(range(16)))

raws = st.binary(min_size=16, max_size=16)


@given(raws)
def test_a_link_reads_back(raw: bytes) -> None:
    text = link(BASE, encode(raw))
    assert text == text.upper()
    assert parse(text) == Token(encode(raw), HOST)


def test_a_link_is_53_characters_of_alphanumeric_mode() -> None:
    text = link("HTTPS://V.SCHOOL.EDU.CN/", CODE)
    assert text == f"HTTPS://V.SCHOOL.EDU.CN/C/{CODE}"
    assert set(text) <= set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")


@pytest.mark.parametrize(
    ("text", "token"),
    [
        (CODE, Token(CODE)),
        (f"  {CODE.lower()}\n", Token(CODE)),
        (f"{CODE[:13]}-{CODE[13:]}", Token(CODE)),
        (f"{CODE}#0123", Token(CODE, None, "0123")),
        (f"{BASE}/c/{CODE.lower()}", Token(CODE, HOST)),
        (f"{BASE}/C/{CODE}/", Token(CODE, HOST)),
        (f"{BASE}:443/C/{CODE}#42", Token(CODE, HOST, "42")),
        (f"{BASE}./C/{CODE}", Token(CODE, HOST)),
        (f"http://127.0.0.1:8631/C/{CODE}", Token(CODE, "127.0.0.1:8631")),
        (f"{HOST}/C/{CODE}", Token(CODE, HOST)),
        (f"{BASE}/D/{CODE}", Token(None, HOST)),
        (f"{BASE}/C/{CODE[:-1]}", Token(None, HOST)),
        (f"{BASE}/C/{CODE}/x", Token(None, HOST)),
        ("https://verify.example.edu.cn:x/C/1", Token()),
        ("http://[::1/C/1", Token()),
        ("weixin://dl/x", Token(None, "dl")),
        ("mailto:a@b.c", Token(None, "b.c")),
        ("///", Token()),
        ("", Token()),
        ("9" * 5000, Token()),
        ("你好", Token()),
    ],
)
def test_reads_what_people_hand_in(text: str, token: Token) -> None:
    assert parse(text) == token


def test_reads_full_width_characters() -> None:
    wide = "".join(chr(ord(char) + 0xFEE0) for char in CODE)
    assert parse(wide) == Token(CODE)


@pytest.mark.parametrize(
    "text",
    [
        f"https://verify-example.edu.cn/C/{CODE}",
        f"https://verify.example.edu.cn.evil.net/C/{CODE}",
        f"https://verify.example.edu.cn@evil.net/C/{CODE}",
        f"https://verify.example.edu.cn:8443/C/{CODE}",
        f"https://verify.exаmple.edu.cn/C/{CODE}",  # a Cyrillic а
        f"https://ｖerify.example.edu.cn/C/{CODE}",
    ],
)
def test_a_look_alike_domain_is_foreign_though_the_code_is_genuine(text: str) -> None:
    token = parse(text)
    assert token.code == CODE
    assert token.foreign(HOST)


def test_our_own_domain_and_a_bare_code_are_not_foreign() -> None:
    assert not parse(link(BASE, CODE)).foreign(HOST.upper())
    assert not parse(CODE).foreign(HOST)


@given(st.text(max_size=200))
def test_nothing_makes_it_fall_over(text: str) -> None:
    for start in ("", "https://", f"{BASE}/C/"):
        token = parse(start + text)
        assert token.code is None or len(token.code) == 26


def test_host_of_the_office_as_tokens_spell_it() -> None:
    assert host_of("HTTPS://VERIFY.EXAMPLE.EDU.CN") == HOST
    assert host_of("http://127.0.0.1:8631") == "127.0.0.1:8631"
    with pytest.raises(InputError, match="不是网址"):
        host_of("https://[")


def test_a_link_needs_a_code() -> None:
    with pytest.raises(InputError):
        link(BASE, "")
