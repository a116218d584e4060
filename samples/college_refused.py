"""What must be refused: takes the college, gives one row or photo per reason.

The column 应报 holds the name of the ``ProblemCode`` that the import must give; for
photos, ``PHOTO_FLAWS`` holds the name of the ``PhotoFlaw``.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

from college_faces import face
from college_names import check_digit
from college_people import Class, Person, newcomers
from college_sheets import (
    CLEARANCE_HEADERS,
    EVENT_HEADERS,
    MARK_HEADERS,
    NOTE,
    STUDENT_HEADERS,
    Row,
    add_sheet,
    student_row,
)
from openpyxl import Workbook
from PIL import Image

EXPECTED = "应报"
SEED = 99
_CLASS = Class("计应2399", "20230199", 60)


def _renumbered(number: str, born: str) -> str:
    """An ID number with another birth date, and the right check digit."""
    first = number[:6] + born + number[14:17]
    return first + check_digit(first)


def refused_workbook(people: Sequence[Person]) -> Workbook:
    """One row per reason, to be imported after ``college.xlsx``."""
    book = Workbook()
    known = [p for p in people if not p.note and p.conclusion]
    strangers = iter(newcomers(SEED, _CLASS))
    students = list(_students(strangers, known))
    extra = [EXPECTED, NOTE]
    add_sheet(book, "学生", [*STUDENT_HEADERS, *extra], students)
    add_sheet(book, "审核", [*CLEARANCE_HEADERS, *extra], _clearances(known))
    add_sheet(book, "成绩", [*MARK_HEADERS, *extra], _marks(known, students))
    add_sheet(book, "异动", [*EVENT_HEADERS, *extra], _events(known))
    del book["Sheet"]
    return book


# Each: code, what the row says instead, why it must stay out.
_FAULTS: tuple[tuple[str, Row, str], ...] = (
    ("REQUIRED", {"姓名": ""}, "没有姓名"),
    ("CELL_ERROR", {"班级": "#N/A"}, "查找公式没有找到, 留下 #N/A"),
    ("FORMULA_UNCACHED", {"班级": '="计应"&"2399"'}, "公式, 文件里没有存结果"),
    ("CELL_IS_DATE", {"班级": date(2023, 3, 1)}, "班级“3-1”被 Excel 变成了日期"),
    ("CELL_IS_BOOL", {"院系": True}, "院系单元格是 TRUE"),
    ("NUMBER_DAMAGED", {"证件号码": 3.38801200501011e17}, "身份证号存成了数字"),
    ("NUMBER_DAMAGED", {"证件号码": "3.38801E+17"}, "身份证号存成了科学计数法的文字"),
    ("LEADING_ZERO_LOST", {"考生号": 9338811000001}, "考生号存成数字, 开头的 0 丢了"),
    ("TOO_LONG", {"院系": "信息工程学院" * 20}, "院系名 120 个字"),
    ("PRIVATE_USE", {"姓名": "刘\ue863"}, "䶮 写成了造字区字符 U+E863"),
    ("REPLACEMENT", {"姓名": "张\ufffd"}, "导出时编码损坏, 剩下 U+FFFD"),
    ("CONTROL", {"姓名": "张\u2028伟"}, "姓名里有换行符 U+2028"),
    ("NAME_DOT", {"姓名": "阿依古丽•买买提"}, "间隔号用了 U+2022"),
    ("NAME_DOT_PLACE", {"姓名": "阿依古丽·"}, "间隔号在末尾"),
    ("NAME_MISSING_CHARACTER", {"姓名": "刘?"}, "旧系统用问号代替缺字"),
    ("NAME_INVISIBLE", {"姓名": "张\u202e伟"}, "改变文字方向的字符 U+202E"),
    ("NAME_RADICAL", {"姓名": "⻢超"}, "部首 U+2EE2 不是汉字“马”"),
    ("NAME_MIXED", {"姓名": "张伟2"}, "同名的人编了号"),
    ("NAME_SPACE", {"姓名": "阿依古丽 买买提"}, "空格处可能原是间隔号"),
    ("NAME_SYMBOL", {"姓名": "张伟（留级）"}, "姓名里写了备注"),
    ("NAME_EN", {"姓名拼音": "张 Wei"}, "拼音里有汉字"),
    ("STUDENT_NO", {"学号": "合计"}, "合计行"),
    ("EXAM_NO", {"考生号": "12345"}, "考生号不是 14 位"),
    ("ID_TYPE", {"证件类型": "学生证"}, "不是身份证件"),
    ("ID_FORMAT", {"证件号码": "33880120050101123"}, "身份证号少一位"),
    ("ID_FIFTEEN", {"证件号码": "338801050101123"}, "15 位旧号"),
    ("SEX", {"性别": "先生"}, "不是男或女"),
    ("DATE_FORMAT", {"入学日期": "前年九月"}, "看不懂的日期"),
    ("DATE_IMPOSSIBLE", {"入学日期": "2023-02-30"}, "没有这一天"),
    ("DATE_NEEDS_DAY", {"出生日期": "2005-03"}, "出生日期没有日"),
    (
        "DATE_FUTURE",
        {"入学日期": date(2036, 9, 1), "预计毕业日期": "", "年级": ""},
        "十年后入学",
    ),
    ("DATE_ORDER", {"预计毕业日期": date(2022, 6, 30)}, "毕业早于入学"),
    ("LEVEL", {"层次": "研修班"}, "不认识的层次"),
    ("STUDY_FORM", {"学习形式": "走读"}, "不认识的学习形式"),
    ("DURATION", {"学制": "十年"}, "没有这样的学制"),
    ("STATUS", {"学籍状态": "旁听"}, "不认识的学籍状态"),
    ("ETHNICITY", {"民族": "东方族"}, "GB/T 3304 里没有"),
    ("GRADE", {"年级": "二三级"}, "不是四位年份"),
    ("PROGRAMME_CODE", {"专业代码": "计算机"}, "不是专业代码"),
)


def _students(strangers: Iterator[Person], known: Sequence[Person]) -> Iterator[Row]:
    for code, instead, why in _FAULTS:
        yield _row(next(strangers), code, why, **instead)
    yield from _about_numbers(strangers)
    yield from _pairs(strangers)
    first, second, third = known[:3]
    yield _row(
        next(strangers), "OTHER_PERSON", "学号是另一个学生的", 学号=first.student_no
    )
    yield _row(
        next(strangers),
        "ID_IN_REGISTER",
        "证件号码是另一个学生的",
        证件号码=second.id_number,
        性别=second.sex,
        出生日期=second.born,
    )
    yield _row(
        next(strangers),
        "EXAM_NO_IN_REGISTER",
        "考生号是另一个学生的",
        考生号=third.exam_no,
    )


def _about_numbers(strangers: Iterator[Person]) -> Iterator[Row]:
    person = next(strangers)
    number = _renumbered(person.id_number, born="20050230")
    yield _row(person, "ID_DATE", "证件号码里的生日是 2 月 30 日", 证件号码=number)
    person = next(strangers)
    wrong = "1" if person.id_number[-1] != "1" else "2"
    yield _row(
        person,
        "ID_CHECK_DIGIT",
        "末位校验码不对",
        证件号码=person.id_number[:-1] + wrong,
    )
    person = next(strangers)
    other = "女" if person.sex == "男" else "男"
    yield _row(person, "ID_SEX", "性别与证件号码第 17 位不符", 性别=other)
    yield _row(
        next(strangers),
        "ID_BIRTH",
        "出生日期与证件号码不符",
        出生日期=date(2004, 12, 31),
    )
    person = next(strangers)
    number = _renumbered(person.id_number, born="20150101")
    yield _row(
        person, "AGE", "入学时只有 8 岁", 证件号码=number, 出生日期=date(2015, 1, 1)
    )


def _pairs(strangers: Iterator[Person]) -> Iterator[Row]:
    one, other = next(strangers), next(strangers)
    why = "两行用了同一个学号, 哪一行对不知道"
    yield _row(one, "DUPLICATE_STUDENT_NO", why)
    yield _row(other, "DUPLICATE_STUDENT_NO", why, 学号=one.student_no)
    one, other = next(strangers), next(strangers)
    same = {"证件号码": one.id_number, "性别": one.sex, "出生日期": one.born}
    yield _row(one, "DUPLICATE_ID", "两行用了同一个证件号码")
    yield _row(other, "DUPLICATE_ID", "两行用了同一个证件号码", **same)
    one, other = next(strangers), next(strangers)
    yield _row(one, "DUPLICATE_EXAM_NO", "两行用了同一个考生号")
    yield _row(other, "DUPLICATE_EXAM_NO", "两行用了同一个考生号", 考生号=one.exam_no)


def _row(person: Person, code: str, why: str, **instead: Any) -> Row:
    return student_row(person) | instead | {EXPECTED: code, NOTE: why}


def _clearances(known: Sequence[Person]) -> Iterator[Row]:
    day = date(2026, 6, 1)
    signed = {"学费审核人": "财务处 赵丽", "学费审核日期": day}
    for person, code, values, why in (
        (known[3], "CLEARANCE_UNSIGNED", {"学费": "已清"}, "已清, 但没有谁在哪天审的"),
        (known[4], "YES_NO", {"学费": "再说"} | signed, "看不出清还是没清"),
        (known[5], "CONCLUSION", {"毕业结论": "优秀"}, "没有这样的毕业结论"),
        (
            known[6],
            "DATE_FUTURE",
            {"学费": "已清"} | signed | {"学费审核日期": date(2036, 6, 1)},
            "审核日期在将来",
        ),
    ):
        who = {"学号": person.student_no, "姓名": person.name}
        yield who | values | {EXPECTED: code, NOTE: why}


def _marks(known: Sequence[Person], students: Sequence[Row]) -> Iterator[Row]:
    course: Row = {
        "课程代码": "GX9999",
        "课程名称": "普通话",
        "学年": "2023-2024",
        "学期": 1,
        "课程性质": "任选",
        "考核方式": "考查",
        "学分": 1,
        "成绩": 85,
    }
    refused = students[1]["学号"]
    for code, values, why in (
        ("SCORE", {"成绩": "65（补）"}, "补考分数写进了成绩列"),
        ("SCORE", {"成绩": 185}, "成绩超过 100"),
        ("CREDITS", {"学分": "四"}, "学分不是数字"),
        ("YEAR", {"学年": "2023"}, "学年要写两年"),
        ("TERM", {"学期": "3"}, "只有 1、2 两个学期"),
        ("YES_NO", {"计入绩点": "也许"}, "不是“是”或“否”"),
        ("NAME_MISMATCH", {"姓名": "某某"}, "学号与姓名串行"),
        ("STUDENT_UNKNOWN", {"学号": "2099999999", "姓名": ""}, "没有这个学号"),
        ("STUDENT_REFUSED", {"学号": refused, "姓名": ""}, "学生行没有通过"),
        ("DUPLICATE_KEY", {"课程代码": "GX9998"}, "同一门课两个成绩"),
        ("DUPLICATE_KEY", {"课程代码": "GX9998", "成绩": 58}, "同一门课两个成绩"),
    ):
        who = {"学号": known[7].student_no, "姓名": known[7].name}
        yield who | course | values | {EXPECTED: code, NOTE: why}


def _events(known: Sequence[Person]) -> Iterator[Row]:
    day = date(2025, 3, 3)
    event: Row = {"异动类型": "休学", "异动日期": day, "文号": "示职教〔2025〕99号"}
    for code, values, why in (
        ("EVENT_TYPE", {"异动类型": "请假"}, "不是学籍异动"),
        ("DATE_ORDER", {"截止日期": date(2024, 3, 3)}, "截止早于开始"),
    ):
        who = {"学号": known[8].student_no, "姓名": known[8].name}
        yield who | event | values | {EXPECTED: code, NOTE: why}


# --- photos ----------------------------------------------------------------------

PHOTO_FLAWS = {
    "2099999999.jpg": "NO_STUDENT",
    "2023010114.jpg": "LANDSCAPE",
    "2023010115.jpg": "TOO_SMALL",
    "2023010116.jpg": "BLANK",
    "2023010117.jpg": "UNREADABLE",
    "2023010118.jpg": "NOT_A_PHOTO",
    "2023010119.gif": "NOT_A_PHOTO",
    "2023010120.png": "BOMB",
    "2023010121.jpg": "TWO_PHOTOS",
    "2023010121-副本.jpg": "TWO_PHOTOS",
    "2023010215.jpg": "SHARED",
    "2023010216.jpg": "SHARED",
    "2023010101-刘䶮.jpg": "WRONG_NAME",
    "2023010217_2023010218.jpg": "AMBIGUOUS",
}
ZIP_FLAWS = {
    "../../2023010114.jpg": "UNSAFE_NAME",
    "/2023010115.jpg": "UNSAFE_NAME",
    "C:\\2023010116.jpg": "UNSAFE_NAME",
    "2023010117\u202egpj.jpg": "UNSAFE_NAME",
    "2023010122.jpg": "BOMB",
}


def write_refused_photos(folder: Path) -> None:
    """A photo per reason, and ``<folder>.zip`` with names that want out of it."""
    folder.mkdir(parents=True, exist_ok=True)
    portraits = [_small(Random(f"refused {n}")) for n in range(6)]
    contents = {
        "2099999999.jpg": portraits[0],
        "2023010114.jpg": _jpeg(_opened(portraits[1]).rotate(90, expand=True)),
        "2023010115.jpg": _jpeg(_opened(portraits[1]).resize((240, 320))),
        "2023010116.jpg": _jpeg(Image.new("RGB", (480, 640), (100, 197, 255))),
        "2023010117.jpg": portraits[1][:6000],
        "2023010118.jpg": "这不是照片, 只是改了扩展名的文字。".encode(),
        "2023010119.gif": _gif(),
        "2023010120.png": _bomb(6000),
        "2023010121.jpg": portraits[2],
        "2023010121-副本.jpg": portraits[3],
        "2023010215.jpg": portraits[4],
        "2023010216.jpg": portraits[4],
        "2023010101-刘䶮.jpg": portraits[5],
        "2023010217_2023010218.jpg": portraits[0],
    }
    for name in PHOTO_FLAWS:
        (folder / name).write_bytes(contents[name])
    with zipfile.ZipFile(folder.with_name(f"{folder.name}.zip"), "w") as archive:
        for name in ZIP_FLAWS:
            entry = zipfile.ZipInfo("x", (2026, 6, 30, 0, 0, 0))
            entry.filename = entry.orig_filename = name
            entry.compress_type = zipfile.ZIP_DEFLATED
            zeros = bytes(12_000_000)
            archive.writestr(entry, zeros if ZIP_FLAWS[name] == "BOMB" else b"x")


def _small(random: Random) -> bytes:
    """A portrait of few bytes, still large enough to print."""
    image = _opened(face(random, random.choice("男女")))
    return _jpeg(image.resize((360, 480)))


def _opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def _jpeg(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=70, dpi=(300, 300))
    return out.getvalue()


def _gif() -> bytes:
    out = io.BytesIO()
    Image.new("P", (48, 64)).save(out, "GIF")
    return out.getvalue()


def _bomb(side: int) -> bytes:
    """A PNG of few kilobytes and very many pixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + body))
        return struct.pack(">I", len(body)) + kind + body + check

    rows = zlib.compress(bytes((side // 8 + 1) * side), 9)
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", rows)
        + chunk(b"IEND", b"")
    )
