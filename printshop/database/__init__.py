"""The database: takes a URL, gives transactions; knows no domain words."""

from printshop.database.base import Base, JSONText, UTCDateTime
from printshop.database.engine import Database, connect
from printshop.database.locks import lock
from printshop.database.migrate import current_revision, head_revision, upgrade

__all__ = [
    "Base",
    "Database",
    "JSONText",
    "UTCDateTime",
    "connect",
    "current_revision",
    "head_revision",
    "lock",
    "upgrade",
]
