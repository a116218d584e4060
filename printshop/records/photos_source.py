"""A folder or ZIP of photos: takes its path, gives the files in it, read with limits.

Nothing is ever extracted by name: a ZIP entry's name is only read for a student
number. Sizes are counted while inflating, for the sizes a ZIP states may be lies.
"""

from __future__ import annotations

import os
import re
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from printshop.errors import InputError, NotFound, UnsafeFile
from printshop.records.photos_model import Flawed, PhotoFlaw, PhotoProblem

MAX_FILES = 60_000
MAX_FILE_BYTES = 20_000_000
MAX_TOTAL_BYTES = 4_000_000_000
MAX_RATIO = 100
RATIO_FROM_BYTES = 1_000_000  # a small file may well be mostly one colour
_CHUNK = 1 << 16
_DRIVE = re.compile(r"^[A-Za-z]:")
_UTF8_FLAG, _ENCRYPTED_FLAGS, _UNIX = 0x800, 0x41, 3
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# What systems leave in every folder, and nobody put there.
_LITTER = frozenset({".ds_store", "thumbs.db", "desktop.ini", "__macosx"})


@dataclass(frozen=True)
class SourceFile:
    """One file of a source; ``key`` reads it, ``name`` shows it."""

    key: str
    name: str


@dataclass
class PhotoSource:
    """An open folder or ZIP.

    Attributes:
        opened: Opens a file by its key; gives its bytes and its packed size, if any.
        files: What may be photos, by name.
        problems: What is not even opened.
        budget: How many bytes may still be read.
    """

    opened: Callable[[str], tuple[IO[bytes], int | None]]
    files: list[SourceFile] = field(default_factory=list)
    problems: list[PhotoProblem] = field(default_factory=list)
    budget: int = MAX_TOTAL_BYTES

    def read(self, key: str) -> bytes:
        """The bytes of one file.

        Raises:
            Flawed: The file is too large, a bomb or damaged.
            UnsafeFile: The whole source inflates to more than the limit.
        """
        try:
            stream, packed = self.opened(key)
            with stream:
                return self._limited(stream, packed)
        except (OSError, EOFError, zipfile.BadZipFile, zlib.error) as error:
            raise _unreadable(str(error)) from None
        except (NotImplementedError, RuntimeError, ValueError) as error:
            # What zipfile says of an entry whose two headers disagree.
            raise _unreadable(str(error)) from None

    def _limited(self, stream: IO[bytes], packed: int | None) -> bytes:
        parts: list[bytes] = []
        size = 0
        while part := stream.read(_CHUNK):
            parts.append(part)
            size += len(part)
            self.budget -= len(part)
            if self.budget < 0:
                raise UnsafeFile(
                    f"照片总量超过 {MAX_TOTAL_BYTES // 10**9} GB, 已停止读取。",
                    "请按班级分成几个压缩包导入。",
                )
            if size > MAX_FILE_BYTES:
                raise Flawed(
                    PhotoFlaw.TOO_LARGE,
                    f"文件超过 {MAX_FILE_BYTES // 10**6} MB, 不是正常的证件照。",
                    "请换成标准的 480×640 照片 (通常 20–40 KB)。",
                )
            if packed and size > RATIO_FROM_BYTES and size > packed * MAX_RATIO:
                raise Flawed(
                    PhotoFlaw.BOMB,
                    f"压缩比超过 {MAX_RATIO} 倍, 疑为压缩炸弹, 已停止解压。",
                    "请核实压缩包来源, 换一份原始照片文件。",
                )
        return b"".join(parts)


@contextmanager
def open_source(path: Path) -> Iterator[PhotoSource]:
    """Open a folder or ZIP of photos.

    Raises:
        NotFound: There is nothing at that path.
        InputError: It is neither a folder nor a ZIP, or the ZIP is encrypted.
        UnsafeFile: It holds too many files.
    """
    if path.is_dir():
        yield _folder(path)
        return
    if not path.is_file():
        raise NotFound(f"没有照片目录或压缩包“{path}”。", "请检查路径。")
    with _archive(path) as archive:
        yield _zip(archive)


def _archive(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except (zipfile.BadZipFile, UnicodeDecodeError, NotImplementedError):
        raise InputError(
            f"“{path.name}”不是完好的 ZIP 压缩包。",
            "请用 ZIP 格式重新压缩照片目录 (不支持 RAR、7z), 或直接给出目录。",
        ) from None


def _zip(archive: zipfile.ZipFile) -> PhotoSource:
    infos = [info for info in archive.infolist() if not info.is_dir()]
    _check_count(len(infos))
    if any(info.flag_bits & _ENCRYPTED_FLAGS for info in infos):
        raise InputError("压缩包有密码, 不能导入。", "请解压后不加密码重新压缩。")

    def opened(key: str) -> tuple[IO[bytes], int]:
        info = infos[int(key)]
        if info.compress_type not in _METHODS:
            raise NotImplementedError("压缩方法不受支持")
        return archive.open(info), max(info.compress_size, 1)

    source = PhotoSource(opened)
    for number, info in enumerate(infos):
        # By number and not by name: two entries may carry the same name.
        mode = info.external_attr >> 16 if info.create_system == _UNIX else 0
        file = SourceFile(str(number), entry_name(info))
        _sort_in(source, file, link=stat.S_ISLNK(mode))
    source.files.sort(key=lambda file: file.name)
    return source


def entry_name(info: zipfile.ZipInfo) -> str:
    """The name of a ZIP entry; where UTF-8 is not flagged it is GB 18030 in China."""
    name = info.orig_filename
    if info.flag_bits & _UTF8_FLAG or name.isascii():
        return name
    raw = name.encode("cp437")
    # macOS writes UTF-8 without saying so; Windows writes the code page.
    order = ("utf-8", "gb18030") if info.create_system == _UNIX else ("gb18030",)
    return _decoded(raw, order) or name


def _decoded(raw: bytes, encodings: tuple[str, ...]) -> str | None:
    for encoding in encodings:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _folder(root: Path) -> PhotoSource:
    source = PhotoSource(lambda key: ((root / key).open("rb"), None))
    seen = 0
    # os.walk does not follow linked folders: a link could lead anywhere.
    for place, folders, files in os.walk(root):
        folders[:] = [f for f in sorted(folders) if f.lower() not in _LITTER]
        for name in sorted(files):
            seen += 1
            _check_count(seen)
            path = Path(place, name)
            key = path.relative_to(root).as_posix()
            odd = not stat.S_ISREG(path.lstat().st_mode)
            _sort_in(source, SourceFile(key, _disk_name(key)), link=odd)
    return source


def _disk_name(key: str) -> str:
    try:
        key.encode("utf-8")
    except UnicodeEncodeError:  # unpacked on Linux from a ZIP with GBK names
        return _decoded(os.fsencode(key), ("gb18030",)) or key
    return key


def _check_count(count: int) -> None:
    if count > MAX_FILES:
        raise UnsafeFile(
            f"文件多于 {MAX_FILES} 个, 没有打开。", "请按班级分成几个压缩包导入。"
        )


def _sort_in(source: PhotoSource, file: SourceFile, *, link: bool) -> None:
    danger = _danger(file.name) or ("是链接或特殊文件, 不是照片" if link else None)
    if danger:
        source.problems.append(
            PhotoProblem(
                shown(file.name),
                PhotoFlaw.UNSAFE_NAME,
                f"文件{danger}, 没有读取。",
                "请核实来源; 照片应以学号、考生号或证件号码命名。",
            )
        )
    elif not _is_litter(file.name):
        source.files.append(SourceFile(file.key, shown(file.name)))


def _danger(name: str) -> str | None:
    if any(unicodedata.category(c) in ("Cc", "Cf", "Cs") for c in name):
        return "名含控制字符或文字方向字符"
    if "\\" in name:
        return "名含反斜杠"
    if name.startswith("/") or _DRIVE.match(name):
        return "名是绝对路径"
    if ".." in name.split("/"):
        return "名含上级目录“..”"
    return None


def _is_litter(name: str) -> bool:
    parts = name.lower().split("/")
    return parts[-1].startswith("._") or not _LITTER.isdisjoint(parts)


def shown(name: str) -> str:
    """A file name that can be printed anywhere: nothing invisible, not too long."""
    safe = "".join(
        f"\\u{ord(c):04x}" if unicodedata.category(c) in ("Cc", "Cf", "Cs") else c
        for c in unicodedata.normalize("NFC", name)
    )
    return safe if len(safe) <= 160 else f"{safe[:100]}…{safe[-50:]}"


def _unreadable(reason: str) -> Flawed:
    return Flawed(
        PhotoFlaw.UNREADABLE,
        f"文件读不出来: {reason}。",
        "请从原处重新拷贝这张照片。",
    )
