"""Programmes of an import: takes what students say, gives programme ids.

One row per code, name and catalogue: the same six digits mean different majors in
different catalogues, so a name is never looked up from its code.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from printshop.records.plan import Change, ImportPlan
from printshop.records.tables import ProgrammeRow, StudentRow

PROGRAMME_KEYS = frozenset({"programme_code", "programme_name", "catalog_year"})
PROGRAMME_FIELDS = PROGRAMME_KEYS | {"programme_name_en"}


class Programmes:
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
        if not PROGRAMME_KEYS & change.after.keys():
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
            **{n: v for n, v in changed.items() if n in PROGRAMME_FIELDS},
        }
        if "catalog_year" not in changed and now.catalog_year is not None:
            values["catalog_year"] = now.catalog_year
        return self.id_of(values)
