"""An office that dies: takes a folder, a named point and a count; issues until then.

Everything is real but the drawing, which would only cost time here: the page is a
few bytes that depend on the request and on nothing else. Ids and codes come from a
seed, so that two runs that did the same can be compared byte for byte.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy.orm import Session

from printshop.app import open_shop
from printshop.archive import Archive
from printshop.journal import Deed, Journal
from printshop.kinds import KINDS
from printshop.render.model import Page, PageRequest
from printshop.settings import load
from printshop.shop import Shop
from printshop.shop.issuing import Wish
from printshop.shop.selection import Selection

__all__ = ["DIED", "POINTS", "dying_shop", "issue_until"]

DIED = 70
POINTS = ("clock", "journal", "entered", "draw", "put", "kept", "told")
"""Where a run can die: looking at the clock; before an entry of the journal and after
it, inside the transaction; before a page is drawn; before and after a file is
archived; after a document was told as issued."""


class Fuse:
    """Ends the process when a point is passed for the n-th time."""

    def __init__(self, point: str, count: int) -> None:
        self._point, self._left = point, count

    def at(self, point: str) -> None:
        if point == self._point:
            self._left -= 1
            if self._left == 0:
                os._exit(DIED)


class _Journal(Journal):
    def __init__(self, key: bytes, fuse: Fuse) -> None:
        super().__init__(key)
        self._fuse = fuse

    def append_many(self, session: Session, deeds: Iterable[Deed]) -> int:
        self._fuse.at("journal")
        seq = super().append_many(session, deeds)
        self._fuse.at("entered")
        return seq


class _Archive(Archive):
    def __init__(self, root: Path, fuse: Fuse) -> None:
        super().__init__(root)
        self._fuse = fuse

    def put(self, pdf: bytes) -> str:
        self._fuse.at("put")
        sha = super().put(pdf)
        self._fuse.at("kept")
        return sha


class _Press:
    def __init__(self, fuse: Fuse) -> None:
        self._fuse = fuse

    def map(self, requests: Iterable[PageRequest]) -> Iterator[tuple[str, Page]]:
        for request in requests:
            self._fuse.at("draw")
            yield request.document_id, drawn(request)


def drawn(request: PageRequest) -> Page:
    """A page of few bytes."""
    seen = [request.document_id, request.qr, request.facts, request.date.isoformat()]
    pdf = b"%PDF-1.7\n" + json.dumps(seen, sort_keys=True).encode()
    return Page(pdf, sha256(pdf).hexdigest(), 1, 297.0, 210.0)


class _Clock:
    def __init__(self, fuse: Fuse) -> None:
        self._fuse, self._now = fuse, datetime(2026, 7, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        self._fuse.at("clock")
        self._now += timedelta(seconds=1)
        return self._now


def dying_shop(home: Path, fuse: Fuse) -> Shop:
    """The shop of a folder, with a fuse at every point."""
    shop = open_shop(load(home, environ={}))
    tools, random = shop.tools, Random(20260701)
    changes: dict[str, Any] = {
        "journal": _Journal(tools.secrets["journal"], fuse),
        "archive": _Archive(tools.archive.root, fuse),
        "press": lambda: nullcontext(_Press(fuse)),
        "clock": _Clock(fuse),
        "new_id": lambda: f"{random.getrandbits(128):032x}",
        "token_bytes": random.randbytes,
    }
    return Shop(replace(tools, **changes))


def issue_until(home: Path, class_name: str, point: str, count: int) -> None:
    """Issue the certificates of a class, in a process that dies on the way."""
    fuse = Fuse(point, count)
    shop = dying_shop(home, fuse)
    wish = Wish(KINDS["graduation"], Selection(class_name=class_name), "zh")
    shop.issuing.issue(
        wish, actor="测试员", progress=lambda _done, _total: fuse.at("told")
    )
    shop.close()
