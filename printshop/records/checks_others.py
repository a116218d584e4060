"""审核, 成绩 and 异动 rows: take a reader, give what would be stored."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from printshop.records import checks_person, vocabulary
from printshop.records.cells import plain
from printshop.records.checks_students import conclusion, graduated_on
from printshop.records.drafts import Draft, Origin
from printshop.records.model import ClearanceItem, EventType
from printshop.records.problem import ProblemCode
from printshop.records.row_reader import RowReader

_LOOK = "请对照原始成绩单改正。"
_NEVER_NULL = frozenset({"nature", "assessment"})
_SCORES = (
    "应为 0–100 (最多一位小数), 或 优良中及格不及格、合格不合格、免修缓考缺考作弊无效"
)


def _draft(
    reader: RowReader,
    number: str | None,
    name: str | None,
    key: tuple[str, ...],
    values: dict[str, Any],
) -> Draft | None:
    if reader.failed or number is None:
        return None
    origin = Origin(reader.table, reader.row)
    return Draft(origin, number, key, values, name=name)


def check_clearance(reader: RowReader) -> Draft | None:
    """A 审核 row: values are ``{item: {cleared, by, on, note}}`` and the end."""
    number = checks_person.student_no(reader)
    name = checks_person.name(reader, required=False)
    values: dict[str, Any] = {"items": _items(reader)}
    if reader.table.has("credits_required"):
        values["credits_required"] = reader.credits("credits_required", 600)
    if reader.table.has("conclusion"):
        values["conclusion"] = conclusion(reader)
    if reader.table.has("graduated_on"):
        values["graduated_on"] = graduated_on(reader)
    return _draft(reader, number, name, (), values)


def _items(reader: RowReader) -> dict[str, dict[str, Any]]:
    """The items that were looked at; an empty cell means not looked at yet."""
    everybody = {
        "by": reader.text("by", limit=50),
        "on": reader.day("on"),
    }
    found: dict[str, dict[str, Any]] = {}
    for item in ClearanceItem:
        field = item.name.lower()
        cleared = reader.yes_no(field, "请填“已清”或“未清”; 还没审的留空。")
        if cleared is None:
            continue
        by = reader.text(f"{field}_by", limit=50) or everybody["by"]
        on = reader.day(f"{field}_on") or everybody["on"]
        if cleared:
            _signed(reader, field, item, by, on)
        found[item.value] = {
            "cleared": cleared,
            "by": by,
            "on": on,
            "note": reader.text(f"{field}_note", limit=200),
        }
    return found


def _signed(
    reader: RowReader, field: str, item: ClearanceItem, by: Any, on: Any
) -> None:
    lacking = [w for w, v in (("审核人", by), ("审核日期", on)) if v is None]
    if lacking:
        reader.error(
            field,
            ProblemCode.CLEARANCE_UNSIGNED,
            f"{item.value}标为已清, 但没有{'和'.join(lacking)}。",
            f"请在“{item.value}审核人”“{item.value}审核日期”列写明谁在哪天审的。",
        )
    elif on > reader.options.today:
        reader.error(
            field,
            ProblemCode.DATE_FUTURE,
            f"{item.value}的审核日期 {on} 在将来。",
            "请改正日期。",
        )


def check_mark(reader: RowReader) -> Draft | None:
    """A 成绩 row; its key is course, school year and term."""
    number = checks_person.student_no(reader)
    name = checks_person.name(reader, required=False)
    course = reader.text("course", required=True, limit=200)
    code = reader.text("course_code", limit=100)
    if code is None and course is not None:
        code = course[:100]  # offices without course codes go by the name
    year = reader.word(
        "year",
        vocabulary.school_year_of,
        ProblemCode.YEAR,
        "请写成 2023-2024。",
        required=True,
    )
    term = _term(reader)
    values: dict[str, Any] = {
        "course": course,
        "credits": reader.credits("credits", 100, required=True),
        "score": _score(reader, "score", required=True),
    }
    for field, limit in (("course_en", 200), ("nature", 20), ("assessment", 20)):
        if reader.table.has(field):
            values[field] = reader.text(field, limit=limit)
    for field in _NEVER_NULL & values.keys():
        values[field] = values[field] or ""
    for field in ("make_up", "retake"):
        if reader.table.has(field):
            values[field] = _score(reader, field)
    if reader.table.has("in_gpa"):
        counts = reader.yes_no("in_gpa", "请填“是”或“否”; 空=是。")
        values["in_gpa"] = True if counts is None else counts
    _year_sane(reader, year)
    return _draft(reader, number, name, (code or "", year or "", str(term)), values)


def _term(reader: RowReader) -> int | None:
    typed = reader.text("term", required=True)
    if typed is None:
        return None
    found = vocabulary.term_of(typed)
    if found is None:
        reader.error(
            "term",
            ProblemCode.TERM,
            f"“{typed}”不是学期: 应为 1 或 2。",
            "第一 (秋) 学期填 1, 第二 (春) 学期填 2。",
        )
    return found


def _score(reader: RowReader, field: str, *, required: bool = False) -> str | None:
    cell = reader.table.cell(reader.row, field)
    number = cell.number if cell else None
    typed = plain(number) if number is not None else reader.text(field)
    if typed is None:
        if required and reader.is_empty(field):
            reader.missing(field)
        return None
    found = vocabulary.score_of(typed)
    if found is None:
        hint = (
            "补考、重修的分数请分别填在“补考成绩”“重修成绩”列。"
            if "补" in typed or "重" in typed
            else _LOOK
        )
        reader.error(
            field, ProblemCode.SCORE, f"“{typed}”不是可用的成绩: {_SCORES}。", hint
        )
    return found


def _year_sane(reader: RowReader, year: str | None) -> None:
    if year is not None and int(year[:4]) > reader.options.today.year:
        reader.error(
            "year", ProblemCode.YEAR, f"学年 {year} 还没有开始。", "请改正学年。"
        )


def check_event(reader: RowReader) -> Draft | None:
    """A 异动 row; its key is type and effective date."""
    number = checks_person.student_no(reader)
    name = checks_person.name(reader, required=False)
    kind = reader.word(
        "type",
        vocabulary.EVENT_TYPE_OF,
        ProblemCode.EVENT_TYPE,
        "可用: " + "、".join(t.value for t in EventType) + "。",
        required=True,
    )
    start = reader.day("effective_on", required=True)
    values: dict[str, Any] = {}
    for field, limit in (("document_no", 50), ("reason", 50), ("note", 200)):
        if reader.table.has(field):
            values[field] = reader.text(field, limit=limit)
    if reader.table.has("until"):
        values["until"] = reader.day("until", month_ok=True)
    _event_dates(reader, start, values.get("until"))
    if not reader.failed and not values.get("document_no"):
        reader.warn(
            "document_no" if reader.table.has("document_no") else None,
            ProblemCode.EVENT_NOT_FINAL,
            f"这次{kind}没有文号, 先登记但不生效, 也不能上报。",
            "行文后请补文号再导入。",
        )
    day = start.isoformat() if start else ""
    return _draft(reader, number, name, (kind or "", day), values)


def _event_dates(reader: RowReader, start: Any, until: Any) -> None:
    if start is None:
        return
    if start > reader.options.today + timedelta(days=366):
        reader.error(
            "effective_on",
            ProblemCode.DATE_FUTURE,
            f"异动日期 {start} 在一年以后。",
            "请改正年份。",
        )
    if until is not None and until <= start:
        reader.error(
            "until",
            ProblemCode.DATE_ORDER,
            f"截止日期 {until} 不晚于异动日期 {start}。",
            "请改正其中错误的一个。",
        )
