"""Page requests go in; checked pages come out, drawn by several processes in order.

A page leaves the press only if it is archival and its QR symbol was read back from
the page as it will be printed. One bad document spoils itself, not its batch.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import TracebackType
from typing import Self

import pypdfium2

from printshop.errors import PrintshopError, RenderError, UnreadableCode
from printshop.render import conformance
from printshop.render.fonts import FontSet
from printshop.render.layout import parse_layout
from printshop.render.model import Page, PageRequest
from printshop.render.page import make_page
from printshop.seal.reader import read_page_codes

READ_BACK_DPI = 300
_WAITING_PER_WORKER = 4

_fonts: FontSet | None = None


def start_worker(fonts_dir: Path) -> None:
    """Make this process ready: fonts first, before anything is laid out."""
    global _fonts
    _fonts = FontSet.load(fonts_dir)
    _fonts.activate()
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: BaseProcess) -> None:
    """Do not outlive a killed parent: both ends of the pool's pipe are ours.

    A worker that waits for work holds the writing end too, so that it would never
    see the end of the pipe and wait for ever.
    """
    parent.join()
    os._exit(1)


def press(request: PageRequest) -> Page:
    """Draw one document and check it, in a process that ``start_worker`` readied.

    Raises:
        UnreadableCode: The QR symbol does not read back as it was meant.
        RenderError: The page cannot be drawn, or is not archival.
    """
    if _fonts is None:
        raise RenderError("排版进程没有启动。", "请通过 Press 使用。")
    page = make_page(request, _fonts)
    conformance.require(page.pdf, _fonts)
    read_back(page, request)
    read_name(page, request)
    return page


def read_back(page: Page, request: PageRequest) -> None:
    """Read the symbol from the page at 300 dpi and compare.

    Raises:
        UnreadableCode: Nothing was read, or something else.
    """
    place = parse_layout(request.design.geometry).qr
    if request.qr is None or place is None:
        return
    box = (place.x, place.y, place.size, place.size)
    found = read_page_codes(page.pdf, READ_BACK_DPI, box_mm=box)[0]
    if found != [request.qr]:
        seen = "、".join(found) or "没有读出内容"
        raise UnreadableCode(
            f"印出的二维码读回来不对: {seen}。", "文书没有签发; 请检查版面里的二维码。"
        )


def read_name(page: Page, request: PageRequest) -> None:
    """Find the holder's name in the page's text, character for character.

    Two characters that share one glyph of a font would come out as the first of
    them: the paper would look right and its text would be wrong for ever.

    Raises:
        RenderError: The name is not there as it is registered.
    """
    with pypdfium2.PdfDocument(page.pdf) as document:
        text = "".join(document[0].get_textpage().get_text_range().split())
    facts = request.facts
    names = [facts[key] for key in ("name", "name_en") if facts.get(key)]
    if names and not any("".join(name.split()) in text for name in names):
        raise RenderError(
            f"页面的文字里找不到姓名“{names[0]}”。",
            "文书没有签发; 姓名里可能有两个共用一个字形的编码, 请核对姓名的编码。",
        )


def local_executor(fonts_dir: Path, workers: int) -> Executor:
    """Processes of this machine; each starts afresh, for fontconfig cannot restart."""
    return ProcessPoolExecutor(
        max_workers=workers,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=start_worker,
        initargs=(fonts_dir,),
    )


class Press:
    """Several processes that draw, as a context manager.

    Args:
        fonts_dir: The fonts folder.
        workers: Number of processes; 0 is one per CPU.
        executor: Makes the executor; another engine can be put here.
    """

    def __init__(
        self,
        fonts_dir: Path,
        workers: int = 0,
        executor: Callable[[Path, int], Executor] = local_executor,
    ) -> None:
        self._workers = workers or os.cpu_count() or 1
        self._executor = executor(fonts_dir, self._workers)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._executor.shutdown(wait=True, cancel_futures=True)

    def map(
        self, requests: Iterable[PageRequest]
    ) -> Iterator[tuple[str, Page | PrintshopError]]:
        """Draw documents in order; a refused one gives its refusal.

        Only a bounded number is under way, so a batch of any size fits in memory.

        Raises:
            RenderError: A process died; what was given before is good.
        """
        window = self._workers * _WAITING_PER_WORKER
        under_way: deque[tuple[str, Future[Page]]] = deque()
        try:
            for request in requests:
                future = self._executor.submit(press, request)
                under_way.append((request.document_id, future))
                if len(under_way) >= window:
                    yield _outcome(*under_way.popleft())
            while under_way:
                yield _outcome(*under_way.popleft())
        except BrokenExecutor as error:
            raise RenderError(
                "排版进程意外退出, 这一批没有做完。",
                "请重新执行同一命令, 已完成的不会重做; 仍然失败请查内存是否不足。",
            ) from error
        finally:
            for _, future in under_way:
                future.cancel()


def _outcome(
    document_id: str, future: Future[Page]
) -> tuple[str, Page | PrintshopError]:
    try:
        return document_id, future.result()
    except PrintshopError as refusal:
        return document_id, refusal
