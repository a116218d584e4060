"""The import itself: takes sheets, gives a plan; takes a plan, changes the register.

``check`` is pure and may take its time; ``plan`` and ``apply`` belong into one
write transaction, so that nobody changes the register between them. A plan that
went stale is refused, never applied by guess.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from printshop.errors import Refused
from printshop.records.cells import Sheet
from printshop.records.checks import check_tables
from printshop.records.columns import SheetKind
from printshop.records.drafts import Drafts, as_json
from printshop.records.plan import Change, ImportPlan, make_plan
from printshop.records.report import summary
from printshop.records.row_reader import Options
from printshop.records.table import tables_of
from printshop.records.tables import (
    ClearanceRow,
    ImportRow,
    MarkRow,
    ProgrammeRow,
    RecordChangeRow,
    StatusEventRow,
    StudentRow,
)

__all__ = ["ImportPlan", "Options", "apply", "check", "plan"]

_PROGRAMME_FIELDS = (
    "programme_code",
    "programme_name",
    "programme_name_en",
    "catalog_year",
)


def check(
    sheets: tuple[Sheet, ...],
    options: Options,
    forced: Mapping[str, SheetKind] | None = None,
) -> Drafts:
    """Everything that can be said without the register.

    Args:
        sheets: From ``read_workbook``.
        options: The day, and what the person decided.
        forced: Kind by sheet name, where the person said so (``""``: the only one).
    """
    tables, problems = tables_of(sheets, forced)
    drafts = check_tables(tables, options)
    drafts.problems[:0] = problems
    return drafts


def plan(drafts: Drafts, session: Session, options: Options) -> ImportPlan:
    """Hold checked rows against the register; the drafts are used up."""
    return make_plan(drafts, session, options)


def apply(
    plan: ImportPlan,
    session: Session,
    *,
    import_id: str,
    file_name: str,
    file_sha256: str,
    actor: str,
    at: datetime,
    new_id: Callable[[], str],
) -> None:
    """Write a plan in the caller's transaction; an empty plan writes nothing.

    Args:
        plan: Made in this very transaction.
        session: A write session.
        import_id: Id of this run.
        file_name: Name of the file, without folders.
        file_sha256: Of its bytes.
        actor: Who imports.
        at: When.
        new_id: Gives a fresh student id per call.

    Raises:
        Refused: The register changed since the plan was made.
    """
    if plan.is_empty:
        return
    session.add(
        ImportRow(
            id=import_id,
            file_name=file_name[:255],
            file_sha256=file_sha256,
            at=at,
            actor=actor,
            counts=summary(plan)["sheets"],
        )
    )
    try:
        session.flush()
        _Writer(session, plan, import_id, at, new_id).write()
        session.flush()
    except IntegrityError as error:
        raise _stale() from error
    session.expire_all()


def _stale() -> Refused:
    return Refused(
        "登记簿在检查之后被别人改动了, 这次导入没有写入任何内容。", "请重新导入一次。"
    )


class _Writer:
    def __init__(
        self,
        session: Session,
        plan: ImportPlan,
        import_id: str,
        at: datetime,
        new_id: Callable[[], str],
    ) -> None:
        self.session = session
        self.plan = plan
        self.import_id = import_id
        self.at = at
        self.new_id = new_id
        self.ids = {number: found[0] for number, found in plan.versions.items()}
        self.history: list[dict[str, Any]] = []

    def write(self) -> None:
        """Programmes, students, then what hangs on them; history last."""
        self.programmes = _Programmes(self.session, self.plan)
        for code, before, after in self.programmes.renamed:
            self._record("", "programme", code, before, after)
        self._new_students()
        self._changed_students()
        self._new_dependents()
        self._changed_dependents()
        self._insert(RecordChangeRow, self.history)

    def _insert(self, table: Any, rows: list[dict[str, Any]]) -> None:
        if rows:
            self.session.execute(insert(table), rows)

    def _record(
        self,
        student_id: str,
        table: str,
        key: str,
        before: Mapping[str, Any] | None,
        after: Mapping[str, Any],
    ) -> None:
        self.history.append(
            {
                "import_id": self.import_id,
                "student_id": student_id,
                "table": table,
                "key": key,
                "before": None if before is None else as_json(before),
                "after": as_json(after),
            }
        )

    def _new_students(self) -> None:
        rows: list[dict[str, Any]] = []
        for change in _of(self.plan.new, SheetKind.STUDENTS):
            values = dict(change.after)
            student_id = self.ids[change.student_no] = self.new_id()
            self._record(student_id, "student", "", None, values)
            rows.append(
                {
                    **_EMPTY_STUDENT,
                    **_without_programme(values),
                    "id": student_id,
                    "student_no": change.student_no,
                    "programme_id": self.programmes.id_of(values),
                    "version": 1,
                }
            )
        self._insert(StudentRow, rows)

    def _changed_students(self) -> None:
        touched: dict[str, dict[str, Any]] = {
            c.student_no: {}
            for c in (*self.plan.new, *self.plan.changed)
            if c.student_no in self.plan.versions
        }
        for change in _of(self.plan.changed, SheetKind.STUDENTS):
            values = dict(change.after)
            student_id = self.ids[change.student_no]
            self._record(student_id, "student", "", change.before, values)
            touched[change.student_no] = _without_programme(values)
            if _PROGRAMME_KEYS & values.keys():
                touched[change.student_no]["programme_id"] = self.programmes.id_for(
                    student_id, values
                )
        for number, values in touched.items():
            student_id, version = self.plan.versions[number]
            done = self.session.execute(
                update(StudentRow)
                .where(StudentRow.id == student_id, StudentRow.version == version)
                .values(**values, version=version + 1)
                .execution_options(synchronize_session=False)
            )
            if done.rowcount != 1:  # type: ignore[attr-defined]
                raise _stale()

    def _new_dependents(self) -> None:
        rows: dict[SheetKind, list[dict[str, Any]]] = defaultdict(list)
        added: dict[tuple[str, str], dict[str, Any]] = defaultdict(dict)
        for change in self.plan.new:
            if change.kind is SheetKind.STUDENTS:
                continue
            student_id = self.ids[change.student_no]
            row = {"student_id": student_id, **_key_of(change), **change.after}
            if change.kind is SheetKind.EVENTS:
                row["entered_at"] = self.at
            rows[change.kind].append(row)
            # One line of history per student and table: a cohort has 100,000 marks.
            name = _TABLES[change.kind].__tablename__
            added[student_id, name]["/".join(change.key)] = _essence(change)
        for kind, table in _TABLES.items():
            self._insert(table, rows[kind])
        for (student_id, name), after in added.items():
            self._record(student_id, name, "", None, after)

    def _changed_dependents(self) -> None:
        for change in self.plan.changed:
            if change.kind is SheetKind.STUDENTS:
                continue
            table: Any = _TABLES[change.kind]
            student_id = self.ids[change.student_no]
            conditions = [
                getattr(table, name) == value for name, value in _key_of(change).items()
            ]
            self.session.execute(
                update(table)
                .where(table.student_id == student_id, *conditions)
                .values(**change.after)
                .execution_options(synchronize_session=False)
            )
            self._record(
                student_id,
                table.__tablename__,
                "/".join(change.key),
                change.before,
                change.after,
            )


_TABLES: dict[SheetKind, Any] = {
    SheetKind.CLEARANCES: ClearanceRow,
    SheetKind.MARKS: MarkRow,
    SheetKind.EVENTS: StatusEventRow,
}
_PROGRAMME_KEYS = frozenset({"programme_code", "programme_name", "catalog_year"})
# All rows of one INSERT must name the same columns.
_EMPTY_STUDENT: dict[str, Any] = {
    column.name: None for column in StudentRow.__table__.c if column.nullable
}


def _of(changes: Iterable[Change], kind: SheetKind) -> Iterable[Change]:
    return (change for change in changes if change.kind is kind)


def _without_programme(values: Mapping[str, Any]) -> dict[str, Any]:
    return {n: v for n, v in values.items() if n not in _PROGRAMME_FIELDS}


def _key_of(change: Change) -> dict[str, Any]:
    """The key as columns of its table."""
    if change.kind is SheetKind.CLEARANCES:
        return {"item": change.key[0]}
    if change.kind is SheetKind.MARKS:
        code, year, term = change.key
        return {"course_code": code, "year": year, "term": int(term)}
    kind, day = change.key
    return {"type": kind, "effective_on": datetime.fromisoformat(day).date()}


def _essence(change: Change) -> Any:
    """What the history keeps of a new dependent record."""
    values = as_json(change.after)
    if change.kind is SheetKind.MARKS:
        scores = (values["score"], values["make_up"], values["retake"])
        return [values["credits"], *scores]
    return values


class _Programmes:
    """Finds or adds programmes; a code and name of another catalogue is another."""

    def __init__(self, session: Session, plan: ImportPlan) -> None:
        self.session = session
        self.renamed: list[tuple[str, dict[str, Any], dict[str, Any]]] = []
        self.known: dict[tuple[str, str], list[ProgrammeRow]] = defaultdict(list)
        for row in session.scalars(select(ProgrammeRow).order_by(ProgrammeRow.id)):
            self.known[row.code, row.name].append(row)
        for change in plan.changed:
            # Only the English name differs: the programme itself changes.
            if "programme_name_en" in change.after:
                self._rename_of(change, plan)

    def _rename_of(self, change: Change, plan: ImportPlan) -> None:
        student_id = plan.versions[change.student_no][0]
        if not _PROGRAMME_KEYS & change.after.keys():
            row = self._of_student(student_id)
            self._rename(row, change.after["programme_name_en"])

    def _rename(self, row: ProgrammeRow, english: str | None) -> None:
        if row.name_en == english:
            return
        self.renamed.append(
            (f"{row.code} {row.name}", {"name_en": row.name_en}, {"name_en": english})
        )
        row.name_en = english

    def _of_student(self, student_id: str) -> ProgrammeRow:
        return self.session.scalars(
            select(ProgrammeRow)
            .join(StudentRow, StudentRow.programme_id == ProgrammeRow.id)
            .where(StudentRow.id == student_id)
        ).one()

    def id_of(self, values: Mapping[str, Any]) -> int:
        """The programme of a new student."""
        code, name = values["programme_code"], values["programme_name"]
        same = self.known[code, name]
        year = values.get("catalog_year")
        row = next(
            (p for p in same if p.catalog_year == year or "catalog_year" not in values),
            None,
        )
        english = values.get("programme_name_en")
        if row is None:
            row = ProgrammeRow(code=code, name=name, name_en=english, catalog_year=year)
            self.session.add(row)
            self.session.flush()
            same.append(row)
        elif english:
            self._rename(row, english)
        return row.id

    def id_for(self, student_id: str, changed: Mapping[str, Any]) -> int:
        """The programme of a student whose code, name or catalogue changes."""
        now = self._of_student(student_id)
        values = {
            "programme_code": now.code,
            "programme_name": now.name,
            **{n: v for n, v in changed.items() if n in _PROGRAMME_FIELDS},
        }
        if "catalog_year" not in changed and now.catalog_year is not None:
            values["catalog_year"] = now.catalog_year
        return self.id_of(values)
