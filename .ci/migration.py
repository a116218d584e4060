"""Writes a migration from the difference between the tables and the migrations."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.config import Config

import printshop.app  # noqa: F401 - defines every table
from printshop.database import connect, upgrade
from printshop.database.migrate import MIGRATIONS


def main() -> None:
    """Write it; the first argument says what changed."""
    message = sys.argv[1]
    with tempfile.TemporaryDirectory() as folder:
        database = connect(f"sqlite:///{Path(folder) / 'now.db'}")
        if any((MIGRATIONS / "versions").glob("*.py")):
            upgrade(database)
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        revision = f"{len(list((MIGRATIONS / 'versions').glob('*.py'))) + 1:04d}"
        with database.engine.begin() as connection:
            config.attributes["connection"] = connection
            command.revision(config, message, autogenerate=True, rev_id=revision)
        database.close()


main()
