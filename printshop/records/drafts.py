"""What one good row says: takes nothing, gives frozen values for the plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from printshop.records.cells import Row
from printshop.records.problem import Problem
from printshop.records.table import Table


@dataclass(frozen=True)
class Origin:
    """Where a row came from, for messages and for the report's copy of it."""

    table: Table
    row: Row


@dataclass(frozen=True)
class Draft:
    """A row as it would be stored.

    Attributes:
        origin: Its row.
        student_no: Whose it is.
        key: What makes it one and the same within its table: ``()`` for the
            student, course, year and term for a mark.
        values: Field to value; a field that the sheet does not have is absent
            (and is left alone in the register), an empty cell is None.
        defaults: What a new record gets where the sheet says nothing; an existing
            record keeps what it has.
        name: 姓名 as written, to be held against the student's.
    """

    origin: Origin
    student_no: str
    key: tuple[str, ...]
    values: Mapping[str, Any]
    defaults: Mapping[str, Any] = field(default_factory=dict)
    name: str | None = None


@dataclass
class Drafts:
    """All rows of a file that can be stored, and all problems so far.

    Attributes:
        refused: Rows that cannot.
        refused_students: 学号 of refused 学生 rows, as far as they could be read.
        read: Rows seen, by sheet kind title.
    """

    students: list[Draft] = field(default_factory=list)
    clearances: list[Draft] = field(default_factory=list)
    marks: list[Draft] = field(default_factory=list)
    events: list[Draft] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    refused: list[Origin] = field(default_factory=list)
    refused_students: set[str] = field(default_factory=set)
    read: dict[str, int] = field(default_factory=dict)


def as_json(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values for the history: dates and decimals as text."""
    return {name: _plain(value) for name, value in values.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
