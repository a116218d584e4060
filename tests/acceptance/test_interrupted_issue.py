"""``issue`` killed with SIGKILL again and again ends as if it had never been."""

from __future__ import annotations

import os
import random
import select as polling
import signal
import subprocess
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from offices import SAMPLES, OfficeFolder
from printshop.app import initialise
from printshop.issue.tables import AllottedNumberRow, DocumentRow
from printshop.settings import load

if TYPE_CHECKING:
    from conftest import PostgresServer

    from printshop.shop import Shop

# One process makes what all of them look at.
pytestmark = pytest.mark.xdist_group("interrupted")

CLASS = "计应2301"
COMMAND = ("issue", "graduation", "--class", CLASS)


def _documents(shop: Shop) -> list[DocumentRow]:
    with shop.tools.database.read() as session:
        return list(session.scalars(select(DocumentRow).order_by(DocumentRow.number)))


def _count(shop: Shop, state: str) -> int:
    query = select(func.count()).where(DocumentRow.state == state)
    with shop.tools.database.read() as session:
        return session.scalar(query) or 0


def _kill(process: subprocess.Popen[bytes]) -> None:
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _kill_after(office: OfficeFolder, seconds: float) -> None:
    """At some moment: while starting, numbering, drawing or archiving."""
    process = office.start(*COMMAND)
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        _kill(process)


def _kill_when_issued(office: OfficeFolder, shop: Shop, count: int) -> None:
    """In the midst of the batch: not before so many are issued."""
    process = office.start(*COMMAND)
    while _count(shop, "issued") < count:
        try:
            process.wait(timeout=0.02)
        except subprocess.TimeoutExpired:
            continue
        break
    _kill(process) if process.poll() is None else None


def _looks(shop: Shop) -> list[tuple[Any, ...]]:
    """What of each document does not depend on chance."""
    return [
        (d.number, d.position, d.facts, d.design_sha256, d.layout, d.pages, d.state)
        for d in _documents(shop)
    ]


def _numbers_are_whole(shop: Shop) -> None:
    """Every number once, no gap, and every number belongs to a document."""
    with shop.tools.database.read() as session:
        rows = list(session.scalars(select(AllottedNumberRow)))
    serials = sorted(row.serial for row in rows)
    assert serials == list(range(1, len(serials) + 1))
    assert max(Counter(row.number for row in rows).values()) == 1
    assert {row.number for row in rows} == {d.number for d in _documents(shop)}


def _killed_often(
    office: OfficeFolder, moments: tuple[float, ...], counts: tuple[int, ...]
) -> None:
    midway = 0
    with office.shop() as shop:
        for seconds in moments:
            _kill_after(office, seconds)
        for count in counts:
            _kill_when_issued(office, shop, count)
            midway += _count(shop, "reserved") > 0 and _count(shop, "issued") >= count
    assert midway, "no kill came in the midst of the batch"
    report = office.run(*COMMAND, "--json").json()
    assert report["failed"] == []
    assert report["resumed"] == len(report["issued"]) > 0


def _ends_like(office: OfficeFolder, twin: OfficeFolder) -> None:
    """The register, the numbers, the archive and the journal hold together."""
    with office.shop() as broken, twin.shop() as whole:
        assert _looks(broken) == _looks(whole)
        assert {d.state for d in _documents(broken)} == {"issued"}
        _numbers_are_whole(broken)
        assert all(broken.documents.pdf(d) for d in _documents(broken))
        assert all(d.code is None for d in _documents(broken))
        assert _entries(broken) == _entries(whole)
    office.run("doctor", "--scrub")


def _entries(shop: Shop) -> Counter[tuple[str, str]]:
    """What the journal says was done to which number: each deed once."""
    found = shop.upkeep.journal(subject=None, action=None, limit=10_000)
    return Counter((e.action, str(e.details.get("number", ""))) for e in found)


def test_killed_issue_ends_like_an_uninterrupted_one(
    imported_office: OfficeFolder, imported_seed: OfficeFolder, tmp_path: Path
) -> None:
    rng = random.Random(20260630)
    moments = tuple(rng.uniform(0.5, 4.0) for _ in range(3))
    _killed_often(imported_office, moments, (2, 9))
    twin = imported_seed.copy_to(tmp_path / "twin")
    twin.run(*COMMAND)
    _ends_like(imported_office, twin)


def test_the_same_on_postgresql(
    tmp_path: Path, imported_seed: OfficeFolder, postgres: PostgresServer
) -> None:
    offices = []
    for name in ("killed", "calm"):
        url = postgres.create(f"{name}_{os.getpid()}")
        office = OfficeFolder(tmp_path / name, {"PRINTSHOP_DATABASE_URL": url})
        text = (SAMPLES / "office.toml").read_text(encoding="utf-8")
        initialise(load(office.home, environ=office.variables), text)
        office.take_keys_of(imported_seed)
        ran = office.run(
            "records",
            "import",
            str(SAMPLES / "college.xlsx"),
            "--photos",
            str(SAMPLES / "photos"),
        )
        assert not (office.home / "printshop.db").exists(), ran.out
        offices.append(office)
    killed, calm = offices
    _killed_often(killed, (1.5,), (3,))
    calm.run(*COMMAND)
    _ends_like(killed, calm)


@pytest.fixture
def children() -> Callable[[int], list[int]]:
    """The processes that a process has started."""

    def find(parent: int) -> list[int]:
        text = Path(f"/proc/{parent}/task/{parent}/children").read_text()
        return [int(word) for word in text.split()]

    return find


def test_workers_end_with_their_killed_parent(
    imported_office: OfficeFolder, children: Callable[[int], list[int]]
) -> None:
    """A kill that hits only the command must not leave processes behind for ever."""
    process = imported_office.start(*COMMAND)
    with imported_office.shop() as shop:
        while process.poll() is None and _count(shop, "issued") < 1:
            pass
    handles = [os.pidfd_open(pid) for pid in children(process.pid)]
    assert len(handles) >= 2
    process.kill()
    process.wait()
    for handle in handles:
        ended, _, _ = polling.select([handle], [], [], 60)
        assert ended, "a worker outlived its parent"
        os.close(handle)
