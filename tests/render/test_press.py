"""The press: in order, bounded, one refusal harms one document, codes read back."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from dataclasses import replace
from pathlib import Path

import pytest

from printshop.errors import DoesNotFit, MissingGlyph, RenderError, UnreadableCode
from printshop.render import press as press_module
from printshop.render.fonts import FontSet
from printshop.render.model import Page, PageRequest
from printshop.render.page import make_page
from printshop.render.press import Press, press, read_back, read_name, start_worker
from printshop.render.preview import preview_request

HERE = preview_request("graduation")


def numbered(count: int) -> Iterator[PageRequest]:
    for index in range(count):
        facts = HERE.facts | {"number": f"9999912026060{index:05d}"}
        yield replace(HERE, document_id=f"d{index}", facts=facts)


class InThisProcess(Executor):
    """Runs everything at once, here, and counts what is waiting."""

    def __init__(self, _fonts_dir: Path, _workers: int) -> None:
        self.submitted = 0

    def submit(self, fn: Callable[..., Page], /, *args: object) -> Future[Page]:  # type: ignore[override]
        self.submitted += 1
        future: Future[Page] = Future()
        try:
            future.set_result(fn(*args))
        except Exception as error:  # noqa: BLE001
            future.set_exception(error)
        return future


@pytest.fixture
def ready(active_fonts: FontSet, monkeypatch: pytest.MonkeyPatch) -> FontSet:
    monkeypatch.setattr(press_module, "_fonts", active_fonts)
    return active_fonts


def test_worker_processes_give_pages_in_order(fonts: FontSet) -> None:
    requests = list(numbered(7))
    bad = replace(requests[3], facts=requests[3].facts | {"name": "王\ue000"})
    requests[3] = bad
    with Press(fonts.folder, workers=2) as running:
        found = list(running.map(iter(requests)))
    assert [one for one, _ in found] == [f"d{index}" for index in range(7)]
    assert isinstance(found[3][1], MissingGlyph)
    assert "姓名" in found[3][1].message
    assert found[3][1].remedy
    pages = [page for _, page in found if isinstance(page, Page)]
    assert len(pages) == 6
    assert len({page.sha256 for page in pages}) == 6


def test_workers_make_the_same_bytes_as_this_process(
    fonts: FontSet, active_fonts: FontSet
) -> None:
    with Press(fonts.folder, workers=1) as running:
        ((_, page),) = running.map([HERE])
    assert isinstance(page, Page)
    assert page.pdf == make_page(HERE, active_fonts).pdf


def test_only_a_window_is_under_way(ready: FontSet) -> None:
    assert ready
    engine = InThisProcess(Path(), 1)
    running = Press(Path(), 1, executor=lambda _folder, _workers: engine)
    results = running.map(numbered(9))
    next(results)
    assert engine.submitted == 4
    assert len(list(results)) == 8


def _die(_request: PageRequest) -> Page:
    os._exit(1)


def test_a_dying_process_is_said_so(
    fonts: FontSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(press_module, "press", _die)
    running = Press(fonts.folder, workers=1, executor=_plain_processes)
    with running, pytest.raises(RenderError, match="意外退出"):
        list(running.map([HERE]))


def _plain_processes(_fonts_dir: Path, workers: int) -> Executor:
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    # Forked, so that the child knows this module's function.
    return ProcessPoolExecutor(workers, multiprocessing.get_context("fork"))


def test_a_document_that_does_not_fit_is_a_result(ready: FontSet) -> None:
    assert ready
    long = replace(HERE, facts=HERE.facts | {"school": "示例" * 60})
    running = Press(Path(), 1, executor=InThisProcess)
    ((_, outcome),) = running.map([long])
    assert isinstance(outcome, DoesNotFit)


def test_the_press_must_be_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(press_module, "_fonts", None)
    with pytest.raises(RenderError, match="没有启动"):
        press(HERE)


def test_starting_a_worker_readies_its_fonts(
    active_fonts: FontSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(press_module, "_fonts", None)
    start_worker(active_fonts.folder)
    assert press(HERE).pages == 1


def test_a_code_that_says_something_else_is_not_issued(active_fonts: FontSet) -> None:
    page = make_page(HERE, active_fonts)
    read_back(page, HERE)
    other = replace(HERE, qr="HTTPS://VERIFY.EXAMPLE.EDU.CN/C/ANOTHER")
    with pytest.raises(UnreadableCode, match="VERIFY"):
        read_back(page, other)


def test_a_page_whose_code_is_missing_is_not_issued(active_fonts: FontSet) -> None:
    page = make_page(replace(HERE, qr=None), active_fonts)
    with pytest.raises(UnreadableCode, match="没有读出"):
        read_back(page, HERE)
    read_back(page, replace(HERE, qr=None))


def test_a_covered_code_is_not_issued(active_fonts: FontSet) -> None:
    """A drawing over the symbol is beyond the layout's checks: reading finds it."""
    name = "certificate/frame.svg"
    frame = HERE.design.sources[name].replace(
        "</svg>", '<rect x="24" y="158" width="20" height="20" fill="#000"/></svg>'
    )
    full = "certificate/full.zh.html"
    picture = f'<img class="sheet" src="asset:{name}" alt="">'
    assert picture in HERE.design.sources[full]
    sources = HERE.design.sources | {name: frame}
    text = HERE.design.sources[full].replace(picture, "")
    end = text.rindex("{% endblock %}")
    sources[full] = text[:end] + picture + text[end:]
    covered = replace(HERE, design=replace(HERE.design, sources=sources))
    page = make_page(covered, active_fonts)
    with pytest.raises(UnreadableCode):
        read_back(page, covered)


def test_a_page_that_says_another_name_is_not_issued(active_fonts: FontSet) -> None:
    page = make_page(HERE, active_fonts)
    read_name(page, HERE)
    # A compatibility form that looks the same is another character.
    facts = HERE.facts | {"name": "王晓\uf9e1", "name_en": None}
    with pytest.raises(RenderError, match="姓名"):
        read_name(page, replace(HERE, facts=facts))
