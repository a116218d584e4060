"""The archive folder: takes PDF bytes, gives their SHA-256; and back, checked.

``put`` returns only when the file would survive a power loss: written under a
temporary name in its own folder, fsync, rename, fsync of the folder. A name is
never given to other bytes than the ones it was made of.
"""

from __future__ import annotations

import errno
import os
import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from printshop.errors import ArchiveError

SUFFIX = ".pdf"
TEMPORARY = ".tmp-"
STALE = timedelta(hours=1)

_SHA256 = re.compile(r"[0-9a-f]{64}")
_REMEDIES = {
    errno.ENOSPC: "磁盘已满; 请腾出空间后重新运行, 已确认的文书没有丢失。",
    errno.EDQUOT: "磁盘配额已满; 请腾出空间后重新运行, 已确认的文书没有丢失。",
    errno.EROFS: "归档目录所在的磁盘是只读的; 请检查磁盘和挂载。",
    errno.EACCES: "请检查归档目录的权限: printshop 须能读写。",
    errno.EPERM: "请检查归档目录的权限: printshop 须能读写。",
    errno.EMFILE: "打开的文件太多; 请稍后重试, 或提高 ulimit -n。",
    errno.EIO: "磁盘读写出错; 请检查磁盘, 必要时从备份恢复。",
}


class Archive:
    """PDFs under their SHA-256, in a folder on a local disk.

    Attributes:
        root: The folder; made when it is first needed.
    """

    def __init__(
        self, root: Path, token_hex: Callable[[int], str] = secrets.token_hex
    ) -> None:
        self.root = root
        self._token_hex = token_hex
        self._lasting: set[Path] = set()

    def path(self, sha: str) -> Path:
        """Where the file of a hash lies, whether it is there or not.

        Raises:
            ArchiveError: Not a SHA-256.
        """
        if not _SHA256.fullmatch(sha):
            raise ArchiveError(f"“{sha[:80]}”不是归档文件的编号 (SHA-256)。")
        return self.root / sha[:2] / f"{sha}{SUFFIX}"

    def put(self, pdf: bytes) -> str:
        """Keep a PDF; the same bytes again change nothing.

        Returns:
            Its SHA-256, 64 hex digits.

        Raises:
            ArchiveError: It cannot be written now, or the file under that name was
                altered.
        """
        sha = sha256(pdf).hexdigest()
        final = self.path(sha)
        with _translated(final):
            self._make_lasting(final.parent)
            if final.exists():
                self.get(sha)
                # Whoever wrote it may have died before it was safe on the disk.
                _sync(final)
            else:
                self._write(final, pdf)
            _sync(final.parent)
        return sha

    def get(self, sha: str) -> bytes:
        """The bytes of a hash.

        Raises:
            ArchiveError: Missing, altered or unreadable.
        """
        path = self.path(sha)
        with _translated(path):
            # A link could lead to a file that changes; nothing here is a link.
            number = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
            with open(number, "rb") as file:  # noqa: PTH123 - takes the descriptor
                pdf = file.read()
        if sha256(pdf).hexdigest() != sha:
            raise ArchiveError(
                f"归档文件 {sha} 的内容被改动过。",
                "请不要使用它; 运行 printshop scrub 查看全部, 并从备份恢复。",
            )
        return pdf

    def sweep(self, now: datetime, older: timedelta = STALE) -> list[Path]:
        """Remove temporary files that a killed process left behind.

        Args:
            now: The present instant, aware.
            older: How old a temporary file must be: a younger one may be in use.

        Returns:
            What was removed.

        Raises:
            ArchiveError: The folder cannot be read or written.
        """
        limit = now.timestamp() - older.total_seconds()
        removed = []
        with _translated(self.root):
            for path in sorted(self.root.glob(f"??/{TEMPORARY}*")):
                with suppress(FileNotFoundError):
                    if path.lstat().st_mtime <= limit:
                        path.unlink()
                        removed.append(path)
        return removed

    def _write(self, final: Path, pdf: bytes) -> None:
        name = f"{TEMPORARY}{os.getpid()}-{self._token_hex(8)}"
        temporary = final.parent / name
        number = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o444)
        try:
            with open(number, "wb") as file:  # noqa: PTH123 - takes the descriptor
                file.write(pdf)
                file.flush()
                os.fsync(number)
            temporary.rename(final)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise

    def _make_lasting(self, folder: Path) -> None:
        """Make a folder and see to it that its name is on the disk.

        Once per folder even when it exists: another process may have made it this
        very moment and not yet have come to its own fsync.
        """
        if folder in self._lasting:
            return
        missing = [f for f in (folder, *folder.parents) if not f.exists()]
        folder.mkdir(mode=0o750, parents=True, exist_ok=True)
        for made in {folder, *missing}:
            _sync(made.parent)
        self._lasting.add(folder)


def _sync(path: Path) -> None:
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise ArchiveError(
            f"归档文件不见了: {path.name}。",
            "运行 printshop scrub 查看全部, 并从备份恢复。",
        ) from error
    except OSError as error:
        number = error.errno or 0
        if number == errno.ELOOP:
            remedy = "这里不应有链接; 请从备份恢复原文件。"
        else:
            remedy = _REMEDIES.get(number, "请检查归档目录和磁盘。")
        raise ArchiveError(f"归档目录现在不能用: {error.strerror}。", remedy) from error
