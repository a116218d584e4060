"""Headers and sheets: what is recognised, what is asked back."""

from __future__ import annotations

from typing import Any

import pytest

from printshop.records.cells import Area, Row, Sheet, index_of, letter_of
from printshop.records.columns import COLUMNS, SheetKind, column_of
from printshop.records.problem import Problem, ProblemCode
from printshop.records.table import tables_of

CHSI = "KSH XH XM XB CSRQ SFZH ZZMM MZ ZYDM ZYMC FY XSH BH CC XXXS XZ RXRQ YJBYRQ"


def codes(problems: list[Problem]) -> list[ProblemCode]:
    return [p.code for p in problems]


@pytest.mark.parametrize("kind", SheetKind)
def test_every_name_of_a_column_is_found(kind: SheetKind) -> None:
    for column in COLUMNS[kind]:
        for name in (column.header, *column.aliases):
            assert column_of(kind, name) is column


@pytest.mark.parametrize(
    "header",
    ["学号", " 学 号 ", "学\n号", "＊学号", "学号（必填）", "xh", "ＸＨ", "Xh."],
)
def test_headers_as_people_write_them(header: str) -> None:
    found = column_of(SheetKind.STUDENTS, header)
    assert found is not None
    assert found.field == "student_no"


def test_the_registration_file_of_chsi_is_known_by_its_headers(desk: Any) -> None:
    rows = (Row(1, {i: desk.cell(h) for i, h in enumerate(CHSI.split())}),)
    ((table,), problems) = tables_of((Sheet("XJZC2021", rows),))
    assert problems == []
    assert table.kind is SheetKind.STUDENTS
    assert table.extra == {}


@pytest.mark.parametrize(
    ("name", "row", "kind"),
    [
        ("学生", "student", SheetKind.STUDENTS),
        ("2021级学籍信息", "student", SheetKind.STUDENTS),
        ("students", "student", SheetKind.STUDENTS),
        ("Sheet1", "student", SheetKind.STUDENTS),
        ("学生成绩", "mark", SheetKind.MARKS),
        ("Sheet1", "mark", SheetKind.MARKS),
        ("学籍异动", "event", SheetKind.EVENTS),
        ("Sheet1", "event", SheetKind.EVENTS),
        ("毕业资格审核", "clearance", SheetKind.CLEARANCES),
        ("Sheet1", "clearance", SheetKind.CLEARANCES),
        ("学生", "mark", SheetKind.MARKS),  # the headers know better
    ],
)
def test_which_sheet_is_which(desk: Any, name: str, row: str, kind: SheetKind) -> None:
    ((table,), _) = tables_of((desk.sheet(name, [getattr(desk, row)()]),))
    assert table.kind is kind


def test_a_sheet_nobody_knows_is_named_and_left(desk: Any) -> None:
    help_sheet = desk.sheet("填写帮助", [{"步骤": "先填学生表"}])
    tables, problems = tables_of((help_sheet, desk.sheet("学生", [desk.student()])))
    assert len(tables) == 1
    assert codes(problems) == [ProblemCode.SHEET_UNKNOWN]
    assert "填写帮助" in problems[0].why
    assert not problems[0].is_error


def test_data_is_not_taken_for_a_header(desk: Any) -> None:
    notes = [{"说明": "课程名称", "例": "成绩"}, {"说明": "学年", "例": "学期"}]
    tables, problems = tables_of((desk.sheet("填写帮助", notes),))
    assert tables == []
    assert codes(problems) == [ProblemCode.SHEET_UNKNOWN, ProblemCode.NO_SHEET]


def test_a_file_with_nothing_to_import_is_an_error(desk: Any) -> None:
    _, problems = tables_of((Sheet("Sheet1", ()),))
    assert codes(problems) == [ProblemCode.NO_SHEET]
    assert problems[0].is_error


def test_the_person_may_say_what_a_sheet_is(desk: Any) -> None:
    sheet = desk.sheet("填写帮助", [desk.student()])
    ((table,), _) = tables_of((sheet,), {"": SheetKind.STUDENTS})
    assert table.kind is SheetKind.STUDENTS
    _, problems = tables_of((sheet,), {"填写帮助": SheetKind.MARKS})
    assert ProblemCode.HEADER_MISSING in codes(problems)


def test_a_title_above_the_header(desk: Any) -> None:
    inner = desk.sheet("学生", [desk.student()])
    title = Row(1, {0: desk.cell("示例学院 2021 级学生名册")})
    note = Row(2, {0: desk.cell("制表: 教务处"), 5: desk.cell("2024年6月")})
    rows = (title, note, *(Row(r.number + 2, r.cells) for r in inner.rows))
    ((table,), problems) = tables_of((Sheet("学生", rows),))
    assert problems == []
    assert table.header.number == 3
    assert [row.number for row in table.rows] == [4]


def test_two_columns_for_one_thing_are_refused_with_both_named(desk: Any) -> None:
    row = desk.student(身份证号="11010519491231002X")
    tables, (problem,) = tables_of((desk.sheet("学生", [row]),))
    assert tables == []
    assert problem.code is ProblemCode.HEADER_DUPLICATE
    assert "E 列“证件号码”" in problem.why
    assert "N 列“身份证号”" in problem.why


def test_a_missing_column_names_what_may_be_meant(desk: Any) -> None:
    row = desk.student(专业全称="计算机应用技术")
    del row["专业名称"]
    del row["学制"]
    tables, problems = tables_of((desk.sheet("学生", [row]),))
    assert tables == []
    by_header = {p.header: p for p in problems}
    assert set(by_header) == {"专业名称", "学制"}
    assert "专业全称" in by_header["专业名称"].remedy
    assert "例: 3" in by_header["学制"].remedy


def test_hidden_rows_sheets_and_deleted_records_are_told(desk: Any) -> None:
    plain = desk.sheet("学生", [desk.student(n) for n in (1, 2, 3, 4)])
    hidden = {2, 4, 5}
    rows = tuple(Row(r.number, r.cells, r.number in hidden) for r in plain.rows)
    (_, problems) = tables_of((Sheet("学生", rows, hidden=True, deleted=2),))
    assert codes(problems) == [
        ProblemCode.SHEET_HIDDEN,
        ProblemCode.ROWS_HIDDEN,
        ProblemCode.ROWS_DELETED,
    ]
    assert "3 个隐藏" in problems[1].why
    assert "第 2、4–5 行" in problems[1].why


def test_unknown_columns_are_named_and_kept(desk: Any) -> None:
    row = desk.student(宿舍="3-201", 序号="1")
    drafts = desk.check(desk.sheet("学生", [row]))
    assert drafts.students[0].values["extra"] == {"宿舍": "3-201"}
    assert codes(drafts.problems) == [ProblemCode.COLUMN_UNKNOWN]
    assert "宿舍" in drafts.problems[0].why


def test_unknown_columns_of_the_same_name_are_both_kept(desk: Any) -> None:
    sheet = desk.sheet("学生", [desk.student(备注="甲", 备注二="乙")])
    head = dict(sheet.rows[0].cells)
    head[max(head)] = desk.cell("备注")
    drafts = desk.check(Sheet("学生", (Row(1, head), *sheet.rows[1:])))
    assert drafts.students[0].values["extra"] == {"备注": "甲", "备注(2)": "乙"}


def test_letters_of_columns() -> None:
    assert [letter_of(i) for i in (0, 25, 26, 701, 702)] == [
        "A",
        "Z",
        "AA",
        "ZZ",
        "AAA",
    ]
    assert all(index_of(letter_of(i)) == i for i in range(2_000))


def test_where_names_the_cell(desk: Any) -> None:
    (problem,) = desk.problems(desk.sheet("学生", [desk.student(学制="9")]))
    assert problem.where == "学生!J2（学制）"
    assert problem.as_dict()["code"] == "DURATION"


def test_a_merged_area_is_named_as_the_cause(desk: Any) -> None:
    rows = [desk.student(1), desk.student(2, 班级="")]
    sheet = desk.sheet("学生", rows, merged=(Area(2, 11, 3, 11),))
    (problem,) = desk.problems(sheet)
    assert problem.code is ProblemCode.REQUIRED
    assert "合并单元格" in problem.why
