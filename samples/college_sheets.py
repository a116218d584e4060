"""Files of records: takes people, gives XLSX, CSV and DBF, always the same bytes."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from college_people import ITEMS, Person
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

NOTE = "样本说明"


def _headers(text: str) -> list[str]:
    return text.split()


STUDENT_HEADERS = _headers(
    "学号 考生号 姓名 姓名拼音 性别 出生日期 证件类型 证件号码 民族 "
    "政治面貌 专业代码 专业名称 专业英文名 专业目录年份 层次 学习形式 学制 "
    "院系 院系英文名 班级 年级 入学日期 预计毕业日期 学籍状态 联系电话 "
    "家庭住址 家长姓名 家长电话"
)
CLEARANCE_HEADERS = [
    "学号",
    "姓名",
    *(item + part for item in ITEMS for part in ("", "审核人", "审核日期", "备注")),
    "应修学分",
    "毕业结论",
    "毕业日期",
]
MARK_HEADERS = _headers(
    "学号 姓名 课程代码 课程名称 课程英文名 学年 学期 课程性质 考核方式 "
    "学分 成绩 补考成绩 重修成绩 计入绩点"
)
EVENT_HEADERS = _headers("学号 姓名 异动类型 异动日期 文号 异动原因 截止日期 异动说明")
WIDTHS = {
    "姓名": 16,
    "姓名拼音": 24,
    "证件号码": 21,
    "考生号": 17,
    "专业名称": 17,
    "课程名称": 40,
    "课程英文名": 40,
    NOTE: 60,
}
Row = dict[str, Any]


def student_row(person: Person) -> Row:
    """One line of the 学生 sheet."""
    values = (
        person.student_no,
        person.exam_no,
        person.name,
        person.name_en,
        person.sex,
        person.born,
        person.id_type,
        person.id_number,
        person.ethnicity,
        person.politics,
        person.programme.code,
        person.programme.name,
        person.programme.name_en,
        "2021",
        "专科",
        "普通全日制",
        "3",
        person.programme.college,
        person.programme.college_en,
        person.class_name,
        str(person.grade),
        person.enrolled,
        person.expected,
        person.status,
        f"100{person.order:08d}",  # no mobile number begins with 100
        f"示例省示例市示例路{person.order}号",
        person.guardian,
        f"101{person.order:08d}",
    )
    return dict(zip(STUDENT_HEADERS, values, strict=True)) | {NOTE: person.note}


def clearance_row(person: Person) -> Row:
    """One line of the 审核 sheet."""
    row: Row = {"学号": person.student_no, "姓名": person.name}
    for item, check in person.checks.items():
        row[item] = "已清" if check.cleared else "未清"
        row[f"{item}审核人"] = check.by
        row[f"{item}审核日期"] = check.on
        row[f"{item}备注"] = check.note
    row["应修学分"] = person.credits
    row["毕业结论"] = person.conclusion
    row["毕业日期"] = person.graduated
    return row


def mark_rows(person: Person) -> Iterable[Row]:
    """The lines of one student in the 成绩 sheet."""
    for result in person.marks:
        course = result.course
        values = (
            person.student_no,
            person.name,
            course.code,
            course.name,
            course.name_en,
            result.year,
            result.term,
            course.nature,
            course.assessment,
            course.credits,
            _number(result.score),
            _number(result.make_up),
            _number(result.retake),
            "是" if course.in_gpa else "否",
        )
        yield dict(zip(MARK_HEADERS, values, strict=True))


def _number(score: str) -> int | str:
    return int(score) if score.isdigit() else score


def event_rows(person: Person) -> Iterable[Row]:
    """The lines of one student in the 异动 sheet."""
    for event in person.events:
        values = (
            person.student_no,
            person.name,
            event.type,
            event.on,
            event.document_no,
            event.reason,
            event.until,
            event.note,
        )
        yield dict(zip(EVENT_HEADERS, values, strict=True))


def workbook_of(people: Sequence[Person]) -> Workbook:
    """The workbook with the sheets 学生, 审核, 成绩 and 异动."""
    book = Workbook()
    students = [student_row(person) for person in people]
    noted = [NOTE] if any(person.note for person in people) else []
    add_sheet(book, "学生", [*STUDENT_HEADERS, *noted], students)
    audited = [clearance_row(p) for p in people if p.conclusion]
    add_sheet(book, "审核", CLEARANCE_HEADERS, audited)
    marks = [row for person in people for row in mark_rows(person)]
    events = [row for person in people for row in event_rows(person)]
    for title, headers, rows in (
        ("成绩", MARK_HEADERS, marks),
        ("异动", EVENT_HEADERS, events),
    ):
        if rows:
            add_sheet(book, title, headers, rows)
    del book["Sheet"]
    return book


def add_sheet(
    book: Workbook, title: str, headers: Sequence[str], rows: Iterable[Row]
) -> None:
    """A sheet as an office would lay it out: bold frozen header, text as text."""
    sheet = book.create_sheet(title)
    sheet.append(list(headers))
    for row in rows:
        cells = [row.get(header) for header in headers]
        sheet.append([None if value == "" else value for value in cells])
    _dress(sheet, headers)


def _dress(sheet: Worksheet, headers: Sequence[str]) -> None:
    for cell in sheet[1]:
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="DCE6F1")
        cell.alignment = Alignment(horizontal="center")
    for row in sheet.iter_rows(min_row=2):
        for cell in row:
            if isinstance(cell.value, date):
                cell.number_format = "yyyy-mm-dd"
            elif isinstance(cell.value, str):
                cell.number_format = "@"
    for index, header in enumerate(headers, start=1):
        letter = get_column_letter(index)
        sheet.column_dimensions[letter].width = WIDTHS.get(header, 13)
    sheet.freeze_panes = "D2" if "学号" in headers else "A2"
    sheet.auto_filter.ref = sheet.dimensions


def save(book: Workbook, path: Path) -> None:
    """Write a workbook without the time of day, so that it can be compared."""
    out = io.BytesIO()
    book.save(out)
    with zipfile.ZipFile(out) as made, zipfile.ZipFile(path, "w") as fixed:
        for info in made.infolist():
            data = made.read(info)
            if info.filename == "docProps/core.xml":
                data = re.sub(
                    rb"\d{4}-\d\d-\d\dT[\d:]{8}Z", b"2026-06-30T00:00:00Z", data
                )
            entry = zipfile.ZipInfo(info.filename, (2026, 6, 30, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            fixed.writestr(entry, data)


def write_csv(path: Path, people: Sequence[Person], encoding: str) -> None:
    """The 学生 sheet as CSV, as Excel saves it: CRLF, text without quotes."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, STUDENT_HEADERS, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(student_row(person) for person in people)
    path.write_bytes(out.getvalue().encode(encoding))


# 学籍注册 of 学信网: field, width in bytes, canonical header.
DBF_FIELDS = (
    ("KSH", 18, "考生号"),
    ("XH", 15, "学号"),
    ("XM", 40, "姓名"),
    ("XB", 2, "性别"),
    ("CSRQ", 8, "出生日期"),
    ("SFZH", 18, "证件号码"),
    ("ZZMM", 16, "政治面貌"),
    ("MZ", 24, "民族"),
    ("ZYDM", 8, "专业代码"),
    ("ZYMC", 50, "专业名称"),
    ("FY", 24, "院系"),
    ("BH", 24, "班级"),
    ("CC", 12, "层次"),
    ("XXXS", 10, "学习形式"),
    ("XZ", 3, "学制"),
    ("RXRQ", 8, "入学日期"),
    ("YJBYRQ", 8, "预计毕业日期"),
)
_GBK_DRIVER, _DBASE3 = 0x4D, 0x03


def write_dbf(path: Path, people: Sequence[Person]) -> None:
    """A DBF of 学信网's 学籍注册: CHAR only, GB 18030, padded by encoded bytes."""
    width = 1 + sum(size for _, size, _ in DBF_FIELDS)
    head = bytes((_DBASE3, 126, 6, 30)) + len(people).to_bytes(4, "little")
    head += (33 + 32 * len(DBF_FIELDS)).to_bytes(2, "little")
    head += width.to_bytes(2, "little") + bytes(17) + bytes((_GBK_DRIVER, 0, 0))
    for name, size, _ in DBF_FIELDS:
        head += name.encode().ljust(11, b"\0") + b"C" + bytes(4)
        head += bytes((size, 0)) + bytes(14)
    records = [_record(student_row(person)) for person in people]
    path.write_bytes(head + b"\r" + b"".join(records) + b"\x1a")


def _record(row: Row) -> bytes:
    record = b" "
    for _, size, header in DBF_FIELDS:
        value = row[header]
        text = f"{value:%Y%m%d}" if isinstance(value, date) else str(value)
        data = text.encode("gb18030")
        if len(data) > size:
            raise ValueError(f"{header} {text!r} needs {len(data)} of {size} bytes")
        record += data.ljust(size)
    return record
