"""``issue`` killed with SIGKILL again and again ends as if it had never been."""

from __future__ import annotations

import os
import random
import signal
import subprocess
from collections import Counter
from typing import TYPE_CHECKING

from sqlalchemy import select

from printshop.issue.tables import AllottedNumberRow, DocumentRow

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import OfficeFolder

    from printshop.shop import Shop

KILLS = 10
COMMAND = ("issue", "graduation", "--all")


def _documents(shop: Shop) -> list[DocumentRow]:
    with shop.tools.database.read() as session:
        return list(session.scalars(select(DocumentRow).order_by(DocumentRow.number)))


def _kill_after(office: OfficeFolder, seconds: float) -> None:
    process = office.start(*COMMAND)
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def test_killed_issue_ends_like_an_uninterrupted_one(
    office: OfficeFolder, new_office: Callable[[str], OfficeFolder]
) -> None:
    rng = random.Random(20260630)
    for _ in range(KILLS):
        _kill_after(office, rng.uniform(0.3, 4.0))
    assert office.run(*COMMAND, "--json").json()["failed"] == []

    twin = new_office("twin")
    twin.take_keys_of(office)
    twin.import_college()
    twin.run(*COMMAND)

    broken, whole = office.shop(), twin.shop()
    killed, calm = _documents(broken), _documents(whole)
    assert [d.state for d in killed] == ["issued"] * len(calm)
    assert [(d.number, d.facts, d.design_sha256, d.pages) for d in killed] == [
        (d.number, d.facts, d.design_sha256, d.pages) for d in calm
    ]
    _numbers_are_whole(broken)
    assert all(broken.documents.pdf(d) for d in killed)
    assert all(d.code is None for d in killed)
    broken.close()
    whole.close()
    office.run("doctor", "--scrub")


def _numbers_are_whole(shop: Shop) -> None:
    """Every number once, no gap, and every number belongs to a document."""
    with shop.tools.database.read() as session:
        rows = list(session.scalars(select(AllottedNumberRow)))
    serials = sorted(row.serial for row in rows)
    assert serials == list(range(1, len(serials) + 1))
    assert max(Counter(row.number for row in rows).values()) == 1
    assert {row.number for row in rows} == {d.number for d in _documents(shop)}
