"""What the register holds of the people in a file: takes numbers, gives a snapshot.

A handful of queries for any file: rows are fetched by chunks of 学号, never one by one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from printshop.records.model import EventType, Status, StatusEvent
from printshop.records.status import status_on
from printshop.records.tables import (
    ClearanceRow,
    MarkRow,
    ProgrammeRow,
    StatusEventRow,
    StudentRow,
)

CHUNK = 1_000
_STUDENT = tuple(StudentRow.__table__.c)
_PROGRAMME = (
    ProgrammeRow.code.label("programme_code"),
    ProgrammeRow.name.label("programme_name"),
    ProgrammeRow.name_en.label("programme_name_en"),
    ProgrammeRow.catalog_year.label("catalog_year"),
)

Fields = dict[str, Any]


@dataclass
class Snapshot:
    """The register as far as a file touches it.

    Attributes:
        students: By 学号; the student's columns and the programme's.
        id_owners: 学号 of everybody with that 证件号码.
        exam_owners: 学号 by 考生号.
        clearances: By 学号 and item.
        marks: By 学号, course, year and term.
        events: By 学号, type and effective date.
    """

    students: dict[str, Fields] = field(default_factory=dict)
    id_owners: dict[str, list[Fields]] = field(default_factory=dict)
    exam_owners: dict[str, str] = field(default_factory=dict)
    clearances: dict[tuple[str, ...], Fields] = field(default_factory=dict)
    marks: dict[tuple[str, ...], Fields] = field(default_factory=dict)
    events: dict[tuple[str, ...], Fields] = field(default_factory=dict)

    @cached_property
    def _events(self) -> dict[str, list[Fields]]:
        grouped: dict[str, list[Fields]] = defaultdict(list)
        for key, event in self.events.items():
            grouped[key[0]].append(event)
        return grouped

    def events_of(self, student_no: str) -> list[Fields]:
        """All events of one student."""
        return self._events.get(student_no, [])


def chunks(values: Collection[str], size: int = CHUNK) -> Iterator[Sequence[str]]:
    """Values in pieces that any database takes as parameters."""
    listed = sorted(values)
    for start in range(0, len(listed), size):
        yield listed[start : start + size]


def snapshot(
    session: Session,
    student_nos: Collection[str],
    id_numbers: Collection[str],
    exam_nos: Collection[str],
) -> Snapshot:
    """Read what the register knows of these numbers."""
    found = Snapshot()
    for part in chunks(student_nos):
        for student in _students(session, StudentRow.student_no.in_(part)):
            found.students[student["student_no"]] = student
    for part in chunks(id_numbers):
        for student in _students(session, StudentRow.id_number.in_(part)):
            found.id_owners.setdefault(student["id_number"], []).append(student)
    for part in chunks(exam_nos):
        query = select(StudentRow.exam_no, StudentRow.student_no)
        for exam, number in session.execute(query.where(StudentRow.exam_no.in_(part))):
            found.exam_owners[str(exam)] = number
    _dependents(session, found)
    return found


def _students(session: Session, condition: Any) -> Iterator[Fields]:
    query = (
        select(*_STUDENT, *_PROGRAMME)
        .join(ProgrammeRow, ProgrammeRow.id == StudentRow.programme_id)
        .where(condition)
    )
    for row in session.execute(query):
        yield dict(row._mapping)


def _dependents(session: Session, found: Snapshot) -> None:
    numbers = {s["id"]: no for no, s in found.students.items()}
    for part in chunks(numbers):
        for row in _rows(session, ClearanceRow, part):
            found.clearances[numbers[row["student_id"]], row["item"]] = row
        for row in _rows(session, MarkRow, part):
            key = (row["course_code"], row["year"], str(row["term"]))
            found.marks[numbers[row["student_id"]], *key] = row
        for row in _rows(session, StatusEventRow, part):
            key_of = (row["type"], row["effective_on"].isoformat())
            found.events[numbers[row["student_id"]], *key_of] = row


def _rows(session: Session, table: Any, ids: Sequence[str]) -> Iterator[Fields]:
    query = select(*table.__table__.c).where(table.student_id.in_(ids))
    for row in session.execute(query):
        yield dict(row._mapping)


def status_now(
    register: Snapshot,
    student_no: str,
    day: date,
    *,
    base: str | None = None,
    more: Iterable[StatusEvent] = (),
) -> str | None:
    """学籍状态 of somebody by base state and events, or None for a stranger.

    Args:
        register: The snapshot.
        student_no: Whose.
        day: As of when.
        base: Another base state to start from.
        more: Events that the register does not have yet.
    """
    student = register.students.get(student_no)
    start = base or (student["base_status"] if student else None)
    if start is None:
        return None
    known = [
        StatusEvent(EventType(e["type"]), e["effective_on"], e["document_no"])
        for e in register.events_of(student_no)
    ]
    return status_on(Status(start), (*known, *more), day).value
