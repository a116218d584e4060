"""Recording: takes spreadsheets and photos, gives the register, or a dry run of it.

A dry run is the real run, taken back: the same rows, the same checks, the same
photos matched to students who are only in this file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from printshop.database import lock
from printshop.errors import InputError
from printshop.issue.register import REGISTER
from printshop.records.columns import SheetKind
from printshop.records.drafts import Drafts
from printshop.records.export import export
from printshop.records.importer import Options, apply, check, plan
from printshop.records.model import Student
from printshop.records.photos import PhotoCounts, PhotoPlan, apply_photos, plan_photos
from printshop.records.plan import ImportPlan
from printshop.records.report import summary
from printshop.records.store import history
from printshop.records.workbook import read_workbook
from printshop.shop.selection import Selection
from printshop.shop.tools import Progress, Tools, silent


@dataclass(frozen=True)
class ImportWish:
    """What is to be imported, and what the person decided about it.

    Attributes:
        file: Spreadsheet, CSV or DBF; None for photos alone.
        photos: Folder or ZIP.
        kinds: Sheet kind by sheet name, where the person said so.
        accept_dots: Other middle dots mean U+00B7.
        accept_id_change: 学号 whose 证件号码 is indeed to be replaced.
        dry_run: Look, but change nothing.
    """

    file: Path | None = None
    photos: Path | None = None
    kinds: Mapping[str, SheetKind] = field(default_factory=dict)
    accept_dots: bool = False
    accept_id_change: frozenset[str] = frozenset()
    dry_run: bool = False


@dataclass(frozen=True)
class Imported:
    """What an import did, or in a dry run would do."""

    dry_run: bool
    rows: ImportPlan | None = None
    photo_plan: PhotoPlan | None = None
    photos: PhotoCounts | None = None

    @property
    def sheets(self) -> dict[str, Any]:
        """Counts by sheet: read, new, changed, unchanged, refused."""
        return summary(self.rows)["sheets"] if self.rows else {}

    @property
    def flawless(self) -> bool:
        """Whether nothing was refused."""
        bad_rows = self.rows is not None and bool(self.rows.errors)
        bad_photos = self.photo_plan is not None and bool(self.photo_plan.problems)
        return not (bad_rows or bad_photos)


@dataclass(frozen=True)
class _Sheets:
    """A file that was read and checked, before any transaction."""

    name: str
    sha256: str
    drafts: Drafts


class Recording:
    """The register of students."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def take_in(
        self, wish: ImportWish, *, actor: str, progress: Progress = silent
    ) -> Imported:
        """Import rows and photos; good ones go in, bad ones stay out.

        Raises:
            InputError: A file cannot be read at all.
            UnsafeFile: Opening it would do harm.
        """
        if wish.file is None and wish.photos is None:
            raise InputError("没有说明导入什么。", "请给出电子表格或 --photos。")
        options = Options(self._tools.today(), wish.accept_dots, wish.accept_id_change)
        sheets = None
        if wish.file is not None:
            sheets = _Sheets(
                wish.file.name,
                sha256(wish.file.read_bytes()).hexdigest(),
                check(read_workbook(wish.file), options, wish.kinds or None),
            )
        if wish.dry_run:
            return self._rehearse(wish, sheets, options, actor)
        rows = None
        if sheets is not None:
            with self._tools.database.write() as session:
                rows = self._rows(session, sheets, options, actor)
        if wish.photos is None:
            return Imported(False, rows)
        with self._tools.database.read() as session:
            photo_plan = plan_photos(wish.photos, session)
        with self._tools.database.write() as session:
            counts = self._photos(session, photo_plan, actor, progress)
        return Imported(False, rows, photo_plan, counts)

    def _rehearse(
        self,
        wish: ImportWish,
        sheets: _Sheets | None,
        options: Options,
        actor: str,
    ) -> Imported:
        with self._tools.database.write() as session:
            rows = photo_plan = None
            if sheets is not None:
                rows = self._rows(session, sheets, options, actor)
            if wish.photos is not None:
                photo_plan = plan_photos(wish.photos, session)
            session.rollback()
        return Imported(True, rows, photo_plan)

    def _rows(
        self,
        session: Session,
        sheets: _Sheets,
        options: Options,
        actor: str,
    ) -> ImportPlan:
        # Nobody may take a clearance back between an audit and its number.
        lock(session, REGISTER)
        made = plan(sheets.drafts, session, options)
        import_id, now = self._tools.new_id(), self._tools.clock()
        apply(
            made,
            session,
            import_id=import_id,
            file_name=sheets.name,
            file_sha256=sheets.sha256,
            actor=actor,
            at=now,
            new_id=self._tools.new_id,
        )
        if not made.is_empty:
            self._tools.journal.append(
                session,
                at=now,
                actor=actor,
                action="records.imported",
                subject=import_id,
                file_sha256=sheets.sha256,
                new=len(made.new),
                changed=len(made.changed),
            )
        return made

    def _photos(
        self, session: Session, made: PhotoPlan, actor: str, progress: Progress
    ) -> PhotoCounts:
        import_id, now = self._tools.new_id(), self._tools.clock()
        counts = apply_photos(
            made,
            session,
            self._tools.photos,
            import_id=import_id,
            at=now,
            actor=actor,
            progress=progress,
        )
        if counts.added or counts.replaced:
            self._tools.journal.append(
                session,
                at=now,
                actor=actor,
                action="photos.imported",
                subject=import_id,
                added=counts.added,
                replaced=counts.replaced,
            )
        return counts

    def students(self, selection: Selection) -> list[Student]:
        """Students as the register knows them now, in stack order.

        Raises:
            NotFound: Nobody.
        """
        with self._tools.database.read() as session:
            return selection.students(session, self._tools.today())

    def history(self, student_no: str) -> list[Any]:
        """What imports changed in one student's records, oldest first."""
        with self._tools.database.read() as session:
            return list(history(session, student_no))

    def export(self, selection: Selection, path: Path, *, actor: str) -> int:
        """Write the register to XLSX or CSV; gives the number of students."""
        now = self._tools.clock()
        with self._tools.database.write() as session:
            students = selection.students(session, self._tools.today())
            export(students, path)
            self._tools.journal.append(
                session,
                at=now,
                actor=actor,
                action="records.exported",
                subject=path.name[:100],
                count=len(students),
            )
        return len(students)
