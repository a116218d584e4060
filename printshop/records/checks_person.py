"""Who a row is about: takes a row, gives 学号, name, 证件, sex and birth date."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from printshop.records import id_number, vocabulary
from printshop.records.cells import CellKind
from printshop.records.id_number import IdType
from printshop.records.names import check_name
from printshop.records.problem import ProblemCode
from printshop.records.row_reader import RowReader

_STUDENT_NO = re.compile(r"[A-Za-z0-9\-_]{2,20}", re.ASCII)
_EXAM_NO = re.compile(r"\d{14}", re.ASCII)
_NAME_EN = re.compile(r"[A-Za-zÀ-ɏ][A-Za-zÀ-ɏ '’.,\-]*")


def student_no(reader: RowReader) -> str | None:
    """The 学号; the reader remembers it for all further messages."""
    found = reader.code("student_no", required=True)
    if found is None:
        return None
    if not _STUDENT_NO.fullmatch(found):
        reader.error(
            "student_no",
            ProblemCode.STUDENT_NO,
            f"“{found}”不像学号: 只能有字母和数字, 2–20 位。",
            "请对照学籍表改正; 合计行、说明行请删去。",
        )
        return None
    reader.student_no = found
    return found


def name(reader: RowReader, *, required: bool) -> str | None:
    """The name, checked by the rules for names."""
    if reader.is_empty("name"):
        if required:
            reader.missing("name")
        return None
    cell = reader.raw("name")
    if cell is None:
        return None
    if cell.kind is not CellKind.TEXT:
        reader.error(
            "name",
            ProblemCode.NAME_MIXED,
            f"姓名单元格里是“{cell.shown}”, 不是文字。",
            "请填写姓名。",
        )
        return None
    checked = check_name(cell.text, accept_dots=reader.options.accept_dots)
    for fault in checked.faults:
        tell = reader.error if fault.blocks else reader.warn
        tell("name", fault.code, fault.why, fault.remedy)
    if not checked.name and checked.usable:
        reader.missing("name")
    return checked.name if checked.usable and checked.name else None


def name_en(reader: RowReader) -> str | None:
    """The name in Latin letters."""
    found = reader.text("name_en", limit=100)
    if found is not None and not _NAME_EN.fullmatch(found):
        reader.error(
            "name_en",
            ProblemCode.NAME_EN,
            f"“{found}”不是拼音写法: 只能有字母、空格、连字符和撇号。",
            "例: ZHANG Wei、OUYANG Jianguo。",
        )
    return found


def exam_no(reader: RowReader) -> str | None:
    """The 考生号: 14 digits."""
    found = reader.code("exam_no")
    if found is None or _EXAM_NO.fullmatch(found):
        return found
    if found.isdigit() and _is_number(reader, "exam_no") and len(found) < 14:
        reader.error(
            "exam_no",
            ProblemCode.LEADING_ZERO_LOST,
            f"考生号应为 14 位, 现有 {len(found)} 位: 按数字保存时开头的 0 丢失了。",
            "请把整列设为“文本”格式, 重新填写。",
        )
    else:
        reader.error(
            "exam_no",
            ProblemCode.EXAM_NO,
            f"考生号应为 14 位数字, 现为“{found}” ({len(found)} 位)。",
            "请对照录取名册改正。",
        )
    return None


def _is_number(reader: RowReader, field: str) -> bool:
    cell = reader.table.cell(reader.row, field)
    return cell is not None and cell.kind is CellKind.NUMBER


def identity(reader: RowReader) -> dict[str, Any]:
    """证件类型, 证件号码, 性别 and 出生日期, consistent with each other."""
    kind = _id_type(reader)
    number = _id_number(reader, kind)
    sex = reader.word(
        "sex", vocabulary.SEX_OF, ProblemCode.SEX, "请填“男”或“女”, 与身份证一致。"
    )
    birth = reader.day("birth_date")
    if number and kind and id_number.tells_person(kind):
        sex = _sex(reader, number, sex)
        birth = _birth(reader, number, birth)
    else:
        for field, value in (("sex", sex), ("birth_date", birth)):
            if value is None and reader.is_empty(field):
                reader.missing(field)
    if birth is not None and birth >= reader.options.today:
        reader.error(
            "birth_date", ProblemCode.DATE_FUTURE, f"出生日期 {birth} 在将来。", _LOOK
        )
    return {
        "id_type": kind.value if kind else None,
        "id_number": number,
        "sex": sex,
        "birth_date": birth,
    }


_LOOK = "请对照身份证改正。"


def _id_type(reader: RowReader) -> IdType | None:
    typed = reader.text("id_type")
    if typed is None and not reader.is_empty("id_type"):
        return None
    kind = id_number.id_type_of(typed or "")
    if kind is None:
        known = "、".join(k.value for k in IdType)
        reader.error(
            "id_type",
            ProblemCode.ID_TYPE,
            f"“{typed}”不是认得的证件类型。",
            f"可用: {known}; 空=居民身份证。",
        )
    return kind


def _id_number(reader: RowReader, kind: IdType | None) -> str | None:
    cell = reader.table.cell(reader.row, "id_number")
    if cell is not None and cell.kind is CellKind.NUMBER and kind is not None:
        # 15 digits or fewer are exact, but then it is no number of 18 anyway.
        digits = cell.number
        if digits is None or digits >= 10**15:
            reader.error(
                "id_number",
                ProblemCode.NUMBER_DAMAGED,
                f"证件号码存成了数字 {cell.shown}: 表格软件只保留 15 位, "
                "末几位已经丢失, 不能据此补出。",
                "请把整列设为“文本”格式, 再从原始材料重新填写 "
                "(只改格式救不回丢失的数字)。",
            )
            return None
    typed = reader.code("id_number", required=True)
    if typed is None or kind is None:
        return None
    number = typed.upper()
    faults = id_number.faults_of(number, kind)
    for fault in faults:
        tell = reader.error if fault.blocks else reader.warn
        tell("id_number", fault.code, fault.why, fault.remedy)
    return None if any(f.blocks for f in faults) else number


def _sex(reader: RowReader, number: str, sex: str | None) -> str | None:
    by_number = id_number.sex_of(number)
    if sex is None:
        return by_number if reader.is_empty("sex") else None
    if sex != by_number:
        reader.error(
            "sex",
            ProblemCode.ID_SEX,
            f"表中性别是{sex}, 证件号码第 17 位 {number[16]} 表示{by_number}。",
            "请对照身份证, 改正其中错误的一个。",
        )
    return sex


def _birth(reader: RowReader, number: str, birth: date | None) -> date | None:
    by_number = id_number.birth_of(number)
    if birth is None:
        return by_number if reader.is_empty("birth_date") else None
    if birth != by_number:
        reader.error(
            "birth_date",
            ProblemCode.ID_BIRTH,
            f"表中出生日期是 {birth}, 证件号码里是 {by_number}。",
            "请对照身份证, 改正其中错误的一个。",
        )
    return birth
