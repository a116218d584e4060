"""The same spreadsheet imported and issued twice: nothing new anywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from offices import SAMPLES, OfficeFolder
from printshop.archive.tables import ArchivedObjectRow
from printshop.database import Base

if TYPE_CHECKING:
    from printshop.shop import Shop

COLLEGE = (str(SAMPLES / "college.xlsx"), "--photos", str(SAMPLES / "photos"))


def _everything(shop: Shop) -> dict[str, Any]:
    """Every table's rows counted, and the names of all archived files."""
    with shop.tools.database.read() as session:
        counts: dict[str, Any] = {
            name: session.scalar(select(func.count()).select_from(table))
            for name, table in Base.metadata.tables.items()
        }
        archived = set(session.scalars(select(ArchivedObjectRow.sha256)))
    files = {path.stem for path in shop.tools.archive.root.glob("??/*.pdf")}
    assert files == archived
    photos = {path.name for path in shop.tools.photos.rglob("*.jpg")}
    return counts | {"files": files, "photos": photos}


def _state(office: OfficeFolder) -> dict[str, Any]:
    with office.shop() as shop:
        return _everything(shop)


def test_a_second_import_changes_nothing(issued_office: OfficeFolder) -> None:
    before = _state(issued_office)
    assert before["student"] >= 60
    again = issued_office.walk("records", "import", *COLLEGE, "--json").json()
    for sheet, counts in again["sheets"].items():
        assert (counts["new"], counts["changed"], counts["refused"]) == (0, 0, 0), sheet
        assert counts["unchanged"] > 0
    assert again["photos"]["new"] == 0
    assert _state(issued_office) == before


def test_a_second_issue_adds_nothing(issued_office: OfficeFolder) -> None:
    before = _state(issued_office)
    for kind in ("graduation", "completion", "attendance"):
        report = issued_office.walk("issue", kind, "--all", "--json").json()
        assert (report["issued"], report["failed"], report["batch"]) == ([], [], None)
        assert report["unchanged"]
    assert _state(issued_office) == before
