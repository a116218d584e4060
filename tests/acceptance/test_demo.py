"""``printshop demo``: the whole way to paper, and a second run that adds nothing.

A real cupsd and a real IPP printer stand behind it; what is verified is what the
*printer* received.
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from offices import OfficeFolder
from printshop.database import Base
from printshop.shop.selection import Selection

# One process makes what all of them look at.
pytestmark = pytest.mark.xdist_group("demo")


def _counts(office: OfficeFolder) -> dict[str, Any]:
    with office.shop() as shop, shop.tools.database.read() as session:
        return {
            name: session.scalar(select(func.count()).select_from(table))
            for name, table in Base.metadata.tables.items()
        }


@pytest.fixture(scope="module")
def first(
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[OfficeFolder, dict[str, Any]]:
    office = OfficeFolder(tmp_path_factory.mktemp("demo") / "office")
    return office, office.walk("demo", "--json").json()


def test_everything_printed_verifies_with_the_same_bytes(
    first: tuple[OfficeFolder, dict[str, Any]],
) -> None:
    office, said = first
    assert said["printed"] == said["verified"] == len(said["documents"])
    assert said["printed"] >= 50
    assert all(one["same_bytes"] for one in said["documents"])
    assert {one["state"] for one in said["documents"]} == {"valid"}
    archived = {path.stem for path in (office.home / "archive").glob("??/*.pdf")}
    received = {
        sha256(Path(one["file"]).read_bytes()).hexdigest() for one in said["documents"]
    }
    assert received == archived
    assert len(received) == said["printed"], "a sheet came out twice"


def test_the_printer_heard_no_names(
    first: tuple[OfficeFolder, dict[str, Any]],
) -> None:
    office, said = first
    with office.shop() as shop:
        people = shop.recording.students(Selection())
        titles = {job.title or "" for job in shop.printing.jobs(everything=True)}
        places = {spec.name for spec in shop.printers.listed()}
    names = " ".join([*titles, *places, *(one["file"] for one in said["documents"])])
    for person in people:
        for word in (person.name, person.id_number, person.student_no):
            assert word not in names, word


def test_a_second_run_adds_nothing(first: tuple[OfficeFolder, dict[str, Any]]) -> None:
    office, said = first
    before = _counts(office)
    again = office.walk("demo").out
    assert f"打印机收到 {said['printed']} 份, 其中这一次 0 份" in again
    assert f"{said['printed']} / {said['printed']} 份核验有效" in again
    assert "新增 0, 更新 0" in again
    after = _counts(office)
    assert after == before | {"journal": after["journal"]}
    with office.shop() as shop:
        added = after["journal"] - before["journal"]
        newest = shop.upkeep.journal(subject=None, action=None, limit=max(added, 1))
    # The printer has another port each time; nothing else is entered.
    assert {entry.action for entry in newest[:added]} <= {"printer.saved"}


def test_the_office_is_sound_afterwards(
    first: tuple[OfficeFolder, dict[str, Any]],
) -> None:
    office, _ = first
    office.run("doctor", "--scrub")
