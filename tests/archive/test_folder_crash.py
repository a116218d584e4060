"""The folder under the worst: killed at every system call, full, read-only disks.

``strace`` shows in which order the kernel was asked, and kills at a chosen call.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from printshop.archive import Archive

PUT = """
import sys
from pathlib import Path
from printshop.archive.folder import Archive
from printshop.errors import ArchiveError
archive = Archive(Path(sys.argv[1]))
try:
    for start in range(int(sys.argv[3])):
        print(archive.put(bytes([start]) * int(sys.argv[2])), flush=True)
except ArchiveError as error:
    print(error)
    sys.exit(error.exit_code)
"""
CALLS = "openat,mkdir,write,fsync,fdatasync,rename,renameat,renameat2,close"
SIZE = 300_000
PDF = bytes([0]) * SIZE
SHA = sha256(PDF).hexdigest()

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="mounting needs root")


def put(root: Path, *prefix: str, size: int = SIZE, count: int = 1) -> tuple[int, str]:
    """Put pages in a process of its own; its exit code (-9 when killed) and output."""
    done = subprocess.run(
        [*prefix, sys.executable, "-c", PUT, str(root), str(size), str(count)],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def trace(root: Path, log: Path, *options: str) -> tuple[int, list[str]]:
    """Put under strace; gives what the archive's files and folders went through."""
    code, _ = put(
        root, "strace", "-f", "-y", "-e", f"trace={CALLS}", *options, "-o", str(log)
    )
    lines = log.read_text(errors="replace").splitlines()
    return code, [_short(line, root) for line in lines if str(root.parent) in line]


def _short(line: str, root: Path) -> str:
    """``write TMP``, ``fsync SHARD``: the call and what it was done to."""
    call = re.search(r"(\w+)\(", line)
    words = line.replace(str(root.parent), "@")
    what = (
        "TMP"
        if ".tmp-" in words
        else "FINAL"
        if ".pdf" in words
        else "SHARD"
        if f"@/archive/{SHA[:2]}" in words
        else "ROOT"
        if "@/archive" in words
        else "PARENT"
    )
    return f"{call[1] if call else '?'} {what}"


@pytest.fixture(scope="module", autouse=True)
def _strace() -> None:
    if shutil.which("strace") is None:
        pytest.fail("strace is not installed: run make setup-test")


def test_nothing_is_promised_before_it_is_on_the_disk(tmp_path: Path) -> None:
    code, calls = trace(tmp_path / "archive", tmp_path / "log")
    assert code == 0
    steps = [call for call in calls if call.split()[0] not in ("openat", "close")]
    made, rest = steps[:-4], list(dict.fromkeys(steps))[-4:]
    assert {"mkdir ROOT", "mkdir SHARD", "fsync ROOT", "fsync PARENT"} == set(made)
    assert rest == ["write TMP", "fsync TMP", "rename TMP", "fsync SHARD"]


def test_putting_again_makes_sure_that_it_lasts(tmp_path: Path) -> None:
    """Whoever put it first may have been killed between rename and fsync."""
    Archive(tmp_path / "archive").put(PDF)
    code, calls = trace(tmp_path / "archive", tmp_path / "log")
    assert code == 0
    steps = [call for call in calls if call.split()[0] not in ("openat", "close")]
    assert steps == ["mkdir SHARD", "fsync ROOT", "fsync FINAL", "fsync SHARD"]


@pytest.mark.parametrize("call", ["write", "fsync", "rename"])
def test_killed_at_any_call_leaves_all_or_nothing(tmp_path: Path, call: str) -> None:
    killed = 0
    for nth in range(1, 20):
        root = tmp_path / f"office{nth}" / "archive"
        root.parent.mkdir()
        inject = f"inject={call}:signal=KILL:when={nth}"
        code, _ = trace(root, tmp_path / "log", "-e", inject)
        if code == 0:
            break
        killed += 1
        for path in root.glob("??/*.pdf"):
            assert path.read_bytes() == PDF
        archive = Archive(root)
        assert archive.put(PDF) == SHA  # the next start finishes
        assert archive.get(SHA) == PDF
    assert killed > 0
    assert code == 0


def in_mount(script: str) -> tuple[str, ...]:
    """A command prefix: mount in a namespace of its own, then run the rest."""
    return ("unshare", "--mount", "sh", "-ec", f'{script}; exec "$@"', "sh")


@needs_root
def test_a_full_disk_stops_in_words_and_keeps_what_was_promised(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    kept = tmp_path / "kept"
    script = f"mount -t tmpfs -o size=2m tmpfs {disk}; trap 'cp -a {disk} {kept}' EXIT"
    # The shell must outlive the writer to copy the disk: no exec in this one.
    prefix = ("unshare", "--mount", "sh", "-c", f'{script}; "$@"', "sh")
    code, output = put(disk / "archive", *prefix, size=SIZE, count=20)
    *promised, refusal = output.splitlines()
    assert code == 7
    assert "磁盘已满" in refusal
    assert 3 <= len(promised) <= 7
    archive = Archive(kept / "archive")
    for start, sha in enumerate(promised):
        assert archive.get(sha) == bytes([start]) * SIZE
    files = [path for path in archive.root.rglob("*") if path.is_file()]
    assert len(files) == len(promised)


@needs_root
def test_a_read_only_disk_is_named(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    prefix = in_mount(f"mount -t tmpfs -o ro tmpfs {disk}")
    code, output = put(disk / "archive", *prefix)
    assert code == 7
    assert "只读" in output


@needs_root
def test_no_permission_is_named(tmp_path: Path) -> None:
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o500)
    # Root, but without the right to pass over permissions.
    humble = ("setpriv", "--bounding-set=-dac_override,-dac_read_search")
    code, output = put(locked / "archive", *humble)
    assert code == 7
    assert "权限" in output
