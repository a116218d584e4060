"""The CSV reader: takes a path, gives one sheet of text cells.

UTF-8 with or without BOM, GB 18030 (what Chinese Excel saves), UTF-16 with BOM
(Excel's "Unicode text"); comma, tab or semicolon. Nothing is ever replaced: bytes
that are no text in any of them refuse the file.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from pathlib import Path

from printshop.errors import InputError, UnsafeFile
from printshop.records import legacy_codes
from printshop.records.cells import Cell, CellKind, Row, Sheet

MAX_BYTES = 100_000_000
_QUOTED = re.compile(r'"[^"]*"')
# Excel users write ="00123" so that digits stay text.
_AS_TEXT = re.compile(r'="([^"=]*)"')
# Our own exports put an apostrophe before what a spreadsheet would compute.
_DEFUSED = re.compile(r"'(?=[=+\-@\t\r])")


def decode(raw: bytes) -> str:
    """Decode a text file strictly.

    Raises:
        InputError: It is none of the encodings; the message says where.
    """
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _decode_as(raw, "utf-16", "UTF-16")
    if raw.startswith(codecs.BOM_UTF8):
        return _decode_as(raw, "utf-8-sig", "UTF-8")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        try:
            return legacy_codes.decode(raw)
        except UnicodeDecodeError as error:
            raise _undecodable(raw, error, "UTF-8 或 GB18030") from error


def _decode_as(raw: bytes, codec: str, title: str) -> str:
    try:
        return raw.decode(codec)
    except UnicodeDecodeError as error:
        raise _undecodable(raw, error, title) from error


def _undecodable(raw: bytes, error: UnicodeDecodeError, title: str) -> InputError:
    line = raw.count(b"\n", 0, error.start) + 1
    return InputError(
        f"文件第 {line} 行的字节 {raw[error.start : error.start + 2].hex(' ')} "
        f"不是 {title} 文字。",
        "请在 Excel 中另存为“CSV UTF-8”, 或直接用 .xlsx 导入。",
    )


def delimiter_of(text: str) -> str:
    """Comma, tab or semicolon: whichever the first lines have most of."""
    head = [line for line in text[:20_000].splitlines() if line.strip()][:10]
    bare = _QUOTED.sub("", "\n".join(head))
    return max(",\t;", key=bare.count)


def read_csv(path: Path) -> tuple[Sheet, ...]:
    """The one sheet of a CSV file, named like the file.

    Raises:
        InputError: Not text, or quoted wrongly.
        UnsafeFile: Larger than 100 MB.
    """
    if path.stat().st_size > MAX_BYTES:
        raise UnsafeFile(f"“{path.name}”超过 100 MB。", "请拆成几个较小的文件。")
    text = decode(path.read_bytes())
    if "\0" in text:
        raise InputError(
            f"“{path.name}”含有空字节, 不是文本文件。", "请导入 .xlsx 或 CSV 文件。"
        )
    lines = csv.reader(
        io.StringIO(text, newline=""), delimiter=delimiter_of(text), strict=True
    )
    rows: list[Row] = []
    try:
        # Numbered by record: that is the row which a spreadsheet shows.
        for number, values in enumerate(lines, 1):
            cells = {i: c for i, v in enumerate(values) if (c := _cell(v))}
            if cells:
                rows.append(Row(number, cells))
    except csv.Error as error:
        raise InputError(
            f"“{path.name}”第 {lines.line_num} 行不是合法的 CSV: {error}。",
            "请检查该行的引号, 或另存为 .xlsx 再导入。",
        ) from error
    return (Sheet(path.stem, tuple(rows)),)


def _cell(value: str) -> Cell | None:
    text = value.strip()
    wrapped = _AS_TEXT.fullmatch(text)
    if wrapped:
        text = wrapped[1]
    text = _DEFUSED.sub("", text, count=1) if text.startswith("'") else text
    return Cell(CellKind.TEXT, text) if text else None
