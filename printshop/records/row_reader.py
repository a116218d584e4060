"""One row under check: takes its cells, gives values; collects what is wrong.

Every getter returns None where the value is absent *or* wrong; ``failed`` says
whether the row must stay out. What spreadsheets do to numbers is caught here, for
all columns alike: nothing that Excel damaged is ever repaired.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from printshop.records import names, vocabulary
from printshop.records.cells import Cell, CellKind, Row, letter_of, plain
from printshop.records.dates import DateFault, parse_date
from printshop.records.problem import Problem, ProblemCode, Severity
from printshop.records.table import Table

# A double holds 15 decimal digits; what is longer was rounded.
SAFE_DIGITS = 15
_EXPONENT = re.compile(r"\d(\.\d+)?E\+?\d{2}", re.IGNORECASE)
_RETYPE = (
    "请把整列设为“文本”格式, 再从原始材料重新填写这个号码 (只改格式救不回丢失的数字)。"
)
_BROKEN = {
    CellKind.ERROR: (
        ProblemCode.CELL_ERROR,
        "单元格是错误值 {value}。",
        "请改正公式, 或直接填写结果。",
    ),
    CellKind.FORMULA: (
        ProblemCode.FORMULA_UNCACHED,
        "单元格是公式, 但文件里没有存它的结果。",
        "请用 Excel 或 WPS 打开并保存一次, 或把公式粘贴为数值。",
    ),
    CellKind.UNDECODABLE: (
        ProblemCode.UNDECODABLE,
        "文字编码损坏 (可能被截断), 读出来是“{value}”。",
        "请从原系统重新导出, 字段要足够宽。",
    ),
}


@dataclass(frozen=True)
class Options:
    """What the person decided about this import.

    Attributes:
        today: The day of the import; dates are judged on it.
        accept_dots: Other middle dots mean U+00B7, confirmed once for the file.
        accept_id_change: 学号 whose 证件号码 is indeed to be replaced.
    """

    today: date
    accept_dots: bool = False
    accept_id_change: frozenset[str] = frozenset()


@dataclass
class RowReader:
    """One row, its values and its problems."""

    table: Table
    row: Row
    options: Options
    problems: list[Problem] = field(default_factory=list)
    student_no: str | None = None

    @property
    def failed(self) -> bool:
        """Whether the row must stay out."""
        return any(p.is_error for p in self.problems)

    def error(self, name: str | None, code: ProblemCode, why: str, remedy: str) -> None:
        """Add an error about a field (None: about the whole row)."""
        self._add(name, code, Severity.ERROR, why, remedy)

    def warn(self, name: str | None, code: ProblemCode, why: str, remedy: str) -> None:
        """Add a warning."""
        self._add(name, code, Severity.WARNING, why, remedy)

    def _add(
        self,
        name: str | None,
        code: ProblemCode,
        severity: Severity,
        why: str,
        remedy: str,
    ) -> None:
        index = self.table.columns.get(name) if name else None
        cell = self.table.cell(self.row, name) if name else None
        self.problems.append(
            Problem(
                code,
                severity,
                self.table.sheet.name,
                why,
                remedy,
                self.row.number,
                None if index is None else letter_of(index),
                self.table.header_of(name) if name else None,
                cell.shown if cell else "",
                self.student_no,
            )
        )

    # --- cells -----------------------------------------------------------------

    def raw(self, name: str) -> Cell | None:
        """A cell that can be interpreted, or None where empty or broken."""
        cell = self.table.cell(self.row, name)
        if cell is None or cell.kind not in _BROKEN:
            return cell
        code, why, remedy = _BROKEN[cell.kind]
        self.error(name, code, why.format(value=cell.text), remedy)
        return None

    def is_empty(self, name: str) -> bool:
        """Whether there is nothing in the cell."""
        return self.table.cell(self.row, name) is None

    def missing(self, name: str) -> None:
        """Say that a field must not be empty; name a merged area as the cause."""
        index = self.table.columns.get(name, -1)
        number = self.row.number
        merged = any(area.holds(number, index) for area in self.table.sheet.merged)
        self.error(
            name,
            ProblemCode.REQUIRED,
            f"“{self.table.header_of(name)}”没有填写"
            + (", 这一格在合并单元格里, 内容只属于首格。" if merged else "。"),
            "请取消合并, 每一行都填写。" if merged else "请补上。",
        )

    def text(
        self, name: str, *, required: bool = False, limit: int | None = None
    ) -> str | None:
        """A text as typed, outer spaces gone; a number as its digits."""
        if self.is_empty(name):
            if required:
                self.missing(name)
            return None
        cell = self.raw(name)
        if cell is None:
            return None
        found = self._as_text(name, cell)
        if found is None:
            return None
        return self._clean(name, found, limit)

    def _as_text(self, name: str, cell: Cell) -> str | None:
        if cell.kind is CellKind.DATE:
            self.error(
                name,
                ProblemCode.CELL_IS_DATE,
                f"这里应是文字, 单元格却是日期 {cell.text} (Excel 会把“3-1”变成日期)。",
                "请把单元格设为“文本”格式, 重新填写。",
            )
            return None
        if cell.kind is CellKind.BOOL:
            self.error(
                name,
                ProblemCode.CELL_IS_BOOL,
                f"这里应是文字, 单元格却是 {cell.text}。",
                "请把单元格设为“文本”格式, 重新填写。",
            )
            return None
        if cell.kind is CellKind.NUMBER:
            return self._digits_of(name, cell)
        return cell.text.strip()

    def _digits_of(self, name: str, cell: Cell) -> str | None:
        number = cell.number
        if number is None or len(plain(abs(number)).replace(".", "")) > SAFE_DIGITS:
            self.error(
                name,
                ProblemCode.NUMBER_DAMAGED,
                f"单元格是数字 {cell.shown}: 数字只保留 15 位, 后面的已经丢失。",
                _RETYPE,
            )
            return None
        return plain(number)

    def _clean(self, name: str, text: str, limit: int | None) -> str | None:
        for character in dict.fromkeys(text):
            if names.is_private(character):
                fault = names.private_use(character)
                self.error(name, fault.code, fault.why, fault.remedy)
                return None
            if character == "\ufffd":
                self.error(
                    name,
                    ProblemCode.REPLACEMENT,
                    "含乱码字符 U+FFFD, 原字已丢失。",
                    "请从原系统用 UTF-8 或 GB18030 重新导出。",
                )
                return None
        text = one_space(text)
        bad = next((c for c in text if unicodedata.category(c) in ("Cc", "Cf")), None)
        if bad is not None:
            self.error(
                name,
                ProblemCode.CONTROL,
                f"含看不见的控制字符 {names.code_point(bad)}。",
                "请手工重新输入这一格。",
            )
            return None
        if limit is not None and len(text) > limit:
            self.error(
                name,
                ProblemCode.TOO_LONG,
                f"有 {len(text)} 个字符, 最多 {limit} 个。",
                "请核对是否粘贴了多余的内容。",
            )
            return None
        return text or None

    # --- kinds of values -------------------------------------------------------

    def code(self, name: str, *, required: bool = False) -> str | None:
        """A number that identifies something: half-width, no spaces, undamaged."""
        cell = self.table.cell(self.row, name)
        if cell is not None and cell.kind is CellKind.TEXT:
            plain_text = unicodedata.normalize("NFKC", cell.text)
            if _EXPONENT.fullmatch("".join(plain_text.split())):
                self.error(
                    name,
                    ProblemCode.NUMBER_DAMAGED,
                    f"“{cell.text.strip()}”是科学计数法, 原来的号码已经丢失。",
                    _RETYPE,
                )
                return None
        found = self.text(name, required=required)
        if found is None:
            return None
        return "".join(unicodedata.normalize("NFKC", found).split()).lstrip("'")

    def word(
        self,
        name: str,
        find: Callable[[str], str | None],
        code: ProblemCode,
        remedy: str,
        *,
        required: bool = False,
    ) -> str | None:
        """A word of a vocabulary."""
        typed = self.text(name, required=required)
        if typed is None:
            return None
        found = find(typed)
        if found is None:
            self.error(
                name, code, f"“{typed}”不是{self.table.header_of(name)}的写法。", remedy
            )
        return found

    def day(
        self, name: str, *, required: bool = False, month_ok: bool = False
    ) -> date | None:
        """A date, from a date cell or from text."""
        if self.is_empty(name):
            if required:
                self.missing(name)
            return None
        cell = self.raw(name)
        if cell is None:
            return None
        if cell.kind is CellKind.DATE:
            return cell.day
        number = cell.number
        try:
            return parse_date(
                cell.text if number is None else plain(number), month_ok=month_ok
            )
        except DateFault as fault:
            self.error(name, fault.code, fault.why, fault.remedy)
            return None

    def yes_no(self, name: str, remedy: str) -> bool | None:
        """已清 or 未清, 是 or 否, √ or ×; a Boolean cell too."""
        cell = self.raw(name)
        if cell is None:
            return None
        typed = cell.text if cell.kind is CellKind.BOOL else self.text(name)
        if typed is None:
            return None
        found = vocabulary.yes_or_no(typed)
        if found is None:
            self.error(name, ProblemCode.YES_NO, f"“{typed}”看不出是还是否。", remedy)
        return found

    def credits(
        self, name: str, most: int, *, required: bool = False
    ) -> Decimal | None:
        """Credits: 0 to ``most``, at most one decimal."""
        typed = self.text(name, required=required)
        if typed is None:
            return None
        number = vocabulary.decimal_of(typed)
        if number is None or not 0 <= number <= most or number != round(number, 1):
            self.error(
                name,
                ProblemCode.CREDITS,
                f"“{typed}”不是可用的学分: 应为 0–{most}, 最多一位小数。",
                "请对照教学计划改正。",
            )
            return None
        return Decimal(plain(number))

    def extra(self) -> dict[str, str | None]:
        """The columns nobody knows, as the registrar sees them; empty is None."""
        cells = {t: self.row.cells.get(i) for t, i in self.table.extra.items()}
        return {t: one_space(c.text) if c else None for t, c in cells.items()}


def one_space(text: str) -> str:
    """Runs of spaces and line breaks as one space; none between Chinese characters."""
    parts = text.split()
    joined = ""
    for part in parts:
        tight = joined and names.is_han(joined[-1]) and names.is_han(part[0])
        joined += part if tight or not joined else f" {part}"
    return joined
