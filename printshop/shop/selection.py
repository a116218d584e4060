"""Whom a command is about: takes filters, gives a value that a batch remembers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from printshop.errors import NotFound
from printshop.records.model import Student
from printshop.records.store import select_students


@dataclass(frozen=True)
class Selection:
    """Students by class, graduation year, grade, or one by one; all filters must hold.

    Attributes:
        student_nos: 学号; empty means everybody the other filters leave.
        class_name: 班级.
        year: Year of graduation (planned or done).
        grade: 年级 (year of admission).
    """

    student_nos: tuple[str, ...] = ()
    class_name: str | None = None
    year: int | None = None
    grade: str | None = None

    def plain(self) -> dict[str, Any]:
        """JSON values, for the batch row."""
        return {
            "student_nos": list(self.student_nos),
            "class": self.class_name,
            "year": self.year,
            "grade": self.grade,
        }

    def students(self, session: Session, on: date) -> list[Student]:
        """Those students in stack order: class, then student number.

        Args:
            session: Reads the register.
            on: The day on which 学籍状态 is wanted.

        Raises:
            NotFound: Nobody, or a student number that is not in the register.
        """
        found = select_students(
            session,
            on=on,
            student_nos=self.student_nos or None,
            class_name=self.class_name,
            year=self.year,
            grade=self.grade,
        )
        if not found:
            raise NotFound(
                "没有符合条件的学生。",
                "用 printshop records show 查看班级和年份的写法。",
            )
        return sorted(found, key=lambda s: (s.class_name, s.student_no))
