"""Designs are gathered once and hold everything that a page needs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from printshop.errors import NotFound, RenderError
from printshop.kinds import KINDS
from printshop.render import conformance
from printshop.render.design import layouts_of, load_design
from printshop.render.fonts import FontSet
from printshop.render.page import make_page
from printshop.render.press import read_back, read_name
from printshop.render.preview import picture, preview, preview_request

EVERY = [
    (kind.code, one.name, language)
    for kind in KINDS.values()
    for one in layouts_of(kind.code)
    for language in kind.languages
]


def test_every_kind_has_a_default_layout() -> None:
    for kind in KINDS.values():
        assert layouts_of(kind.code), kind.title


@pytest.mark.parametrize(("kind", "layout", "language"), EVERY)
@pytest.mark.parametrize("worst", [False, True])
def test_every_page_can_be_drawn_and_archived(
    kind: str, layout: str, language: str, worst: bool, active_fonts: FontSet
) -> None:
    request = preview_request(kind, layout, language, worst=worst)
    page = make_page(request, active_fonts)
    read_back(page, request)
    read_name(page, request)
    assert conformance.check(page.pdf, active_fonts) == []
    assert picture(page.pdf, dpi=20).startswith(b"\x89PNG")


def test_a_preview_is_always_a_specimen(active_fonts: FontSet) -> None:
    request = preview_request("graduation", worst=True)
    assert request.specimen
    made = preview("graduation", fonts=active_fonts, worst=True)
    assert made.pdf == make_page(request, active_fonts).pdf


def test_only_what_is_needed_is_frozen() -> None:
    names = set(load_design("graduation", "a4", "zh").sources)
    assert {"base.html", "boxes.html", "graduation/full.zh.html"} <= names
    assert "certificate/frame.svg" in names
    assert not [name for name in names if "overprint" in name or "completion" in name]
    blank = set(load_design("graduation", "a4-overprint", "zh").sources)
    assert "certificate/overprint.zh.html" in blank
    assert "certificate/frame.svg" not in blank


def test_the_checksum_covers_words_and_places() -> None:
    design = load_design("graduation", None, "zh")
    assert design.layout == "a4"
    assert design.sha256 == load_design("graduation", "a4", "zh").sha256
    changed = [
        replace(design, sources=design.sources | {"boxes.html": "x"}),
        replace(design, geometry=design.geometry + "\n"),
        replace(design, layout="b4"),
    ]
    assert len({design.sha256, *(one.sha256 for one in changed)}) == 4


def test_a_page_is_drawn_from_its_own_design(active_fonts: FontSet) -> None:
    request = preview_request("graduation")
    moved = request.design.geometry.replace('title = "A4 横向"', 'title = "B"', 1)
    same = replace(request, design=replace(request.design, geometry=moved))
    assert make_page(same, active_fonts).pdf == make_page(request, active_fonts).pdf
    shifted = moved.replace("[photo]\nx = ", "[photo]\nx = 1", 1)
    other = replace(request, design=replace(request.design, geometry=shifted))
    assert make_page(other, active_fonts).pdf != make_page(request, active_fonts).pdf


@pytest.mark.parametrize(
    ("kind", "layout", "language", "said"),
    [
        ("diploma", None, "zh", "文书种类"),
        ("graduation", "a9", "zh", "版面"),
        ("graduation", "../../etc/passwd", "zh", "版面"),
        ("graduation", None, "en", "语言"),
    ],
)
def test_unknown_names_are_answered_with_the_known_ones(
    kind: str, layout: str | None, language: str, said: str
) -> None:
    with pytest.raises(NotFound, match=said) as refusal:
        load_design(kind, layout, language)
    assert refusal.value.remedy


def test_an_incomplete_design_is_refused(active_fonts: FontSet) -> None:
    request = preview_request("graduation")
    sources = {
        name: text
        for name, text in request.design.sources.items()
        if name != "graduation/full.zh.html"
    }
    broken = replace(request, design=replace(request.design, sources=sources))
    with pytest.raises(RenderError):
        make_page(broken, active_fonts)
