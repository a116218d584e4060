"""A desk to lay rows on: sheets out of readable dictionaries, and their import."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from printshop.database import Database
from printshop.records.cells import Cell, CellKind, Row, Sheet
from printshop.records.columns import SheetKind
from printshop.records.drafts import Drafts
from printshop.records.id_number import check_digit
from printshop.records.importer import ImportPlan, Options, apply, check, plan
from printshop.records.problem import Problem

TODAY = date(2024, 6, 20)
NOW = datetime(2024, 6, 20, 8, 0, tzinfo=UTC)
FILES = Path(__file__).with_name("files")


def cell(value: Any) -> Cell:
    """A cell of the kind that a spreadsheet would make of a Python value."""
    if isinstance(value, Cell):
        return value
    if isinstance(value, bool):
        return Cell(CellKind.BOOL, str(value).upper())
    if isinstance(value, int | float | Decimal):
        return Cell(CellKind.NUMBER, str(value))
    if isinstance(value, date):
        return Cell(CellKind.DATE, value.isoformat(), value)
    return Cell(CellKind.TEXT, value)


def sheet(name: str, rows: Sequence[Mapping[str, Any]], **more: Any) -> Sheet:
    """A sheet with one column per key, in the order of their first use."""
    headers = list(dict.fromkeys(h for row in rows for h in row))
    lines = [Row(1, {i: cell(h) for i, h in enumerate(headers)})]
    for number, row in enumerate(rows, 2):
        cells = {
            headers.index(h): cell(v) for h, v in row.items() if v not in ("", None)
        }
        lines.append(Row(number, cells))
    return Sheet(name, tuple(lines), **more)


@dataclass
class Desk:
    """Where rows are laid, checked and imported."""

    today: date = TODAY
    database: Database | None = None
    _serial: Any = field(default_factory=lambda: count(1))

    cell = staticmethod(cell)
    sheet = staticmethod(sheet)
    files = FILES

    def id_number(self, serial: int = 101, born: str = "20030506") -> str:
        first = f"110105{born}{serial:03d}"
        return first + check_digit(first)

    def student(self, number: int = 1, **changes: Any) -> dict[str, Any]:
        """A good 学生 row; odd numbers are men."""
        row: dict[str, Any] = {
            "学号": f"20210301{number:02d}",
            "姓名": "张试",
            "性别": "男" if number % 2 else "女",
            "出生日期": date(2003, 5, 6),
            "证件号码": self.id_number(100 + number),
            "专业代码": "510201",
            "专业名称": "计算机应用技术",
            "层次": "专科",
            "学习形式": "普通全日制",
            "学制": "3",
            "院系": "信息工程学院",
            "班级": "计应2101",
            "入学日期": date(2021, 9, 1),
        }
        return row | changes

    def mark(self, number: int = 1, **changes: Any) -> dict[str, Any]:
        row: dict[str, Any] = {
            "学号": f"20210301{number:02d}",
            "课程代码": "GB1001",
            "课程名称": "高等数学",
            "学年": "2021-2022",
            "学期": "1",
            "学分": "4",
            "成绩": "85",
        }
        return row | changes

    def event(self, number: int = 1, **changes: Any) -> dict[str, Any]:
        row: dict[str, Any] = {
            "学号": f"20210301{number:02d}",
            "异动类型": "休学",
            "异动日期": date(2022, 3, 1),
            "文号": "院教〔2022〕12号",
        }
        return row | changes

    def clearance(self, number: int = 1, **changes: Any) -> dict[str, Any]:
        row: dict[str, Any] = {"学号": f"20210301{number:02d}"}
        for item in ("奖惩", "补考", "技能证书", "学费"):
            row |= {
                item: "已清",
                f"{item}审核人": "李敏",
                f"{item}审核日期": date(2024, 5, 20),
            }
        return row | changes

    def check(
        self,
        *sheets: Sheet,
        forced: Mapping[str, SheetKind] | None = None,
        **options: Any,
    ) -> Drafts:
        return check(sheets, Options(self.today, **options), forced)

    def problems(self, *sheets: Sheet, **options: Any) -> list[Problem]:
        return self.check(*sheets, **options).problems

    def plan(self, *sheets: Sheet, **options: Any) -> ImportPlan:
        """A dry run."""
        assert self.database is not None
        chosen = Options(self.today, **options)
        with self.database.read() as session:
            return plan(check(sheets, chosen), session, chosen)

    def run(self, *sheets: Sheet, **options: Any) -> ImportPlan:
        """An import, committed."""
        assert self.database is not None
        chosen = Options(self.today, **options)
        drafts = check(sheets, chosen)
        with self.database.write() as session:
            made = plan(drafts, session, chosen)
            apply(
                made,
                session,
                import_id=f"import-{next(self._serial)}",
                file_name="学籍.xlsx",
                file_sha256="0" * 64,
                actor="registrar",
                at=NOW,
                new_id=lambda: f"s{next(self._serial):05d}",
            )
        return made


@pytest.fixture
def desk() -> Desk:
    """A desk without a register."""
    return Desk()


@pytest.fixture
def office(database: Database) -> Desk:
    """A desk with a register, once per kind of database."""
    return Desk(database=database)


@pytest.fixture
def package(tmp_path: Path) -> Any:
    """Writes a workbook from the XML of its parts."""

    def write(parts: Mapping[str, str | bytes], name: str = "book.xlsx") -> Path:
        path = tmp_path / name
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for part, content in parts.items():
                archive.writestr(part, content)
        return path

    return write
