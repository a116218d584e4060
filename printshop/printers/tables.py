"""The printer table: which printers this office has registered, and how each is set."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, Float, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from printshop.database import Base, UTCDateTime


class PrinterRow(Base):
    """One registered printer.

    A driver is not a printer: one CUPS queue may be registered under two names,
    each with its own stock and calibration.
    """

    __tablename__ = "printer"
    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    backend: Mapped[str] = mapped_column(String(10))  # cups or folder
    host: Mapped[str] = mapped_column(String(200), default="")
    port: Mapped[int] = mapped_column(Integer, default=0)
    queue: Mapped[str] = mapped_column(String(127), default="")
    folder: Mapped[str] = mapped_column(String(500), default="")
    media: Mapped[str] = mapped_column(String(80), default="")
    stock: Mapped[str] = mapped_column(String(80), default="")
    tray: Mapped[str] = mapped_column(String(40), default="")
    counts_impressions: Mapped[bool] = mapped_column(Boolean, default=True)
    enabled: Mapped[bool] = mapped_column(Boolean, default=True)
    offset_x_mm: Mapped[float] = mapped_column(Float, default=0.0)
    offset_y_mm: Mapped[float] = mapped_column(Float, default=0.0)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime)
