"""The ZIP container of a workbook: takes a path, gives its parts, bombs refused.

Sizes are checked in the directory before anything is inflated, and counted again
while inflating, because the directory may lie (trust brief §3.1).
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

from printshop.errors import InputError, UnsafeFile

MAX_ENTRIES = 1_000
MAX_BYTES = 100_000_000
MAX_RATIO = 100
# Below this size no ratio can harm; a page of empty cells does reach 100.
RATIO_FROM = 1_000_000
_CHUNK = 1 << 16
_SPLIT = "请把工作簿拆成几个较小的文件 (例如每个年级一个), 只保留数据。"


class Package:
    """An opened container.

    Raises:
        InputError: It is no ZIP file, or is damaged.
        UnsafeFile: Too many parts, too large, or packed beyond reason.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError, ValueError) as error:
            raise InputError(
                f"“{path.name}”不是完整的 Excel 文件: {error}。",
                "请在 Excel 或 WPS 中重新打开, 另存为 .xlsx。",
            ) from error
        self._name = path.name
        self._left = MAX_BYTES
        try:
            self._check()
        except UnsafeFile:
            self.close()
            raise

    def _check(self) -> None:
        parts = self._zip.infolist()
        if len(parts) > MAX_ENTRIES:
            raise UnsafeFile(
                f"“{self._name}”里有 {len(parts)} 个部件, 超过 {MAX_ENTRIES} 个。",
                _SPLIT,
            )
        if len({part.filename for part in parts}) != len(parts):
            raise UnsafeFile(f"“{self._name}”里有同名的部件。", _SPLIT)
        if sum(part.file_size for part in parts) > MAX_BYTES:
            raise self._too_large()
        for part in parts:
            if part.flag_bits & 0x1:
                raise InputError(
                    f"“{self._name}”的内容被加密。", "请去掉密码后另存再导入。"
                )
            if (
                part.file_size > RATIO_FROM
                and part.file_size > part.compress_size * MAX_RATIO
            ):
                raise UnsafeFile(
                    f"“{self._name}”中的 {part.filename} 压缩比超过 {MAX_RATIO}, "
                    "像是压缩炸弹。",
                    "请把数据复制到新建的工作簿, 另存后再导入。",
                )

    def _too_large(self) -> UnsafeFile:
        return UnsafeFile(
            f"“{self._name}”解压后超过 {MAX_BYTES // 1_000_000} MB。", _SPLIT
        )

    @property
    def names(self) -> frozenset[str]:
        """The names of all parts."""
        return frozenset(self._zip.namelist())

    def chunks(self, part: str) -> Iterator[bytes]:
        """The content of a part, piece by piece, counted against the limit.

        Raises:
            InputError: The part is missing or damaged.
            UnsafeFile: More bytes than a workbook may have.
        """
        try:
            with self._zip.open(part) as stream:
                while chunk := stream.read(_CHUNK):
                    self._left -= len(chunk)
                    if self._left < 0:
                        raise self._too_large()
                    yield chunk
        except (
            KeyError,
            zipfile.BadZipFile,
            zlib.error,
            OSError,
            EOFError,
            NotImplementedError,
            RuntimeError,
        ) as error:
            raise InputError(
                f"“{self._name}”缺少或损坏了部件 {part}。",
                "请在 Excel 或 WPS 中重新打开, 另存为 .xlsx。",
            ) from error

    def close(self) -> None:
        """Close the file."""
        self._zip.close()

    def __enter__(self) -> Package:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
