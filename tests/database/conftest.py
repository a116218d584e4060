"""A small table on either database, and a second connection to the same."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Integer, MetaData
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from printshop.database import Database, JSONText, UTCDateTime, connect


class ScratchBase(DeclarativeBase):
    metadata = MetaData()


class Scratch(ScratchBase):
    """One row of what the column types are about."""

    __tablename__ = "scratch"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    body: Mapped[Any] = mapped_column(JSONText, nullable=True)


@pytest.fixture(scope="session")
def scratch_row() -> type[Scratch]:
    """The mapped class of the small table."""
    return Scratch


@pytest.fixture(scope="session")
def postgres_scratch(postgres: Any) -> str:
    """The URL of one PostgreSQL database for all; making one takes its time."""
    return str(postgres.create(f"scratch_{os.getpid()}"))


@pytest.fixture(params=["sqlite", "postgresql"])
def scratch_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database that may hold the small table of an earlier test."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'scratch.db'}"
    return str(request.getfixturevalue("postgres_scratch"))


@pytest.fixture
def scratch(scratch_url: str) -> Iterator[Database]:
    """A database with the small table only, empty."""
    opened = connect(scratch_url)
    ScratchBase.metadata.drop_all(opened.engine)
    ScratchBase.metadata.create_all(opened.engine)
    yield opened
    opened.close()


@pytest.fixture
def impatient(scratch_url: str) -> Iterator[Callable[[], Database]]:
    """Opens the same database once more, not waiting long for locks."""
    opened: list[Database] = []

    def again() -> Database:
        opened.append(connect(scratch_url, busy_seconds=0.05))
        return opened[-1]

    yield again
    for database in opened:
        database.close()
