"""Tables of the register: takes nothing, gives the mapped classes.

``issued_document`` is the register itself; ``allotted_number`` is the insert-only
ledger of every number ever given out, so that a number outlives its document.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import Enum
from typing import Any

from sqlalchemy import Boolean, Date, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from printshop.database import Base, JSONText, UTCDateTime


class DocumentState(Enum):
    """States of an issued document; the value is what the database holds."""

    RESERVED = "reserved"  # numbered and frozen, its page not yet archived
    ISSUED = "issued"
    REPLACED = "replaced"  # a newer document stands in its place
    REVOKED = "revoked"
    LOST = "lost"  # declared lost; a 毕业证明书 stands in its place


class BatchRow(Base):
    """One run of ``issue``: which kind for whom, on which layout, by whom."""

    __tablename__ = "batch"
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    kind: Mapped[str] = mapped_column(String(32))
    selection: Mapped[dict[str, Any]] = mapped_column(JSONText)
    issued_on: Mapped[date] = mapped_column(Date)
    actor: Mapped[str] = mapped_column(String(100))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class DesignRow(Base):
    """Template and layout texts, kept for ever under their SHA-256."""

    __tablename__ = "frozen_design"
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    content: Mapped[dict[str, Any]] = mapped_column(JSONText)


class DocumentRow(Base):
    """One issued document: frozen facts, design, fonts, and its PDF's hash.

    Attributes of note:
        key: ``base_key#n``; unique, so that no race issues twice.
        base_key: What makes it the same document when issued again.
        code_sha256: Hash of the 128-bit code in the QR; the look-up key of verify.
        code: The code itself, only between allotment and archiving.
        position: Place in the stack of its batch (class, then student number).
    """

    __tablename__ = "issued_document"
    __table_args__ = (Index("ix_issued_document_kind_state", "kind", "state"),)
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    key: Mapped[str] = mapped_column(String(100), unique=True)
    base_key: Mapped[str] = mapped_column(String(90), index=True)
    batch_id: Mapped[str] = mapped_column(ForeignKey("batch.id"), index=True)
    position: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(32))
    language: Mapped[str] = mapped_column(String(8))
    student_id: Mapped[str] = mapped_column(String(32), index=True)
    number: Mapped[str | None] = mapped_column(String(80), index=True)
    issued_on: Mapped[date] = mapped_column(Date)
    valid_until: Mapped[date | None] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str | None] = mapped_column(String(500))
    facts: Mapped[dict[str, Any]] = mapped_column(JSONText)
    facts_sha256: Mapped[str] = mapped_column(String(64))
    design_sha256: Mapped[str] = mapped_column(ForeignKey("frozen_design.sha256"))
    layout: Mapped[str] = mapped_column(String(64))
    fonts_sha256: Mapped[str] = mapped_column(String(64))
    photo_sha256: Mapped[str | None] = mapped_column(String(64))
    specimen: Mapped[bool] = mapped_column(Boolean, default=False)
    code_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    code: Mapped[str | None] = mapped_column(String(32))
    pdf_sha256: Mapped[str | None] = mapped_column(String(64), index=True)
    pages: Mapped[int | None] = mapped_column(Integer)
    review: Mapped[list[str]] = mapped_column(JSONText, default=list)
    replaces_id: Mapped[str | None] = mapped_column(String(32), index=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    issued_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    changed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class NumberSeriesRow(Base):
    """The last serial given out in one series; locked while allotting."""

    __tablename__ = "number_series"
    series: Mapped[str] = mapped_column(String(80), primary_key=True)
    last: Mapped[int] = mapped_column(Integer)


class AllottedNumberRow(Base):
    """Insert-only: every number ever given out, to whom, when."""

    __tablename__ = "allotted_number"
    number: Mapped[str] = mapped_column(String(80), primary_key=True)
    series: Mapped[str] = mapped_column(String(80), index=True)
    serial: Mapped[int] = mapped_column(Integer)
    student_id: Mapped[str] = mapped_column(String(32), index=True)
    kind: Mapped[str] = mapped_column(String(32))
    allotted_at: Mapped[datetime] = mapped_column(UTCDateTime)
