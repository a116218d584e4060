"""Any file of records: takes a path, gives its sheets; tells formats by content."""

from __future__ import annotations

from pathlib import Path

from printshop.errors import InputError, NotFound
from printshop.records.cells import Sheet
from printshop.records.workbook_csv import read_csv
from printshop.records.workbook_dbf import read_dbf
from printshop.records.workbook_xlsx import read_xlsx

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SAVE_AS = "请在 Excel 或 WPS 中打开, 另存为“Excel 工作簿 (.xlsx)”。"
_TEXT = frozenset({".csv", ".txt", ".tsv"})


def read_workbook(path: Path) -> tuple[Sheet, ...]:
    """Read XLSX, CSV or DBF.

    Args:
        path: The file. Its content decides, its ending only helps.

    Raises:
        NotFound: There is no such file.
        InputError: Not one of these formats, damaged, or locked with a password.
        UnsafeFile: It would do harm if it were opened.
    """
    try:
        with path.open("rb") as stream:
            head = stream.read(4096)
    except FileNotFoundError:
        raise NotFound(f"没有文件“{path}”。", "请检查文件名和所在目录。") from None
    except OSError as error:
        raise InputError(
            f"“{path}”不能打开: {error.strerror}。", "请检查文件是否被占用。"
        ) from error
    if not head:
        raise InputError(f"“{path.name}”是空文件。", "请检查文件是否保存完整。")
    suffix = path.suffix.lower()
    if head.startswith(b"PK"):
        return read_xlsx(path)
    if head.startswith(_OLE):
        raise _ole(path)
    if suffix == ".dbf":
        return read_dbf(path)
    low = head.lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if low.startswith((b"<html", b"<!doctype", b"<table", b"<?xml", b"<meta", b"<div")):
        raise InputError(
            f"“{path.name}”其实是网页 (HTML/XML) 格式, 不是 Excel 工作簿。", _SAVE_AS
        )
    if suffix in _TEXT:
        return read_csv(path)
    if head.startswith(b"%PDF"):
        raise InputError(f"“{path.name}”是 PDF。", "请导入原始的 Excel 表格。")
    raise InputError(
        f"“{path.name}”不是 .xlsx、.csv 或 .dbf 文件。",
        "如果其实是文本, 请把扩展名改为 .csv; 否则" + _SAVE_AS.removeprefix("请"),
    )


def _ole(path: Path) -> InputError:
    """Old Excel, or a workbook with a password: both lie in an OLE container."""
    content = path.read_bytes()[:20_000_000]
    if "EncryptedPackage".encode("utf-16-le") in content:
        return InputError(
            f"“{path.name}”有打开密码。",
            "请在 Excel 或 WPS 中打开, 去掉密码 (文件→信息→保护工作簿), 再保存导入。",
        )
    return InputError(f"“{path.name}”是旧版 Excel (.xls) 或 WPS (.et) 格式。", _SAVE_AS)
