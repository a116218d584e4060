"""Every character is decided before layout, and Pango then does as decided."""

from __future__ import annotations

import io
import random
import re
from html import escape
from pathlib import Path

import pikepdf
import pytest

from printshop.errors import MissingGlyph, RenderError
from printshop.render import fonts as fonts_module
from printshop.render.fonts import FontSet, fill
from printshop.render.fontset_coverage import gb18030_level3
from printshop.render.glyphs import Problem, Segment, report, segments

ROLES = ("song", "kai", "hei", "fangsong")


def test_a_common_name_needs_no_look(fonts: FontSet) -> None:
    seen = report({"姓名": "欧阳·买买提江 䶮𬱖𬭸"}, "kai", fonts)
    assert seen.missing == ()
    assert seen.review == ()
    assert {use.family for use in seen.uses} == {"LXGW WenKai"}
    assert seen.uses[1].code_point == "U+9633"
    assert (seen.uses[1].field, seen.uses[1].position) == ("姓名", 2)


@pytest.mark.parametrize(
    ("role", "char", "family"),
    [
        ("song", "𠀃", "HanaMinB"),
        ("kai", "𠀃", "HanaMinB"),
        ("hei", "𠀃", "HanaMinB"),
        ("song", "\u9feb", "LXGW WenKai"),  # ideograph of another style
        ("kai", "\u3406", "Noto Serif CJK SC"),
    ],
)
def test_a_fallback_ideograph_is_flagged_for_a_look(
    fonts: FontSet, role: str, char: str, family: str
) -> None:
    (use,) = report({"姓名": char}, role, fonts).review
    assert (use.family, use.is_fallback, use.problem) == (family, True, None)


def test_a_fallback_sign_is_no_reason_to_look(fonts: FontSet) -> None:
    (use,) = report({"备注": "№"}, "signs", _with_sign_role(fonts)).uses
    assert (use.family, use.is_fallback, use.review) == (
        "Noto Sans CJK SC",
        True,
        False,
    )


def _with_sign_role(fonts: FontSet) -> FontSet:
    stacks = {"signs": ("HanaMinB", "Noto Sans CJK SC")}
    return FontSet(fonts.folder, fonts.fonts, stacks)


@pytest.mark.parametrize(
    ("char", "problem"),
    [
        ("\ue863", Problem.PRIVATE),  # the classic private-use 䶮
        ("\U000f0001", Problem.PRIVATE),
        ("\U0010fffd", Problem.PRIVATE),
        ("\u200b", Problem.INVISIBLE),  # zero-width space
        ("\u200d", Problem.INVISIBLE),
        ("\u202e", Problem.INVISIBLE),  # turns the direction around
        ("\ufeff", Problem.INVISIBLE),
        ("\u00ad", Problem.INVISIBLE),
        ("\ufe00", Problem.INVISIBLE),  # variation selector
        ("\U000e0100", Problem.INVISIBLE),
        ("\x00", Problem.INVISIBLE),
        ("\t", Problem.INVISIBLE),
        ("\u2028", Problem.INVISIBLE),
        ("\ud800", Problem.INVISIBLE),  # half of a pair
        ("\u3164", Problem.BLANK),  # Hangul filler: Noto draws it blank
        ("\u115f", Problem.BLANK),
        ("🎓", Problem.MISSING),
        ("\u0f40", Problem.MISSING),  # Tibetan
        ("\U00032000", Problem.MISSING),  # beyond every font
        ("\u20d0", Problem.MISSING),  # a combining harpoon
    ],
)
@pytest.mark.parametrize("role", ["song", "kai"])
def test_what_cannot_be_printed_is_named(
    fonts: FontSet, char: str, problem: Problem, role: str
) -> None:
    seen = report({"专业": "计算机", "姓名": f"王{char}明"}, role, fonts)
    (use,) = seen.missing
    assert (use.field, use.position, use.problem) == ("姓名", 2, problem)
    with pytest.raises(MissingGlyph) as refused:
        seen.raise_for_missing()
    assert "“姓名”第 2 个字" in refused.value.message
    assert f"U+{ord(char):04X}" in refused.value.message
    assert problem.value in refused.value.message
    assert refused.value.remedy
    with pytest.raises(MissingGlyph, match=re.escape(f"U+{ord(char):04X}")):
        segments(f"王{char}明", role, fonts)


def test_nothing_missing_raises_nothing(fonts: FontSet) -> None:
    seen = report({"姓名": "王小明", "空": ""}, {"姓名": "kai", "空": "song"}, fonts)
    seen.raise_for_missing()
    assert len(seen.uses) == 3


def test_many_missing_are_counted_and_each_remedy_said_once(fonts: FontSet) -> None:
    seen = report({"备注": "🎓" * 12 + "\ue000"}, "song", fonts)
    with pytest.raises(MissingGlyph) as refused:
        seen.raise_for_missing()
    assert "还有 3 处" in refused.value.message
    assert refused.value.message.count("U+1F393") == 10
    assert refused.value.remedy.count("local.toml") == 1
    assert "标准编码" in refused.value.remedy


def test_an_unknown_role_is_refused(fonts: FontSet) -> None:
    with pytest.raises(RenderError, match="lishu"):
        report({"姓名": "王"}, "lishu", fonts)


def test_a_lying_font_of_the_office_is_passed_over(
    fonts_copy: Path, fonts: FontSet
) -> None:
    # A font in front that claims 䶮 and draws nothing, as AR PL UKai does.
    from fontTools.fontBuilder import FontBuilder
    from fontTools.ttLib.tables._g_l_y_f import Glyph

    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", "yan"])
    builder.setupCharacterMap({0x4DAE: "yan", 0x1F393: "yan"})
    builder.setupGlyf({".notdef": Glyph(), "yan": Glyph()})
    builder.setupHorizontalMetrics({".notdef": (1000, 0), "yan": (1000, 0)})
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable(
        {"familyName": "Liar", "styleName": "Regular", "psName": "Liar-Regular"}
    )
    builder.setupOS2()
    builder.setupPost()
    builder.save(fonts_copy / "Liar.ttf")
    (fonts_copy / "local.toml").write_text(
        "[[font]]\nfile = 'Liar.ttf'\nfamily = 'Liar'\n"
        "postscript = 'Liar-Regular'\nroles = ['kai']\n"
    )
    fill(fonts_copy)
    fonts_module._load.cache_clear()
    liars = FontSet.load(fonts_copy)
    assert liars.stack("kai")[0] == "Liar"
    drawn, empty = report({"姓名": "䶮🎓"}, "kai", liars).uses
    assert (drawn.family, drawn.problem) == ("LXGW WenKai", None)
    assert (empty.family, empty.problem) == ("", Problem.BLANK)


def test_runs_are_cut_where_the_family_changes(fonts: FontSet) -> None:
    assert segments("欧阳𠀃 明", "song", fonts) == (
        Segment("Noto Serif CJK SC", "欧阳"),
        Segment("HanaMinB", "𠀃 "),  # the space stays with what it follows
        Segment("Noto Serif CJK SC", "明"),
    )
    assert segments("", "song", fonts) == ()
    assert segments("第一行\n第二行", "kai", fonts) == (
        Segment("LXGW WenKai", "第一行\n第二行"),
    )


def test_a_mark_stays_with_its_letter(fonts: FontSet) -> None:
    assert segments("e\u0301a", "kai", fonts) == (Segment("LXGW WenKai", "e\u0301a"),)
    # No face draws both: better refused than set beside its letter.
    (use,) = report({"姓名": "\u9feb\u20d0"}, "song", fonts).missing
    assert use.code_point == "U+20D0"


@pytest.mark.parametrize("role", ROLES)
def test_segments_give_the_text_back(fonts: FontSet, role: str) -> None:
    points = sample(3000, seed=2022)
    text = "".join(map(chr, points))
    runs = segments(text, role, fonts)
    assert "".join(run.text for run in runs) == text
    for run in runs:
        assert all(fonts.draws(run.family, ord(char)) for char in run.text)


def sample(count: int, seed: int) -> list[int]:
    """Some ideographs of level 3, the same every time."""
    chosen = random.Random(seed)
    return chosen.sample(list(gb18030_level3()), count)


def drawn_by(pdf: bytes) -> dict[str, set[str]]:
    """Character to the base fonts that draw it, as the ToUnicode maps say."""
    found: dict[str, set[str]] = {}
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        for font in opened.objects:
            if isinstance(font, pikepdf.Dictionary) and "/ToUnicode" in font:
                name = str(font.BaseFont)[8:]
                cmap = font.ToUnicode.read_bytes().decode()
                for code in re.findall(r"<[0-9a-f]{4}> <([0-9a-f]+)>", cmap):
                    char = bytes.fromhex(code).decode("utf-16-be")
                    found.setdefault(char, set()).add(name)
    return found


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("weight", [400, 700])
def test_pango_draws_each_run_with_the_family_it_is_told(
    active_fonts: FontSet, role: str, weight: int
) -> None:
    import weasyprint

    points = sample(600, seed=weight)
    text = "".join(map(chr, points)) + "·〇2026①\u9feb\u9fec"
    runs = segments(text, role, active_fonts)
    assert len({run.family for run in runs}) > 2
    spans = "".join(
        f"<span style=\"font-family:'{run.family}'\">{escape(run.text)}</span>"
        for run in runs
    )
    body = f'<body lang="zh-CN" style="font-weight:{weight}">{spans}'
    pdf = weasyprint.HTML(string=f"<title>t</title>{body}").write_pdf()
    drawn = drawn_by(pdf)
    for run in runs:
        base = run.family.replace(" ", "-")
        for char in run.text:
            assert {name.startswith(base) for name in drawn[char]} == {True}, char
