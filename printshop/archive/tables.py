"""Table of the archive: takes a hash and a size, gives the row that vouches for it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, Session, mapped_column

from printshop.database import Base, UTCDateTime

PDF = "application/pdf"


class ArchivedObjectRow(Base):
    """One archived file."""

    __tablename__ = "archived_object"
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger)
    media_type: Mapped[str] = mapped_column(String(64))
    stored_at: Mapped[datetime] = mapped_column(UTCDateTime)


def record(session: Session, sha: str, size: int, at: datetime) -> ArchivedObjectRow:
    """Enter an archived PDF, in the transaction that marks its document issued.

    Entering it again changes nothing: a run that died after archiving and before
    committing comes by with the same bytes.
    """
    row = session.get(ArchivedObjectRow, sha)
    if row is None:
        row = ArchivedObjectRow(sha256=sha, size=size, media_type=PDF, stored_at=at)
        session.add(row)
        session.flush()
    return row
