"""The embedded default: durable, strict, and one writer at a time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from printshop.database import Database, connect
from printshop.errors import DatabaseError


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """An empty database file."""
    opened = connect(f"sqlite:///{tmp_path / 'a.db'}")
    yield opened
    opened.close()


def execute(database: Database, *statements: str) -> None:
    with database.write() as session:
        for statement in statements:
            session.execute(text(statement))


@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),  # FULL: an acknowledged commit survives a power cut
        ("foreign_keys", 1),
        ("busy_timeout", 30_000),
    ],
)
def test_how_it_is_opened(pragma: str, value: object, database: Database) -> None:
    with database.write() as session:
        assert session.scalar(text(f"PRAGMA {pragma}")) == value


def test_a_writer_takes_its_lock_with_its_first_statement(
    database: Database, tmp_path: Path
) -> None:
    """A read is enough: who will write later must not be overtaken until then."""
    other = connect(f"sqlite:///{tmp_path / 'a.db'}", busy_seconds=0.05)
    with database.write() as session:
        session.execute(text("SELECT 1"))
        with pytest.raises(DatabaseError, match="locked") as refusal:
            execute(other, "SELECT 1")
        other.ping()  # readers come and go
    assert refusal.value.remedy == "另一个 printshop 正在写入; 请稍后再试。"
    assert refusal.value.http_status == 503
    execute(other, "SELECT 1")
    other.close()


def test_foreign_keys_hold(database: Database) -> None:
    execute(
        database,
        "CREATE TABLE batch (id INTEGER PRIMARY KEY)",
        "CREATE TABLE document (batch INTEGER REFERENCES batch (id))",
    )
    with pytest.raises(IntegrityError, match="FOREIGN KEY"):
        execute(database, "INSERT INTO document VALUES (7)")


def test_tables_are_made_within_the_transaction(database: Database) -> None:
    with pytest.raises(DatabaseError):
        execute(
            database, "CREATE TABLE a (x INTEGER)", "INSERT INTO nowhere VALUES (1)"
        )
    with pytest.raises(DatabaseError, match="no such table: a"):
        execute(database, "INSERT INTO a VALUES (1)")


def test_the_folder_is_made(tmp_path: Path) -> None:
    database = connect(f"sqlite:///{tmp_path / 'new' / 'office' / 'a.db'}")
    database.ping()
    database.close()
    assert (tmp_path / "new" / "office" / "a.db").exists()


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DatabaseError, match="不能建立数据库目录"):
        connect(f"sqlite:///{tmp_path / 'file' / 'a.db'}")


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "a.db").write_bytes(b"PK\3\4 a spreadsheet, perhaps" * 50)
    database = connect(f"sqlite:///{tmp_path / 'a.db'}")
    with pytest.raises(DatabaseError, match="not a database") as refusal:
        database.ping()
    assert refusal.value.remedy == "数据库文件已损坏; 请从备份恢复。"
    database.close()


def test_in_memory() -> None:
    database = connect("sqlite://")
    database.ping()
    assert database.is_sqlite
    database.close()
