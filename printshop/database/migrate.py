"""Schema versions: takes a database, brings it to the newest revision (Alembic)."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from printshop.database.engine import Database
from printshop.database.locks import lock

MIGRATIONS = Path(__file__).with_name("migrations")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


def upgrade(database: Database) -> None:
    """Create or upgrade all tables in one transaction; does nothing when current.

    Raises:
        DatabaseError: The database cannot be reached or written.
    """
    config = _config()
    with database.write() as session:
        lock(session, "schema")  # two nodes of one office may start at once
        config.attributes["connection"] = session.connection()
        command.upgrade(config, "head")


def current_revision(database: Database) -> str | None:
    """The revision the database is at, or None when it has no tables yet.

    Raises:
        DatabaseError: The database cannot be reached.
    """
    with database.read() as session:
        context = MigrationContext.configure(session.connection())
        return context.get_current_revision()


def head_revision() -> str:
    """The revision that this version of printshop expects."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    if head is None:
        raise LookupError("no migration scripts are installed")
    return head
