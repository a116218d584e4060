"""``issue`` dead at every named point, one by one: the next run makes it whole.

Not a random moment but each place between two deeds: around the clock, the journal,
the drawing, the archive and the outcome.
"""

from __future__ import annotations

import multiprocessing
import multiprocessing.context
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from dying_office import DIED, issue_until
from offices import OfficeFolder
from printshop.issue.tables import AllottedNumberRow, BatchRow, DocumentRow

# One process makes what all of them look at.
pytestmark = pytest.mark.xdist_group("crash-points")

CLASS = "会计2301"
CASES = [
    ("clock", 1),  # before anything
    ("journal", 1),  # numbered, not committed
    ("entered", 1),
    ("draw", 1),  # reserved
    ("draw", 3),
    ("put", 1),
    ("kept", 1),  # file, but no row
    ("kept", 4),
    ("clock", 4),
    ("journal", 3),  # issued, not committed
    ("entered", 3),
    ("told", 2),  # committed
]


LASTING = [
    "id",
    "key",
    "base_key",
    "batch_id",
    "position",
    "number",
    "issued_on",
    "state",
    "reason",
    "facts",
    "design_sha256",
    "fonts_sha256",
    "code",
    "code_sha256",
    "pdf_sha256",
    "pages",
]


@pytest.fixture(scope="module")
def processes() -> multiprocessing.context.ForkServerContext:
    """Processes that have everything imported already."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["printshop.app", "printshop.shop.issuing"])
    return context


Run = Callable[[OfficeFolder, str, int], int]


@pytest.fixture(scope="module")
def run(processes: multiprocessing.context.ForkServerContext) -> Run:
    """Issue in a process of its own; gives its exit code."""

    def start(office: OfficeFolder, point: str, count: int) -> int:
        process = processes.Process(
            target=issue_until, args=(office.home, CLASS, point, count)
        )
        process.start()
        process.join()
        assert process.exitcode is not None
        return process.exitcode

    return start


def _outcome(office: OfficeFolder) -> dict[str, Any]:
    """All that a run leaves behind, but for the times."""
    with office.shop() as shop, shop.tools.database.read() as session:
        documents = [
            {name: getattr(row, name) for name in LASTING}
            for row in session.scalars(select(DocumentRow).order_by(DocumentRow.id))
        ]
        rows = session.execute(
            select(AllottedNumberRow.number, AllottedNumberRow.serial)
        )
        numbers = {(number, serial) for number, serial in rows}
        batches = sorted(session.scalars(select(BatchRow.id)))
        deeds = Counter(
            (e.action, e.subject)
            for e in shop.upkeep.journal(subject=None, action=None, limit=1000)
        )
        report = shop.upkeep.scrub()
        checks = {check.name: check.good for check in shop.upkeep.checks()}
    files = {path.name for path in (office.home / "archive").glob("??/*")}
    return {
        "documents": documents,
        "numbers": numbers,
        "batches": batches,
        "journal": deeds,
        "sound": (report.sound, report.stray, report.tmp),
        "checks": checks,
        "files": files,
    }


@pytest.fixture(scope="module")
def calm(
    imported_seed: OfficeFolder, run: Run, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Any]:
    """What an uninterrupted run leaves."""
    office = imported_seed.copy_to(tmp_path_factory.mktemp("calm") / "office")
    assert run(office, "", 0) == 0
    return _outcome(office)


@pytest.mark.parametrize(("point", "count"), CASES)
def test_the_next_run_makes_it_whole(
    imported_office: OfficeFolder,
    run: Run,
    calm: dict[str, Any],
    point: str,
    count: int,
) -> None:
    assert run(imported_office, point, count) == DIED
    between = _outcome(imported_office)
    states = Counter(document["state"] for document in between["documents"])
    assert states["issued"] < len(calm["documents"])
    # An issued document always has its file; a file may wait for its document.
    assert states["issued"] <= len(between["files"]) <= states["issued"] + 1
    assert between["checks"]["日志"]
    assert between["checks"]["开具"] == (states["reserved"] == 0)
    assert run(imported_office, "", 0) == 0
    assert _outcome(imported_office) == calm


def test_dead_again_and_again(
    imported_office: OfficeFolder, run: Run, calm: dict[str, Any]
) -> None:
    for point, count in CASES:
        run(imported_office, point, count)
    assert run(imported_office, "", 0) == 0
    assert _outcome(imported_office) == calm


def test_the_calm_run_is_worth_comparing_with(calm: dict[str, Any]) -> None:
    assert len(calm["documents"]) >= 8
    assert {document["state"] for document in calm["documents"]} == {"issued"}
    assert calm["sound"] == (True, [], [])
    assert len(calm["files"]) == len(calm["documents"]) == len(calm["numbers"])
    assert all(count == 1 for count in calm["journal"].values())
