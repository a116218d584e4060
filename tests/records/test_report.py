"""Reports and exports: files to mend from, files to import again, nothing computed."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from printshop.errors import InputError
from printshop.records.export import export
from printshop.records.model import Status
from printshop.records.problem import ProblemCode as Code
from printshop.records.report import summary, write_report
from printshop.records.spreadsheet import Page, csv_bytes, defuse, write_xlsx
from printshop.records.store import select_students
from printshop.records.workbook import read_workbook

TODAY = date(2024, 6, 20)


def bad(desk: Any) -> tuple[Any, ...]:
    return (
        desk.sheet("学籍表", [desk.student(1, 学制="9", 备注="=1+1"), desk.student(2)]),
        desk.sheet("成绩", [desk.mark(1), desk.mark(2)]),
    )


def test_the_report_copies_the_refused_rows_with_their_reasons(
    office: Any, tmp_path: Path
) -> None:
    made = office.plan(*bad(office))
    write_report(made, tmp_path / "r.xlsx")
    book = load_workbook(tmp_path / "r.xlsx")
    assert book.sheetnames == ["问题清单", "学生", "成绩"]
    assert book["学生"].freeze_panes == "A2"
    head, row = book["学生"].iter_rows()
    values = {h.value: c for h, c in zip(head, row, strict=True)}
    assert values["学号"].value == "2021030101"
    assert values["学号"].data_type == "s"
    assert values["学号"].number_format == "@"
    assert values["备注"].value == "=1+1"
    assert values["备注"].data_type == "s"
    assert "J 列: “9”不是学制的写法" in values["导入问题"].value
    assert values["原行号"].value == "2"
    problems = list(book["问题清单"].iter_rows(values_only=True))
    assert problems[0][:3] == ("级别", "工作表", "行")
    assert Code.DURATION.value in {line[8] for line in problems}


def test_a_mended_report_can_be_imported(office: Any, tmp_path: Path) -> None:
    made = office.run(*bad(office))
    path = tmp_path / "r.xlsx"
    write_report(made, path)
    book = load_workbook(path)
    sheet = book["学生"]
    (column,) = [c.column for c in sheet[1] if c.value == "学制"]
    sheet.cell(2, column).value = "3"
    book.save(path)
    again = office.run(*read_workbook(path))
    assert not again.errors
    assert sorted(c.student_no for c in again.new) == ["2021030101"] * 2
    assert "导入问题" not in again.new[0].after["extra"]


def test_the_report_as_csv(office: Any, tmp_path: Path) -> None:
    write_report(office.plan(*bad(office)), tmp_path / "r.csv")
    raw = (tmp_path / "r.csv").read_bytes()
    assert raw.startswith("级别,".encode("utf-8-sig"))
    lines = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))
    assert len(lines) == 1 + 3
    with pytest.raises(InputError):
        write_report(office.plan(*bad(office)), tmp_path / "r.pdf")


def test_the_summary_counts(office: Any) -> None:
    found = summary(office.plan(*bad(office)))
    assert found["sheets"]["学生"]["refused"] == 1
    assert found["sheets"]["成绩"] == {
        "rows": 2,
        "new": 1,
        "changed": 0,
        "unchanged": 0,
        "refused": 1,
    }
    assert (found["errors"], found["warnings"]) == (2, 1)
    assert {r["code"] for r in found["reasons"]} == {
        "DURATION",
        "STUDENT_REFUSED",
        "COLUMN_UNKNOWN",
    }


def test_two_sheets_of_one_kind_get_two_pages(office: Any, tmp_path: Path) -> None:
    made = office.plan(
        office.sheet("学生甲班", [office.student(1, 学制="9")]),
        office.sheet("学生乙班", [office.student(2, 学制="9")]),
    )
    write_report(made, tmp_path / "r.xlsx")
    names = load_workbook(tmp_path / "r.xlsx").sheetnames
    assert names == ["问题清单", "学生", "学生2"]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1"])
def test_formulas_are_defused(tmp_path: Path, text: str) -> None:
    assert defuse(text) == f"'{text}"
    page = Page("学生", ("甲",), [(text,)])
    assert f"'{text}".encode() in csv_bytes(page)
    write_xlsx(tmp_path / "x.xlsx", [page])
    (sheet,) = load_workbook(tmp_path / "x.xlsx").worksheets
    assert sheet["A2"].data_type == "s"


def test_control_characters_do_not_spoil_a_workbook(tmp_path: Path) -> None:
    write_xlsx(tmp_path / "x.xlsx", [Page("甲", ("a",), [("x\x01y",), ("",)])])
    (sheet,) = load_workbook(tmp_path / "x.xlsx").worksheets
    assert sheet["A2"].value == "x\ufffdy"


def fill(office: Any) -> None:
    office.run(
        office.sheet(
            "学生",
            [
                office.student(1, 联系电话="+8613800000000", 宿舍="3-201", 民族="汉"),
                office.student(2, 姓名="欧阳·买买提江", 姓名拼音="OUYANG", 学制="2.5"),
            ],
        ),
        office.sheet("审核", [office.clearance(1, 应修学分="140", 毕业结论="毕业")]),
        office.sheet(
            "成绩",
            [office.mark(1, 计入绩点="否", 成绩="优"), office.mark(2, 学分="2.5")],
        ),
        office.sheet("异动", [office.event(2, 截止日期="2023-02-28", 异动原因="疾病")]),
    )


@pytest.mark.parametrize("name", ["out.xlsx", "out.csv"])
def test_an_export_imports_again_as_nothing_new(
    office: Any, tmp_path: Path, name: str
) -> None:
    fill(office)
    with office.database.read() as session:
        export(select_students(session, on=TODAY), tmp_path / name)
    again = office.run(*read_workbook(tmp_path / name))
    assert again.is_empty
    assert not again.errors


def test_an_export_fills_another_office(office: Any, tmp_path: Path, desk: Any) -> None:
    fill(office)
    with office.database.read() as session:
        before = select_students(session, on=TODAY)
        export(before, tmp_path / "out.xlsx")
    drafts = desk.check(*read_workbook(tmp_path / "out.xlsx"))
    assert not [p for p in drafts.problems if p.is_error]
    assert len(drafts.students) == 2
    assert len(drafts.marks) == 2
    assert drafts.students[1].values["base_status"] == Status.SUSPENDED.value


def test_numbers_stay_text_in_an_export(office: Any, tmp_path: Path) -> None:
    fill(office)
    with office.database.read() as session:
        export(select_students(session, on=TODAY), tmp_path / "out.xlsx")
    sheet = load_workbook(tmp_path / "out.xlsx")["学生"]
    head = {c.value: c.column for c in sheet[1]}
    for header in ("学号", "证件号码", "专业代码", "联系电话"):
        found = sheet.cell(2, head[header])
        assert (found.data_type, found.number_format) == ("s", "@")
