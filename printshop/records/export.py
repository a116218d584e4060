"""The register as a spreadsheet: takes students, gives sheets that import again."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from printshop.records.cells import plain
from printshop.records.columns import COLUMNS, SheetKind
from printshop.records.model import ClearanceItem, Student
from printshop.records.spreadsheet import Page, write

# The 审核 sheet says these; on both sheets they could contradict each other.
_ELSEWHERE = frozenset({"department"})
_SHARED = frozenset({"by", "on", "conclusion", "graduated_on"})


def export(students: Iterable[Student], path: Path) -> None:
    """Write students as ``.xlsx`` (all four sheets) or ``.csv`` (学生 only).

    The headers are the canonical ones, everything is text, and importing the file
    again changes nothing. 学籍状态 is the one that results from the events.

    Raises:
        InputError: Another ending.
    """
    people = list(students)
    pages = [_students(people)]
    if path.suffix.lower() != ".csv":
        pages += [_clearances(people), _marks(people), _events(people)]
    write(path, pages)


def _fields(kind: SheetKind, without: frozenset[str]) -> dict[str, str]:
    return {c.field: c.header for c in COLUMNS[kind] if c.field not in without}


def _students(people: list[Student]) -> Page:
    fields = _fields(SheetKind.STUDENTS, _ELSEWHERE)
    extra = list(dict.fromkeys(title for s in people for title in s.extra))
    rows = []
    for student in people:
        values = {
            "programme_code": student.programme.code,
            "programme_name": student.programme.name,
            "programme_name_en": student.programme.name_en,
            "catalog_year": student.programme.catalog_year,
            "base_status": student.status.value,
        }
        row = [_text(values.get(f, getattr(student, f, None))) for f in fields]
        rows.append((*row, *(_text(student.extra.get(title)) for title in extra)))
    return Page(SheetKind.STUDENTS.value, (*fields.values(), *extra), rows)


def _clearances(people: list[Student]) -> Page:
    fields = _fields(SheetKind.CLEARANCES, _SHARED)
    rows = []
    for student in people:
        if not student.clearances and student.credits_required is None:
            continue
        values: dict[str, Any] = {
            "student_no": student.student_no,
            "name": student.name,
            "credits_required": student.credits_required,
        }
        for item in ClearanceItem:
            found = student.clearance(item)
            if found is not None:
                key = item.name.lower()
                values[key] = "已清" if found.cleared else "未清"
                values[f"{key}_by"] = found.by
                values[f"{key}_on"] = found.on
                values[f"{key}_note"] = found.note
        rows.append([_text(values.get(f)) for f in fields])
    return Page(SheetKind.CLEARANCES.value, tuple(fields.values()), rows)


def _marks(people: list[Student]) -> Page:
    fields = _fields(SheetKind.MARKS, frozenset())
    rows = [
        [_text(getattr(mark, f, None) or _who(student, f)) for f in fields]
        if mark.in_gpa
        else [
            "否" if f == "in_gpa" else _text(getattr(mark, f, None) or _who(student, f))
            for f in fields
        ]
        for student in people
        for mark in student.marks
    ]
    return Page(SheetKind.MARKS.value, tuple(fields.values()), rows)


def _events(people: list[Student]) -> Page:
    fields = _fields(SheetKind.EVENTS, frozenset())
    rows = [
        [
            event.type.value
            if f == "type"
            else _text(getattr(event, f, None) or _who(student, f))
            for f in fields
        ]
        for student in people
        for event in student.events
    ]
    return Page(SheetKind.EVENTS.value, tuple(fields.values()), rows)


def _who(student: Student, field: str) -> str | None:
    return {"student_no": student.student_no, "name": student.name}.get(field)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    return plain(value) if hasattr(value, "normalize") else str(value)
