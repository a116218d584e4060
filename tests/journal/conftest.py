"""A journal with a few entries on either database, and a hand that tampers with it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from printshop.database import Base, Database, connect, upgrade
from printshop.journal import (
    POSTGRES_GUARDS,
    SQLITE_GUARDS,
    Break,
    Deed,
    Journal,
    JournalRow,
)

KEY = b"the key of the journal, outside."
NOW = datetime(2026, 6, 20, 9, 30, tzinfo=UTC)
LAST = 5


@dataclass
class Office:
    """A journal and the database under it."""

    database: Database
    journal: Journal

    def write(self, count: int = 1, **details: Any) -> int:
        deeds = [
            Deed(
                NOW + timedelta(seconds=n), "张三", "document.issued", f"d{n}", details
            )
            for n in range(count)
        ]
        with self.database.write() as session:
            return self.journal.append_many(session, deeds)

    def check(self, journal: Journal | None = None) -> list[Break]:
        with self.database.read() as session:
            return (journal or self.journal).check(session)

    def sql(self, *statements: str, **values: Any) -> None:
        """Do it in SQL, as somebody would who has only the database."""
        with self.database.write() as session:
            for statement in statements:
                session.execute(text(statement), values)

    def disarm(self) -> None:
        """Drop the triggers."""
        suffix = "" if self.database.is_sqlite else " ON journal"
        guards = SQLITE_GUARDS if self.database.is_sqlite else POSTGRES_GUARDS
        names = [g.split()[2] for g in guards if g.startswith("CREATE TRIGGER")]
        self.sql(*(f"DROP TRIGGER {name}{suffix}" for name in names))


@pytest.fixture(scope="session")
def postgres_shared(postgres: Any) -> Iterator[Database]:
    """One PostgreSQL database with the schema; making one takes its time."""
    database = connect(postgres.create(f"journal_{os.getpid()}"))
    upgrade(database)
    yield database
    database.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Office]:
    """A journal without entries."""
    if request.param == "sqlite":
        path = tmp_path / "printshop.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        opened = connect(f"sqlite:///{path}")
        yield Office(opened, Journal(KEY))
        opened.close()
        return
    shared: Database = request.getfixturevalue("postgres_shared")
    office = Office(shared, Journal(KEY))
    yield office
    # The table is made anew with its triggers, which a test may have dropped.
    office.sql("DROP TABLE journal", "DELETE FROM journal_head")
    Base.metadata.create_all(shared.engine, [JournalRow.__table__])  # type: ignore[list-item]


@pytest.fixture
def office(empty: Office) -> Office:
    """A journal with five entries."""
    assert empty.write(LAST, number="100011202606000001", 姓="䶮") == LAST
    return empty
