"""Shared fixtures: a database of either kind, with the real schema."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from printshop.database import Database, connect, upgrade

pytest_plugins = ("offices",)
"""Offices that walk the whole way; see ``tests/support/offices.py``."""


class PostgresServer:
    """A private PostgreSQL server on a Unix socket and loopback, in a temp folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.data = root / "data"
        self.bin = _postgres_bin()
        self.user = "postgres" if os.geteuid() == 0 else os.environ["USER"]

    def _run(self, *command: str) -> None:
        as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
        prefix = as_user if os.geteuid() == 0 else []
        subprocess.run(
            [*prefix, *command],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL,
            cwd="/",
        )

    def start(self) -> None:
        if os.geteuid() == 0:
            shutil.chown(self.root, "postgres", "postgres")
        self.root.chmod(0o700)
        self._run(
            f"{self.bin}/initdb",
            "-D",
            str(self.data),
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "-A",
            "trust",
            "-U",
            self.user,
        )
        options = f"-c listen_addresses='' -c fsync=off -k {self.root}"
        self._run(
            f"{self.bin}/pg_ctl", "-D", str(self.data), "-w", "-o", options, "start"
        )

    def stop(self) -> None:
        self._run(f"{self.bin}/pg_ctl", "-D", str(self.data), "-m", "immediate", "stop")

    def url(self, name: str) -> str:
        return f"postgresql+psycopg://{self.user}@/{name}?host={self.root}"

    def create(self, name: str) -> str:
        engine = create_engine(self.url("postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f'CREATE DATABASE "{name}"'))
        engine.dispose()
        return self.url(name)


def _postgres_bin() -> str:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        raise RuntimeError("PostgreSQL is not installed: run make setup")
    return str(found[-1].parent)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """The session's PostgreSQL server."""
    root = Path(tempfile.mkdtemp(prefix="printshop-pg-"))
    server = PostgresServer(root)
    server.start()
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(root, ignore_errors=True)


_created = iter(range(1, 1_000_000))


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with the schema, to be copied: migrating takes its time."""
    path = tmp_path_factory.mktemp("template") / "printshop.db"
    database = connect(f"sqlite:///{path}")
    upgrade(database)
    database.close()
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database; the test runs once on each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'printshop.db'}"
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.create(f"test_{os.getpid()}_{next(_created)}")


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A database with the schema of the newest migration."""
    opened = connect(database_url)
    upgrade(opened)
    yield opened
    opened.close()
