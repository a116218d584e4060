"""The schema that migrations make is the schema that the code expects."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import Script
from sqlalchemy import inspect

import printshop.archive.tables
import printshop.issue.tables
import printshop.journal
import printshop.printers.tables
import printshop.queue.tables
import printshop.records.tables  # noqa: F401 - each maps its tables
from printshop.database import (
    Base,
    Database,
    connect,
    current_revision,
    head_revision,
    migrate,
    upgrade,
)
from printshop.errors import DatabaseError


def test_an_empty_database_has_no_revision(database_url: str) -> None:
    database = connect(database_url)
    assert current_revision(database) is None
    database.close()


def test_the_newest_revision_has_every_table_and_column(database: Database) -> None:
    assert current_revision(database) == head_revision()
    with database.read() as session:
        context = MigrationContext.configure(
            session.connection(), opts={"compare_type": True}
        )
        assert compare_metadata(context, Base.metadata) == []


def test_every_table_of_the_code_is_there(database: Database) -> None:
    with database.read() as session:
        found = set(inspect(session.connection()).get_table_names())
    assert set(Base.metadata.tables) == found - {"alembic_version"}


def test_upgrading_twice_changes_nothing(database: Database) -> None:
    upgrade(database)
    assert current_revision(database) == head_revision()


def test_a_database_that_cannot_be_reached_is_told_as_such(tmp_path: Path) -> None:
    database = connect(f"postgresql:///printshop?host={tmp_path}")
    for use in (upgrade, current_revision):
        with pytest.raises(DatabaseError):
            use(database)
    database.close()


def test_without_scripts_there_is_no_newest_revision(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "versions").mkdir()
    monkeypatch.setattr(migrate, "MIGRATIONS", tmp_path)
    with pytest.raises(LookupError):
        head_revision()


def test_a_new_revision_is_written_in_plain_types(tmp_path: Path) -> None:
    """Migrations outlive the code: they name none of its classes."""
    database = connect(f"sqlite:///{tmp_path / 'a.db'}")
    config = Config()
    config.set_main_option("script_location", str(migrate.MIGRATIONS))
    config.set_main_option("version_locations", str(tmp_path))
    config.set_main_option("path_separator", "newline")
    with database.write() as session:
        config.attributes["connection"] = session.connection()
        script = command.revision(config, "all", autogenerate=True, rev_id="1")
    database.close()
    assert isinstance(script, Script)
    text = Path(script.path).read_text(encoding="utf-8")
    for table in Base.metadata.tables:
        assert f'"{table}",' in text or f"'{table}'," in text
    assert "printshop" not in text
    assert "DateTime(timezone=True)" in text
