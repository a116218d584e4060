"""ISO dates, lengths of study and register words go in; printed words come out.

Years in Chinese numerals use 〇 U+3007 (GB/T 15835), never 0 or ○. A length of
study is read as the certificates do: 二年, 二年半, 三年 (not 两年).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation

from printshop.errors import RenderError

_DIGITS = "〇一二三四五六七八九"
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August",
    "September", "October", "November", "December",
)  # fmt: skip

ENGLISH = {
    "男": "Male",
    "女": "Female",
    "专科": "Junior college (associate level)",
    "本科": "Undergraduate (bachelor's level)",
    "普通全日制": "Full-time",
    "毕业": "Graduated",
    "结业": "Completed without graduation",
    "肄业": "Attended",
    "在读": "Enrolled",
    "休学": "On leave of absence",
    "保留学籍": "Status retained",
    "退学": "Withdrawn",
    "必修": "Compulsory",
    "选修": "Elective",
    "考试": "Examination",
    "考查": "Assessment",
}


def _date(value: str | date) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


def cn_digits(number: int) -> str:
    """Digit by digit: 2026 -> 二〇二六."""
    return "".join(_DIGITS[int(digit)] for digit in str(number))


def cn_number(number: int) -> str:
    """As spoken, 0 to 99: 30 -> 三十, 12 -> 十二."""
    if not 0 <= number < 100:
        return cn_digits(number)
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十"
    return head + (_DIGITS[ones] if ones or not tens else "")


def cn_date_full(value: str | date) -> str:
    """2026-06-30 -> 二〇二六年六月三十日."""
    day = _date(value)
    return f"{cn_year_month(day)}{cn_number(day.day)}日"


def cn_year_month(value: str | date) -> str:
    """2026-06-30 -> 二〇二六年六月."""
    day = _date(value)
    return f"{cn_digits(day.year)}年{cn_number(day.month)}月"


def date_cn(value: str | date) -> str:
    """2026-06-30 -> 2026年6月30日."""
    day = _date(value)
    return f"{day.year}年{day.month}月{day.day}日"


def month_cn(value: str | date) -> str:
    """2026-06-30 -> 2026年6月."""
    day = _date(value)
    return f"{day.year}年{day.month}月"


def en_date(value: str | date) -> str:
    """2026-06-30 -> June 30, 2026."""
    day = _date(value)
    return f"{_MONTHS[day.month - 1]} {day.day}, {day.year}"


def en_month(value: str | date) -> str:
    """2026-06-30 -> June 2026."""
    day = _date(value)
    return f"{_MONTHS[day.month - 1]} {day.year}"


def cn_duration(value: str) -> str:
    """3 -> 三年, 2.5 -> 二年半."""
    try:
        whole, part = divmod(Decimal(value), 1)
    except InvalidOperation:
        whole, part = Decimal(0), Decimal(1)
    if whole < 1 or part not in (Decimal(0), Decimal("0.5")):
        raise RenderError(
            f"学制“{value}”不是整年或半年。", "请写成 3 或 2.5 这样的年数。"
        )
    return f"{cn_number(int(whole))}年{'半' if part else ''}"


def english(value: str) -> str:
    """The English of a register word.

    Raises:
        RenderError: The word has no English here; a page half in another language
            is worse than none.
    """
    try:
        return ENGLISH[value]
    except KeyError:
        raise RenderError(
            f"“{value}”没有对应的英文。", "请在登记数据中使用规范用语, 或补充译名。"
        ) from None


def year(value: str | date) -> str:
    """2026-06-30 -> 2026."""
    return str(_date(value).year)


def month(value: str | date) -> str:
    """2026-06-30 -> 6."""
    return str(_date(value).month)


def day(value: str | date) -> str:
    """2026-06-30 -> 30."""
    return str(_date(value).day)


FILTERS: dict[str, Callable[..., str]] = {
    "cn_date_full": cn_date_full,
    "cn_year_month": cn_year_month,
    "cn_duration": cn_duration,
    "cn_number": cn_number,
    "cn_digits": cn_digits,
    "date_cn": date_cn,
    "month_cn": month_cn,
    "en_date": en_date,
    "en_month": en_month,
    "english": english,
    "year": year,
    "month": month,
    "day": day,
}
