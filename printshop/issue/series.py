"""Number series: takes a locked counter, gives numbers that are never given again.

Nothing here locks: ``Clerk.reserve`` holds the register's lock for the whole of its
transaction, because what it read before the counter must hold as well.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from printshop.issue.numbers import (
    CertificateNumber,
    level_code,
    ordered,
    series_name,
)
from printshop.issue.office import Office
from printshop.issue.tables import AllottedNumberRow, NumberSeriesRow
from printshop.kinds import DocumentKind
from printshop.records.model import Student

CERTIFICATE_KINDS = ("graduation", "completion")


class _Open:
    """Stands for the serial in a pattern, however it is to be padded."""

    def __format__(self, spec: str) -> str:
        return "#"


@dataclass(frozen=True)
class Allotter:
    """Gives numbers inside the caller's write transaction.

    Attributes:
        office: School code, order and patterns.
        secret: The key of the shuffle; lies outside the database.
    """

    office: Office
    secret: bytes

    def certificates(
        self,
        session: Session,
        kind: DocumentKind,
        students: Sequence[Student],
        at: datetime,
    ) -> dict[str, str]:
        """Certificate numbers by student id; who has one keeps it (结业→毕业).

        Serials start after the last of their series, so autumn goes on where
        spring ended; within this call their order is the office's.
        """
        numbers = self._held(session, students)
        waiting: dict[str, list[Student]] = {}
        for student in students:
            if student.id not in numbers:
                waiting.setdefault(self._series(student), []).append(student)
        for series in sorted(waiting):
            group = ordered(
                waiting[series], self.office.number_order, self.secret, series
            )
            first = self._take(session, series, len(group))
            for serial, student in enumerate(group, first):
                number = str(self._number(student, serial))
                self._enter(session, number, series, serial, student, kind, at)
                numbers[student.id] = number
        return numbers

    def document_nos(
        self,
        session: Session,
        kind: DocumentKind,
        wanted: Sequence[tuple[Student, date]],
        at: datetime,
    ) -> list[str]:
        """The next 文号 of a kind for each student, in the year of each date.

        Whatever reads alike shares a counter: two kinds with one pattern, or two
        years with a pattern that does not name the year.
        """
        patterns = self.office.number_patterns
        pattern = patterns.get(kind.code, patterns[""])

        def text(on: date, serial: int | _Open) -> str:
            return pattern.format(title=kind.title, year=on.year, serial=serial)

        counts = Counter(text(on, _Open()) for _, on in wanted)
        following = {
            series: self._take(session, series, count)
            for series, count in sorted(counts.items())
        }
        numbers = []
        for student, on in wanted:
            series = text(on, _Open())
            serial = following[series]
            following[series] += 1
            numbers.append(text(on, serial))
            self._enter(session, numbers[-1], series, serial, student, kind, at)
        return numbers

    def _series(self, student: Student) -> str:
        assert student.graduated_on is not None  # noqa: S101 - audited before
        return series_name(
            self.office.code,
            self.office.type_digit,
            student.graduated_on.year,
            student.level,
        )

    def _number(self, student: Student, serial: int) -> CertificateNumber:
        assert student.graduated_on is not None  # noqa: S101 - audited before
        return CertificateNumber(
            self.office.code,
            self.office.type_digit,
            student.graduated_on.year,
            level_code(student.level),
            serial,
        )

    def _held(self, session: Session, students: Sequence[Student]) -> dict[str, str]:
        wanted = {student.id for student in students}
        query = select(AllottedNumberRow).where(
            AllottedNumberRow.kind.in_(CERTIFICATE_KINDS)
        )
        if len(wanted) <= 500:
            query = query.where(AllottedNumberRow.student_id.in_(wanted))
        return {
            row.student_id: row.number
            for row in session.scalars(query)
            if row.student_id in wanted
        }

    def _take(self, session: Session, series: str, count: int) -> int:
        """Move the counter by ``count``; gives the first serial of the run."""
        row = session.get(NumberSeriesRow, series, populate_existing=True)
        if row is None:
            row = NumberSeriesRow(series=series, last=0)
            session.add(row)
        first = row.last + 1
        row.last += count
        session.flush()
        return first

    def _enter(
        self,
        session: Session,
        number: str,
        series: str,
        serial: int,
        student: Student,
        kind: DocumentKind,
        at: datetime,
    ) -> None:
        session.add(
            AllottedNumberRow(
                number=number,
                series=series,
                serial=serial,
                student_id=student.id,
                kind=kind.code,
                allotted_at=at,
            )
        )
