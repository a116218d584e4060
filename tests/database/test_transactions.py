"""Transactions on both databases: what a reader sees, what a writer holds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import IntegrityError, ProgrammingError

from printshop.database import Database, connect, lock
from printshop.errors import DatabaseError

Row = type[Any]


def rows(database: Database, table: Row) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_write_is_there_afterwards(scratch: Database, scratch_row: Row) -> None:
    with scratch.write() as session:
        session.add(scratch_row(id=1))
    assert rows(scratch, scratch_row) == 1


def test_a_write_that_fails_leaves_no_trace(
    scratch: Database, scratch_row: Row
) -> None:
    def fail() -> None:
        with scratch.write() as session:
            session.add(scratch_row(id=1))
            session.flush()
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError, match="power cut"):
        fail()
    assert rows(scratch, scratch_row) == 0


def test_a_broken_constraint_is_not_taken_for_an_outage(
    scratch: Database, scratch_row: Row
) -> None:
    def twice() -> None:
        with scratch.write() as session:
            session.execute(insert(scratch_row), [{"id": 1}, {"id": 1}])

    with pytest.raises(IntegrityError):
        twice()


def test_a_reader_sees_one_state(scratch: Database, scratch_row: Row) -> None:
    with scratch.read() as session:
        count = select(func.count()).select_from(scratch_row)
        assert session.scalar(count) == 0
        with scratch.write() as writer:
            writer.add(scratch_row(id=1))
        assert session.scalar(count) == 0
    assert rows(scratch, scratch_row) == 1


def test_a_reader_does_not_wait_for_a_writer(
    scratch: Database, scratch_row: Row
) -> None:
    with scratch.write() as writer:
        writer.add(scratch_row(id=1))
        writer.flush()
        assert rows(scratch, scratch_row) == 0


def test_a_reader_cannot_write(scratch: Database, scratch_row: Row) -> None:
    def write() -> None:
        with scratch.read() as session:
            session.execute(insert(scratch_row), [{"id": 1}])

    with pytest.raises(DatabaseError):
        write()
    with scratch.write() as session:  # the connection that is used again can
        session.add(scratch_row(id=2))
    assert rows(scratch, scratch_row) == 1


def test_rows_can_be_used_after_the_transaction(
    scratch: Database, scratch_row: Row
) -> None:
    with scratch.write() as session:
        written = scratch_row(id=1, body={"a": 1})
        session.add(written)
    with scratch.read() as session:
        read = session.get_one(scratch_row, 1)
    assert written.body == read.body == {"a": 1}


def test_under_one_name_one_writer_at_a_time(
    scratch: Database, impatient: Callable[[], Database], scratch_row: Row
) -> None:
    other = impatient()
    with scratch.write() as session:
        lock(session, "the till")

        def barge_in() -> None:
            with other.write() as second:
                lock(second, "the till")

        with pytest.raises(DatabaseError) as refusal:
            barge_in()
    assert refusal.value.remedy == "另一个 printshop 正在写入; 请稍后再试。"
    with other.write() as second:
        lock(second, "the till")
        lock(second, "the till")  # holding it already is no obstacle
        second.add(scratch_row(id=1))
    assert rows(scratch, scratch_row) == 1


def test_a_missing_table_is_told_as_such(scratch: Database) -> None:
    def ask() -> None:
        with scratch.read() as session:
            session.execute(text("SELECT 1 FROM nowhere"))

    with pytest.raises(DatabaseError, match="nowhere") as refusal:
        ask()
    assert "printshop init" in refusal.value.remedy


def test_a_missing_column_is_told_as_such(scratch: Database) -> None:
    def ask() -> None:
        with scratch.read() as session:
            session.execute(text("SELECT colour FROM scratch"))

    with pytest.raises(DatabaseError, match="colour") as refusal:
        ask()
    assert "printshop init" in refusal.value.remedy


def test_the_database_answers(scratch: Database) -> None:
    scratch.ping()
    assert scratch.is_sqlite is (scratch.engine.dialect.name == "sqlite")


def test_a_statement_that_is_wrong_is_our_fault(postgres: Any) -> None:
    database = connect(postgres.url("postgres"))

    def ask() -> None:
        with database.read() as session:
            session.execute(text("SELEKT 1"))

    with pytest.raises(ProgrammingError):
        ask()
    database.close()


def test_an_unknown_database_is_told_as_such(postgres: Any) -> None:
    database = connect(postgres.url("nobody_made_me"))
    with pytest.raises(DatabaseError, match="nobody_made_me") as refusal:
        database.ping()
    assert "database_url" in refusal.value.remedy
    database.close()


def test_a_server_that_is_not_there(tmp_path: Any) -> None:
    database = connect(f"postgresql://clerk:geheim@/printshop?host={tmp_path}")
    with pytest.raises(DatabaseError) as refusal:
        database.ping()
    assert "数据库服务是否在运行" in refusal.value.remedy
    assert "geheim" not in str(refusal.value)
    database.close()
