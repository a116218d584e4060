"""The chain holds, and shows whatever was done to it. On both databases."""

from __future__ import annotations

import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from printshop.errors import Tampered
from printshop.journal import Deed, Journal, entries

# tests/journal/conftest.py: Office.
Office = Any
NOW = datetime(2026, 6, 20, 9, 30, tzinfo=UTC)
CHINA = timezone(timedelta(hours=8))


def test_an_empty_journal_holds(empty: Office) -> None:
    assert empty.check() == []


def test_the_chain_holds(office: Office) -> None:
    assert office.check() == []
    assert office.write(2) == 7
    assert office.check() == []


def test_nothing_to_enter_changes_nothing(office: Office) -> None:
    assert office.write(0) == 5
    assert office.check() == []


def test_entries_number_themselves_from_one(empty: Office) -> None:
    with empty.database.write() as session:
        numbers = [
            empty.journal.append(
                session, at=NOW, actor="张三", action="test", subject="x", n=n
            )
            for n in range(3)
        ]
    assert numbers == [1, 2, 3]
    assert empty.check() == []


def test_an_entry_that_is_not_committed_was_never_there(office: Office) -> None:
    def fail() -> None:
        with office.database.write() as session:
            office.journal.append(session, at=NOW, actor="a", action="b", subject="c")
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        fail()
    assert office.write() == 6
    assert office.check() == []


def test_an_instant_of_any_zone(empty: Office) -> None:
    at = datetime(2026, 6, 20, 23, 30, 0, 1, tzinfo=CHINA)
    with empty.database.write() as session:
        empty.journal.append(session, at=at, actor="a", action="b", subject="c")
    assert empty.check() == []
    with empty.database.read() as session:
        assert entries(session)[0].at == at


# What SQL alone cannot do


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal SET actor = '李四' WHERE seq = 3",
        "UPDATE journal SET seq = 30 WHERE seq = 3",
        "DELETE FROM journal WHERE seq = 5",
        "DELETE FROM journal",
    ],
)
def test_sql_by_mistake_is_refused(statement: str, office: Office) -> None:
    with pytest.raises(DBAPIError, match="append-only"):
        office.sql(statement)
    assert office.check() == []


def test_overwriting_by_inserting_is_refused(office: Office) -> None:
    columns = "seq, at, actor, action, subject, details, hash"
    values = "3, '2026-06-20 09:30:00', '李四', 'x', 'y', '{}', 'z'"
    if office.database.is_sqlite:
        statement = f"INSERT OR REPLACE INTO journal ({columns}) VALUES ({values})"  # noqa: S608
    else:
        statement = (
            f"INSERT INTO journal ({columns}) VALUES ({values}) "  # noqa: S608
            "ON CONFLICT (seq) DO UPDATE SET actor = excluded.actor"
        )
    with pytest.raises(DBAPIError, match="append-only"):
        office.sql(statement)
    assert office.check() == []


def test_emptying_is_refused(office: Office) -> None:
    sqlite = office.database.is_sqlite  # which knows no TRUNCATE
    with pytest.raises(DBAPIError, match="append-only"):
        office.sql("DELETE FROM journal WHERE 1" if sqlite else "TRUNCATE journal")
    assert office.check() == []


# What shows when somebody takes the triggers away

CHANGES = {
    "at": "'2026-06-20 09:30:59'",
    "actor": "'李四'",
    "action": "'document.revoked'",
    "subject": "'d9'",
    "details": "'{}'",
    "hash": f"'{'0' * 64}'",
}


@pytest.mark.parametrize("seq", [1, 3, 5])
@pytest.mark.parametrize("column", CHANGES)
def test_a_changed_column_shows(column: str, seq: int, office: Office) -> None:
    office.disarm()
    office.sql(f"UPDATE journal SET {column} = {CHANGES[column]} WHERE seq = {seq}")  # noqa: S608
    [found] = office.check()
    assert (found.seq, found.what) == (seq, f"日志第 {seq} 条被改动过。")


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("details", "'not json'"),
        ("details", '\'{"number": "100011202606000001", "姓": "䶮"}\''),
        ("details", "''"),
        ("actor", "''"),
        ("actor", "'张三 '"),
        ("hash", "'哈希'"),
        ("hash", "''"),
    ],
)
def test_even_what_is_broken_or_reads_alike_shows(
    column: str, value: str, office: Office
) -> None:
    office.disarm()
    office.sql(f"UPDATE journal SET {column} = {value} WHERE seq = 2")  # noqa: S608
    assert [b.seq for b in office.check()] == [2]


@pytest.mark.parametrize("value", ["'gestern'", "x'00ff'", "17", "''"])
def test_a_date_that_is_none_shows(value: str, office: Office) -> None:
    office.disarm()
    if not office.database.is_sqlite:  # which takes instants only
        value = "at + interval '1 microsecond'"
    office.sql(f"UPDATE journal SET at = {value} WHERE seq = 2")  # noqa: S608
    assert [b.seq for b in office.check()] == [2]


@pytest.mark.parametrize("seq", [1, 3, 4])
def test_a_deleted_entry_shows(seq: int, office: Office) -> None:
    office.disarm()
    office.sql(f"DELETE FROM journal WHERE seq = {seq}")  # noqa: S608
    [found] = office.check()
    assert (found.seq, found.what) == (seq, f"日志第 {seq} 条不见了。")


def test_the_deleted_newest_entry_shows(office: Office) -> None:
    office.disarm()
    office.sql("DELETE FROM journal WHERE seq = 5")
    [found] = office.check()
    assert (found.seq, found.what) == (5, "日志应有 5 条, 实有 4 条: 末尾被删。")


def test_the_deleted_journal_shows(office: Office) -> None:
    office.disarm()
    office.sql("DELETE FROM journal")
    assert [b.seq for b in office.check()] == [1]


def test_a_closed_gap_shows(office: Office) -> None:
    """Deleting an entry and renumbering those after it."""
    office.disarm()
    office.sql(
        "DELETE FROM journal WHERE seq = 3",
        "UPDATE journal SET seq = 3 WHERE seq = 4",
        "UPDATE journal SET seq = 4 WHERE seq = 5",
    )
    assert [b.seq for b in office.check()] == [3]


def test_exchanged_entries_show(office: Office) -> None:
    office.disarm()
    office.sql(
        "UPDATE journal SET seq = 99 WHERE seq = 2",
        "UPDATE journal SET seq = 2 WHERE seq = 4",
        "UPDATE journal SET seq = 4 WHERE seq = 99",
    )
    assert [b.seq for b in office.check()] == [2]


@pytest.mark.parametrize(("seq", "shown"), [(6, 6), (9, 6), (0, 0), (-3, -3)])
def test_an_entry_slipped_in_shows(seq: int, shown: int, office: Office) -> None:
    office.sql(
        "INSERT INTO journal (seq, at, actor, action, subject, details, hash) "  # noqa: S608
        f"SELECT {seq}, at, actor, action, subject, details, hash "
        "FROM journal WHERE seq = 5"
    )
    [found] = office.check()
    assert found.seq == shown


def test_a_chain_made_anew_without_the_key_shows(office: Office) -> None:
    """Everything deleted and written again, well-formed, under a guessed key."""
    office.disarm()
    office.sql("DELETE FROM journal", "DELETE FROM journal_head")
    forger = Journal(b"guess")
    with office.database.write() as session:
        forger.append_many(session, [Deed(NOW, "张三", "x", "y")] * 5)
    assert office.check(forger) == []
    assert [b.seq for b in office.check()] == [1]


# The end of the chain

HEADS = [
    "UPDATE journal_head SET seq = 4",
    "UPDATE journal_head SET seq = 6",
    "UPDATE journal_head SET hash = 'x'",
    "UPDATE journal_head SET seal = '印'",
    "UPDATE journal_head SET seq = 4, hash = (SELECT hash FROM journal WHERE seq = 4)",
    "DELETE FROM journal_head",
]


@pytest.mark.parametrize("statement", HEADS)
def test_a_changed_end_shows(statement: str, office: Office) -> None:
    office.sql(statement)
    [found] = office.check()
    assert found.seq == 6
    assert "末端记录" in found.what


@pytest.mark.parametrize("statement", HEADS)
def test_nothing_is_added_to_a_changed_end(statement: str, office: Office) -> None:
    """A new entry would give the false end a true seal."""
    office.sql(statement)
    with pytest.raises(Tampered, match="没有写入任何内容") as refusal:
        office.write()
    assert "printshop doctor" in refusal.value.remedy
    assert [b.seq for b in office.check()] == [6]


def test_cutting_and_moving_the_end_together_shows(office: Office) -> None:
    office.disarm()
    office.sql(
        "DELETE FROM journal WHERE seq = 5",
        "UPDATE journal_head SET seq = 4, hash = (SELECT hash FROM journal "
        "WHERE seq = 4)",
    )
    assert [b.seq for b in office.check()] == [5]
    with pytest.raises(Tampered):
        office.write()


def test_nothing_is_added_after_a_cut(office: Office) -> None:
    office.disarm()
    office.sql("DELETE FROM journal WHERE seq = 5")
    with pytest.raises(Tampered):
        office.write()
    assert [b.seq for b in office.check()] == [5]


def test_an_end_without_a_journal_shows(office: Office) -> None:
    office.disarm()
    office.sql("DELETE FROM journal")
    with pytest.raises(Tampered):
        office.write()


# Many writers, many entries


def test_writers_at_once_make_one_chain(empty: Office) -> None:
    start = Barrier(4)

    def work(n: int) -> list[int]:
        start.wait()
        return [empty.write(1, writer=n) for _ in range(5)]

    with ThreadPoolExecutor(4) as pool:
        numbers = [seq for part in pool.map(work, range(4)) for seq in part]
    assert sorted(numbers) == list(range(1, 21))
    assert empty.check() == []


def test_checking_takes_a_few_entries_at_a_time(empty: Office) -> None:
    count, size = 4000, 2000
    empty.write(count, padding="x" * size)
    tracemalloc.start()
    try:
        assert empty.check() == []
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < count * size / 4


# Reading


def test_the_newest_entries_come_first(office: Office) -> None:
    with office.database.read() as session:
        found = entries(session, limit=2)
    assert [entry.seq for entry in found] == [5, 4]
    assert found[0].actor == "张三"
    assert found[0].details == {"number": "100011202606000001", "姓": "䶮"}


def test_entries_of_one_subject_or_action(office: Office) -> None:
    with office.database.write() as session:
        office.journal.append(
            session, at=NOW, actor="李四", action="document.revoked", subject="d2"
        )
    with office.database.read() as session:
        assert [e.seq for e in entries(session, subject="d2")] == [6, 3]
        assert [e.seq for e in entries(session, action="document.revoked")] == [6]
        both = entries(session, subject="d2", action="document.issued")
    assert [e.seq for e in both] == [3]


def test_the_guards_are_there(office: Office) -> None:
    names = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    if not office.database.is_sqlite:
        names = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    with office.database.read() as session:
        found = {name for (name,) in session.execute(text(names))}
    assert {name for name in found if name.startswith("journal_")} == (
        {"journal_no_update", "journal_no_delete", "journal_no_replace"}
        if office.database.is_sqlite
        else {"journal_no_change", "journal_no_truncate"}
    )
