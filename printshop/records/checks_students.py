"""A 学生 row: takes a reader, gives the student as they would be stored."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from printshop.records import checks_person, vocabulary
from printshop.records.cells import CellKind
from printshop.records.drafts import Draft, Origin
from printshop.records.id_number import IdType, id_type_of
from printshop.records.model import Status
from printshop.records.problem import ProblemCode
from printshop.records.row_reader import RowReader
from printshop.records.tables import ProgrammeRow, StudentRow

_PROGRAMME = re.compile(r"\d{6}[A-Z]{0,2}", re.ASCII)
_GRADE = re.compile(r"((?:19|20)\d{2})级?")
_FAR = timedelta(days=2 * 366)
# Below and above, a person should look; beyond the outer pair it is a mistake.
_USUAL_AGE = (15, 45)
_POSSIBLE_AGE = (12, 80)
_OPTIONAL_TEXTS = (
    "politics",
    "college_en",
    "phone",
    "address",
    "guardian",
    "guardian_phone",
)


def limit_of(field: str) -> int:
    """How many characters the register keeps of a field."""
    return int(getattr(StudentRow.__table__.c[field].type, "length", 0))


def check_student(reader: RowReader) -> Draft | None:
    """The student of a row, or None where the row must stay out."""
    number = checks_person.student_no(reader)
    values: dict[str, Any] = {
        "name": checks_person.name(reader, required=True),
        **checks_person.identity(reader),
        **_studies(reader),
        **_programme(reader),
        **_dates(reader),
    }
    for field, find in (
        ("name_en", checks_person.name_en),
        ("exam_no", checks_person.exam_no),
        ("ethnicity", _ethnicity),
        ("conclusion", conclusion),
    ):
        if reader.table.has(field):
            values[field] = find(reader)
    for field in _OPTIONAL_TEXTS:
        if reader.table.has(field):
            values[field] = reader.text(field, limit=limit_of(field))
    values |= _extra(reader)
    defaults: dict[str, Any] = {"base_status": Status.ENROLLED.value}
    _kept(reader, values, defaults)
    _age(reader, values)
    if reader.failed or number is None:
        return None
    origin = Origin(reader.table, reader.row)
    return Draft(origin, number, (), values, defaults, values["name"])


def _studies(reader: RowReader) -> dict[str, Any]:
    department = reader.text("department", limit=limit_of("college"))
    college = reader.text("college", limit=limit_of("college"))
    if college is None and reader.is_empty("college"):
        college = department  # 学信网 files leave FY empty where XSH is filled
        if college is None:
            reader.missing("college")
    return {
        "college": college,
        "class_name": reader.text(
            "class_name", required=True, limit=limit_of("class_name")
        ),
        "level": reader.word(
            "level",
            vocabulary.LEVEL_OF,
            ProblemCode.LEVEL,
            "可用: 专科、本科、专升本、高起本、第二学士学位、硕士研究生、博士研究生。",
            required=True,
        ),
        "study_form": reader.word(
            "study_form",
            vocabulary.STUDY_FORM_OF,
            ProblemCode.STUDY_FORM,
            "可用: 普通全日制、业余、函授、脱产、网络教育、开放教育。",
            required=True,
        ),
        "duration": reader.word(
            "duration",
            vocabulary.duration_of,
            ProblemCode.DURATION,
            "可用: " + "、".join(vocabulary.DURATIONS) + " (年)。",
            required=True,
        ),
    }


def _programme(reader: RowReader) -> dict[str, Any]:
    """Code and name as admitted; the name is never looked up from the code."""
    limits = {c.name: getattr(c.type, "length", 0) for c in ProgrammeRow.__table__.c}
    values: dict[str, Any] = {
        "programme_code": _programme_code(reader),
        "programme_name": reader.text(
            "programme_name", required=True, limit=limits["name"]
        ),
    }
    english = reader.text("programme_name_en", limit=limits["name_en"])
    if english is not None:
        # It belongs to the programme: one student's empty cell must not clear it.
        values["programme_name_en"] = english
    if reader.table.has("catalog_year"):
        values["catalog_year"] = reader.text(
            "catalog_year", limit=limits["catalog_year"]
        )
    return values


def _programme_code(reader: RowReader) -> str | None:
    code = reader.code("programme_code", required=True)
    if code is None or _PROGRAMME.fullmatch(code.upper()):
        return code and code.upper()
    cell = reader.raw("programme_code")
    if cell is not None and cell.kind is CellKind.NUMBER and len(code) == 5:
        reader.error(
            "programme_code",
            ProblemCode.LEADING_ZERO_LOST,
            f"专业代码应为 6 位, 现为 {code}: 按数字保存时开头的 0 丢失了。",
            f"请把整列设为“文本”格式, 核对后填写 (是不是 0{code}?)。",
        )
    else:
        reader.error(
            "programme_code",
            ProblemCode.PROGRAMME_CODE,
            f"专业代码应为 6 位数字 (本科可带 T、K), 现为“{code}”。",
            "请对照招生时的专业目录改正。",
        )
    return None


def _ethnicity(reader: RowReader) -> str | None:
    typed = reader.text("ethnicity", limit=limit_of("ethnicity"))
    if typed is None:
        return None
    found = vocabulary.ethnicity_of(typed)
    if found is not None:
        return found
    kind = id_type_of(reader.text("id_type") or "")
    if kind in (IdType.RESIDENT, None):
        reader.error(
            "ethnicity",
            ProblemCode.ETHNICITY,
            f"“{typed}”不在民族表 (GB/T 3304) 里。",
            "请写民族名称, 例: 汉族、维吾尔族。",
        )
    return typed  # for 港澳台 and foreign students it holds their region


def conclusion(reader: RowReader) -> str | None:
    """毕业结论: 毕业, 结业, 肄业; empty where nothing is planned."""
    return reader.word(
        "conclusion",
        vocabulary.CONCLUSION_OF,
        ProblemCode.CONCLUSION,
        "可用: 毕业、结业、肄业; 未定的留空。",
    )


def graduated_on(reader: RowReader) -> date | None:
    """毕业日期, to the day; it may lie ahead, but not far."""
    found = reader.day("graduated_on")
    if found is not None and found > reader.options.today + _FAR:
        reader.error(
            "graduated_on",
            ProblemCode.DATE_FUTURE,
            f"毕业日期 {found} 在两年以后。",
            "请改正年份。",
        )
    return found


def _dates(reader: RowReader) -> dict[str, Any]:
    values: dict[str, Any] = {
        "enrolled_on": reader.day("enrolled_on", required=True, month_ok=True)
    }
    start = values["enrolled_on"]
    if start is not None and start > reader.options.today + _FAR:
        reader.error(
            "enrolled_on",
            ProblemCode.DATE_FUTURE,
            f"入学日期 {start} 在两年以后。",
            "请改正年份。",
        )
    if reader.table.has("expected_on"):
        values["expected_on"] = reader.day("expected_on", month_ok=True)
    if reader.table.has("graduated_on"):
        values["graduated_on"] = graduated_on(reader)
    for field in ("expected_on", "graduated_on"):
        end = values.get(field)
        if start is not None and end is not None and end <= start:
            reader.error(
                field,
                ProblemCode.DATE_ORDER,
                f"{reader.table.header_of(field)} {end} 不晚于入学日期 {start}。",
                "请改正其中错误的一个。",
            )
    return values


def _extra(reader: RowReader) -> dict[str, Any]:
    extra = reader.extra()
    if reader.table.has("department"):
        department = reader.text("department")
        extra["系（所）"] = department
    return {"extra": extra} if extra else {}


def _kept(reader: RowReader, values: dict[str, Any], defaults: dict[str, Any]) -> None:
    """Fields that an empty cell leaves as they are: 学籍状态 and 年级."""
    status = reader.word(
        "base_status",
        vocabulary.STATUS_OF,
        ProblemCode.STATUS,
        "可用: " + "、".join(s.value for s in Status) + "。",
    )
    if status is not None:
        values["base_status"] = status
    typed = reader.text("grade")
    found = _GRADE.fullmatch(typed or "")
    if found:
        values["grade"] = found[1]
    elif typed is not None:
        reader.error(
            "grade",
            ProblemCode.GRADE,
            f"“{typed}”不是年级: 应为四位年份。",
            "例: 2021。",
        )
    if values["enrolled_on"] is not None:
        defaults["grade"] = str(values["enrolled_on"].year)


def _age(reader: RowReader, values: dict[str, Any]) -> None:
    birth, start = values["birth_date"], values["enrolled_on"]
    if birth is None or start is None:
        return
    age = (
        start.year - birth.year - ((start.month, start.day) < (birth.month, birth.day))
    )
    if not _POSSIBLE_AGE[0] <= age <= _POSSIBLE_AGE[1]:
        reader.error(
            "enrolled_on",
            ProblemCode.AGE,
            f"按出生日期 {birth} 和入学日期 {start}, 入学时 {age} 岁。",
            "请改正其中错误的一个。",
        )
    elif not _USUAL_AGE[0] <= age <= _USUAL_AGE[1]:
        reader.warn(
            "enrolled_on",
            ProblemCode.AGE,
            f"入学时 {age} 岁, 不多见。",
            "请核对出生日期和入学日期。",
        )
