"""The scrub: takes the register and the archive, gives every file that is not right.

Works folder by folder (the 256 two-digit prefixes), so that it needs little memory
and a night's share can be a part of them.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import file_digest
from pathlib import Path

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from printshop.archive.folder import STALE, SUFFIX, TEMPORARY, Archive
from printshop.archive.tables import ArchivedObjectRow
from printshop.issue.tables import DocumentRow, DocumentState

SHARDS = tuple(f"{number:02x}" for number in range(256))


@dataclass
class ScrubReport:
    """What a scrub found.

    Attributes:
        checked: How many archived files were read and hashed.
        size: Their bytes.
        changed: Hashes whose file has other bytes.
        missing: Hashes whose file is not there.
        stray: Files that the register does not know (paths within the archive).
        tmp: Temporary files of processes that died.
        unrecorded: Ids of issued documents whose PDF was never entered.
    """

    checked: int = 0
    size: int = 0
    changed: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    stray: list[str] = field(default_factory=list)
    tmp: list[str] = field(default_factory=list)
    unrecorded: list[str] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """Whether every issued document has its file, unaltered.

        Stray and temporary files endanger nothing: a crash between archiving and
        committing leaves one.
        """
        return not (self.changed or self.missing or self.unrecorded)


def scrub(
    session: Session,
    archive: Archive,
    *,
    now: datetime | None = None,
    shards: Iterable[str] = SHARDS,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> ScrubReport:
    """Read every archived file and compare it with its name and the register.

    Args:
        session: Reads the register.
        archive: The folder.
        now: When given, unknown and temporary files younger than an hour are passed
            over: somebody may be issuing at this moment.
        shards: The prefixes to look at, by default all.
        progress: Told how many files are done, of how many.
    """
    report = ScrubReport()
    total = session.scalar(select(func.count()).select_from(ArchivedObjectRow)) or 0
    limit = None if now is None else now.timestamp() - STALE.total_seconds()
    report.stray += _beside_shards(archive.root)
    for shard in shards:
        # Files before rows: what is issued meanwhile has its file first, its row
        # second, and must be neither missing nor, for want of a row, stray.
        files = list(_old_files(archive.root / shard, limit))
        rows = _recorded(session, shard)
        for sha in rows:
            _check(archive, sha, report)
            progress(report.checked + len(report.missing), total)
        _sort_out(files, set(rows), archive.root, report)
    report.unrecorded += _unrecorded(session)
    return report


def _recorded(session: Session, shard: str) -> list[str]:
    sha = ArchivedObjectRow.sha256
    query = select(sha).where(sha >= shard, sha < f"{shard}g").order_by(sha)
    return list(session.scalars(query))


def _check(archive: Archive, sha: str, report: ScrubReport) -> None:
    try:
        number = os.open(archive.path(sha), os.O_RDONLY | os.O_NOFOLLOW)
    except FileNotFoundError:
        report.missing.append(sha)
        return
    except OSError:  # a link, or unreadable: not the file that was archived
        report.changed.append(sha)
        report.checked += 1
        return
    with open(number, "rb") as file:  # noqa: PTH123 - takes the descriptor
        report.size += os.fstat(number).st_size
        report.checked += 1
        if file_digest(file, "sha256").hexdigest() != sha:
            report.changed.append(sha)


def _old_files(folder: Path, limit: float | None) -> Iterator[Path]:
    try:
        found = sorted(folder.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return
    for path in found:
        try:
            age = path.lstat().st_mtime
        except FileNotFoundError:  # renamed or removed this moment
            continue
        if limit is None or age <= limit:
            yield path


def _sort_out(
    files: Iterable[Path], known: set[str], root: Path, report: ScrubReport
) -> None:
    for path in files:
        if path.name.startswith(TEMPORARY):
            report.tmp.append(str(path.relative_to(root)))
        elif path.suffix != SUFFIX or path.stem not in known:
            report.stray.append(str(path.relative_to(root)))


def _beside_shards(root: Path) -> list[str]:
    if not root.is_dir():
        return []
    return sorted(
        path.name
        for path in root.iterdir()
        if path.name not in SHARDS or not path.is_dir() or path.is_symlink()
    )


def _unrecorded(session: Session) -> Iterator[str]:
    entered = exists().where(ArchivedObjectRow.sha256 == DocumentRow.pdf_sha256)
    query = (
        select(DocumentRow.id)
        .where(DocumentRow.state != DocumentState.RESERVED.value, ~entered)
        .order_by(DocumentRow.id)
    )
    return iter(session.scalars(query))
