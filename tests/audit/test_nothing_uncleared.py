"""Whatever single fact of a cleared student is spoilt, no certificate comes out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from printshop.audit import Circumstances, audit
from printshop.records.model import ClearanceItem, Status, Student

GOOD_STATES = {Status.ENROLLED, Status.COMPLETED, Status.GRADUATED}
Spoil = Callable[[Student], Student]

_blank = st.text(alphabet=" \t\u3000", max_size=3)
_failing = st.one_of(
    st.integers(0, 59).map(str),
    st.sampled_from(["缺考", "作弊", "不及格", "不合格", "缓考", "", "10000"]),
)


@st.composite
def _spoilt_clearance(draw: st.DrawFn) -> Spoil:
    item = draw(st.sampled_from(ClearanceItem))
    how = draw(st.sampled_from(["absent", "not cleared", "nobody", "no date"]))
    by = draw(st.none() | _blank)

    def spoil(student: Student) -> Student:
        found = student.clearance(item)
        assert found is not None
        bad = {
            "absent": (),
            "not cleared": (replace(found, cleared=False),),
            "nobody": (replace(found, by=by),),
            "no date": (replace(found, on=None),),
        }[how]
        kept = tuple(c for c in student.clearances if c.item is not item)
        return replace(student, clearances=kept + bad)

    return spoil


@st.composite
def _failed_course(draw: st.DrawFn) -> Spoil:
    index = draw(st.integers(0, 1))
    score, make_up, retake = draw(st.tuples(_failing, *[st.none() | _failing] * 2))

    def spoil(student: Student) -> Student:
        marks = list(student.marks)
        marks[index] = replace(
            marks[index], score=score, make_up=make_up, retake=retake
        )
        return replace(student, marks=tuple(marks))

    return spoil


_spoils = st.one_of(
    _spoilt_clearance(),
    _failed_course(),
    st.sampled_from(sorted(set(Status) - GOOD_STATES, key=lambda s: s.name)).map(
        lambda status: lambda student: replace(student, status=status)
    ),
    st.sampled_from([None, "结业", "肄业", "", "毕业 "]).map(
        lambda conclusion: lambda student: replace(student, conclusion=conclusion)
    ),
    st.decimals(Decimal("6.1"), 300, places=1).map(
        lambda credits: lambda student: replace(student, credits_required=credits)
    ),
    st.just(lambda student: replace(student, credits_required=None)),
    st.just(lambda student: replace(student, photo=None)),
    st.just(lambda student: replace(student, graduated_on=None)),
    st.dates(date(1950, 1, 1), date(2023, 9, 1)).map(
        lambda end: lambda student: replace(student, graduated_on=end)
    ),
    st.dates(date(2026, 7, 1), date(2100, 1, 1)).map(
        lambda end: lambda student: replace(student, graduated_on=end)
    ),
)


@settings(deadline=None)
@given(spoil=_spoils)
def test_one_spoilt_fact_is_enough(
    spoil: Spoil,
    cleared: Callable[..., Student],
    case: Callable[..., Circumstances],
) -> None:
    verdict = audit(spoil(cleared()), case("graduation"))
    assert not verdict.cleared
    assert all(f.sentence and f.remedy for f in verdict.findings)


@settings(deadline=None)
@given(days=st.integers(1, 2000))
def test_no_certificate_is_dated_before_graduation(
    days: int, cleared: Callable[..., Student], case: Callable[..., Circumstances]
) -> None:
    early = case("graduation", on=date(2026, 6, 30) - timedelta(days))
    assert not audit(cleared(), early).cleared
