"""The page engine: the same bytes always, nothing foreign, nothing interpreted."""

from __future__ import annotations

import hashlib
import io
import logging
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from PIL import Image

from printshop.errors import (
    InputError,
    MissingGlyph,
    PrintshopError,
    RenderError,
    UnsafeFile,
)
from printshop.render import conformance
from printshop.render.assets import OwnAssets, Refusal
from printshop.render.fonts import FontSet
from printshop.render.model import PageRequest
from printshop.render.page import make_page
from printshop.render.preview import picture, preview_request

FILE = "graduation/full.zh.html"


@pytest.fixture
def request_() -> PageRequest:
    return replace(preview_request("graduation"), specimen=False)


def with_facts(request: PageRequest, **facts: object) -> PageRequest:
    return replace(request, facts=request.facts | facts)


def with_template(request: PageRequest, body: str) -> PageRequest:
    """The certificate with other words in its body."""
    extends = '{% extends "certificate/full.zh.html" %}'
    text = f"{extends}{{% block body %}}{body}{{% endblock %}}"
    design = replace(request.design, sources=request.design.sources | {FILE: text})
    return replace(request, design=design)


def text_of(pdf: bytes, *options: str) -> str:
    done = subprocess.run(
        ["pdftotext", *options, "-", "-"], input=pdf, capture_output=True, check=True
    )
    return done.stdout.decode()


def flat(text: str) -> str:
    """Without line ends: pdftotext knows no paragraphs."""
    return text.replace("\n", "")


def raster(pdf: bytes, dpi: int = 100) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(picture(pdf, dpi))).convert("RGB"))


def test_the_same_request_gives_the_same_bytes_in_another_process(
    request_: PageRequest, active_fonts: FontSet
) -> None:
    # Another page first: what a process drew before must leave no trace.
    make_page(preview_request("attendance", worst=True), active_fonts)
    here = make_page(request_, active_fonts)
    program = (
        "from dataclasses import replace\n"
        "from printshop.render.fonts import FontSet\n"
        "from printshop.render.page import make_page\n"
        "from printshop.render.preview import preview_request\n"
        "from printshop.settings import bundled\n"
        "r = replace(preview_request('graduation'), specimen=False)\n"
        "print(make_page(r, FontSet.load(bundled('fonts'))).sha256)\n"
    )
    other = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONHASHSEED": "7", "TZ": "Pacific/Kiritimati"},
    )
    assert other.stdout.strip() == here.sha256
    assert hashlib.sha256(here.pdf).hexdigest() == here.sha256
    assert make_page(request_, active_fonts).pdf == here.pdf


def test_another_document_gives_other_bytes(
    request_: PageRequest, active_fonts: FontSet
) -> None:
    one = make_page(request_, active_fonts).sha256
    assert make_page(replace(request_, document_id="x"), active_fonts).sha256 != one
    assert make_page(with_facts(request_, name="王晓朋"), active_fonts).sha256 != one


def test_metadata_come_from_the_document_and_not_from_the_clock(
    request_: PageRequest, active_fonts: FontSet
) -> None:
    page = make_page(request_, active_fonts)
    with pikepdf.open(io.BytesIO(page.pdf)) as pdf:
        assert str(pdf.Root.Lang) == "zh-CN"
        info = {key: str(value) for key, value in pdf.docinfo.items()}
        with pdf.open_metadata() as xmp:
            assert xmp["pdfaid:part"] == "2"
            assert xmp["pdfaid:conformance"] == "B"
            assert xmp["dc:creator"] == ["示例职业技术学院"]
    assert info["/Title"] == "毕业证书 999991202606000001"
    assert info["/Subject"] == "毕业证书"
    assert info["/CreationDate"] == "D:20260630000000+08'00"
    assert info["/ModDate"] == info["/CreationDate"]
    assert "王晓明" not in "".join(info.values())
    assert (page.pages, page.width_mm, page.height_mm) == (1, 297, 210)


def test_the_page_is_archival(request_: PageRequest, active_fonts: FontSet) -> None:
    for made in (request_, replace(request_, specimen=True, proof=True)):
        assert conformance.check(make_page(made, active_fonts).pdf, active_fonts) == []


def test_a_replayed_drawing_brings_its_states_along(
    request_: PageRequest, active_fonts: FontSet
) -> None:
    make_page(request_, active_fonts)
    replayed = make_page(request_, active_fonts)
    with pikepdf.open(io.BytesIO(replayed.pdf)) as pdf:
        page = pdf.pages[0]
        used = {
            str(operands[0])
            for operands, operator in pikepdf.parse_content_stream(page)
            if str(operator) == "gs"
        }
        assert used
        assert used <= set(page.Resources.ExtGState.keys())


@pytest.mark.parametrize(
    "name",
    [
        "王晓明",
        "欧阳·买买提江·吐尔逊江",
        "䶮",
        "李𬱖",
        "𬭸尔江",
        "买买提江·阿卜杜热合曼·吐尔逊江·艾则孜·依明江",
    ],
)
def test_names_come_back_exactly(
    name: str, request_: PageRequest, active_fonts: FontSet
) -> None:
    page = make_page(with_facts(request_, name=name), active_fonts)
    text = text_of(page.pdf)
    assert f"学生 {name}，性别男" in flat(text)
    assert "999991202606000001" in text


def test_the_middle_dot_of_a_name_is_one_em_wide(
    request_: PageRequest, active_fonts: FontSet
) -> None:
    import pypdfium2

    page = make_page(
        with_facts(request_, name="欧·阳", principal="欧口阳"), active_fonts
    )
    with pypdfium2.PdfDocument(page.pdf) as document:
        text = document[0].get_textpage()
        whole = text.get_text_range()
        boxes = []
        for word in ("欧·阳", "欧口阳"):
            start = whole.index(word)
            first, last = text.get_charbox(start), text.get_charbox(start + 2)
            boxes.append((last[0] - first[0]) / (first[3] - first[1]))
    assert boxes[0] == pytest.approx(boxes[1], rel=0.1)


@pytest.mark.parametrize(
    "name",
    [
        '<img src="file:///etc/passwd">',
        "{{ 7*7 }}",
        "{% include 'certificate/frame.svg' %}",
        "</style><b>王",
        "</div></div>",
        '"><svg onload=x>',
        "&lt;王&gt;",
        "<link rel=attachment href=file:///etc/passwd>",
        "</title><script>",
    ],
)
def test_hostile_names_are_only_text(
    name: str, request_: PageRequest, active_fonts: FontSet
) -> None:
    page = make_page(with_facts(request_, name=name), active_fonts)
    # In the order of the page: the title stands between two lines of the body.
    squeezed = "".join(text_of(page.pdf, "-raw").split())
    assert "".join(name.split()) in squeezed
    assert "49" not in squeezed
    assert "root:" not in squeezed
    with pikepdf.open(io.BytesIO(page.pdf)) as pdf:
        assert "/Names" not in pdf.Root


@pytest.mark.parametrize(
    "body",
    [
        '<img src="file:///etc/passwd">',
        '<img src="http://127.0.0.1:9/x.png">',
        '<img src="data:image/png;base64,AAAA">',
        '<img src="asset:nothing">',
        '<link rel="stylesheet" href="file:///etc/passwd">',
        '<link rel="attachment" href="file:///etc/passwd">',
        '<p style="background: url(file:///etc/passwd)">王</p>',
        "<style>@font-face { font-family: X; src: url(file:///x.ttf) }</style>",
        '<p style="no-such-property: 1">王</p>',
        '<p style="background-image: url(relative.png)">王</p>',
    ],
)
def test_a_template_that_reaches_out_spoils_the_page(
    body: str, request_: PageRequest, active_fonts: FontSet
) -> None:
    with pytest.raises(RenderError, match=r"没有排好|附带文件"):
        make_page(with_template(request_, body), active_fonts)


@pytest.mark.parametrize(
    "body",
    [
        "{{ facts.nmae }}",
        "{{ facts.name",
        "{{ ''.__class__.__mro__ }}",
        "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
        "{{ facts.update({'name': 'x'}) }}",
        "{{ 1 / 0 }}",
        "{% include 'no/such.html' %}",
    ],
)
def test_a_faulty_or_unsafe_template_is_refused(
    body: str, request_: PageRequest, active_fonts: FontSet
) -> None:
    with pytest.raises(RenderError, match="模板"):
        make_page(with_template(request_, body), active_fonts)


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "http://127.0.0.1/", "https://x/", "data:,x", "ftp://x/"],
)
def test_the_fetcher_gives_only_its_own(url: str) -> None:
    fetcher = OwnAssets({"asset:a": b"\x89PNG"})
    assert fetcher("asset:a").read() == b"\x89PNG"
    for ask in (fetcher, fetcher.fetch, fetcher.open):
        with pytest.raises(Refusal):
            ask(url)
    assert fetcher.refused == [url] * 3


def test_a_log_line_of_the_layout_engine_is_an_error(
    request_: PageRequest, active_fonts: FontSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = OwnAssets.fetch

    def chatty(self: OwnAssets, url: str, headers: object = None) -> object:
        logging.getLogger("weasyprint").warning("something is not quite right")
        return original(self, url, headers)

    monkeypatch.setattr(OwnAssets, "fetch", chatty)
    with pytest.raises(RenderError, match="not quite right"):
        make_page(request_, active_fonts)
    # The collector is taken off again.
    assert not [
        one
        for one in logging.getLogger("weasyprint").handlers
        if type(one).__name__ == "_Collector"
    ]


def test_a_missing_glyph_is_named_with_its_field(
    request_: PageRequest, active_fonts: FontSet
) -> None:
    with pytest.raises(MissingGlyph, match=r"姓名.*U\+E000"):
        make_page(with_facts(request_, name="王\ue000明"), active_fonts)
    with pytest.raises(MissingGlyph, match=r"专业名称.*U\+1FAE0"):
        make_page(with_facts(request_, programme="表情🫠技术"), active_fonts)


def test_a_name_from_the_last_fallback_is_flagged(
    request_: PageRequest, active_fonts: FontSet
) -> None:
    page = make_page(with_facts(request_, name="王\U0002a6d6"), active_fonts)
    assert any("姓名" in one and "U+2A6D6" in one for one in page.review)
    assert "\U0002a6d6" in text_of(page.pdf)


@pytest.mark.parametrize("photo", [b"", b"not a picture", b"\x89PNG\r\n\x1a\n"])
def test_a_damaged_photo_spoils_the_page(
    photo: bytes, request_: PageRequest, active_fonts: FontSet
) -> None:
    with pytest.raises(UnsafeFile):
        make_page(replace(request_, photo=photo), active_fonts)


def test_a_photo_of_too_few_pixels_is_refused(
    request_: PageRequest, active_fonts: FontSet, make_jpeg: Callable[[int, int], bytes]
) -> None:
    with pytest.raises(InputError, match="dpi"):
        make_page(replace(request_, photo=make_jpeg(120, 160)), active_fonts)


def test_without_a_photo_nothing_is_printed_in_its_place(
    request_: PageRequest, active_fonts: FontSet
) -> None:
    pixels = raster(make_page(replace(request_, photo=None), active_fonts).pdf)
    x, y, w, h = (round(one * 100 / 25.4) for one in (67, 88, 33, 48))
    assert (pixels[y : y + h, x : x + w] == 255).all()


@pytest.mark.parametrize("kind", ["graduation", "attendance"])
def test_the_watermark_is_on_the_page_but_never_on_photo_or_code(
    kind: str, active_fonts: FontSet
) -> None:
    request = preview_request(kind)
    plain = raster(make_page(replace(request, specimen=False), active_fonts).pdf)
    marked_page = make_page(request, active_fonts)
    marked = raster(marked_page.pdf)
    changed = (plain != marked).any(axis=2)
    assert changed.mean() > 0.02
    per_mm = 100 / 25.4
    for x, y, w, h in ((67.6, 88, 33, 48), (24.0, 160, 28, 28)):
        rows = slice(round(y * per_mm), round((y + h) * per_mm))
        columns = slice(round(x * per_mm), round((x + w) * per_mm))
        assert not changed[rows, columns].any()
    # Outlines, not text: it must not stand between the words of whoever copies.
    assert "样" not in text_of(marked_page.pdf)


def test_proof_shows_the_anchors(request_: PageRequest, active_fonts: FontSet) -> None:
    plain = raster(make_page(request_, active_fonts).pdf)
    proof = raster(make_page(replace(request_, proof=True), active_fonts).pdf)
    per_mm = 100 / 25.4
    seal = request_.design.geometry.split("[anchors.school_seal_center]")[1]
    x, y = (float(line.split("=")[1]) for line in seal.split("\n")[1:3])
    spot = (round(y * per_mm), round((x + 3) * per_mm))
    around = (slice(spot[0] - 2, spot[0] + 3), spot[1])
    assert (plain[around] != proof[around]).any()


def test_a_picture_in_the_quiet_zone_is_refused(
    request_: PageRequest, active_fonts: FontSet
) -> None:
    text = request_.design.sources["certificate/full.zh.html"]
    text = text.replace(
        "{{ qr_symbol() }}",
        "{{ qr_symbol() }}"
        '<p style="position: absolute; left: 49.5mm; top: 170mm">王</p>',
    )
    sources = request_.design.sources | {"certificate/full.zh.html": text}
    broken = replace(request_, design=replace(request_.design, sources=sources))
    with pytest.raises(RenderError, match="侵入了二维码"):
        make_page(broken, active_fonts)


def test_text_off_the_sheet_is_refused(
    request_: PageRequest, active_fonts: FontSet
) -> None:
    body = '<p style="position: absolute; left: 150mm; top: 5mm">王晓明</p>'
    with pytest.raises(RenderError, match="伸出了纸外"):
        make_page(with_template(request_, body), active_fonts)


def test_a_second_page_of_a_certificate_is_refused(
    request_: PageRequest, active_fonts: FontSet
) -> None:
    text = request_.design.sources["base.html"]
    text = text.replace("</body>", "<p style='height: 300mm'>王</p><p>王</p></body>")
    sources = request_.design.sources | {"base.html": text}
    broken = replace(request_, design=replace(request_.design, sources=sources))
    with pytest.raises(PrintshopError, match="第 2 页"):
        make_page(broken, active_fonts)


def test_a_url_too_long_for_the_place_is_refused(
    request_: PageRequest, active_fonts: FontSet
) -> None:
    long = replace(request_, qr="HTTPS://VERIFY.EXAMPLE.EDU.CN/C/" + "A" * 400)
    with pytest.raises(RenderError, match="模块"):
        make_page(long, active_fonts)


def test_a_drawing_with_transparency_is_refused(
    request_: PageRequest, active_fonts: FontSet
) -> None:
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="10mm" height="10mm">'
        '<rect width="5" height="5" opacity="0.5"/></svg>'
    )
    sources = request_.design.sources | {"certificate/frame.svg": svg}
    broken = replace(request_, design=replace(request_.design, sources=sources))
    with pytest.raises(RenderError, match=r"图案|Failed to render SVG"):
        make_page(broken, active_fonts)


def test_drawing_reads_no_template_from_the_disk(active_fonts: FontSet) -> None:
    """Drawing opens no file but fonts: the design holds everything."""
    opened: list[str] = []
    watched = Path(__file__).parents[2] / "printshop" / "templates"

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if event == "open" and str(arguments[0]).startswith(str(watched)):
            opened.append(str(arguments[0]))

    request = preview_request("completion")
    sys.addaudithook(hook)
    make_page(request, active_fonts)
    assert opened == []
