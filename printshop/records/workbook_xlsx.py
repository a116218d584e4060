"""The XLSX reader: takes a path, gives its sheets, whichever program wrote them.

Our own reader and not openpyxl's: that one turns 18-digit numbers into floats
(the digits as stored are the evidence of damage), cannot tell a formula without a
result from an empty cell, fails on style sheets that WPS writes, does not know the
Chinese built-in date formats, and inflates whatever it is given. It still writes
our reports. Links to other files are never followed.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path

from printshop.errors import InputError
from printshop.records.cells import Sheet
from printshop.records.workbook_sheet import SheetReader
from printshop.records.workbook_xml import Handler, attribute, parse
from printshop.records.workbook_zip import Package

_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
# ECMA-376 18.8.30, with the East Asian ones that have a year or a day.
_DATE_FORMATS = frozenset(
    {14, 15, 16, 17, 22, *range(27, 32), 36, *range(50, 55), 57, 58}
)
_LITERALS = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')


def unescape(text: str) -> str:
    """Undo ``_x000D_``, which stands for a character that XML cannot carry."""
    if "_x" not in text:
        return text
    return _ESCAPE.sub(_character, text)


def _character(found: re.Match[str]) -> str:
    code = int(found[1], 16)
    return "\ufffd" if 0xD800 <= code <= 0xDFFF else chr(code)


class _Workbook(Handler):
    def __init__(self) -> None:
        self.sheets: list[tuple[str, str, bool]] = []
        self.epoch_1904 = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "sheet":
            hidden = attributes.get("state", "visible") != "visible"
            target = attribute(attributes, "r:id") or attribute(attributes, "id") or ""
            self.sheets.append((attributes.get("name", ""), target, hidden))
        elif tag == "workbookPr":
            self.epoch_1904 = attributes.get("date1904") in ("1", "true", "on")


class _Relations(Handler):
    def __init__(self) -> None:
        self.targets: dict[str, tuple[str, str]] = {}

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "Relationship" and attributes.get("TargetMode") != "External":
            kind = attributes.get("Type", "").rpartition("/")[2]
            self.targets[attributes.get("Id", "")] = (
                kind,
                attributes.get("Target", ""),
            )


class _Styles(Handler):
    """Which cell styles show a date."""

    def __init__(self) -> None:
        self.formats: dict[int, str] = {}
        self.dates: set[int] = set()
        self._count = 0
        self._inside = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "numFmt":
            code = attributes.get("formatCode", "")
            self.formats[int(attributes.get("numFmtId", "0"))] = code
        elif tag == "cellXfs":
            self._inside = True
        elif tag == "xf" and self._inside:
            if self._is_date(int(attributes.get("numFmtId", "0"))):
                self.dates.add(self._count)
            self._count += 1

    def end(self, tag: str) -> None:
        if tag == "cellXfs":
            self._inside = False

    def _is_date(self, number: int) -> bool:
        code = self.formats.get(number)
        if code is None:
            return number in _DATE_FORMATS
        bare = _LITERALS.sub("", code.split(";")[0]).lower()
        return "y" in bare or "d" in bare or "e" in bare.replace("general", "")[:1]


class _Strings(Handler):
    """The shared strings: rich text joined, phonetic readings left out."""

    def __init__(self) -> None:
        self.strings: list[str] = []
        self._parts: list[str] = []
        self._reading = False
        self._phonetic = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:  # noqa: ARG002
        if tag == "si":
            self._parts = []
        elif tag == "rPh":
            self._phonetic = True
        elif tag == "t":
            self._reading = not self._phonetic

    def end(self, tag: str) -> None:
        if tag == "t":
            self._reading = False
        elif tag == "rPh":
            self._phonetic = False
        elif tag == "si":
            self.strings.append(unescape("".join(self._parts)))

    def data(self, text: str) -> None:
        if self._reading:
            self._parts.append(text)


def read_xlsx(path: Path) -> tuple[Sheet, ...]:
    """All sheets of a workbook, in its order.

    Raises:
        InputError: Damaged, encrypted, or no workbook.
        UnsafeFile: Bomb, DTD, or cells beyond the grid.
    """
    with Package(path) as package:
        try:
            return tuple(_sheets(package, path.name))
        except (ValueError, IndexError) as error:
            raise InputError(
                f"“{path.name}”内部损坏: {error}。",
                "请在 Excel 或 WPS 中重新打开, 另存为 .xlsx。",
            ) from error


def _sheets(package: Package, name: str) -> list[Sheet]:
    root = _related(package, "", "officeDocument")
    if not root or root[0] not in package.names:
        raise InputError(f"“{name}”不是 Excel 工作簿。", _not_a_workbook(package))
    main = root[0]
    book = _Workbook()
    parse(package.chunks(main), book, main)
    relations = _relations(package, main)
    strings = _Strings()
    for part in _related(package, main, "sharedStrings"):
        parse(package.chunks(part), strings, part)
    styles = _Styles()
    for part in _related(package, main, "styles"):
        parse(package.chunks(part), styles, part)
    found: list[Sheet] = []
    for title, key, hidden in book.sheets:
        kind, part = relations.get(key, ("", ""))
        if kind != "worksheet":
            continue
        reader = SheetReader(strings.strings, styles.dates, book.epoch_1904, unescape)
        parse(package.chunks(part), reader, part)
        found.append(Sheet(title, tuple(reader.rows), hidden, tuple(reader.merged)))
    return found


def _relations(package: Package, part: str) -> dict[str, tuple[str, str]]:
    folder, base = posixpath.split(part)
    place = posixpath.join(folder, "_rels", f"{base}.rels")
    if place not in package.names:
        return {}
    found = _Relations()
    parse(package.chunks(place), found, place)
    return {
        key: (kind, posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/"))
        for key, (kind, target) in found.targets.items()
    }


def _related(package: Package, part: str, kind: str) -> list[str]:
    return [p for k, p in _relations(package, part).values() if k == kind]


def _not_a_workbook(package: Package) -> str:
    names = package.names
    if "xl/workbook.bin" in names:
        return "这是二进制工作簿 (.xlsb), 请另存为 .xlsx。"
    if "content.xml" in names:
        return "这是 OpenDocument 表格 (.ods), 请另存为 .xlsx。"
    return "请在 Excel 或 WPS 中打开数据, 另存为 .xlsx。"
