"""A register with the documents of ``tests/verify/papers.py``."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

import printshop.archive.tables
import printshop.issue.tables  # noqa: F401 - their tables are to be made
from printshop.database import Base, Database, connect


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A database with all tables."""
    opened = connect(database_url)
    Base.metadata.create_all(opened.engine)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def papers() -> ModuleType:
    """The builder of issued documents."""
    path = Path(__file__).parents[1] / "verify" / "papers.py"
    spec = importlib.util.spec_from_file_location("papers", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
