"""Reading the register: takes a session and whom, gives frozen students.

A cohort is read with one query per table, whatever its size.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from printshop.errors import NotFound
from printshop.records.model import (
    Clearance,
    ClearanceItem,
    EventType,
    Mark,
    Photo,
    Programme,
    Status,
    StatusEvent,
    Student,
)
from printshop.records.register import chunks
from printshop.records.status import status_on
from printshop.records.tables import (
    ClearanceRow,
    ImportRow,
    MarkRow,
    PhotoRow,
    ProgrammeRow,
    RecordChangeRow,
    StatusEventRow,
    StudentRow,
)

_ITEMS = {item.value: at for at, item in enumerate(ClearanceItem)}


@dataclass(frozen=True)
class HistoryEntry:
    """What one import changed in one record of a student."""

    at: datetime
    actor: str
    file_name: str
    table: str
    key: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None


def load_student(session: Session, who: str, *, on: date) -> Student:
    """One student with everything.

    Args:
        session: A session.
        who: 学号 or internal id.
        on: The day on which 学籍状态 is wanted.

    Raises:
        NotFound: Neither a 学号 nor an id of the register.
    """
    query = select(StudentRow.id).where(
        or_(StudentRow.student_no == who, StudentRow.id == who)
    )
    ids = session.scalars(query).all()
    if not ids:
        raise NotFound(
            f"没有学号为“{who}”的学生。", "请核对学号, 或先用 records import 导入。"
        )
    return _load(session, ids, on)[0]


def select_students(
    session: Session,
    *,
    on: date,
    class_name: str | None = None,
    year: int | None = None,
    grade: str | None = None,
    student_nos: Collection[str] | None = None,
) -> list[Student]:
    """All students that fit every given condition, by class and 学号.

    Args:
        session: A session.
        on: The day on which 学籍状态 is wanted.
        class_name: 班级, exactly.
        year: Year of 毕业日期, or of 预计毕业日期 where there is none yet.
        grade: 年级, four digits.
        student_nos: These 学号 only.

    Raises:
        NotFound: One of ``student_nos`` is not in the register.
    """
    query = select(StudentRow.id)
    if class_name is not None:
        query = query.where(StudentRow.class_name == class_name)
    if grade is not None:
        query = query.where(StudentRow.grade == grade)
    if year is not None:
        end = func.coalesce(StudentRow.graduated_on, StudentRow.expected_on)
        query = query.where(end.between(date(year, 1, 1), date(year, 12, 31)))
    if student_nos is None:
        return _load(session, query, on)
    return _load(session, _listed(session, query, student_nos), on)


def _listed(
    session: Session, query: Select[str], student_nos: Collection[str]
) -> list[str]:
    wanted = set(student_nos)
    known: set[str] = set()
    ids: list[str] = []
    for part in chunks(wanted):
        known |= set(
            session.scalars(
                select(StudentRow.student_no).where(StudentRow.student_no.in_(part))
            )
        )
        ids += session.scalars(query.where(StudentRow.student_no.in_(part)))
    lacking = sorted(wanted - known)
    if lacking:
        shown = "、".join(lacking[:10]) + (" 等" if len(lacking) > 10 else "")
        raise NotFound(f"没有这些学号: {shown}。", "请核对学号。")
    return ids


def _load(
    session: Session, which: Select[str] | Sequence[str], on: date
) -> list[Student]:
    """Students by a sub-query (the database joins) or by ids (in chunks)."""
    found: list[Student] = []
    conditions = [which] if isinstance(which, Select) else chunks(which)
    for ids in conditions:
        marks = _grouped(session, MarkRow, ids, _mark)
        events = _grouped(session, StatusEventRow, ids, _event)
        clearances = _grouped(session, ClearanceRow, ids, _clearance)
        query = (
            select(StudentRow, ProgrammeRow, PhotoRow)
            .join(ProgrammeRow, ProgrammeRow.id == StudentRow.programme_id)
            .outerjoin(PhotoRow, PhotoRow.sha256 == StudentRow.photo_sha256)
            .where(StudentRow.id.in_(ids))
        )
        for row, programme, photo in session.execute(query):
            found.append(
                _student(
                    row,
                    programme,
                    photo,
                    marks[row.id],
                    events[row.id],
                    clearances[row.id],
                    on,
                )
            )
    return sorted(found, key=lambda s: (s.class_name, s.student_no))


def _grouped(session: Session, table: Any, ids: Any, make: Any) -> dict[str, list[Any]]:
    # Plain columns: building 100,000 mapped objects costs three times as much.
    query = select(*table.__table__.c).where(table.student_id.in_(ids))
    groups: dict[str, list[Any]] = defaultdict(list)
    for row in session.execute(query):
        groups[row.student_id].append(make(row))
    return groups


def _mark(row: Any) -> Mark:
    return Mark(
        row.course_code,
        row.course,
        row.course_en,
        row.year,
        row.term,
        row.nature,
        row.assessment,
        row.credits,
        row.score,
        row.make_up,
        row.retake,
        row.in_gpa,
    )


def _event(row: Any) -> StatusEvent:
    return StatusEvent(
        EventType(row.type),
        row.effective_on,
        row.document_no,
        row.reason,
        row.until,
        row.note,
    )


def _clearance(row: Any) -> Clearance:
    return Clearance(ClearanceItem(row.item), row.cleared, row.by, row.on, row.note)


def _student(
    row: StudentRow,
    programme: ProgrammeRow,
    photo: PhotoRow | None,
    marks: Iterable[Mark],
    events: Iterable[StatusEvent],
    clearances: Iterable[Clearance],
    on: date,
) -> Student:
    in_order = tuple(sorted(events, key=lambda e: e.effective_on))
    return Student(
        id=row.id,
        student_no=row.student_no,
        exam_no=row.exam_no,
        name=row.name,
        name_en=row.name_en,
        sex=row.sex,
        birth_date=row.birth_date,
        id_type=row.id_type,
        id_number=row.id_number,
        ethnicity=row.ethnicity,
        politics=row.politics,
        programme=Programme(
            programme.code, programme.name, programme.name_en, programme.catalog_year
        ),
        level=row.level,
        study_form=row.study_form,
        duration=row.duration,
        college=row.college,
        class_name=row.class_name,
        grade=row.grade,
        enrolled_on=row.enrolled_on,
        expected_on=row.expected_on,
        status=status_on(Status(row.base_status), in_order, on),
        conclusion=row.conclusion,
        graduated_on=row.graduated_on,
        college_en=row.college_en,
        phone=row.phone,
        address=row.address,
        guardian=row.guardian,
        guardian_phone=row.guardian_phone,
        credits_required=row.credits_required,
        photo=_photo(photo),
        marks=tuple(sorted(marks, key=lambda m: (m.year, m.term, m.course_code))),
        events=in_order,
        clearances=tuple(sorted(clearances, key=lambda c: _ITEMS[c.item.value])),
        extra=row.extra,
        version=row.version,
    )


def _photo(row: PhotoRow | None) -> Photo | None:
    if row is None:
        return None
    return Photo(row.sha256, row.width, row.height, row.source, tuple(row.warnings))


def history(session: Session, who: str) -> list[HistoryEntry]:
    """Everything that imports did to a student's records, oldest first.

    Args:
        session: A session.
        who: 学号 or internal id.

    Raises:
        NotFound: Neither a 学号 nor an id of the register.
    """
    query = select(StudentRow.id).where(
        or_(StudentRow.student_no == who, StudentRow.id == who)
    )
    student_id = session.scalars(query).first()
    if student_id is None:
        raise NotFound(f"没有学号为“{who}”的学生。", "请核对学号。")
    entries = (
        select(RecordChangeRow, ImportRow)
        .join(ImportRow, ImportRow.id == RecordChangeRow.import_id)
        .where(RecordChangeRow.student_id == student_id)
        .order_by(RecordChangeRow.id)
    )
    return [
        HistoryEntry(
            run.at,
            run.actor,
            run.file_name,
            change.table,
            change.key,
            change.before,
            change.after,
        )
        for change, run in session.execute(entries)
    ]
