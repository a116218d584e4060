"""Database URLs: both spellings of PostgreSQL, and what is not understood."""

from __future__ import annotations

import pytest

from printshop.database import connect
from printshop.errors import SettingsError


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_postgres_by_any_name(scheme: str) -> None:
    database = connect(f"{scheme}://clerk:geheim@db.example/printshop")
    assert database.engine.dialect.name == "postgresql"
    assert database.engine.dialect.driver == "psycopg"
    assert not database.is_sqlite


def test_the_password_is_masked() -> None:
    database = connect("postgresql://clerk:geheim@db.example/printshop")
    assert database.url == "postgresql+psycopg://clerk:***@db.example/printshop"


@pytest.mark.parametrize("url", ["", "office.db", "postgresql://u:p@host:abc/db"])
def test_what_is_no_url(url: str) -> None:
    with pytest.raises(SettingsError, match="不是合法的数据库地址") as refusal:
        connect(url)
    assert "例" in refusal.value.remedy


@pytest.mark.parametrize(
    "url",
    [
        "mysql://u:p@host/db",
        "oracle://host/db",
        "foo://host/db",
        "postgresql+nosuchdriver://host/db",
        "sqlite+nosuchdriver:///a.db",
    ],
)
def test_what_is_not_supported(url: str) -> None:
    with pytest.raises(SettingsError, match="不支持的数据库") as refusal:
        connect(url)
    assert refusal.value.remedy == "可用 SQLite 或 PostgreSQL。"
    assert "p@" not in str(refusal.value)
