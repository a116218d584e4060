"""The import into a register: once, twice, changed, refused, stale; both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select

from printshop.errors import Refused
from printshop.records.columns import SheetKind
from printshop.records.importer import Options, apply, check, plan
from printshop.records.model import Status
from printshop.records.problem import ProblemCode as Code
from printshop.records.report import summary
from printshop.records.store import history, load_student
from printshop.records.tables import (
    ClearanceRow,
    ImportRow,
    MarkRow,
    ProgrammeRow,
    RecordChangeRow,
    StatusEventRow,
    StudentRow,
)

TODAY = date(2024, 6, 20)
TABLES = (
    StudentRow,
    ProgrammeRow,
    MarkRow,
    ClearanceRow,
    StatusEventRow,
    ImportRow,
    RecordChangeRow,
)


def whole(desk: Any) -> tuple[Any, ...]:
    return (
        desk.sheet("学生", [desk.student(n) for n in (1, 2, 3)]),
        desk.sheet(
            "审核",
            [desk.clearance(1, 应修学分="140", 毕业结论="毕业", 毕业日期="2024-06-30")],
        ),
        desk.sheet("成绩", [desk.mark(1), desk.mark(2, 学期="2")]),
        desk.sheet("异动", [desk.event(3)]),
    )


def dump(desk: Any) -> dict[str, list[Any]]:
    with desk.database.read() as session:
        return {
            table.__tablename__: sorted(
                map(str, session.execute(select(*table.__table__.c)))
            )
            for table in TABLES
        }


def student(desk: Any, number: str = "2021030101", on: date = TODAY) -> Any:
    with desk.database.read() as session:
        return load_student(session, number, on=on)


def codes(made: Any) -> list[Code]:
    return [p.code for p in made.problems]


def test_everything_goes_in(office: Any) -> None:
    made = office.run(*whole(office))
    assert made.problems == ()
    first = student(office)
    assert first.name == "张试"
    assert first.programme.name == "计算机应用技术"
    assert first.grade == "2021"
    assert first.status is Status.ENROLLED
    assert first.conclusion == "毕业"
    assert first.graduated_on == date(2024, 6, 30)
    assert first.credits_required == Decimal(140)
    assert [c.item.value for c in first.clearances] == [
        "奖惩",
        "补考",
        "技能证书",
        "学费",
    ]
    assert all(c.by == "李敏" for c in first.clearances)
    assert [m.score for m in first.marks] == ["85"]
    assert student(office, "2021030103").status is Status.SUSPENDED


def test_the_same_file_twice_changes_nothing(office: Any) -> None:
    office.run(*whole(office))
    before = dump(office)
    again = office.run(*whole(office))
    assert again.is_empty
    assert summary(again)["sheets"]["学生"]["unchanged"] == 3
    assert dump(office) == before


def test_a_dry_run_writes_nothing(office: Any) -> None:
    before = dump(office)
    made = office.plan(*whole(office))
    counts = summary(made)["sheets"]
    assert counts["学生"] == {
        "rows": 3,
        "new": 3,
        "changed": 0,
        "unchanged": 0,
        "refused": 0,
    }
    assert counts["审核"]["new"] == 4
    assert dump(office) == before


def test_a_changed_row_is_an_update_with_its_history(office: Any) -> None:
    office.run(*whole(office))
    made = office.run(
        office.sheet("学生", [office.student(1, 班级="计应2102"), office.student(2)])
    )
    (change,) = made.changed
    assert change.before == {"class_name": "计应2101"}
    assert change.after == {"class_name": "计应2102"}
    found = student(office)
    assert found.class_name == "计应2102"
    assert found.version == 2
    assert student(office, "2021030102").version == 1
    with office.database.read() as session:
        last = history(session, "2021030101")[-1]
    assert (last.table, last.before, last.after) == (
        "student",
        {"class_name": "计应2101"},
        {"class_name": "计应2102"},
    )
    assert last.actor == "registrar"


def test_changed_marks_clearances_and_events(office: Any) -> None:
    office.run(*whole(office))
    made = office.run(
        office.sheet("审核", [office.clearance(1, 学费="未清", 学费备注="欠费")]),
        office.sheet("成绩", [office.mark(1, 补考成绩="60")]),
        office.sheet("异动", [office.event(3, 文号="院教〔2022〕13号")]),
    )
    assert {c.kind for c in made.changed} == {
        SheetKind.CLEARANCES,
        SheetKind.MARKS,
        SheetKind.EVENTS,
    }
    first, third = student(office), student(office, "2021030103")
    assert first.marks[0].make_up == "60"
    assert [c.note for c in first.clearances if not c.cleared] == ["欠费"]
    assert first.version == 2
    assert third.events[0].document_no == "院教〔2022〕13号"
    with office.database.read() as session:
        kinds = [h.table for h in history(session, "2021030101")]
    assert kinds == ["student", "clearance", "mark", "clearance", "mark"]


def test_what_a_file_does_not_mention_stays(office: Any) -> None:
    office.run(office.sheet("学生", [office.student(1, 联系电话="13800000000")]))
    office.run(*whole(office))
    assert student(office).phone == "13800000000"
    made = office.run(office.sheet("学生", [office.student(2)]))
    assert made.is_empty
    assert student(office).name == "张试"


def test_an_empty_cell_clears_but_status_and_grade_stay(office: Any) -> None:
    full = {"联系电话": "1", "学籍状态": "休学", "年级": "2020", "宿舍": "3-201"}
    office.run(office.sheet("学生", [office.student(1, **full)]))
    empty = dict.fromkeys(full, "")
    made = office.run(office.sheet("学生", [office.student(1, **empty)]))
    found = student(office)
    assert set(made.changed[0].after) == {"phone", "extra"}
    assert found.phone is None
    assert found.extra == {}
    assert found.status is Status.SUSPENDED
    assert found.grade == "2020"


def test_good_rows_go_in_and_bad_rows_stay_out(office: Any) -> None:
    made = office.run(
        office.sheet("学生", [office.student(1, 姓名="刘?"), office.student(2)]),
        office.sheet("成绩", [office.mark(1), office.mark(2)]),
        office.sheet("审核", [office.clearance(1), office.clearance(2)]),
        office.sheet("异动", [office.event(1), office.event(2)]),
    )
    assert sorted({c.student_no for c in made.new}) == ["2021030102"]
    assert sorted(codes(made), key=lambda c: c.name) == [
        Code.NAME_MISSING_CHARACTER,
        Code.STUDENT_REFUSED,
        Code.STUDENT_REFUSED,
        Code.STUDENT_REFUSED,
    ]
    assert {o.row.number for o in made.refused} == {2}


def test_marks_go_in_when_the_register_has_the_student(office: Any) -> None:
    office.run(office.sheet("学生", [office.student(1)]))
    made = office.run(
        office.sheet("学生", [office.student(1, 层次="研修班")]),
        office.sheet("成绩", [office.mark(1)]),
    )
    assert codes(made) == [Code.LEVEL]
    assert len(student(office).marks) == 1


def test_rows_of_strangers_are_refused(office: Any) -> None:
    made = office.run(office.sheet("成绩", [office.mark(9)]))
    assert codes(made) == [Code.STUDENT_UNKNOWN]
    assert "2021030109" in made.problems[0].why


def test_a_shifted_row_shows_by_its_name(office: Any) -> None:
    office.run(office.sheet("学生", [office.student(1)]))
    made = office.run(office.sheet("成绩", [office.mark(1, 姓名="李验")]))
    assert codes(made) == [Code.NAME_MISMATCH]
    assert "张试" in made.problems[0].why
    assert office.run(office.sheet("成绩", [office.mark(1, 姓名="张 试")])).new


def test_another_person_under_a_known_number(office: Any) -> None:
    office.run(office.sheet("学生", [office.student(1)]))
    other = office.sheet("学生", [office.student(1, 证件号码=office.id_number(303))])
    made = office.run(other)
    assert codes(made) == [Code.OTHER_PERSON]
    assert "不是同一个人" in made.problems[0].why
    assert "110105200305061015" not in made.problems[0].why
    again = office.run(other, accept_id_change=frozenset({"2021030101"}))
    assert again.problems == ()
    assert student(office).id_number == office.id_number(303)


def test_one_person_under_two_numbers(office: Any) -> None:
    office.run(office.sheet("学生", [office.student(1)]))
    second = office.student(1, 学号="2021039999")
    made = office.run(office.sheet("学生", [second]))
    assert codes(made) == [Code.ID_IN_REGISTER]
    assert made.errors


def test_a_graduate_may_come_back_to_study(office: Any) -> None:
    office.run(office.sheet("学生", [office.student(1, 毕业日期="2024-06-10")]))
    second = office.student(1, 学号="2024030101", 层次="专升本", 入学日期="2024-09-01")
    made = office.run(office.sheet("学生", [second]))
    assert codes(made) == [Code.ID_IN_REGISTER]
    assert not made.errors
    assert student(office, "2024030101").level == "专升本"


def test_an_exam_number_of_somebody_else(office: Any) -> None:
    office.run(office.sheet("学生", [office.student(1, 考生号="21430104110011")]))
    made = office.run(
        office.sheet("学生", [office.student(2, 考生号="21430104110011")])
    )
    assert codes(made) == [Code.EXAM_NO_IN_REGISTER]


def test_two_sheets_that_contradict_each_other(office: Any) -> None:
    made = office.run(
        office.sheet("学生", [office.student(1, 毕业结论="毕业")]),
        office.sheet("审核", [office.clearance(1, 毕业结论="结业")]),
    )
    assert codes(made) == [Code.CONFLICT]
    assert student(office).conclusion == "毕业"
    assert student(office).clearances == ()


def test_an_end_before_the_beginning(office: Any) -> None:
    made = office.run(
        office.sheet("学生", [office.student(1)]),
        office.sheet("审核", [office.clearance(1, 毕业日期="2020-06-30")]),
    )
    assert codes(made) == [Code.DATE_ORDER]


def test_the_audit_sheet_alone_updates_students(office: Any) -> None:
    office.run(office.sheet("学生", [office.student(1)]))
    row = office.clearance(1, 应修学分="140.5", 毕业结论="结业")
    office.run(office.sheet("审核", [row]))
    found = student(office)
    assert (found.conclusion, found.credits_required) == ("结业", Decimal("140.5"))
    assert office.run(office.sheet("审核", [row])).is_empty


def test_status_of_the_sheet_against_the_events(office: Any) -> None:
    made = office.run(
        office.sheet("学生", [office.student(1, 学籍状态="在读")]),
        office.sheet("异动", [office.event(1)]),
    )
    assert codes(made) == [Code.STATUS_EVENTS]
    assert student(office).status is Status.SUSPENDED
    same = office.run(office.sheet("学生", [office.student(1, 学籍状态="休学")]))
    assert same.is_empty


def test_an_event_without_document_is_not_final(office: Any) -> None:
    made = office.run(
        office.sheet("学生", [office.student(1)]),
        office.sheet("异动", [office.event(1, 文号="")]),
    )
    assert codes(made) == [Code.EVENT_NOT_FINAL]
    assert student(office).status is Status.ENROLLED
    office.run(office.sheet("异动", [office.event(1)]))
    assert student(office).status is Status.SUSPENDED


def test_programmes_are_as_admitted(office: Any) -> None:
    old = {"专业名称": "农业技术", "专业目录年份": "2015"}
    new = {"专业名称": "农业技术", "专业目录年份": "2021"}
    office.run(
        office.sheet("学生", [office.student(1, **old), office.student(2, **new)])
    )
    assert student(office).programme.catalog_year == "2015"
    assert student(office, "2021030102").programme.catalog_year == "2021"
    office.run(office.sheet("学生", [office.student(1, 专业代码="410101", **old)]))
    assert student(office).programme.code == "410101"
    assert student(office, "2021030102").programme.code == "510201"


def test_the_english_name_belongs_to_the_programme(office: Any) -> None:
    office.run(office.sheet("学生", [office.student(1), office.student(2)]))
    rows = [office.student(1, 专业英文名="Computing"), office.student(2, 专业英文名="")]
    office.run(office.sheet("学生", rows))
    assert student(office, "2021030102").programme.name_en == "Computing"
    assert office.run(office.sheet("学生", rows)).is_empty
    rows[1]["专业英文名"] = "Computers"
    made = office.run(office.sheet("学生", rows))
    assert codes(made) == [Code.PROGRAMME_NAME_EN]


def test_a_stale_plan_is_refused_and_leaves_no_trace(office: Any) -> None:
    office.run(office.sheet("学生", [office.student(1)]))
    options = Options(TODAY)
    changed = (office.sheet("学生", [office.student(1, 班级="计应2109")]),)
    with office.database.read() as session:
        stale = plan(check(changed, options), session, options)
    office.run(office.sheet("学生", [office.student(1, 班级="计应2102")]))
    before = dump(office)
    with pytest.raises(Refused), office.database.write() as session:
        apply(stale, session, **RUN)
    assert dump(office) == before


def test_two_imports_of_one_newcomer(office: Any) -> None:
    options = Options(TODAY)
    sheets = whole(office)
    with office.database.read() as session:
        stale = plan(check(sheets, options), session, options)
    office.run(*sheets)
    before = dump(office)
    with pytest.raises(Refused), office.database.write() as session:
        apply(stale, session, **RUN)
    assert dump(office) == before


def test_an_import_that_breaks_midway_leaves_no_trace(office: Any) -> None:
    before = dump(office)
    options = Options(TODAY)
    ids = iter(["one", "two"])  # three students need three
    broken = RUN | {"new_id": lambda: next(ids)}
    with office.database.read() as session:
        made = plan(check(whole(office), options), session, options)
    with pytest.raises(StopIteration), office.database.write() as session:
        apply(made, session, **broken)
    assert dump(office) == before


def test_a_programme_renamed_by_a_newcomer_is_in_the_history(office: Any) -> None:
    office.run(office.sheet("学生", [office.student(1, 专业英文名="Computing")]))
    office.run(office.sheet("学生", [office.student(2, 专业英文名="Computers")]))
    assert student(office).programme.name_en == "Computers"
    with office.database.read() as session:
        query = select(RecordChangeRow).where(RecordChangeRow.table == "programme")
        (change,) = session.scalars(query).all()
        assert change.before == {"name_en": "Computing"}
        assert change.after == {"name_en": "Computers"}


RUN: dict[str, Any] = {
    "import_id": "late",
    "file_name": "学籍.xlsx",
    "file_sha256": "0" * 64,
    "actor": "somebody",
    "at": datetime(2024, 6, 20, tzinfo=UTC),
    "new_id": lambda: "late-student",
}


def test_an_import_is_logged_with_its_counts(office: Any) -> None:
    office.run(*whole(office))
    with office.database.read() as session:
        (run,) = session.scalars(select(ImportRow)).all()
        changes = session.scalar(select(func.count()).select_from(RecordChangeRow))
    assert run.counts["学生"]["new"] == 3
    assert run.file_name == "学籍.xlsx"
    assert changes == 3 + 1 + 2 + 1
