"""The scrub: finds a flipped bit, a cut, a swap, a loss and what does not belong."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from types import ModuleType

import pytest

from printshop.archive import Archive, ArchivedObjectRow, ScrubReport, record, scrub
from printshop.database import Database

NOW = datetime(2026, 6, 30, 8, tzinfo=UTC)
COUNT = 12


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "archive")


@pytest.fixture
def shas(database: Database, archive: Archive, papers: ModuleType) -> list[str]:
    """The hashes of twelve issued, archived and recorded documents."""
    found = []
    with database.write() as session:
        register = papers.Papers(session)
        for number in range(COUNT):
            pdf = b"%PDF " + bytes([number]) * 500
            sha = archive.put(pdf)
            record(session, sha, len(pdf), NOW)
            register.add(number, pdf_sha256=sha)
            found.append(sha)
    return found


def scrubbed(database: Database, archive: Archive, **options: object) -> ScrubReport:
    with database.read() as session:
        return scrub(session, archive, **options)  # type: ignore[arg-type]


def overwrite(path: Path, content: bytes) -> None:
    path.chmod(0o644)
    path.write_bytes(content)


def test_a_sound_archive(database: Database, archive: Archive, shas: list[str]) -> None:
    told: list[tuple[int, int]] = []
    report = scrubbed(database, archive, progress=lambda *n: told.append(n))
    assert report == ScrubReport(checked=COUNT, size=COUNT * 505)
    assert report.sound
    assert told == [(n, COUNT) for n in range(1, COUNT + 1)]


def test_an_empty_register_and_no_folder(database: Database, archive: Archive) -> None:
    assert scrubbed(database, archive) == ScrubReport()


@pytest.mark.parametrize("bit", [0, 7, 2020, 4039])
def test_one_flipped_bit(
    database: Database, archive: Archive, shas: list[str], bit: int
) -> None:
    path = archive.path(shas[3])
    content = bytearray(path.read_bytes())
    content[bit // 8] ^= 1 << bit % 8
    overwrite(path, bytes(content))
    report = scrubbed(database, archive)
    assert report.changed == [shas[3]]
    assert not report.sound


def test_a_cut_file_a_lost_file_and_two_swapped(
    database: Database, archive: Archive, shas: list[str]
) -> None:
    cut, lost, one, two = (archive.path(sha) for sha in shas[:4])
    overwrite(cut, cut.read_bytes()[:100])
    lost.unlink()
    first, second = one.read_bytes(), two.read_bytes()
    overwrite(one, second)
    overwrite(two, first)
    report = scrubbed(database, archive)
    assert sorted(report.changed) == sorted([shas[0], shas[2], shas[3]])
    assert report.missing == [shas[1]]
    assert report.checked == COUNT - 1
    assert not report.sound


def test_a_link_in_the_place_of_a_file(
    database: Database, archive: Archive, shas: list[str], tmp_path: Path
) -> None:
    path = archive.path(shas[0])
    path.rename(tmp_path / "moved.pdf")
    path.symlink_to(tmp_path / "moved.pdf")
    assert scrubbed(database, archive).changed == [shas[0]]


def test_what_does_not_belong(
    database: Database, archive: Archive, shas: list[str]
) -> None:
    leftover = archive.put(b"%PDF archived, then killed before the commit")
    shard = archive.path(shas[0]).parent
    (shard / "notes.txt").write_text("x")
    (shard / ".tmp-7-dead").write_text("half")
    wrong = archive.root / ("00" if shard.name != "00" else "01")
    wrong.mkdir(exist_ok=True)
    (wrong / f"{shas[0]}.pdf").write_bytes(b"in the wrong folder")
    (archive.root / "backup.zip").write_text("x")
    report = scrubbed(database, archive)
    assert sorted(report.stray) == sorted(
        [
            f"{leftover[:2]}/{leftover}.pdf",
            f"{shard.name}/notes.txt",
            f"{wrong.name}/{shas[0]}.pdf",
            "backup.zip",
        ]
    )
    assert report.tmp == [f"{shard.name}/.tmp-7-dead"]
    assert report.sound


def test_what_is_being_issued_at_this_moment_is_not_stray(
    database: Database, archive: Archive, shas: list[str]
) -> None:
    fresh = archive.path(archive.put(b"%PDF being issued"))
    old = archive.path(archive.put(b"%PDF left behind"))
    for path, age in ((fresh, timedelta(minutes=1)), (old, timedelta(hours=2))):
        then = (NOW - age).timestamp()
        os.utime(path, (then, then))
    report = scrubbed(database, archive, now=NOW)
    assert report.stray == [str(old.relative_to(archive.root))]


def test_an_issued_document_whose_file_was_never_entered(
    database: Database, archive: Archive, shas: list[str], papers: ModuleType
) -> None:
    with database.write() as session:
        register = papers.Papers(session)
        register.add(100, pdf_sha256=sha256(b"never archived").hexdigest())
        register.add(101, pdf_sha256=None, state="revoked")
        register.add(102, pdf_sha256=None, state="reserved")
    report = scrubbed(database, archive)
    assert report.unrecorded == [papers.document_id(100), papers.document_id(101)]
    assert not report.sound


def test_a_part_of_the_archive(
    database: Database, archive: Archive, shas: list[str]
) -> None:
    shards = sorted({sha[:2] for sha in shas})
    parts = [scrubbed(database, archive, shards=[shard]) for shard in shards]
    assert sum(part.checked for part in parts) == COUNT
    assert all(part.sound for part in parts)


def test_entering_twice_changes_nothing(database: Database) -> None:
    sha = "a" * 64
    with database.write() as session:
        record(session, sha, 5, NOW)
    with database.write() as session:
        row = record(session, sha, 5, NOW + timedelta(days=1))
        assert row.stored_at == NOW
    with database.read() as session:
        kept = session.get_one(ArchivedObjectRow, sha)
        assert (kept.size, kept.media_type) == (5, "application/pdf")
