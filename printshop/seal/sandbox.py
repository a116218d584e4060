"""Reading what strangers send: takes a file's bytes, gives the QR texts on it.

PDFs and pictures from outside are opened only in a child process that has little
memory, little time, no files to write and none of our environment. If it dies, the
file was at fault and is refused.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Literal

from printshop.errors import InputError, UnsafeFile

LARGEST_BYTES = 20 * 1024 * 1024
TIMEOUT_SECONDS = 30

_CHILD = "printshop.seal.sandbox_child"
_MANIFEST = b"%PDF-"
_WITHIN = 1024


def is_pdf(data: bytes) -> bool:
    """Whether a file says of itself that it is a PDF (anywhere in the first 1 KB)."""
    return _MANIFEST in data[:_WITHIN]


def read_foreign_pdf(pdf: bytes) -> list[list[str]]:
    """The QR texts on each of the first pages of a PDF from outside.

    Raises:
        UnsafeFile: Too large, or reading it took too much memory or time.
        InputError: Not a readable PDF.
    """
    return _ask("pdf", pdf)


def read_foreign_image(image: bytes) -> list[str]:
    """The QR texts in a photo or scan (JPEG, PNG or WebP) from outside.

    Raises:
        UnsafeFile: Too large, or reading it took too much memory or time.
        InputError: Not such a picture.
    """
    return _ask("image", image)[0]


def _ask(what: Literal["pdf", "image"], data: bytes) -> list[list[str]]:
    if len(data) > LARGEST_BYTES:
        raise UnsafeFile(
            f"文件有 {len(data) / 1e6:.0f} MB, 太大了。",
            f"请换一份不超过 {LARGEST_BYTES // 1024 // 1024} MB 的文件。",
        )
    try:
        child = subprocess.run(  # noqa: S603 - our own module, no shell
            [sys.executable, "-I", "-m", _CHILD, what],
            input=data,
            capture_output=True,
            timeout=TIMEOUT_SECONDS,
            cwd="/",
            env={"LANG": "C.UTF-8", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"},
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise _unsafe() from error
    if child.returncode != 0:
        raise _unsafe()
    answer = json.loads(child.stdout)
    if "refused" in answer:
        raise InputError(answer["refused"], "请换一份完整的 PDF、JPEG 或 PNG 文件。")
    pages: list[list[str]] = answer["pages"]
    return pages


def _unsafe() -> UnsafeFile:
    return UnsafeFile(
        "这个文件无法安全地打开。", "请换一张普通的照片, 或直接输入 26 位核验码。"
    )
