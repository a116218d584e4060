"""What the later stages see of a person: frozen values, no database.

Takes nothing; ``store.py`` fills them, ``audit`` and ``issue`` read them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any


class Status(Enum):
    """学籍状态, the vocabulary of 教学〔2014〕11号 as far as a state results."""

    ENROLLED = "在读"
    SUSPENDED = "休学"
    RETAINED = "保留学籍"
    ADMISSION_RETAINED = "保留入学资格"
    WITHDRAWN = "退学"
    EXPELLED = "开除学籍"
    CANCELLED = "取消学籍"
    TRANSFERRED_OUT = "转出"
    DECEASED = "死亡"
    GRADUATED = "毕业"
    COMPLETED = "结业"
    ATTENDED = "肄业"

    @property
    def enrolled(self) -> bool:
        """Whether the person has 学籍 and studies now."""
        return self is Status.ENROLLED


class EventType(Enum):
    """异动 types, as words (YDLX is CHAR(8)); value = what the sheet says."""

    SUSPENSION = "休学"
    RESUMPTION = "复学"
    RETENTION = "保留学籍"
    MAJOR_CHANGE = "转专业"
    TRANSFER_IN = "转入"
    TRANSFER_OUT = "转出"
    REPEAT = "留级"
    DEMOTION = "降级"
    SKIP = "跳级"
    WITHDRAWAL = "退学"
    CANCELLATION = "取消学籍"
    EXPULSION = "开除学籍"
    DEATH = "死亡"


class ClearanceItem(Enum):
    """The four checks of 毕业资格审核 (seed: 奖惩、补考、技能证书、学费)."""

    CONDUCT = "奖惩"
    MAKE_UP = "补考"
    SKILL = "技能证书"
    TUITION = "学费"


@dataclass(frozen=True)
class Programme:
    """A major as it stood when the student was admitted."""

    code: str
    name: str
    name_en: str | None = None
    catalog_year: str | None = None


@dataclass(frozen=True)
class Mark:
    """One course result.

    Attributes:
        year: School year as ``2023-2024``.
        term: 1 or 2.
        score: As registered: ``85``, ``85.5``, ``优``, ``合格``, ``缺考`` …
        make_up: The 补考 score, where there was one.
        retake: The 重修 score, where there was one.
        in_gpa: Whether the course counts for the grade point average.
    """

    course_code: str
    course: str
    course_en: str | None
    year: str
    term: int
    nature: str
    assessment: str
    credits: Decimal
    score: str
    make_up: str | None = None
    retake: str | None = None
    in_gpa: bool = True


@dataclass(frozen=True)
class StatusEvent:
    """One 异动, with its legal basis.

    Attributes:
        effective_on: From when it holds; may lie before ``entered_on``.
        document_no: 文号; without it the event is not final.
        until: End of a leave, where it has one.
    """

    type: EventType
    effective_on: date
    document_no: str | None
    reason: str | None = None
    until: date | None = None
    note: str | None = None


@dataclass(frozen=True)
class Clearance:
    """One item of the graduation audit: cleared or not, by whom, when."""

    item: ClearanceItem
    cleared: bool
    by: str | None
    on: date | None
    note: str | None = None


@dataclass(frozen=True)
class Photo:
    """The person's stored photo.

    Attributes:
        sha256: Of the stored JPEG bytes; the file's name in the photo store.
        width: Pixels.
        height: Pixels.
        warnings: What a person should look at (ratio, dpi, size …).
    """

    sha256: str
    width: int
    height: int
    source: str
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Student:
    """One student as the register knows them now.

    Attributes:
        id: Internal, impersonal id.
        sex: ``男`` or ``女``.
        duration: 学制 in years as text: ``3``, ``2.5``.
        level: 层次: ``专科``, ``本科`` ….
        study_form: 学习形式: ``普通全日制``.
        status: 学籍状态 now, events applied.
        conclusion: ``毕业``, ``结业`` or ``肄业`` as planned by the office, or None.
        graduated_on: 毕(结)业日期, or None.
        credits_required: From the 审核 sheet, or None where none is set.
        clearances: By item; an item that is absent was never looked at.
        extra: Columns of the sheet that printshop does not know.
    """

    id: str
    student_no: str
    exam_no: str | None
    name: str
    name_en: str | None
    sex: str
    birth_date: date
    id_type: str
    id_number: str
    ethnicity: str | None
    politics: str | None
    programme: Programme
    level: str
    study_form: str
    duration: str
    college: str
    class_name: str
    grade: str
    enrolled_on: date
    expected_on: date | None
    status: Status
    conclusion: str | None
    graduated_on: date | None
    college_en: str | None = None
    phone: str | None = None
    address: str | None = None
    guardian: str | None = None
    guardian_phone: str | None = None
    credits_required: Decimal | None = None
    photo: Photo | None = None
    marks: tuple[Mark, ...] = ()
    events: tuple[StatusEvent, ...] = ()
    clearances: tuple[Clearance, ...] = ()
    extra: dict[str, Any] = field(default_factory=dict)
    version: int = 1

    def clearance(self, item: ClearanceItem) -> Clearance | None:
        """What is known of one audit item."""
        return next((c for c in self.clearances if c.item is item), None)
