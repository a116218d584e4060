"""Composing: takes a student and the office, gives the facts that will be frozen.

Names, programme and level are taken from the record as admitted, never looked up
from a code (the same six digits meant another major in the 2015 catalogue).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from printshop.audit.credits import earned
from printshop.issue.facts import FACTS, Facts
from printshop.issue.form_rules import form_fields
from printshop.issue.grade_points import RULES as GRADE_RULES
from printshop.issue.grade_points import average, points
from printshop.issue.office import Office
from printshop.kinds import DocumentKind, Family
from printshop.records.model import EventType, Mark, Status, StatusEvent, Student

_STATUS_EVENT = {
    Status.SUSPENDED: EventType.SUSPENSION,
    Status.RETAINED: EventType.RETENTION,
}


@dataclass(frozen=True)
class Particulars:
    """What the person at the counter adds to the record.

    Attributes:
        purpose: 用途, on proofs.
        purpose_en: The same in English, on English proofs.
        values: Fields of a form that are typed rather than hand-written
            (reason, from_on, until_on, target).
    """

    purpose: str | None = None
    values: Mapping[str, Any] | None = None
    purpose_en: str | None = None


@dataclass(frozen=True)
class Precedent:
    """The certificate the register holds of a person, where it holds one."""

    document_id: str
    kind: str
    number: str | None
    issued_on: date


def compose(
    kind: DocumentKind,
    student: Student,
    office: Office,
    on: date,
    *,
    number: str | None = None,
    precedent: Precedent | None = None,
    particulars: Particulars | None = None,
) -> Facts:
    """Freeze what one document will say.

    Args:
        kind: Which document.
        student: The audited record.
        office: Who issues.
        on: The date of the document.
        number: 证书编号 or 文号; None while it is not yet allotted.
        precedent: The person's certificate, for 学历证明, 成绩单 and 毕业证明书.
        particulars: Purpose and typed form fields.

    Raises:
        pydantic.ValidationError: A required fact is absent: the audit let through
            what it should not have.
    """
    case = _Case(kind, student, office, on, precedent, particulars or Particulars())
    values = _person(case) | {"number": number} | _BUILDERS[kind.family](case)
    return FACTS[kind.code].model_validate(values)


@dataclass(frozen=True)
class _Case:
    kind: DocumentKind
    student: Student
    office: Office
    on: date
    precedent: Precedent | None
    particulars: Particulars


def _person(case: _Case) -> dict[str, Any]:
    s = case.student
    return {
        "name": s.name,
        "student_no": s.student_no,
        "school": case.office.name,
        "issued_on": case.on,
        "name_en": s.name_en,
        "sex": s.sex,
        "birth_date": s.birth_date,
        "programme": s.programme.name,
        "programme_en": s.programme.name_en,
        "level": s.level,
        "duration": s.duration,
        "study_form": s.study_form,
        "enrolled_on": s.enrolled_on,
        "photo": s.photo.sha256 if case.kind.photo and s.photo else None,
    }


def _certificate(case: _Case) -> dict[str, Any]:
    values: dict[str, Any] = {
        "graduated_on": case.student.graduated_on or case.on,
        "principal": case.office.principal,
        "principal_title": case.office.principal_title,
    }
    if case.kind.code == "attendance":
        values["studied"] = _studied(case.student.enrolled_on, values["graduated_on"])
        values["reason"] = _leaving_reason(case.student)
    if case.kind.code == "replacement" and case.precedent is not None:
        values["original_issued_on"] = case.precedent.issued_on
    return values


def _studied(start: date, end: date) -> str:
    """Whole years as 学习满两年, less than one as 学习不满一年."""
    years = end.year - start.year - ((end.month, end.day) < (start.month, start.day))
    words = ("", "一", "两", "三", "四", "五", "六", "七", "八")
    if years < 1:
        return "学习不满一年"
    return f"学习满{words[years] if years < len(words) else years}年"


def _leaving_reason(student: Student) -> str:
    leaving = [e for e in student.events if e.type is EventType.WITHDRAWAL]
    return leaving[-1].reason or "退学" if leaving else "退学"


def _office(case: _Case) -> dict[str, Any]:
    o = case.office
    return {
        "school_en": o.name_en,
        "office": o.office,
        "office_en": o.office_en,
        "address": o.address,
        "phone": o.phone,
    }


def _class(case: _Case) -> dict[str, Any]:
    s = case.student
    return {
        "college": s.college,
        "college_en": s.college_en,
        "class_name": s.class_name,
    }


def _proof(case: _Case) -> dict[str, Any]:
    s = case.student
    values = _office(case) | {
        "id_masked": masked(s.id_number),
        "address_en": case.office.address_en,
        "purpose": case.particulars.purpose,
        "purpose_en": case.particulars.purpose_en,
    }
    if case.kind.code == "education":
        return values | {
            "graduated_on": s.graduated_on,
            "conclusion": _conclusion(case),
            "certificate_number": case.precedent.number if case.precedent else None,
        }
    leave = _leave(s)
    return (
        values
        | _class(case)
        | {
            "grade": s.grade,
            "expected_on": s.expected_on,
            "status": s.status.value,
            "status_since": leave.effective_on if leave else None,
            "status_until": leave.until if leave else None,
            "status_document_no": leave.document_no if leave else None,
            "valid_until": case.on + timedelta(days=case.kind.valid_days or 0),
        }
    )


def masked(id_number: str) -> str:
    """Only the last four characters of an ID number (GB/T 35273).

    Of a short one (a foreign passport) never more than half.
    """
    hidden = len(id_number) - min(4, len(id_number) // 2)
    return "*" * hidden + id_number[hidden:]


def _conclusion(case: _Case) -> str | None:
    """What the certificate in force says; without one nothing is concluded."""
    if case.precedent is None:
        return None
    return "结业" if case.precedent.kind == "completion" else "毕业"


def _leave(student: Student) -> StatusEvent | None:
    """The event by which the student is away now, where they are."""
    wanted = _STATUS_EVENT.get(student.status)
    return next((e for e in reversed(student.events) if e.type is wanted), None)


def _transcript(case: _Case) -> dict[str, Any]:
    s, rule = case.student, GRADE_RULES[case.office.gpa]
    return (
        _office(case)
        | _class(case)
        | _achievement(case)
        | {
            "graduated_on": s.graduated_on if case.precedent else None,
            "conclusion": _conclusion(case),
            "certificate_number": case.precedent.number if case.precedent else None,
            "terms": tuple(_terms(s.marks, case.office.gpa)),
            "gpa_rule": rule.name,
            "gpa_table": f"{rule.table}; 四舍五入取两位小数",
        }
    )


def _achievement(case: _Case) -> dict[str, Any]:
    marks = case.student.marks
    return {
        "credits_earned": f"{earned(marks):.1f}",
        "gpa": f"{average(marks, GRADE_RULES[case.office.gpa]):.2f}",
    }


def _terms(marks: Iterable[Mark], gpa: str) -> Iterable[dict[str, Any]]:
    terms: dict[tuple[str, int], list[Mark]] = {}
    for mark in marks:
        terms.setdefault((mark.year, mark.term), []).append(mark)
    for (year, term), courses in sorted(terms.items()):
        yield {
            "year": year,
            "term": term,
            "courses": tuple(_course(mark, gpa) for mark in courses),
        }


def _course(mark: Mark, gpa: str) -> dict[str, Any]:
    value = points(mark, GRADE_RULES[gpa]) if mark.in_gpa else None
    return {
        "course": mark.course,
        "course_en": mark.course_en,
        "nature": mark.nature,
        "assessment": mark.assessment,
        "credits": f"{mark.credits:.1f}",
        "score": mark.score,
        "make_up": mark.make_up,
        "retake": mark.retake,
        "point": None if value is None else _point(value),
    }


def _point(value: Decimal) -> str:
    """Points of one course as printed; the average is taken of the exact ones."""
    short = value.quantize(Decimal("0.01"), ROUND_HALF_UP)
    return f"{short.normalize():f}"


def _form(case: _Case) -> dict[str, Any]:
    s, typed = case.student, dict(case.particulars.values or {})
    values = form_fields(case.kind.code, typed.get("reason")) | {
        "college": s.college,
        "class_name": s.class_name,
        "office": case.office.office,
        "id_number": s.id_number,
        "ethnicity": s.ethnicity,
        "grade": s.grade,
        "phone": s.phone,
        "address": s.address,
        "guardian": s.guardian,
        "guardian_phone": s.guardian_phone,
        "status": s.status.value,
        "leaves_before": sum(e.type is EventType.SUSPENSION for e in s.events),
    }
    leave = _leave(s)
    if case.kind.code == "form-resumption" and leave is not None:
        values |= {
            "from_on": leave.effective_on,
            "until_on": leave.until,
            "prior_document_no": leave.document_no,
        }
    if case.kind.code in ("form-major-change", "form-transfer"):
        values |= _achievement(case)
    return values | typed


_BUILDERS: dict[Family, Callable[[_Case], dict[str, Any]]] = {
    Family.CERTIFICATE: _certificate,
    Family.PROOF: _proof,
    Family.TRANSCRIPT: _transcript,
    Family.FORM: _form,
}
