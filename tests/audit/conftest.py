"""A student who is cleared for everything that students can be cleared for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from printshop.audit import Circumstances
from printshop.kinds import KINDS
from printshop.records.model import (
    Clearance,
    ClearanceItem,
    Mark,
    Photo,
    Programme,
    Status,
    Student,
)

GRADUATED_ON = date(2026, 6, 30)

_MARK = Mark(
    course_code="C1",
    course="高等数学",
    course_en="Advanced Mathematics",
    year="2023-2024",
    term=1,
    nature="必修",
    assessment="考试",
    credits=Decimal("4.0"),
    score="85",
)
_CLEARED = Student(
    id="s1",
    student_no="2023010101",
    exam_no="23440101150001",
    name="欧阳明",
    name_en="OUYANG Ming",
    sex="男",
    birth_date=date(2005, 3, 9),
    id_type="居民身份证",
    id_number="110105200503091234",
    ethnicity="汉",
    politics=None,
    programme=Programme("510201", "计算机应用技术", "Computer Application"),
    level="专科",
    study_form="普通全日制",
    duration="3",
    college="信息工程学院",
    college_en="School of Information Engineering",
    class_name="计应2301",
    grade="2023",
    enrolled_on=date(2023, 9, 1),
    expected_on=GRADUATED_ON,
    status=Status.ENROLLED,
    conclusion="毕业",
    graduated_on=GRADUATED_ON,
    credits_required=Decimal(6),
    photo=Photo("a" * 64, 480, 640, "2023010101.jpg"),
    marks=(
        _MARK,
        replace(_MARK, course_code="C2", course="体育", credits=Decimal("2.0")),
    ),
    clearances=tuple(
        Clearance(item, True, "李审核", date(2026, 6, 1)) for item in ClearanceItem
    ),
)

MakeStudent = Callable[..., Student]
MakeCase = Callable[..., Circumstances]


@pytest.fixture(scope="session")
def cleared() -> MakeStudent:
    """Makes the cleared student, with changes."""

    def make(**changes: Any) -> Student:
        return replace(_CLEARED, **changes)

    return make


@pytest.fixture(scope="session")
def mark() -> Callable[..., Mark]:
    """Makes a passed mark, with changes."""

    def make(**changes: Any) -> Mark:
        return replace(_MARK, **changes)

    return make


@pytest.fixture(scope="session")
def case() -> MakeCase:
    """Makes the circumstances of a kind, on the day of graduation."""

    def make(kind: str, **changes: Any) -> Circumstances:
        values: dict[str, Any] = {
            "kind": KINDS[kind],
            "language": KINDS[kind].languages[0],
            "on": GRADUATED_ON,
        }
        return Circumstances(**values | changes)

    return make
