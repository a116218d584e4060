"""The journal: takes who did what to which number, gives a chain nobody can mend.

Append-only. Each entry's hash is HMAC-SHA256 over its predecessor's hash and its
own canonical body, under a key that lies outside the database: whoever can only
reach the database can neither alter an entry, nor delete one, nor write a new
chain. The head (count and last hash, itself authenticated) is kept in a row of its
own, so that cutting off the newest entries shows too. Triggers refuse UPDATE and
DELETE for everybody who comes through SQL by mistake.

Entries carry numbers and internal ids, never names or ID numbers.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import DDL, Integer, String, event, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from printshop.database import Base, JSONText, UTCDateTime
from printshop.database.base import canonical_json

GENESIS = "0" * 64


class JournalRow(Base):
    """One entry."""

    __tablename__ = "journal"
    seq: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    actor: Mapped[str] = mapped_column(String(100))
    action: Mapped[str] = mapped_column(String(50), index=True)
    subject: Mapped[str] = mapped_column(String(100), index=True)
    details: Mapped[dict[str, Any]] = mapped_column(JSONText)
    hash: Mapped[str] = mapped_column(String(64))


class JournalHeadRow(Base):
    """How many entries there are and what the last one's hash is."""

    __tablename__ = "journal_head"
    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(Integer)
    hash: Mapped[str] = mapped_column(String(64))
    seal: Mapped[str] = mapped_column(String(64))


SQLITE_GUARDS = tuple(
    f"""CREATE TRIGGER journal_no_{verb.lower()} BEFORE {verb} ON journal
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END"""
    for verb in ("UPDATE", "DELETE")
)
POSTGRES_GUARDS = (
    """CREATE OR REPLACE FUNCTION journal_append_only() RETURNS trigger AS
    'BEGIN RAISE EXCEPTION ''the journal is append-only''; END' LANGUAGE plpgsql""",
    """CREATE TRIGGER journal_no_change BEFORE UPDATE OR DELETE ON journal
    FOR EACH ROW EXECUTE FUNCTION journal_append_only()""",
    """CREATE TRIGGER journal_no_truncate BEFORE TRUNCATE ON journal
    FOR EACH STATEMENT EXECUTE FUNCTION journal_append_only()""",
)
for _dialect, _guards in (("sqlite", SQLITE_GUARDS), ("postgresql", POSTGRES_GUARDS)):
    for _guard in _guards:
        event.listen(
            JournalRow.__table__,
            "after_create",
            DDL(_guard).execute_if(dialect=_dialect),  # type: ignore[no-untyped-call]
        )


@dataclass(frozen=True)
class Entry:
    """One entry as read back."""

    seq: int
    at: datetime
    actor: str
    action: str
    subject: str
    details: dict[str, Any]


@dataclass(frozen=True)
class Break:
    """Where and how the chain does not hold.

    Attributes:
        seq: The first entry that is wrong, or the first that is missing.
        what: A sentence for a person.
    """

    seq: int
    what: str


class Journal:
    """Appends to and checks the chain, under one secret key."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def append(
        self,
        session: Session,
        *,
        at: datetime,
        actor: str,
        action: str,
        subject: str,
        **details: Any,
    ) -> int:
        """Add one entry in the caller's transaction; gives its sequence number.

        The head row is locked, so entries of concurrent writers get one order.
        """
        head = session.get(JournalHeadRow, 1, with_for_update=True)
        if head is None:
            head = JournalHeadRow(id=1, seq=0, hash=GENESIS, seal="")
            session.add(head)
        row = JournalRow(
            seq=head.seq + 1,
            at=at,
            actor=actor,
            action=action,
            subject=subject,
            details=details,
        )
        row.hash = self._hash(head.hash, row)
        head.seq, head.hash = row.seq, row.hash
        head.seal = self._seal(head.seq, head.hash)
        session.add(row)
        session.flush()
        return row.seq

    def check(self, session: Session) -> list[Break]:
        """Walk the whole chain; an empty list means that it holds."""
        previous, expected = GENESIS, 1
        for row in _rows(session):
            if row.seq != expected:
                return [Break(expected, f"日志第 {expected} 条不见了。")]
            if not hmac.compare_digest(row.hash, self._hash(previous, row)):
                return [Break(row.seq, f"日志第 {row.seq} 条被改动过。")]
            previous, expected = row.hash, row.seq + 1
        return self._check_head(session, expected - 1, previous)

    def _check_head(self, session: Session, count: int, last: str) -> list[Break]:
        head = session.get(JournalHeadRow, 1, populate_existing=True)
        if head is None:
            return [Break(1, "日志的末端记录不见了。")] if count else []
        if not hmac.compare_digest(head.seal, self._seal(head.seq, head.hash)):
            return [Break(count, "日志的末端记录被改动过。")]
        if head.seq != count or head.hash != last:
            return [
                Break(
                    count + 1, f"日志应有 {head.seq} 条, 实有 {count} 条: 末尾被删。"
                )
            ]
        return []

    def _hash(self, previous: str, row: JournalRow) -> str:
        body = canonical_json(
            [
                row.seq,
                row.at.isoformat(timespec="microseconds"),
                row.actor,
                row.action,
                row.subject,
                row.details,
            ]
        )
        return self._mac(f"entry\n{previous}\n{body}")

    def _seal(self, seq: int, last: str) -> str:
        return self._mac(f"head\n{seq}\n{last}")

    def _mac(self, text: str) -> str:
        return hmac.new(self._key, text.encode(), sha256).hexdigest()


def _rows(session: Session) -> Iterator[JournalRow]:
    query = select(JournalRow).order_by(JournalRow.seq)
    yield from session.scalars(query.execution_options(yield_per=1000))


def entries(
    session: Session,
    *,
    subject: str | None = None,
    action: str | None = None,
    limit: int = 100,
) -> list[Entry]:
    """The newest entries, newest first, by subject or action where given."""
    query = select(JournalRow).order_by(JournalRow.seq.desc()).limit(limit)
    if subject is not None:
        query = query.where(JournalRow.subject == subject)
    if action is not None:
        query = query.where(JournalRow.action == action)
    return [
        Entry(r.seq, r.at, r.actor, r.action, r.subject, r.details)
        for r in session.scalars(query)
    ]
