"""A page request goes in; deterministic PDF/A bytes come out.

The door to WeasyPrint. It never refuses by itself: a lost picture, an unknown font
or a missing glyph is only a line in its log. So every line of its log is an error
here, it is given nothing but our own bytes, and what it laid out is checked.
"""

from __future__ import annotations

import hashlib
import logging
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from xml.etree.ElementTree import Element

import weasyprint
from weasyprint.pdf.metadata import DocumentMetadata
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError

from printshop.errors import DoesNotFit, PrintshopError, RenderError
from printshop.kinds import kind_of
from printshop.render import drawings, fit, photo, qr_image, words
from printshop.render.assets import OwnAssets
from printshop.render.fonts import FontSet
from printshop.render.layout import Layout, parse_layout
from printshop.render.layout_css import css_of
from printshop.render.model import Design, Page, PageRequest
from printshop.render.recorded import RecordedDrawing
from printshop.render.runs import Dresser

VARIANT = "pdf/a-2b"
_ROUNDS = 8

# Pango's font map and WeasyPrint's logger are one per process.
_ONE_AT_A_TIME = threading.RLock()


def make_page(request: PageRequest, fonts: FontSet) -> Page:
    """Draw one document.

    Args:
        request: The document; equal requests give equal bytes.
        fonts: The fonts; activated here if the process has not yet done so.

    Raises:
        MissingGlyph: No font draws a character; found before anything is laid out.
        DoesNotFit: A text does not fit its box by any rule.
        RenderError: Anything else that would spoil the page.
    """
    with _ONE_AT_A_TIME:
        studio = _studio(fonts)
        with _warnings_are_errors(request):
            return _make(request, studio)


@dataclass
class _Studio:
    """What is kept between pages: reading it anew would take longest."""

    fonts: FontSet
    config: Any
    styles: dict[str, Any]
    drawings: dict[bytes, RecordedDrawing]

    def drawn(self, assets: Mapping[str, bytes]) -> dict[str, RecordedDrawing]:
        """The drawings among the assets of a page, as WeasyPrint's picture cache."""
        found: dict[str, RecordedDrawing] = {}
        for url, data in assets.items():
            if url.endswith(".svg"):
                if data not in self.drawings:
                    self.drawings[data] = RecordedDrawing(data, url)
                found[url] = self.drawings[data]
        return found


@lru_cache(maxsize=2)
def _studio(fonts: FontSet) -> _Studio:
    fonts.activate()
    return _Studio(fonts, FontConfiguration(), {}, {})


def _make(request: PageRequest, studio: _Studio) -> Page:
    layout = parse_layout(request.design.geometry)
    assets, modules = _assets(request, layout, studio)
    html = weasyprint.HTML(
        string=words.write(request, layout, assets), url_fetcher=OwnAssets(assets)
    )
    root: Element = html.etree_element
    _cover(root, request)
    dresser = Dresser(layout, studio.fonts, words.fields_of(request))
    dresser.dress(root)
    document, steps = _lay_out(html, layout, request.design, assets, studio)
    _check(document, layout, modules)
    document.metadata = _metadata(request)
    pdf = document.write_pdf(
        pdf_variant=VARIANT,
        pdf_identifier=hashlib.sha256(request.document_id.encode()).hexdigest()[:32],
    )
    return Page(
        pdf=pdf,
        sha256=hashlib.sha256(pdf).hexdigest(),
        pages=len(document.pages),
        width_mm=layout.sheet.width,
        height_mm=layout.sheet.height,
        review=(*dresser.review.values(), *_shrunk(steps)),
    )


def _assets(
    request: PageRequest, layout: Layout, studio: _Studio
) -> tuple[dict[str, bytes], int]:
    assets: dict[str, bytes] = words.pictures(request.design, layout)
    modules = 0
    if request.qr is not None:
        if layout.qr is None:
            raise RenderError(
                f"版面“{layout.title}”没有二维码的位置。", "请在版面里加上 [qr]。"
            )
        symbol = qr_image.symbol(request.qr, layout.qr)
        assets["asset:qr"], modules = symbol.png, symbol.modules
    if request.photo is not None and layout.photo is not None:
        place = layout.photo
        assets["asset:photo"] = photo.placed(request.photo, place.w, place.h).jpeg
    if request.specimen:
        assets["asset:watermark.svg"] = drawings.watermark(layout, studio.fonts)
    if request.proof:
        assets["asset:guides.svg"] = drawings.guides(layout)
    return assets, modules


def _cover(root: Element, request: PageRequest) -> None:
    """Lay the watermark under the page and the guides over it.

    Done here and not in the templates: none of them may forget it.
    """
    body = next(root.iter("body"))
    if request.specimen:
        # Below everything: in a flowing page the text is not positioned and would
        # otherwise lie under any positioned picture.
        body.insert(0, _sheet("asset:watermark.svg", "sheet watermark"))
    if request.proof:
        body.append(_sheet("asset:guides.svg"))


def _sheet(source: str, classes: str = "sheet") -> Element:
    return Element("img", {"class": classes, "src": source, "alt": ""})


def _lay_out(
    html: Any,
    layout: Layout,
    design: Design,
    assets: Mapping[str, bytes],
    studio: _Studio,
) -> tuple[Any, dict[str, fit.Step]]:
    steps: dict[str, fit.Step] = {}
    root: Element = html.etree_element
    styles = _styles(design, layout, studio)
    drawn = studio.drawn(assets)
    for _ in range(_ROUNDS):
        document = html.render(
            stylesheets=styles, font_config=studio.config, cache=dict(drawn)
        )
        filled = fit.filled_boxes(document.pages, layout)
        wrong = [one for one in filled if one.overflows]
        if not wrong:
            fit.finish(filled)
            return document, steps
        for one in wrong:
            steps[one.name] = fit.next_step(one, steps.get(one.name, fit.Step()))
            fit.apply_step(root, one.name, steps[one.name])
    raise DoesNotFit("版面反复调整后仍放不下。", "请换一种版面。")


def _styles(design: Design, layout: Layout, studio: _Studio) -> list[Any]:
    found = studio.styles.get(design.sha256)
    if found is None:
        texts = [css_of(layout, studio.fonts), *words.style_sheets(design, layout)]
        fetcher = OwnAssets({})
        found = [
            weasyprint.CSS(string=text, font_config=studio.config, url_fetcher=fetcher)
            for text in texts
        ]
        studio.styles[design.sha256] = found
    return list(found)


def _check(document: Any, layout: Layout, modules: int) -> None:
    pages = document.pages
    if document.metadata.attachments:
        raise RenderError("模板想在 PDF 里附带文件。", "请去掉模板里的附件。")
    if len(pages) > 1 and not layout.flows:
        raise DoesNotFit(
            f"版面“{layout.title}”只有一页, 内容却排到了第 {len(pages)} 页。",
            "请检查模板里框以外的文字。",
        )
    if layout.qr and modules:
        found = fit.trespassers(pages[0], layout.qr.zone(modules))
        if found:
            raise RenderError(
                f"“{found[0]}”侵入了二维码四周的空白。", "请在版面里移开它。"
            )
    outside = [text for page in pages for text in fit.off_the_sheet(page)]
    if outside:
        raise DoesNotFit(f"文字“{outside[0]}”伸出了纸外。", "请检查模板和版面。")


def _metadata(request: PageRequest) -> Any:
    kind = kind_of(request.kind)
    number = request.facts.get("number")
    moment = f"{request.date.isoformat()}T00:00:00+08:00"
    return DocumentMetadata(
        title=f"{kind.title} {number}" if number else kind.title,
        authors=[str(request.facts.get("school", ""))],
        description=kind.title,
        keywords=[kind.code, request.design.layout],
        generator="printshop",
        created=moment,
        modified=moment,
        lang="en" if request.language == "en" else "zh-CN",
    )


def _shrunk(steps: Mapping[str, fit.Step]) -> Iterator[str]:
    for name, step in sorted(steps.items()):
        lines = "并分行" if step.wrapped else ""
        yield f"“{name}”框的文字缩到 {step.scale:.0%}{lines}, 请看一眼。"


class _Collector(logging.Handler):
    """Keeps what WeasyPrint only logs."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


@contextmanager
def _warnings_are_errors(request: PageRequest) -> Iterator[None]:
    collector = _Collector()
    logger = logging.getLogger("weasyprint")
    logger.addHandler(collector)
    try:
        yield
    except PrintshopError:
        raise
    except (FatalURLFetchingError, OSError, ValueError, TypeError) as error:
        raise _spoilt(request, [str(error)]) from error
    finally:
        logger.removeHandler(collector)
    if collector.lines:
        raise _spoilt(request, collector.lines)


def _spoilt(request: PageRequest, lines: list[str]) -> RenderError:
    return RenderError(
        f"{kind_of(request.kind).title}没有排好: {'; '.join(lines[:3])}。",
        "页面没有生成。请检查模板、版面和照片。",
    )
