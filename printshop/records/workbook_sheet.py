"""One worksheet's XML: takes its elements, gives rows of cells and merged areas."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from datetime import date, timedelta

from printshop.errors import UnsafeFile
from printshop.records.cells import Area, Cell, CellKind, Row, index_of
from printshop.records.workbook_xml import Handler

MAX_ROW = 1_048_576
MAX_COLUMN = 16_384
_MOST_SEEN = 200_000
_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")
_EPOCH_1904 = date(1904, 1, 1)
_FAR = 2_958_466  # 9999-12-31 is the last day of a spreadsheet
_EPOCH_1900 = date(1899, 12, 30)


def date_of(serial: float, *, epoch_1904: bool) -> date | None:
    """The day of a serial number, or None where there is none.

    The 1900 system counts a 29 February 1900 that never was (serial 60).
    """
    if not 0 <= serial < _FAR:
        return None
    days = int(serial)
    if epoch_1904:
        start = _EPOCH_1904
    elif days == 60 or days < 1:
        return None
    else:
        start = _EPOCH_1900 if days > 60 else _EPOCH_1900 + timedelta(days=1)
    return start + timedelta(days=days)


def reference(text: str) -> tuple[int, int]:
    """Row from 1 and column index from 0 of ``C5``.

    Raises:
        UnsafeFile: No cell of any spreadsheet.
    """
    found = _REFERENCE.fullmatch(text)
    if found:
        row, column = int(found[2]), index_of(found[1])
        if 1 <= row <= MAX_ROW and column < MAX_COLUMN:
            return row, column
    raise UnsafeFile(
        f"工作表里有不存在的单元格位置“{text[:20]}”。",
        "请把数据复制到新建的工作簿, 另存后再导入。",
    )


class SheetReader(Handler):
    """Collects the rows of one worksheet.

    Attributes:
        rows: Rows with content.
        merged: Merged areas.
    """

    def __init__(
        self,
        strings: Sequence[str],
        dates: Collection[int],
        epoch_1904: bool,
        unescape: Callable[[str], str],
    ) -> None:
        self.rows: list[Row] = []
        self.merged: list[Area] = []
        self._strings = strings
        self._dates = dates
        self._epoch_1904 = epoch_1904
        self._unescape = unescape
        self._row = 0
        self._column = -1
        self._hidden = False
        self._cells: dict[int, Cell] = {}
        self._seen: dict[tuple[str, str], Cell | None] = {}
        self._type = "n"
        self._style = 0
        self._formula = False
        self._parts: list[str] = []
        self._reading = False
        self._phonetic = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Dispatch by element; the order follows how often they come."""
        if tag == "c":
            self._start_cell(attributes)
        elif tag in ("v", "t"):
            self._reading = not self._phonetic
        elif tag == "f":
            self._formula = True
        elif tag == "row":
            self._start_row(attributes)
        elif tag == "rPh":
            self._phonetic = True
        elif tag == "mergeCell":
            self._merge(attributes.get("ref", ""))

    def end(self, tag: str) -> None:
        """Finish what ``start`` began."""
        if tag in ("v", "t"):
            self._reading = False
        elif tag == "c":
            cell = self._cell("".join(self._parts))
            if cell is not None:
                self._cells[self._column] = cell
        elif tag == "row":
            if self._cells:
                self.rows.append(Row(self._row, self._cells, self._hidden))
        elif tag == "rPh":
            self._phonetic = False

    def data(self, text: str) -> None:
        """Collect text of values only."""
        if self._reading:
            self._parts.append(text)

    def _start_row(self, attributes: dict[str, str]) -> None:
        number = attributes.get("r")
        # Some writers say r="5.0".
        self._row = int(float(number)) if number else self._row + 1
        if not 1 <= self._row <= MAX_ROW:
            reference(f"A{self._row}")
        self._column = -1
        self._hidden = attributes.get("hidden") in ("1", "true")
        self._cells = {}

    def _start_cell(self, attributes: dict[str, str]) -> None:
        where = attributes.get("r")
        self._column = reference(where)[1] if where else self._column + 1
        self._type = attributes.get("t", "n")
        self._style = int(attributes.get("s", "0"))
        self._formula = False
        self._parts = []

    def _merge(self, text: str) -> None:
        first, _, last = text.partition(":")
        top, left = reference(first)
        bottom, right = reference(last or first)
        self.merged.append(Area(top, left, bottom, right))

    def _cell(self, raw: str) -> Cell | None:
        if not raw:
            # A result that is the empty text is typed "str"; none is not typed.
            if self._formula and self._type != "str":
                return Cell(CellKind.FORMULA, "")
            return None
        # One cell per content and sheet: mark sheets repeat a few thousand of them.
        dated = self._type == "n" and self._style in self._dates
        key = ("date" if dated else self._type, raw)
        if key not in self._seen:
            if len(self._seen) >= _MOST_SEEN:
                return self._interpret(raw)
            self._seen[key] = self._interpret(raw)
        return self._seen[key]

    def _interpret(self, raw: str) -> Cell | None:
        if self._type == "n":
            return self._number(raw)
        if self._type == "s":
            return self._shared(int(raw))
        if self._type in ("str", "inlineStr"):
            return _text(self._unescape(raw))
        if self._type == "b":
            return Cell(CellKind.BOOL, "TRUE" if raw.strip() == "1" else "FALSE")
        if self._type == "d":
            day = date.fromisoformat(raw.strip()[:10])
            return Cell(CellKind.DATE, day.isoformat(), day)
        return Cell(CellKind.ERROR, raw)

    def _shared(self, index: int) -> Cell | None:
        if index < 0:
            raise IndexError(f"shared string {index}")
        return _text(self._strings[index])

    def _number(self, raw: str) -> Cell:
        raw = raw.strip()
        if self._style in self._dates:
            day = date_of(float(raw), epoch_1904=self._epoch_1904)
            if day is None:
                return Cell(CellKind.ERROR, raw)
            return Cell(CellKind.DATE, day.isoformat(), day)
        return Cell(CellKind.NUMBER, raw)


def _text(text: str) -> Cell | None:
    return Cell(CellKind.TEXT, text) if text and not text.isspace() else None
