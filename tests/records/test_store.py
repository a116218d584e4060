"""Reading the register, and 学籍状态 by events."""

from __future__ import annotations

from datetime import date
from itertools import permutations
from typing import Any

import pytest
from sqlalchemy import event

from printshop.errors import NotFound
from printshop.records.model import EventType, Status, StatusEvent
from printshop.records.status import AFTER, ENDED, status_on
from printshop.records.store import history, load_student, select_students

TODAY = date(2024, 6, 20)
DAY = date(2022, 3, 1)


def happened(
    kind: EventType, on: date = DAY, document: str | None = "1号"
) -> StatusEvent:
    return StatusEvent(kind, on, document)


@pytest.mark.parametrize(
    ("kind", "status"),
    [(kind, AFTER.get(kind, Status.ENROLLED)) for kind in EventType],
)
def test_what_each_event_makes(kind: EventType, status: Status) -> None:
    assert status_on(Status.ENROLLED, [happened(kind)], TODAY) is status


def test_events_count_in_order_of_effect_whatever_the_order_given() -> None:
    events = [
        happened(EventType.SUSPENSION, date(2022, 3, 1)),
        happened(EventType.RESUMPTION, date(2023, 3, 1)),
        happened(EventType.RETENTION, date(2023, 9, 1)),
    ]
    for order in permutations(events):
        assert status_on(Status.ENROLLED, order, date(2022, 2, 28)) is Status.ENROLLED
        assert status_on(Status.ENROLLED, order, date(2022, 3, 1)) is Status.SUSPENDED
        assert status_on(Status.ENROLLED, order, date(2023, 3, 1)) is Status.ENROLLED
        assert status_on(Status.ENROLLED, order, TODAY) is Status.RETAINED


def test_an_event_without_document_does_not_count() -> None:
    event_ = happened(EventType.WITHDRAWAL, document=None)
    assert status_on(Status.ENROLLED, [event_], TODAY) is Status.ENROLLED


@pytest.mark.parametrize("base", sorted(ENDED, key=lambda s: s.value))
def test_nothing_opens_a_closed_record_again(base: Status) -> None:
    assert status_on(base, [happened(EventType.RESUMPTION)], TODAY) is base


def test_nobody_comes_back_from_death() -> None:
    events = [
        happened(EventType.DEATH, date(2022, 1, 1)),
        happened(EventType.RESUMPTION, date(2023, 1, 1)),
    ]
    assert status_on(Status.ENROLLED, events, TODAY) is Status.DECEASED


@pytest.fixture
def filled(office: Any) -> Any:
    rows = [
        office.student(1, 班级="甲班", 毕业日期="2024-06-30"),
        office.student(2, 班级="乙班", 预计毕业日期="2024-06"),
        office.student(3, 班级="甲班", 预计毕业日期="2025-06", 年级="2022"),
    ]
    office.run(
        office.sheet("学生", rows),
        office.sheet("成绩", [office.mark(1, 学年="2022-2023"), office.mark(1)]),
        office.sheet("审核", [office.clearance(1)]),
    )
    return office


@pytest.mark.parametrize(
    ("choice", "found"),
    [
        ({}, ["02", "01", "03"]),
        ({"class_name": "甲班"}, ["01", "03"]),
        ({"year": 2024}, ["02", "01"]),
        ({"grade": "2022"}, ["03"]),
        ({"class_name": "甲班", "year": 2024}, ["01"]),
        ({"student_nos": ["2021030103", "2021030101"]}, ["01", "03"]),
        ({"student_nos": ["2021030103"], "class_name": "乙班"}, []),
        ({"class_name": "丙班"}, []),
    ],
)
def test_choosing_students(
    filled: Any, choice: dict[str, Any], found: list[str]
) -> None:
    with filled.database.read() as session:
        students = select_students(session, on=TODAY, **choice)
    assert [s.student_no[-2:] for s in students] == found


def test_everything_of_a_student_by_number_or_id(filled: Any) -> None:
    with filled.database.read() as session:
        first = load_student(session, "2021030101", on=TODAY)
        assert load_student(session, first.id, on=TODAY) == first
        (chosen,) = select_students(session, on=TODAY, student_nos=[first.student_no])
    assert chosen == first
    assert [m.year for m in first.marks] == ["2021-2022", "2022-2023"]
    assert len(first.clearances) == 4


def test_strangers(filled: Any) -> None:
    with filled.database.read() as session:
        with pytest.raises(NotFound, match="2099"):
            load_student(session, "2099", on=TODAY)
        with pytest.raises(NotFound, match="2099"):
            select_students(session, on=TODAY, student_nos=["2021030101", "2099"])
        with pytest.raises(NotFound):
            history(session, "2099")


def test_a_cohort_costs_no_more_queries_than_one(filled: Any) -> None:
    asked: list[str] = []
    engine = filled.database.engine

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        asked.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    with filled.database.read() as session:
        assert len(select_students(session, on=TODAY)) == 3
    event.remove(engine, "before_cursor_execute", note)
    assert len([s for s in asked if s.startswith("SELECT")]) == 4
