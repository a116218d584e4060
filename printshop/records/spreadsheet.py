"""Writing spreadsheets: takes sheets of text, gives XLSX or CSV that compute nothing.

Every cell is text: an ID number must not become 1.1E+17, and a name that begins
with ``=`` must not become a formula (trust brief §3.1).
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from printshop.errors import InputError

_COMPUTED = ("=", "+", "-", "@", "\t", "\r")
_MAX_CELL = 32_000
_MAX_WIDTH = 60


@dataclass(frozen=True)
class Page:
    """One sheet to write: its name, its header, its rows."""

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]


def defuse(text: str) -> str:
    """CSV text that a spreadsheet shows instead of computing it."""
    return f"'{text}" if text.startswith(_COMPUTED) else text


def csv_bytes(page: Page) -> bytes:
    """A CSV that Excel opens rightly: UTF-8 with BOM, CRLF, formulas defused."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(page.header)
    writer.writerows([defuse(value) for value in row] for row in page.rows)
    return buffer.getvalue().encode("utf-8-sig")


def write_xlsx(path: Path, pages: Iterable[Page]) -> None:
    """Write a workbook: header bold and frozen, columns wide enough, all text."""
    book = Workbook(write_only=True)
    for page in pages:
        sheet = book.create_sheet(page.title)
        sheet.freeze_panes = "A2"
        for index, width in enumerate(_widths(page), 1):
            sheet.column_dimensions[get_column_letter(index)].width = width
        header, body = (WriteOnlyCell(sheet, value="") for _ in range(2))
        header.font = Font(bold=True)
        for cell in (header, body):
            cell.number_format = "@"  # text stays text when somebody edits it
            cell.alignment = Alignment(vertical="top", wrap_text=True)
        sheet.append(_styled(header, text) for text in page.header)
        for row in page.rows:
            sheet.append(_styled(body, text) if _risky(text) else text for text in row)
    book.save(path)


def _risky(text: str) -> bool:
    """Whether a plain cell would not do: formulas, numbers, long texts.

    Only these, because styling every mark doubles the file and its time.
    """
    return (
        text.startswith(_COMPUTED)
        or len(text) > _MAX_WIDTH
        or (len(text) > 4 and text[:4].isdigit())
        or bool(ILLEGAL_CHARACTERS_RE.search(text))
    )


def _styled(cell: Any, text: str) -> Any:
    """The same cell with another text: it is written before the next is asked for."""
    cell.value = ILLEGAL_CHARACTERS_RE.sub("\ufffd", text)[:_MAX_CELL]
    cell.data_type = "s"  # or a leading "=" would make it a formula
    return cell


def write(path: Path, pages: Sequence[Page]) -> None:
    """Write CSV (the first page) or XLSX (all pages), as the ending says.

    Raises:
        InputError: Another ending.
    """
    suffix = path.suffix.lower()
    if suffix == ".csv":
        path.write_bytes(csv_bytes(pages[0]))
    elif suffix == ".xlsx":
        write_xlsx(path, pages)
    else:
        raise InputError(
            f"不能写“{path.name}”: 只支持 .xlsx 和 .csv。", "请改用 .xlsx 作扩展名。"
        )


def _widths(page: Page) -> list[float]:
    widths = [float(_cells_wide(text)) for text in page.header]
    for row in page.rows[:1000]:
        for index, text in enumerate(row[: len(widths)]):
            widths[index] = max(widths[index], _cells_wide(text))
    return [min(width + 2, _MAX_WIDTH) for width in widths]


def _cells_wide(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text[:80])
