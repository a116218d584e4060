"""A register with the documents of ``tests/verify/papers.py``."""

from __future__ import annotations

import importlib.util
from datetime import UTC, date, datetime
from pathlib import Path
from types import ModuleType

import pytest

from printshop.database import Database
from printshop.issue.office import Office
from printshop.verify import Verifier


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


@pytest.fixture
def verifier(database: Database, papers: ModuleType) -> Verifier:
    """Answers over one document of each state; code ``n`` belongs to document ``n``."""
    with database.write() as session:
        register = papers.Papers(session)
        at = datetime(2026, 7, 1, 8, tzinfo=UTC)
        register.add(1)
        register.add(2, state="revoked", changed_at=at)
        register.add(3, "completion", state="replaced")
        register.add(4, replaces_id=papers.document_id(3), issued_on=date(2027, 1, 5))
        register.add(5, "enrollment", valid_until=date(2026, 6, 30), language="en")
        register.add(6, state="lost", changed_at=at)
        register.add(7, "replacement", base_key=f"replacement:{papers.document_id(6)}")
        register.add(8, specimen=True)
        register.add(9, state="reserved")
    office = Office(
        code="99999",
        name="示例职业技术学院",
        name_en="Sample Vocational College",
        phone="010-0000 0000",
        address="示例市示例路 1 号",
    )
    return Verifier(database, office, lambda: date(2026, 7, 2))
