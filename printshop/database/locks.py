"""Named locks: takes a transaction and a name, gives it the name until it ends."""

from __future__ import annotations

from hashlib import sha256

from sqlalchemy import Connection, func, select
from sqlalchemy.orm import Session


def lock(within: Session | Connection, name: str) -> None:
    """Let one transaction at a time go on from here, whoever asks by this name.

    For what must be read before it can be decided, where the rows that two writers
    would have to lock may not exist yet. On SQLite there is nothing to do: its
    writers exclude each other from their first statement on.

    Raises:
        sqlalchemy.exc.OperationalError: It was not free in time (``Database.write``
            translates it).
    """
    connection = within.connection() if isinstance(within, Session) else within
    if connection.dialect.name == "postgresql":
        digest = sha256(name.encode()).digest()
        key = int.from_bytes(digest[:8], "big", signed=True)
        connection.execute(select(func.pg_advisory_xact_lock(key)))
