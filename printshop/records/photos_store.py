"""The photo folder: takes JPEG bytes, keeps them under their SHA-256, gives them back.

``<folder>/<first two digits>/<sha256>.jpg``: no file name says whose face it is.
"""

from __future__ import annotations

import os
import re
import tempfile
from hashlib import sha256
from pathlib import Path

from printshop.errors import ArchiveError, NotFound

_DIGEST = re.compile(r"[0-9a-f]{64}")


def photo_path(photos_dir: Path, digest: str) -> Path:
    """Where a photo lies.

    Raises:
        NotFound: That is no SHA-256, and could lead out of the folder.
    """
    if not _DIGEST.fullmatch(digest):
        raise NotFound(f"“{digest[:80]}”不是照片的 SHA-256。", "请从学生记录查照片。")
    return photos_dir / digest[:2] / f"{digest}.jpg"


def photo_bytes(photos_dir: Path, digest: str) -> bytes:
    """The bytes of a stored photo, after checking that they are still the same.

    Raises:
        ArchiveError: The file is missing, unreadable or was changed.
        NotFound: That is no SHA-256.
    """
    path = photo_path(photos_dir, digest)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ArchiveError(
            f"照片 {digest[:12]}… 读不出来: {error.strerror}。",
            "请从备份恢复照片目录, 或重新导入这张照片。",
        ) from None
    if sha256(data).hexdigest() != digest:
        raise ArchiveError(
            f"照片 {digest[:12]}… 的文件被改动过。",
            "请从备份恢复这个文件, 或重新导入这张照片。",
        )
    return data


def keep_photo(photos_dir: Path, data: bytes) -> Path:
    """Write a photo unless it is already there, whole; gives the folder to sync.

    A file that is there but damaged is written again. The name is durable only
    after ``sync_folder`` of the folder, which a batch does once per folder.

    Raises:
        ArchiveError: The disk is full or the folder cannot be written.
    """
    path = photo_path(photos_dir, sha256(data).hexdigest())
    try:
        if path.is_file() and path.read_bytes() == data:
            return path.parent
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(path, data)
    except OSError as error:
        raise _unwritable(photos_dir, error) from None
    return path.parent


def _write(path: Path, data: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def sync_folder(folder: Path) -> None:
    """Make the names in a folder, and its own, survive a loss of power.

    Raises:
        ArchiveError: The folder cannot be synced.
    """
    try:
        for place in (folder, folder.parent):
            descriptor = os.open(place, os.O_RDONLY | os.O_DIRECTORY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
    except OSError as error:
        raise _unwritable(folder, error) from None


def _unwritable(folder: Path, error: OSError) -> ArchiveError:
    return ArchiveError(
        f"照片目录 {folder} 写不进去: {error.strerror}。", "请检查磁盘空间和目录权限。"
    )
