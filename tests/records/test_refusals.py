"""One row per reason: what keeps it out, and in which words."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from printshop.records.cells import Cell, CellKind
from printshop.records.problem import ProblemCode as Code
from printshop.records.problem import Severity

# Each: code, field by header, what the cell holds, words of the message.
STUDENT: list[tuple[Code, dict[str, Any], list[str]]] = [
    (Code.REQUIRED, {"姓名": ""}, ["姓名", "没有填写"]),
    (Code.REQUIRED, {"学号": ""}, ["学号"]),
    (Code.REQUIRED, {"院系": ""}, ["院系"]),
    (Code.REQUIRED, {"班级": ""}, ["班级"]),
    (Code.REQUIRED, {"证件号码": ""}, ["证件号码"]),
    (Code.REQUIRED, {"入学日期": ""}, ["入学日期"]),
    (Code.CELL_ERROR, {"班级": Cell(CellKind.ERROR, "#REF!")}, ["#REF!", "公式"]),
    (Code.CELL_ERROR, {"姓名": Cell(CellKind.ERROR, "#N/A")}, ["#N/A"]),
    (Code.CELL_ERROR, {"出生日期": Cell(CellKind.ERROR, "#VALUE!")}, ["#VALUE!"]),
    (Code.FORMULA_UNCACHED, {"班级": Cell(CellKind.FORMULA, "")}, ["结果", "保存一次"]),
    (Code.UNDECODABLE, {"姓名": Cell(CellKind.UNDECODABLE, "张\ufffd")}, ["编码损坏"]),
    (Code.CELL_IS_DATE, {"班级": date(2023, 3, 1)}, ["2023-03-01", "文本"]),
    (Code.CELL_IS_BOOL, {"班级": True}, ["TRUE", "文本"]),
    (Code.NUMBER_DAMAGED, {"证件号码": 1.10105200305061e17}, ["1.10105E+17", "文本"]),
    (Code.NUMBER_DAMAGED, {"证件号码": 110105200305061015}, ["数字", "文本"]),
    (Code.NUMBER_DAMAGED, {"证件号码": "1.10105E+17"}, ["科学计数法"]),
    (Code.NUMBER_DAMAGED, {"学号": 20210301012021030101}, ["15 位"]),
    (Code.NUMBER_DAMAGED, {"考生号": "2.14301E+13"}, ["科学计数法"]),
    (Code.LEADING_ZERO_LOST, {"考生号": 5110104110011}, ["开头的 0", "13 位"]),
    (Code.LEADING_ZERO_LOST, {"专业代码": 80901}, ["080901"]),
    (Code.TOO_LONG, {"班级": "班" * 101}, ["101", "100"]),
    (Code.PRIVATE_USE, {"姓名": "刘\ue863"}, ["U+E863", "䶮"]),
    (Code.PRIVATE_USE, {"班级": "\ue863班"}, ["U+E863"]),
    (Code.REPLACEMENT, {"姓名": "张\ufffd"}, ["U+FFFD"]),
    (Code.REPLACEMENT, {"班级": "\ufffd班"}, ["U+FFFD"]),
    (Code.CONTROL, {"班级": "计应\u200b2101"}, ["U+200B"]),
    (Code.CONTROL, {"班级": "计应\x0121"}, ["U+0001"]),
    (Code.CONTROL, {"姓名": "张\n伟强"}, ["换行"]),
    (Code.NAME_DOT, {"姓名": "买买提•吐尔逊"}, ["买买提·吐尔逊", "--accept-dots"]),
    (Code.NAME_DOT_PLACE, {"姓名": "买买提·"}, ["间隔号"]),
    (Code.NAME_MISSING_CHARACTER, {"姓名": "刘?"}, ["缺字", "身份证"]),
    (Code.NAME_INVISIBLE, {"姓名": "张\u202e伟"}, ["U+202E"]),
    (Code.NAME_RADICAL, {"姓名": "⽯磊"}, ["部首", "石"]),
    (Code.NAME_MIXED, {"姓名": "张伟2"}, ["2"]),
    (Code.NAME_MIXED, {"姓名": 12345}, ["12345"]),
    (Code.NAME_SPACE, {"姓名": "阿依古丽 买买提"}, ["空格"]),
    (Code.NAME_SYMBOL, {"姓名": "张伟（留级）"}, ["备注"]),
    (Code.NAME_EN, {"姓名拼音": "张 Wei"}, ["拼音"]),
    (Code.STUDENT_NO, {"学号": "合计"}, ["合计"]),
    (Code.EXAM_NO, {"考生号": "123"}, ["14 位", "3 位"]),
    (Code.ID_TYPE, {"证件类型": "学生证"}, ["学生证", "护照"]),
    (Code.ID_FORMAT, {"证件号码": "1101052003050610"}, ["16 位"]),
    (Code.ID_FORMAT, {"证件号码": "11010520030506A018"}, ["第 15 位“A”"]),
    (Code.ID_FORMAT, {"证件类型": "台胞证", "证件号码": "1"}, ["8 位"]),
    (Code.ID_FIFTEEN, {"证件号码": "110105030506101"}, ["15 位"]),
    (Code.ID_DATE, {"证件号码": "11010520030230101X"}, ["2003-02-30"]),
    (Code.ID_CHECK_DIGIT, {"证件号码": "110105200305061010"}, ["末位应为", "现为 0"]),
    (Code.ID_SEX, {"性别": "女"}, ["第 17 位", "女", "男"]),
    (Code.ID_BIRTH, {"出生日期": date(2003, 6, 5)}, ["2003-06-05", "2003-05-06"]),
    (Code.SEX, {"性别": "先生"}, ["先生", "男"]),
    (Code.DATE_FORMAT, {"入学日期": "前年"}, ["前年", "2003-05-06"]),
    (Code.DATE_IMPOSSIBLE, {"入学日期": "2021-02-30"}, ["2021-02-30"]),
    (Code.DATE_NEEDS_DAY, {"毕业日期": "2024年6月"}, ["日"]),
    (Code.DATE_FUTURE, {"入学日期": date(2031, 9, 1)}, ["2031-09-01"]),
    (Code.DATE_FUTURE, {"毕业日期": date(2034, 6, 30)}, ["2034-06-30"]),
    (Code.DATE_ORDER, {"毕业日期": date(2020, 6, 30)}, ["2020-06-30", "入学日期"]),
    (Code.DATE_ORDER, {"预计毕业日期": "2021-09-01"}, ["不晚于"]),
    (Code.AGE, {"入学日期": date(2013, 9, 1)}, ["10 岁"]),
    (Code.LEVEL, {"层次": "研修班"}, ["研修班", "专科"]),
    (Code.STUDY_FORM, {"学习形式": "走读"}, ["普通全日制"]),
    (Code.DURATION, {"学制": "9"}, ["2.5"]),
    (Code.STATUS, {"学籍状态": "旁听"}, ["在读"]),
    (Code.CONCLUSION, {"毕业结论": "优秀"}, ["结业"]),
    (Code.ETHNICITY, {"民族": "外星"}, ["GB/T 3304"]),
    (Code.GRADE, {"年级": "二一级"}, ["四位"]),
    (Code.PROGRAMME_CODE, {"专业代码": "5102"}, ["6 位"]),
]
CLEARANCE: list[tuple[Code, dict[str, Any], list[str]]] = [
    (Code.YES_NO, {"学费": "再议"}, ["再议", "已清"]),
    (Code.CLEARANCE_UNSIGNED, {"学费审核人": ""}, ["审核人"]),
    (Code.CLEARANCE_UNSIGNED, {"奖惩审核日期": ""}, ["审核日期"]),
    (Code.DATE_FUTURE, {"学费审核日期": date(2025, 1, 1)}, ["2025-01-01"]),
    (Code.CREDITS, {"应修学分": "很多"}, ["很多"]),
    (Code.CREDITS, {"应修学分": "140.25"}, ["一位小数"]),
    (Code.CONCLUSION, {"毕业结论": "通过"}, ["毕业、结业、肄业"]),
]
MARK: list[tuple[Code, dict[str, Any], list[str]]] = [
    (Code.SCORE, {"成绩": "65(补)"}, ["补考成绩"]),
    (Code.SCORE, {"成绩": 185}, ["185", "0–100"]),
    (Code.SCORE, {"成绩": "85.55"}, ["一位小数"]),
    (Code.SCORE, {"补考成绩": "A+"}, ["A+"]),
    (Code.CELL_IS_DATE, {"成绩": date(2024, 1, 1)}, ["日期"]),
    (Code.REQUIRED, {"成绩": ""}, ["成绩"]),
    (Code.CREDITS, {"学分": "四"}, ["四"]),
    (Code.YEAR, {"学年": "2021"}, ["2023-2024"]),
    (Code.YEAR, {"学年": "2030-2031"}, ["还没有开始"]),
    (Code.TERM, {"学期": "3"}, ["1 或 2"]),
    (Code.YES_NO, {"计入绩点": "也许"}, ["也许"]),
]
EVENT: list[tuple[Code, dict[str, Any], list[str]]] = [
    (Code.EVENT_TYPE, {"异动类型": "请假"}, ["请假", "休学"]),
    (Code.DATE_ORDER, {"截止日期": date(2021, 1, 1)}, ["2021-01-01"]),
    (Code.DATE_FUTURE, {"异动日期": date(2026, 1, 1)}, ["2026-01-01"]),
    (Code.DATE_NEEDS_DAY, {"异动日期": "2022-03"}, ["具体到日"]),
]
ROWS = [
    *(("student", *case) for case in STUDENT),
    *(("clearance", *case) for case in CLEARANCE),
    *(("mark", *case) for case in MARK),
    *(("event", *case) for case in EVENT),
]
NAMES = {"student": "学生", "clearance": "审核", "mark": "成绩", "event": "异动"}


@pytest.mark.parametrize(
    ("kind", "code", "changes", "words"),
    ROWS,
    ids=[f"{kind}-{code.name}-{n}" for n, (kind, code, *_) in enumerate(ROWS)],
)
def test_each_reason(
    desk: Any, kind: str, code: Code, changes: dict[str, Any], words: list[str]
) -> None:
    row = getattr(desk, kind)(**changes)
    good = getattr(desk, kind)(2)
    drafts = desk.check(desk.sheet(NAMES[kind], [row, good]))
    (problem,) = [p for p in drafts.problems if p.is_error]
    assert problem.code is code
    assert problem.row == 2
    assert problem.sheet == NAMES[kind]
    assert problem.remedy
    text = problem.why + problem.remedy
    assert [word for word in words if word not in text] == []
    if len(changes) == 1:
        (header,) = changes
        touched = header[:2] if kind == "clearance" and "审核" in header else header
        assert problem.header == touched
    stored = {"student": "students", "clearance": "clearances"}.get(kind, f"{kind}s")
    assert [d.student_no for d in getattr(drafts, stored)] == ["2021030102"]
    assert len(drafts.refused) == 1


def test_all_problems_of_a_row_are_told_at_once(desk: Any) -> None:
    row = desk.student(姓名="刘?", 层次="研修班", 学制="9", 出生日期="2003-02-30")
    codes = {p.code for p in desk.problems(desk.sheet("学生", [row]))}
    assert codes == {
        Code.NAME_MISSING_CHARACTER,
        Code.LEVEL,
        Code.DURATION,
        Code.DATE_IMPOSSIBLE,
    }


def test_what_is_seen_is_shown(desk: Any) -> None:
    (problem,) = desk.problems(
        desk.sheet("学生", [desk.student(证件号码=1.10105200305061e17)])
    )
    assert problem.value == "1.10105E+17"
    assert problem.where == "学生!E2（证件号码）"
    assert problem.student_no == "2021030101"


@pytest.mark.parametrize(
    ("kind", "code", "changes"),
    [
        ("student", Code.NAME_INVISIBLE, {"姓名": "张\u200b试"}),
        ("student", Code.NAME_SPACE, {"姓名": "张　试"}),
        ("student", Code.NAME_COMPATIBILITY, {"姓名": "張\uf9d1"}),
        ("student", Code.ID_REGION, {"证件号码": "990105200305061019"}),
        ("student", Code.AGE, {"入学日期": date(2017, 9, 1)}),
        ("event", Code.EVENT_NOT_FINAL, {"文号": ""}),
    ],
)
def test_doubts_do_not_keep_a_row_out(
    desk: Any, kind: str, code: Code, changes: dict[str, Any]
) -> None:
    drafts = desk.check(desk.sheet(NAMES[kind], [getattr(desk, kind)(**changes)]))
    (problem,) = drafts.problems
    assert problem.code is code
    assert problem.severity is Severity.WARNING
    assert drafts.refused == []


# --- good rows in unusual clothes -----------------------------------------------------


def only(desk: Any, **changes: Any) -> dict[str, Any]:
    drafts = desk.check(desk.sheet("学生", [desk.student(**changes)]))
    assert drafts.problems == []
    return {"学号": drafts.students[0].student_no, **drafts.students[0].values}


def test_sex_and_birth_date_come_from_the_id_number(desk: Any) -> None:
    values = only(desk, 性别="", 出生日期="")
    assert values["sex"] == "男"
    assert values["birth_date"] == date(2003, 5, 6)


def test_a_foreign_student(desk: Any) -> None:
    values = only(
        desk,
        姓名="John F. Kennedy",
        证件类型="护照",
        证件号码=" e12345678 ",
        民族="美国",
    )
    assert values["id_number"] == "E12345678"
    assert values["ethnicity"] == "美国"


def test_a_passport_tells_neither_sex_nor_birth(desk: Any) -> None:
    row = desk.student(证件类型="护照", 证件号码="E12345678", 性别="", 出生日期="")
    problems = desk.problems(desk.sheet("学生", [row]))
    assert [(p.code, p.header) for p in problems] == [
        (Code.REQUIRED, "性别"),
        (Code.REQUIRED, "出生日期"),
    ]


def test_numbers_in_cells_of_numbers_and_full_width(desk: Any) -> None:
    values = only(
        desk,
        学号=2021030101,
        考生号=21430104110011,
        专业代码=510201,
        学制=3.0,
        班级=2101,
        证件号码="１１０１０５２００３０５０６１０１５",
        入学日期="２０２１年９月",
    )
    assert values["学号"] == "2021030101"
    assert values["exam_no"] == "21430104110011"
    assert values["programme_code"] == "510201"
    assert values["class_name"] == "2101"
    assert values["enrolled_on"] == date(2021, 9, 1)


def test_spaces_and_line_breaks_inside_texts(desk: Any) -> None:
    values = only(desk, 院系=" 信息\n工程学院 ", 专业名称="计算机 应用技术")
    assert values["college"] == "信息工程学院"
    assert values["programme_name"] == "计算机应用技术"


def test_accepting_dots_mends_the_whole_file(desk: Any) -> None:
    rows = [desk.student(1, 姓名="买买提•吐尔逊"), desk.student(2, 姓名="艾买提.提")]
    drafts = desk.check(desk.sheet("学生", rows), accept_dots=True)
    assert [d.values["name"] for d in drafts.students] == ["买买提·吐尔逊", "艾买提·提"]
    assert not any(p.is_error for p in drafts.problems)


def test_one_auditor_for_all_items(desk: Any) -> None:
    row = {"学号": "2021030101", "奖惩": "√", "学费": "未清", "学费备注": "欠 200 元"}
    row |= {"审核人": "李敏", "审核日期": "2024.5.20", "应修学分": 140}
    drafts = desk.check(desk.sheet("审核", [row]))
    assert drafts.problems == []
    items = drafts.clearances[0].values["items"]
    assert items == {
        "奖惩": {"cleared": True, "by": "李敏", "on": date(2024, 5, 20), "note": None},
        "学费": {
            "cleared": False,
            "by": "李敏",
            "on": date(2024, 5, 20),
            "note": "欠 200 元",
        },
    }


def test_a_boolean_cell_says_cleared(desk: Any) -> None:
    drafts = desk.check(desk.sheet("审核", [desk.clearance(学费=True)]))
    assert drafts.problems == []
    assert drafts.clearances[0].values["items"]["学费"]["cleared"] is True


def test_marks_without_a_course_code_go_by_the_name(desk: Any) -> None:
    drafts = desk.check(desk.sheet("成绩", [desk.mark(课程代码="", 成绩=85.300)]))
    assert drafts.marks[0].key == ("高等数学", "2021-2022", "1")
    assert drafts.marks[0].values["score"] == "85.3"


# --- rows against each other ----------------------------------------------------------


def test_the_same_row_twice_counts_once(desk: Any) -> None:
    drafts = desk.check(desk.sheet("学生", [desk.student(), desk.student()]))
    assert len(drafts.students) == 1
    (problem,) = drafts.problems
    assert problem.code is Code.DUPLICATE_ROW
    assert not problem.is_error
    assert problem.row == 3


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        (Code.DUPLICATE_STUDENT_NO, {"学号": "2021030101"}),
        (
            Code.DUPLICATE_ID,
            {"证件号码": "110105200305061015", "性别": "男"},
        ),
        (Code.DUPLICATE_EXAM_NO, {"考生号": "21430104110011"}),
    ],
)
def test_two_people_with_one_number_both_stay_out(
    desk: Any, code: Code, changes: dict[str, Any]
) -> None:
    first = desk.student(1, 考生号="21430104110011", 证件号码="110105200305061015")
    second = desk.student(2, 考生号="21430104110022")
    third = desk.student(3, 考生号="21430104110033")
    drafts = desk.check(desk.sheet("学生", [first, second | changes, third]))
    assert [p.code for p in drafts.problems] == [code, code]
    assert {p.row for p in drafts.problems} == {2, 3}
    assert [d.student_no for d in drafts.students] == ["2021030103"]


def test_two_scores_for_one_course_both_stay_out(desk: Any) -> None:
    rows = [desk.mark(), desk.mark(成绩="58"), desk.mark(课程代码="GB2")]
    drafts = desk.check(desk.sheet("成绩", rows))
    assert [p.code for p in drafts.problems] == [Code.DUPLICATE_KEY] * 2
    assert "GB1001" in drafts.problems[0].why
    assert [d.key[0] for d in drafts.marks] == ["GB2"]


def test_every_reason_has_a_test() -> None:
    here = Path(__file__).parent
    tests = "".join(p.read_text("utf-8") for p in sorted(here.glob("test_*.py")))
    assert [c.name for c in Code if f"Code.{c.name}" not in tests] == []
