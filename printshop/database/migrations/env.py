"""Alembic's door: runs migrations on the connection that ``migrate`` hands over."""

from __future__ import annotations

from alembic import context

from printshop.database.base import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    transactional_ddl=False,  # the caller's transaction holds everything
)
context.run_migrations()
