"""A realistic graduate, an office, and a register on either database."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

import printshop.issue.tables
import printshop.journal  # noqa: F401 - maps its tables
from printshop.database import Base, Database, connect, upgrade
from printshop.issue.compose import Particulars, Precedent, compose
from printshop.issue.office import Office
from printshop.issue.register import (
    Clerk,
    Order,
    Paper,
    Reservation,
    complete,
    precedents,
)
from printshop.issue.series import Allotter
from printshop.issue.tables import BatchRow, DocumentRow
from printshop.kinds import KINDS
from printshop.records.model import (
    Clearance,
    ClearanceItem,
    Mark,
    Photo,
    Programme,
    Status,
    Student,
)

SECRET = b"a key of the office, 32 bytes..."
NOW = datetime(2026, 6, 20, 9, 30, tzinfo=UTC)
GRADUATED_ON = date(2026, 6, 30)
OFFICE = Office(
    code="10001",
    name="示例职业技术学院",
    name_en="Sample Vocational College",
    principal="李示例",
    address="示例省示例市示例路 1 号",
    address_en="1 Sample Road",
    phone="000-00000000",
)
MARK = Mark(
    course_code="C1",
    course="高等数学",
    course_en="Advanced Mathematics",
    year="2023-2024",
    term=1,
    nature="必修",
    assessment="考试",
    credits=Decimal("4.0"),
    score="85",
)
STUDENT = Student(
    id="s" + "0" * 31,
    student_no="2023010101",
    exam_no="23440101150001",
    name="欧阳明",
    name_en="OUYANG Ming",
    sex="男",
    birth_date=date(2005, 3, 9),
    id_type="居民身份证",
    id_number="110105200503091234",
    ethnicity="汉",
    politics=None,
    programme=Programme("510201", "计算机应用技术", "Computer Application"),
    level="专科",
    study_form="普通全日制",
    duration="3",
    college="信息工程学院",
    college_en="School of Information Engineering",
    class_name="计应2301",
    grade="2023",
    enrolled_on=date(2023, 9, 1),
    expected_on=GRADUATED_ON,
    status=Status.ENROLLED,
    conclusion="毕业",
    graduated_on=GRADUATED_ON,
    phone="13800000000",
    address="示例省示例市",
    guardian="王大明",
    guardian_phone="13900000000",
    credits_required=Decimal(6),
    photo=Photo("a" * 64, 480, 640, "2023010101.jpg"),
    marks=(
        MARK,
        replace(
            MARK, course_code="C2", course="体育", credits=Decimal("2.0"), score="良"
        ),
    ),
    clearances=tuple(
        Clearance(item, True, "李审核", date(2026, 6, 1)) for item in ClearanceItem
    ),
)
PAPER = Paper("a4", {"template": "<p>"}, "d" * 64, "f" * 64, specimen=True)


@pytest.fixture(scope="session")
def office() -> Office:
    """The issuing office."""
    return OFFICE


@pytest.fixture(scope="session")
def student() -> Callable[..., Student]:
    """Makes a graduate, with changes."""

    def make(**changes: Any) -> Student:
        return replace(STUDENT, **changes)

    return make


@pytest.fixture(scope="session")
def mark() -> Callable[..., Mark]:
    """Makes a mark, with changes."""

    def make(**changes: Any) -> Mark:
        return replace(MARK, **changes)

    return make


def graduates(n: int, start: int = 1, **changes: Any) -> list[Student]:
    """Make n graduates with numbers of their own."""
    return [
        replace(
            STUDENT,
            id=f"s{i:031d}",
            student_no=f"20230101{i:04d}",
            # Not in the order of the student numbers.
            id_number=f"1101052005{(i * 7919) % 10_000:04d}1234",
            name=f"学生{i}",
            **changes,
        )
        for i in range(start, start + n)
    ]


@pytest.fixture(scope="session")
def cohort() -> Callable[..., list[Student]]:
    """Makes n graduates, from the given number on, with changes."""
    return graduates


@dataclass
class Desk:
    """The register as a clerk meets it: reserve, complete, look."""

    database: Database
    office: Office = OFFICE
    paper: Paper = PAPER
    secret: bytes = SECRET
    ids: Iterator[int] = field(default_factory=lambda: count(1))
    prefix: str = "0"  # of ids, so that several processes make different ones

    def clerk(self) -> Clerk:
        return Clerk(Allotter(self.office, self.secret), self._id, self._code)

    def _id(self) -> str:
        return f"{self.prefix}{next(self.ids):031x}"

    def _code(self) -> tuple[str, str]:
        code = f"code{self.prefix}{next(self.ids):08d}"
        return code, sha256(code.encode()).hexdigest()

    def order(
        self,
        student: Student,
        kind: str = "graduation",
        *,
        on: date = GRADUATED_ON,
        precedent: Precedent | None = None,
        particulars: Particulars | None = None,
        **more: Any,
    ) -> Order:
        return Order(
            student,
            lambda number: compose(
                KINDS[kind],
                student,
                self.office,
                on,
                number=number,
                precedent=precedent,
                particulars=particulars,
            ),
            on,
            precedent=precedent,
            **more,
        )

    def batch(self, kind: str) -> BatchRow:
        return BatchRow(
            id=self._id(),
            kind=kind,
            selection={},
            issued_on=GRADUATED_ON,
            actor="test",
            created_at=NOW,
        )

    def reserve(
        self, *orders: Order, kind: str = "graduation", language: str = "zh"
    ) -> Reservation:
        with self.database.write() as session:
            return self.clerk().reserve(
                session,
                KINDS[kind],
                language,
                orders,
                self.paper,
                batch=self.batch(kind),
                at=NOW,
            )

    def complete(self, *rows: DocumentRow, pdf: str = "e" * 64) -> list[bool]:
        with self.database.write() as session:
            return [
                complete(
                    session, row.id, pdf_sha256=pdf, pages=1, review=["看"], at=NOW
                )
                for row in rows
            ]

    def issue(self, *orders: Order, kind: str = "graduation") -> list[DocumentRow]:
        """Reserve and complete; gives the rows as they are afterwards."""
        rows = self.reserve(*orders, kind=kind).fresh
        assert all(self.complete(*rows))
        return [self.row(row.id) for row in rows]

    def row(self, document_id: str) -> DocumentRow:
        with self.database.read() as session:
            return session.get_one(DocumentRow, document_id)

    def held(self, student: Student) -> tuple[Precedent | None, Precedent | None]:
        with self.database.read() as session:
            return precedents(session, [student.id]).get(student.id, (None, None))

    def with_office(self, **changes: Any) -> Desk:
        return replace(self, office=replace(self.office, **changes))


@pytest.fixture(scope="session")
def postgres_shared(postgres: Any) -> Iterator[Database]:
    """One PostgreSQL database with the schema; making one takes half a second."""
    database = connect(postgres.create(f"issue_{os.getpid()}"))
    upgrade(database)
    yield database
    database.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database of either kind, quicker than the one for everybody."""
    if request.param == "sqlite":
        path = tmp_path / "printshop.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        opened = connect(f"sqlite:///{path}")
        yield opened
        opened.close()
        return
    shared: Database = request.getfixturevalue("postgres_shared")
    tables = ", ".join(
        table.name
        for table in Base.metadata.sorted_tables
        if not table.name.startswith("journal")
    )
    with shared.write() as session:
        session.execute(text(f"TRUNCATE {tables}"))
    yield shared


@pytest.fixture
def desk(database: Database) -> Desk:
    """An empty register on either database."""
    return Desk(database)
