"""Writing a plan: takes it and a session, gives rows and their history."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from printshop.errors import Refused
from printshop.records.columns import SheetKind
from printshop.records.drafts import as_json
from printshop.records.importer_programmes import (
    PROGRAMME_FIELDS,
    PROGRAMME_KEYS,
    Programmes,
)
from printshop.records.plan import Change, ImportPlan
from printshop.records.tables import (
    ClearanceRow,
    MarkRow,
    RecordChangeRow,
    StatusEventRow,
    StudentRow,
)


def stale() -> Refused:
    """The register is not the one that the plan was made against."""
    return Refused(
        "登记簿在检查之后被别人改动了, 这次导入没有写入任何内容。", "请重新导入一次。"
    )


class Writer:
    """Writes one plan once; ``write`` does everything."""

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
        self.programmes = Programmes(session, plan)

    def write(self) -> None:
        """Programmes, students, then what hangs on them; history last."""
        self._new_students()
        self._changed_students()
        self._new_dependents()
        self._changed_dependents()
        for code, before, after in self.programmes.renamed:
            self._record("", "programme", code, before, after)
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
            if PROGRAMME_KEYS & values.keys():
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
                raise stale()

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
# All rows of one INSERT must name the same columns.
_EMPTY_STUDENT: dict[str, Any] = {
    column.name: None for column in StudentRow.__table__.c if column.nullable
}


def _of(changes: Iterable[Change], kind: SheetKind) -> Iterable[Change]:
    return (change for change in changes if change.kind is kind)


def _without_programme(values: Mapping[str, Any]) -> dict[str, Any]:
    return {n: v for n, v in values.items() if n not in PROGRAMME_FIELDS}


def _key_of(change: Change) -> dict[str, Any]:
    """The key as columns of its table."""
    if change.kind is SheetKind.CLEARANCES:
        return {"item": change.key[0]}
    if change.kind is SheetKind.MARKS:
        code, year, term = change.key
        return {"course_code": code, "year": year, "term": int(term)}
    kind, day = change.key
    return {"type": kind, "effective_on": date.fromisoformat(day)}


def _essence(change: Change) -> Any:
    """What the history keeps of a new dependent record."""
    values = as_json(change.after)
    if change.kind is SheetKind.MARKS:
        scores = (values["score"], values["make_up"], values["retake"])
        return [values["credits"], *scores]
    return values
