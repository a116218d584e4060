"""The tables of the queue: print jobs, and who drives which printer now."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from printshop.database import Base, JSONText, UTCDateTime


class PrintJob(Base):
    """One document on its way to paper.

    ``phase`` is how far *we* went with it and is committed before each deed;
    ``state`` is what an office is shown, in IPP's words.
    """

    __tablename__ = "print_job"
    __table_args__ = (
        Index("ix_print_job_next", "printer", "phase", "priority", "created_at"),
    )
    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    document_id: Mapped[str] = mapped_column(String(40), index=True)
    batch_id: Mapped[str | None] = mapped_column(String(40), index=True)
    position: Mapped[int] = mapped_column(Integer)
    printer: Mapped[str] = mapped_column(String(60))
    pdf_sha256: Mapped[str] = mapped_column(String(64))
    pages: Mapped[int] = mapped_column(Integer)
    copies: Mapped[int] = mapped_column(Integer)
    media: Mapped[str] = mapped_column(String(80))
    options: Mapped[dict[str, Any]] = mapped_column(JSONText)
    accountable: Mapped[bool] = mapped_column(Boolean)
    retry_unknown: Mapped[bool] = mapped_column(Boolean)
    priority: Mapped[int] = mapped_column(Integer)
    phase: Mapped[str] = mapped_column(String(12))
    state: Mapped[str] = mapped_column(String(20))
    state_reasons: Mapped[list[str]] = mapped_column(JSONText)
    title: Mapped[str | None] = mapped_column(String(60), unique=True)
    printer_job_id: Mapped[str | None] = mapped_column(String(60))
    impressions: Mapped[int | None] = mapped_column(Integer)
    message: Mapped[str] = mapped_column(String(300))
    attempts: Mapped[int] = mapped_column(Integer)
    cancel_requested: Mapped[bool] = mapped_column(Boolean)
    actor: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class PrinterLease(Base):
    """The one dispatcher that may drive a printer now.

    ``fence`` grows whenever the printer changes hands; every write of a dispatcher
    locks this row and proves that it still holds the fence it was given.
    """

    __tablename__ = "printer_lease"
    printer: Mapped[str] = mapped_column(String(60), primary_key=True)
    owner: Mapped[str] = mapped_column(String(60))
    fence: Mapped[int] = mapped_column(Integer)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
