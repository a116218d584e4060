"""Alembic's door: runs migrations on the connection that ``migrate`` hands over."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from sqlalchemy.types import TypeDecorator

from printshop.database.base import Base


def plain_types(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Write our column types as what they are stored as: migrations outlive code."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl!r}"
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    render_item=plain_types,
    transactional_ddl=False,  # the caller's transaction holds everything
)
context.run_migrations()
