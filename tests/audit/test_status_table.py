"""Which kind for which 学籍状态: the whole table, written out by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from printshop.audit import Circumstances, audit
from printshop.audit.rules import RULES
from printshop.kinds import KINDS
from printshop.records.model import Status, Student

S = Status
ALL = frozenset(Status)
_ENROLLED = frozenset({S.ENROLLED})
_ON_ROLL = frozenset({S.ENROLLED, S.SUSPENDED, S.RETAINED})

ALLOWED: dict[str, frozenset[Status]] = {
    "graduation": frozenset({S.ENROLLED, S.COMPLETED, S.GRADUATED}),
    "completion": frozenset({S.ENROLLED, S.COMPLETED}),
    "attendance": frozenset({S.ENROLLED, S.WITHDRAWN, S.ATTENDED}),
    "replacement": ALL - {S.EXPELLED, S.CANCELLED, S.DECEASED},
    "transcript": ALL,
    "enrollment": _ENROLLED,
    "roll-status": _ON_ROLL,
    "education": ALL,
    "form-suspension": _ENROLLED,
    "form-resumption": frozenset({S.SUSPENDED, S.RETAINED}),
    "form-withdrawal": _ON_ROLL,
    "form-major-change": _ENROLLED,
    "form-transfer": _ENROLLED,
    "form-retention": _ENROLLED,
}
CONCLUSION = {"completion": "结业", "attendance": "肄业"}


def test_every_kind_has_rules_and_a_row_here() -> None:
    assert set(RULES) == set(KINDS) == set(ALLOWED)


@pytest.mark.parametrize("status", Status, ids=lambda s: s.name)
@pytest.mark.parametrize("kind", KINDS)
def test_kind_for_status(
    kind: str,
    status: Status,
    cleared: Callable[..., Student],
    case: Callable[..., Circumstances],
) -> None:
    student = cleared(status=status, conclusion=CONCLUSION.get(kind, "毕业"))
    asked = case(kind)
    if KINDS[kind].family.value in ("proof", "form"):
        asked = case(kind, on=date(2026, 3, 1))
    if kind == "education":
        asked = case(kind, certificate_number="100011202606000001")
    if kind == "replacement":
        asked = case(kind, lost_certificate=True)
    verdict = audit(student, asked)
    assert verdict.cleared is (status in ALLOWED[kind])
    if not verdict.cleared:
        assert [f.code for f in verdict.blocking] == ["状态不符"]


@pytest.mark.parametrize(("status", "enrolled"), [(s, s is S.ENROLLED) for s in Status])
def test_only_who_studies_now_is_enrolled(status: Status, enrolled: bool) -> None:
    assert status.enrolled is enrolled


def test_a_certificate_in_force_ends_all_that_is_for_students(
    cleared: Callable[..., Student], case: Callable[..., Circumstances]
) -> None:
    student = cleared(graduated_on=None, conclusion=None)
    for kind in KINDS.values():
        if kind.code in ("enrollment", "roll-status") or kind.family.value == "form":
            held = case(kind.code, certificate_number="100011202606000001")
            codes = [f.code for f in audit(student, held).findings]
            assert "已离校" in codes, kind.code
