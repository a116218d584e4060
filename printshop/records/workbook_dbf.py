"""The DBF reader: takes a path, gives one sheet; text is GBK or GB 18030.

The header is checked against the file's size first (a record length of zero would
send the library round for ever), and a field whose bytes are no text becomes an
undecodable cell: one bad record must not stop the others.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from dbfread import DBF, FieldParser

from printshop.errors import InputError
from printshop.records import legacy_codes
from printshop.records.cells import Cell, CellKind, Row, Sheet

_REMEDY = "请在原系统中重新导出, 或另存为 .xlsx 再导入。"
_MAX_BYTES = 100_000_000
_MEMO_TYPES = frozenset("MGPB")


class _Bad(str):
    """A value that could not be read, as far as it can be shown."""


class _Digits(str):
    """A number as its digits.

    It stays a number, not text: the programs that write N fields calculate in
    doubles, so that 18 digits were rounded before they were written.
    """


class _Parser(FieldParser):  # type: ignore[misc]  # dbfread is untyped
    """Text strictly by the standard; numbers as their digits, never as floats."""

    def parseC(self, _field: Any, data: bytes) -> str:  # noqa: N802
        raw = data.rstrip(b"\0 ")
        try:
            return legacy_codes.decode(raw)
        except UnicodeDecodeError:
            return _Bad(raw.decode("gb18030", errors="replace"))

    parseV = parseC  # noqa: N815

    def parseN(self, _field: Any, data: bytes) -> str:  # noqa: N802
        raw = data.strip(b" \0*")
        if not raw.isascii():
            return _Bad(repr(raw))
        return _Digits(raw.decode("ascii"))

    parseF = parseN  # noqa: N815

    def parseD(self, field: Any, data: bytes) -> Any:  # noqa: N802
        try:
            return super().parseD(field, data)
        except ValueError:
            return _Bad(data.decode("latin-1").strip())

    def parseL(self, field: Any, data: bytes) -> Any:  # noqa: N802
        try:
            return super().parseL(field, data)
        except ValueError:
            return _Bad(data.decode("latin-1").strip())


def read_dbf(path: Path) -> tuple[Sheet, ...]:
    """The one sheet of a DBF file: field names in row 1, records from row 2.

    Raises:
        InputError: Damaged, or with memo fields.
    """
    _check(path)
    try:
        table = DBF(
            str(path),
            encoding="gb18030",
            ignorecase=False,
            parserclass=_Parser,
            recfactory=None,
            ignore_missing_memofile=True,
        )
        rows = tuple(_rows(table))
        deleted = len(table.deleted)
    except (ValueError, struct.error, OSError, UnicodeDecodeError) as error:
        raise InputError(f"“{path.name}”不能读出: {error}。", _REMEDY) from error
    return (Sheet(path.stem, rows, deleted=deleted),)


def _check(path: Path) -> None:
    size = path.stat().st_size
    with path.open("rb") as stream:
        head = stream.read(32)
        if len(head) < 32 or size > _MAX_BYTES:
            raise InputError(f"“{path.name}”不是可用的 DBF 文件。", _REMEDY)
        count, start, length = struct.unpack_from("<LHH", head, 4)
        fields = stream.read(max(start - 32, 0))
    widths = 1
    for at in range(0, len(fields) - 31, 32):
        if fields[at] in b"\r\n":
            break
        kind, width = chr(fields[at + 11]), fields[at + 16]
        widths += width | (fields[at + 17] << 8 if kind == "C" else 0)
        if kind in _MEMO_TYPES:
            raise InputError(
                f"“{path.name}”有备注 (memo) 字段, 不能导入。",
                "请去掉备注字段后重新导出, 或另存为 .xlsx。",
            )
    if start < 33 or length != widths or start + count * length > size + 1:
        raise InputError(f"“{path.name}”的文件头与内容不符, 文件可能不完整。", _REMEDY)


def _rows(table: Any) -> Iterator[Row]:
    names = [Cell(CellKind.TEXT, name) for name in table.field_names]
    yield Row(1, dict(enumerate(names)))
    for number, record in enumerate(table, 2):
        cells = {i: c for i, (_, v) in enumerate(record) if (c := _cell(v))}
        if cells:
            yield Row(number, cells)


def _cell(value: Any) -> Cell | None:
    if isinstance(value, _Bad):
        return Cell(CellKind.UNDECODABLE, value)
    if isinstance(value, bool):
        return Cell(CellKind.BOOL, str(value).upper())
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return Cell(CellKind.DATE, value.isoformat(), value)
    text = "" if value is None else str(value).strip()
    kind = CellKind.NUMBER if isinstance(value, _Digits) else CellKind.TEXT
    return Cell(kind, text) if text else None
