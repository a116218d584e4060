"""Dates as people type them: takes text, gives a day; or why there is none."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from printshop.records.problem import ProblemCode

_TIME = r"(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"
_DAY = (
    re.compile(rf"(\d{{4}})([-/.])(\d{{1,2}})\2(\d{{1,2}}){_TIME}"),
    re.compile(r"(\d{4})()(\d{2})(\d{2})"),
    re.compile(r"(\d{4})(年)(\d{1,2})月(\d{1,2})[日号]?"),
)
_MONTH = (
    re.compile(r"(\d{4})[-/.](\d{1,2})"),
    re.compile(r"(\d{4})(\d{2})"),
    re.compile(r"(\d{4})年(\d{1,2})月?"),
)


class DateFault(ValueError):
    """Why a text is no date; carries the code, a sentence and what to do."""

    def __init__(self, code: ProblemCode, why: str, remedy: str) -> None:
        super().__init__(why)
        self.code = code
        self.why = why
        self.remedy = remedy


def parse_date(text: str, *, month_ok: bool = False) -> date:
    """Read a date.

    Args:
        text: ``2003-05-06``, ``2003/5/6``, ``2003.5.6``, ``20030506``,
            ``2003年5月6日``; a time after it is dropped.
        month_ok: Whether a year and month suffice; the day is then the first.

    Raises:
        DateFault: It is none, does not exist, or lacks its day.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if "年" in plain:
        plain = "".join(plain.split())
    for pattern in _DAY:
        found = pattern.fullmatch(plain)
        if found:
            return _day(int(found[1]), int(found[3]), int(found[4]), text)
    for pattern in _MONTH:
        found = pattern.fullmatch(plain)
        if found and 1 <= int(found[2]) <= 12:
            if month_ok:
                return _day(int(found[1]), int(found[2]), 1, text)
            raise DateFault(
                ProblemCode.DATE_NEEDS_DAY,
                f"“{text}”只有年月, 这里需要具体到日。",
                "请写成 2003-05-06 这样的完整日期。",
            )
    raise _unreadable(plain, text)


def _unreadable(plain: str, text: str) -> DateFault:
    remedy = "请写成 2003-05-06, 或把单元格设为日期格式。"
    if re.fullmatch(r"\d{5}(\.\d+)?", plain):
        remedy = "这是 Excel 的日期序号: 请把单元格格式改为日期, 看清是哪一天再导入。"
    elif re.fullmatch(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|\d{2}[-/.]\d+[-/.]\d+", plain):
        remedy = "年份要写四位并放在最前面, 例: 2003-05-06。"
    return DateFault(ProblemCode.DATE_FORMAT, f"“{text}”不是看得懂的日期。", remedy)


def _day(year: int, month: int, day: int, text: str) -> date:
    try:
        found = date(year, month, day)
    except ValueError:
        found = None
    if found is None or not 1900 <= year <= 2200:
        raise DateFault(
            ProblemCode.DATE_IMPOSSIBLE,
            f"没有“{text}”这一天。",
            "请对照原始材料改正。",
        )
    return found
