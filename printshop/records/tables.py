"""Tables of the records stage: takes nothing, gives the mapped classes."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Boolean, Date, ForeignKey, Index, Integer, Numeric, String
from sqlalchemy.orm import Mapped, mapped_column

from printshop.database import Base, JSONText, UTCDateTime


class ProgrammeRow(Base):
    """专业, as named at admission; one row per code, name and catalogue."""

    __tablename__ = "programme"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    code: Mapped[str] = mapped_column(String(16), index=True)
    name: Mapped[str] = mapped_column(String(100))
    name_en: Mapped[str | None] = mapped_column(String(200))
    catalog_year: Mapped[str | None] = mapped_column(String(8))


class PhotoRow(Base):
    """A stored photo; the bytes lie in the photo folder under ``sha256``."""

    __tablename__ = "photo"
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    width: Mapped[int] = mapped_column(Integer)
    height: Mapped[int] = mapped_column(Integer)
    source: Mapped[str] = mapped_column(String(255))
    warnings: Mapped[list[str]] = mapped_column(JSONText, default=list)
    stored_at: Mapped[datetime] = mapped_column(UTCDateTime)


class StudentRow(Base):
    """学生."""

    __tablename__ = "student"
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    student_no: Mapped[str] = mapped_column(String(20), unique=True)
    exam_no: Mapped[str | None] = mapped_column(String(18), unique=True)
    name: Mapped[str] = mapped_column(String(100), index=True)
    name_en: Mapped[str | None] = mapped_column(String(100))
    sex: Mapped[str] = mapped_column(String(1))
    birth_date: Mapped[date] = mapped_column(Date)
    id_type: Mapped[str] = mapped_column(String(30))
    id_number: Mapped[str] = mapped_column(String(20), index=True)
    ethnicity: Mapped[str | None] = mapped_column(String(30))
    politics: Mapped[str | None] = mapped_column(String(30))
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    level: Mapped[str] = mapped_column(String(20))
    study_form: Mapped[str] = mapped_column(String(20))
    duration: Mapped[str] = mapped_column(String(4))
    college: Mapped[str] = mapped_column(String(100))
    college_en: Mapped[str | None] = mapped_column(String(200))
    class_name: Mapped[str] = mapped_column(String(100), index=True)
    grade: Mapped[str] = mapped_column(String(8))
    enrolled_on: Mapped[date] = mapped_column(Date)
    expected_on: Mapped[date | None] = mapped_column(Date)
    base_status: Mapped[str] = mapped_column(String(16))
    conclusion: Mapped[str | None] = mapped_column(String(8))
    graduated_on: Mapped[date | None] = mapped_column(Date)
    phone: Mapped[str | None] = mapped_column(String(30))
    address: Mapped[str | None] = mapped_column(String(200))
    guardian: Mapped[str | None] = mapped_column(String(100))
    guardian_phone: Mapped[str | None] = mapped_column(String(30))
    credits_required: Mapped[Decimal | None] = mapped_column(Numeric(6, 1))
    photo_sha256: Mapped[str | None] = mapped_column(ForeignKey("photo.sha256"))
    extra: Mapped[dict[str, Any]] = mapped_column(JSONText, default=dict)
    version: Mapped[int] = mapped_column(Integer, default=1)


class MarkRow(Base):
    """成绩: one course of one student in one term."""

    __tablename__ = "mark"
    __table_args__ = (
        Index(
            "uq_mark_course", "student_id", "course_code", "year", "term", unique=True
        ),
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    student_id: Mapped[str] = mapped_column(ForeignKey("student.id"), index=True)
    course_code: Mapped[str] = mapped_column(String(100))
    course: Mapped[str] = mapped_column(String(200))
    course_en: Mapped[str | None] = mapped_column(String(200))
    year: Mapped[str] = mapped_column(String(9))
    term: Mapped[int] = mapped_column(Integer)
    nature: Mapped[str] = mapped_column(String(20))
    assessment: Mapped[str] = mapped_column(String(20))
    credits: Mapped[Decimal] = mapped_column(Numeric(5, 1))
    score: Mapped[str] = mapped_column(String(10))
    make_up: Mapped[str | None] = mapped_column(String(10))
    retake: Mapped[str | None] = mapped_column(String(10))
    in_gpa: Mapped[bool] = mapped_column(Boolean, default=True)


class StatusEventRow(Base):
    """异动: one event of one student."""

    __tablename__ = "status_event"
    __table_args__ = (
        Index("uq_status_event", "student_id", "type", "effective_on", unique=True),
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    student_id: Mapped[str] = mapped_column(ForeignKey("student.id"), index=True)
    type: Mapped[str] = mapped_column(String(8))
    effective_on: Mapped[date] = mapped_column(Date)
    entered_at: Mapped[datetime] = mapped_column(UTCDateTime)
    until: Mapped[date | None] = mapped_column(Date)
    document_no: Mapped[str | None] = mapped_column(String(50))
    reason: Mapped[str | None] = mapped_column(String(50))
    note: Mapped[str | None] = mapped_column(String(200))


class ClearanceRow(Base):
    """审核: one item of one student, cleared or not, by whom and when."""

    __tablename__ = "clearance"
    student_id: Mapped[str] = mapped_column(ForeignKey("student.id"), primary_key=True)
    item: Mapped[str] = mapped_column(String(8), primary_key=True)
    cleared: Mapped[bool] = mapped_column(Boolean)
    by: Mapped[str | None] = mapped_column(String(50))
    on: Mapped[date | None] = mapped_column(Date)
    note: Mapped[str | None] = mapped_column(String(200))


class ImportRow(Base):
    """One run of ``records import``: which file, by whom, with what result."""

    __tablename__ = "record_import"
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    file_name: Mapped[str] = mapped_column(String(255))
    file_sha256: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    actor: Mapped[str] = mapped_column(String(100))
    counts: Mapped[dict[str, Any]] = mapped_column(JSONText)


class RecordChangeRow(Base):
    """History: what one import changed in one record, before and after."""

    __tablename__ = "record_change"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    import_id: Mapped[str] = mapped_column(ForeignKey("record_import.id"), index=True)
    student_id: Mapped[str] = mapped_column(String(32), index=True)
    table: Mapped[str] = mapped_column(String(30))
    key: Mapped[str] = mapped_column(String(200))
    before: Mapped[dict[str, Any] | None] = mapped_column(JSONText)
    after: Mapped[dict[str, Any] | None] = mapped_column(JSONText)
