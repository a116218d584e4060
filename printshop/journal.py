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
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import (
    DDL,
    Integer,
    Select,
    String,
    Text,
    event,
    insert,
    select,
    type_coerce,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from printshop.database import Base, JSONText, UTCDateTime, lock
from printshop.database.base import canonical_json
from printshop.errors import Tampered

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


_REFUSE = "BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END"
SQLITE_GUARDS = (
    f"CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal {_REFUSE}",
    f"CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal {_REFUSE}",
    # INSERT OR REPLACE deletes without firing the trigger above.
    """CREATE TRIGGER journal_no_replace BEFORE INSERT ON journal
    WHEN EXISTS (SELECT 1 FROM journal WHERE seq = NEW.seq)
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END""",
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


@dataclass(frozen=True)
class Deed:
    """What somebody did, not yet entered.

    Attributes:
        subject: An internal id (of a document, a batch, a printer).
        details: JSON values: numbers, counts, hashes; never names.
    """

    at: datetime
    actor: str
    action: str
    subject: str
    details: dict[str, Any] = field(default_factory=dict)


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

        Raises:
            Tampered: The end of the chain is not as it was left.
        """
        return self.append_many(session, [Deed(at, actor, action, subject, details)])

    def append_many(self, session: Session, deeds: Iterable[Deed]) -> int:
        """Add entries in the caller's transaction; gives the last sequence number.

        The chain is locked until the transaction ends, so that entries of
        concurrent writers get one order.

        Raises:
            Tampered: The end of the chain is not as it was left. Nothing is added,
                because a new end would seal what was cut off.
        """
        head = self._locked_head(session)
        rows = []
        for seq, deed in enumerate(deeds, head.seq + 1):
            words = (deed.actor, deed.action, deed.subject)
            body = (seq, deed.at, *words, canonical_json(deed.details))
            head.seq, head.hash = seq, self._hash(head.hash, *body)
            rows.append(vars(deed) | {"seq": seq, "hash": head.hash})
        if rows:
            head.seal = self._seal(head.seq, head.hash)
            session.execute(insert(JournalRow), rows)
            session.flush()
        return head.seq

    def _locked_head(self, session: Session) -> JournalHeadRow:
        lock(session, "journal")
        head = session.get(JournalHeadRow, 1, populate_existing=True)
        last = session.execute(
            select(JournalRow.seq, JournalRow.hash)
            .order_by(JournalRow.seq.desc())
            .limit(1)
        ).one_or_none()
        if head is None and last is None:
            head = JournalHeadRow(id=1, seq=0, hash=GENESIS, seal="")
            session.add(head)
        elif head is None or last != (head.seq, head.hash) or not self._sealed(head):
            raise Tampered(
                "日志的末端与记录不符, 没有写入任何内容。",
                "请运行 printshop doctor 查明从哪一条起不符, 并从备份恢复。",
            )
        return head

    def check(self, session: Session) -> list[Break]:
        """Walk the whole chain; an empty list means that it holds.

        Rows are read as the database holds them, some at a time: what is broken may
        not even be a date or JSON any more.
        """
        previous, count = GENESIS, 0
        with session.execute(_raw_rows()) as rows:
            for seq, *columns, found in rows:
                if seq != count + 1:
                    return [_odd_number(seq, count)]
                if not _same(found, self._expected(previous, seq, *columns)):
                    return [Break(seq, f"日志第 {seq} 条被改动过。")]
                previous, count = found, seq
        return self._check_head(session, count, previous)

    def _expected(self, previous: str, seq: int, at: Any, *texts: str) -> str | None:
        try:
            # SQLite keeps instants as text, and may hold anything instead.
            instant = at if isinstance(at, datetime) else datetime.fromisoformat(at)
            return self._hash(previous, seq, instant, *texts)
        except (TypeError, ValueError):
            return None

    def _check_head(self, session: Session, count: int, last: str) -> list[Break]:
        head = session.get(JournalHeadRow, 1, populate_existing=True)
        if head is None:
            return [Break(count + 1, "日志的末端记录不见了。")] if count else []
        if not self._sealed(head):
            return [Break(count + 1, "日志的末端记录被改动过。")]
        if head.seq != count or head.hash != last:
            return [
                Break(count + 1, f"日志应有 {head.seq} 条, 实有 {count} 条: 末尾被删。")
            ]
        return []

    def _hash(self, previous: str, seq: int, at: datetime, *texts: str) -> str:
        # UTC: the same instant must hash alike, whichever zone it came in.
        instant = (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
        when = instant.isoformat(timespec="microseconds")
        body = canonical_json([seq, when, *texts])
        return self._mac(f"entry\n{previous}\n{body}")

    def _sealed(self, head: JournalHeadRow) -> bool:
        return _same(head.seal, self._seal(head.seq, head.hash))

    def _seal(self, seq: int, last: str) -> str:
        return self._mac(f"head\n{seq}\n{last}")

    def _mac(self, text: str) -> str:
        return hmac.new(self._key, text.encode(), sha256).hexdigest()


def _raw_rows() -> Select[int, str, str, str, str, str, str]:
    return (
        select(
            JournalRow.seq,
            type_coerce(JournalRow.at, Text),
            JournalRow.actor,
            JournalRow.action,
            JournalRow.subject,
            type_coerce(JournalRow.details, Text),
            JournalRow.hash,
        )
        .order_by(JournalRow.seq)
        .execution_options(yield_per=200)
    )


def _odd_number(seq: int, count: int) -> Break:
    if seq <= count:
        return Break(seq, f"日志第 {seq} 条来历不明。")
    return Break(count + 1, f"日志第 {count + 1} 条不见了。")


def _same(found: Any, expected: str | None) -> bool:
    # Bytes, because compare_digest raises on text that is not ASCII.
    return expected is not None and hmac.compare_digest(
        str(found).encode(), expected.encode()
    )


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
