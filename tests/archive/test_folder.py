"""The folder: the same bytes back or a refusal, never anything in between."""

from __future__ import annotations

import os
import resource
import stat
import threading
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from printshop.archive import Archive
from printshop.errors import ArchiveError

PDF = b"%PDF-1.7 a page"
SHA = sha256(PDF).hexdigest()
NOW = datetime(2026, 6, 30, 8, tzinfo=UTC)


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "office" / "archive")


def damage(path: Path, content: bytes) -> None:
    path.chmod(0o644)
    path.write_bytes(content)


def leftovers(archive: Archive) -> list[str]:
    return [path.name for path in archive.root.glob("*/.*")]


@given(st.binary(max_size=3000))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_the_same_bytes_come_back(archive: Archive, pdf: bytes) -> None:
    sha = archive.put(pdf)
    assert sha == sha256(pdf).hexdigest()
    assert archive.get(sha) == pdf
    assert archive.put(pdf) == sha
    assert leftovers(archive) == []


def test_a_file_is_sharded_read_only_and_its_folder_closed(archive: Archive) -> None:
    archive.put(PDF)
    path = archive.path(SHA)
    assert path == archive.root / SHA[:2] / f"{SHA}.pdf"
    assert stat.S_IMODE(path.stat().st_mode) & 0o222 == 0
    assert stat.S_IMODE(path.parent.stat().st_mode) & 0o007 == 0


def test_putting_again_does_not_touch_the_file(archive: Archive) -> None:
    archive.put(PDF)
    before = archive.path(SHA).stat()
    Archive(archive.root).put(PDF)
    after = archive.path(SHA).stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_a_missing_file_is_named(archive: Archive) -> None:
    with pytest.raises(ArchiveError, match=f"不见了: {SHA}"):
        archive.get(SHA)


@pytest.mark.parametrize(
    "content", [b"", PDF[:-1], PDF + b" ", PDF.replace(b"a", b"b", 1)]
)
def test_an_altered_file_is_neither_given_nor_overwritten(
    archive: Archive, content: bytes
) -> None:
    archive.put(PDF)
    damage(archive.path(SHA), content)
    with pytest.raises(ArchiveError, match="被改动过"):
        archive.get(SHA)
    with pytest.raises(ArchiveError, match="被改动过"):
        archive.put(PDF)
    assert archive.path(SHA).read_bytes() == content


def test_a_link_is_not_followed(archive: Archive, tmp_path: Path) -> None:
    archive.put(PDF)
    path = archive.path(SHA)
    path.unlink()
    (tmp_path / "elsewhere.pdf").write_bytes(PDF)
    path.symlink_to(tmp_path / "elsewhere.pdf")
    with pytest.raises(ArchiveError) as refused:
        archive.get(SHA)
    assert "不应有链接" in refused.value.remedy


@pytest.mark.parametrize("sha", ["", "..", "../../etc/passwd", SHA.upper(), SHA + "\n"])
def test_only_a_hash_leads_to_a_file(archive: Archive, sha: str) -> None:
    with pytest.raises(ArchiveError, match="SHA-256"):
        archive.path(sha)


def test_a_file_where_the_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "archive").write_text("not a folder")
    with pytest.raises(ArchiveError, match="归档目录现在不能用") as refused:
        Archive(tmp_path / "archive").put(PDF)
    assert refused.value.remedy


def test_a_page_that_cannot_be_written_leaves_nothing(archive: Archive) -> None:
    archive.put(PDF)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, limits[1]))
    try:
        with pytest.raises(ArchiveError, match="归档目录现在不能用"):
            archive.put(bytes(50_000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    files = [path.name for path in archive.root.rglob("*") if path.is_file()]
    assert files == [f"{SHA}.pdf"]


def test_many_hands_put_the_same_and_different_pages(archive: Archive) -> None:
    pages = [b"%PDF page " + bytes([n]) for n in range(20)]
    failures: list[BaseException] = []

    def work() -> None:
        try:
            for page in pages:
                archive.put(page)
        except BaseException as error:  # noqa: BLE001 - shown below
            failures.append(error)

    hands = [threading.Thread(target=work) for _ in range(6)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    assert failures == []
    assert all(archive.get(sha256(page).hexdigest()) == page for page in pages)
    assert leftovers(archive) == []


def test_sweeping_takes_what_the_dead_left_and_nothing_else(archive: Archive) -> None:
    archive.put(PDF)
    folder = archive.path(SHA).parent
    old, young = folder / ".tmp-1-dead", folder / ".tmp-2-busy"
    for path, age in ((old, timedelta(hours=2)), (young, timedelta(minutes=5))):
        path.write_bytes(b"half a pa")
        then = (NOW - age).timestamp()
        os.utime(path, (then, then))
    os.utime(archive.path(SHA), (0, 0))
    assert archive.sweep(NOW) == [old]
    assert not old.exists()
    assert young.exists()
    assert archive.get(SHA) == PDF


def test_sweeping_an_archive_that_is_not_there_yet(archive: Archive) -> None:
    assert archive.sweep(NOW) == []
