"""Engine and transactions: takes a URL, gives ``read()`` and ``write()`` sessions.

SQLite runs in WAL with ``synchronous=FULL`` (an acknowledged issue survives power
loss) and writers take ``BEGIN IMMEDIATE``: a deferred transaction that upgrades
from reading to writing fails at once with SQLITE_BUSY_SNAPSHOT whatever the
timeout. PostgreSQL needs none of this; writers lock the rows they count on.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import (
    ArgumentError,
    InterfaceError,
    NoSuchModuleError,
    OperationalError,
)
from sqlalchemy.orm import Session

from printshop.errors import DatabaseError, SettingsError

BUSY_SECONDS = 30


class Database:
    """One database, whichever kind.

    Attributes:
        engine: The SQLAlchemy engine.
        url: Its URL with the password masked.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.url = engine.url.render_as_string(hide_password=True)
        self._writer = engine.execution_options(printshop_write=True)

    @property
    def is_sqlite(self) -> bool:
        """Whether this is the embedded default."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A transaction that sees one state and changes nothing.

        Raises:
            DatabaseError: The database cannot be reached.
        """
        with self._translated(), Session(self.engine, expire_on_commit=False) as s:
            try:
                yield s
            finally:
                s.rollback()

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A transaction that commits when the block ends, or leaves no trace.

        Raises:
            DatabaseError: The database is locked, gone, full or read-only.
        """
        with (
            self._translated(),
            Session(self._writer, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session

    def ping(self) -> None:
        """Check that the database answers.

        Raises:
            DatabaseError: It does not.
        """
        with self.read() as session:
            session.execute(text("SELECT 1"))

    def close(self) -> None:
        """Close all pooled connections."""
        self.engine.dispose()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (OperationalError, InterfaceError) as error:
            reason = str(error.orig).strip().splitlines()[0]
            raise DatabaseError(
                f"数据库现在不能用: {reason}。", _remedy(reason)
            ) from error


def _remedy(reason: str) -> str:
    low = reason.lower()
    if "locked" in low or "busy" in low:
        return "另一个 printshop 正在写入; 请稍后再试。"
    if "no such table" in low or "does not exist" in low:
        return "请先运行 printshop init 建立或升级数据库。"
    if "full" in low or "readonly" in low or "read-only" in low:
        return "请检查磁盘空间和目录权限; 已确认的数据没有丢失。"
    return "请检查 database_url 和数据库服务是否在运行。"


def connect(url: str | URL) -> Database:
    """Open a database without creating its tables.

    Args:
        url: ``sqlite:///path`` or ``postgresql+psycopg://…`` (``postgresql://`` too).

    Raises:
        SettingsError: The URL is not understood.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise SettingsError(
            "database_url 不是合法的数据库地址。",
            "例: postgresql://用户:口令@主机/库名。",
        ) from error
    if parsed.drivername in ("postgresql", "postgres"):
        parsed = parsed.set(drivername="postgresql+psycopg")
    if parsed.get_backend_name() == "sqlite":
        return Database(_sqlite(parsed))
    try:
        return Database(create_engine(parsed, pool_pre_ping=True))
    except (NoSuchModuleError, ImportError) as error:
        raise SettingsError(
            f"不支持的数据库: {parsed.drivername}。", "可用 SQLite 或 PostgreSQL。"
        ) from error


def _sqlite(url: URL) -> Engine:
    if url.database and url.database != ":memory:":
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS})

    @event.listens_for(engine, "connect")
    def _configure(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, below
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            f"busy_timeout={BUSY_SECONDS * 1000}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        write = connection.get_execution_options().get("printshop_write", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine
