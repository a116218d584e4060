"""Engine and transactions: takes a URL, gives ``read()`` and ``write()`` sessions.

SQLite runs in WAL with ``synchronous=FULL`` (an acknowledged issue survives power
loss) and writers take ``BEGIN IMMEDIATE``: a deferred transaction that upgrades
from reading to writing fails at once with SQLITE_BUSY_SNAPSHOT whatever the
timeout. PostgreSQL needs none of this; its writers lock what they count on, and its
readers ask for a snapshot, which SQLite gives them anyway. Neither waits for a lock
for ever.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import (
    ArgumentError,
    DBAPIError,
    InterfaceError,
    InternalError,
    NoSuchModuleError,
    OperationalError,
    ProgrammingError,
)
from sqlalchemy.orm import Session

from printshop.errors import DatabaseError, SettingsError

if TYPE_CHECKING:
    import psycopg

BUSY_SECONDS = 30
# SQLSTATEs of a database that is not ready, among those of statements that are wrong.
_UNREADY = frozenset({"42P01", "42703", "42501"})  # no table, no column, no right


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
        self._reader = engine.execution_options(**_READ[engine.dialect.name])

    @property
    def is_sqlite(self) -> bool:
        """Whether this is the embedded default."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A transaction that sees one state and can change nothing.

        Raises:
            DatabaseError: The database cannot be reached.
        """
        with self._translated(), Session(self._reader, expire_on_commit=False) as s:
            yield s  # closing gives the snapshot back; a rollback would expire rows

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
        except DBAPIError as error:
            if not _outage(error):
                raise
            reason = (str(error.orig).strip() or type(error.orig).__name__).split("\n")
            raise DatabaseError(
                f"数据库现在不能用: {reason[0]}。", _remedy(reason[0])
            ) from error


def _outage(error: DBAPIError) -> bool:
    """Whether it is the database that is at fault, and not the statement."""
    if isinstance(error, ProgrammingError):
        return str(getattr(error.orig, "sqlstate", "")) in _UNREADY
    if isinstance(error, (OperationalError, InterfaceError, InternalError)):
        return True
    return type(error.orig) is sqlite3.DatabaseError  # the file is damaged


def _remedy(reason: str) -> str:
    low = reason.lower()
    if any(word in low for word in ("locked", "busy", "lock timeout", "deadlock")):
        return "另一个 printshop 正在写入; 请稍后再试。"
    if re.search("no such (table|column)|(relation|column) .*does not exist", low):
        return "请先运行 printshop init 建立或升级数据库。"
    if "malformed" in low or "not a database" in low:
        return "数据库文件已损坏; 请从备份恢复。"
    if "full" in low or "readonly" in low or "read-only" in low:
        return "请检查磁盘空间和目录权限; 已确认的数据没有丢失。"
    return "请检查 database_url 和数据库服务是否在运行。"


_READ: dict[str, dict[str, Any]] = {
    "sqlite": {"printshop_read": True},
    "postgresql": {
        "isolation_level": "REPEATABLE READ",
        "postgresql_readonly": True,
    },
}


def connect(url: str | URL, *, busy_seconds: float = BUSY_SECONDS) -> Database:
    """Open a database without creating its tables.

    Args:
        url: ``sqlite:///path`` or ``postgresql+psycopg://…`` (``postgresql://`` too).
        busy_seconds: How long to wait for a lock that somebody else holds.

    Raises:
        SettingsError: The URL is not understood.
        DatabaseError: The folder of the database file cannot be made.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise SettingsError(
            "database_url 不是合法的数据库地址。",
            "例: postgresql://用户:口令@主机/库名。",
        ) from error
    if parsed.drivername in ("postgresql", "postgres"):
        parsed = parsed.set(drivername="postgresql+psycopg")
    make = {"sqlite": _sqlite, "postgresql": _postgresql}.get(parsed.get_backend_name())
    try:
        if make is None:
            raise NoSuchModuleError(parsed.drivername)
        return Database(make(parsed, int(busy_seconds * 1000)))
    except (NoSuchModuleError, ImportError) as error:
        raise SettingsError(
            f"不支持的数据库: {parsed.drivername}。", "可用 SQLite 或 PostgreSQL。"
        ) from error


def _postgresql(url: URL, busy_ms: int) -> Engine:
    engine = create_engine(url, pool_pre_ping=True)

    @event.listens_for(engine, "connect")
    def _configure(connection: psycopg.Connection, _record: Any) -> None:
        connection.execute(f"SET lock_timeout = {busy_ms:d}")
        connection.commit()

    return engine


def _sqlite(url: URL, busy_ms: int) -> Engine:
    if url.database and url.database != ":memory:":
        folder = Path(url.database).parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DatabaseError(
                f"不能建立数据库目录 {folder}: {error.strerror}。",
                "请检查路径和目录权限。",
            ) from error
    engine = create_engine(url, connect_args={"timeout": busy_ms / 1000})

    @event.listens_for(engine, "connect")
    def _configure(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, below
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            f"busy_timeout={busy_ms:d}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        read_only = int(options.get("printshop_read", False))
        write = options.get("printshop_write", False)
        connection.exec_driver_sql(f"PRAGMA query_only = {read_only:d}")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine
