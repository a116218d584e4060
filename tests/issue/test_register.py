"""The register: reserved once, issued once, numbered for ever. On both databases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select

from printshop.errors import NotFound, Refused
from printshop.issue.compose import Particulars
from printshop.issue.register import find, withdraw, withhold
from printshop.issue.tables import (
    AllottedNumberRow,
    BatchRow,
    DesignRow,
    DocumentRow,
    DocumentState,
)
from printshop.kinds import KINDS
from printshop.records.model import Student

# tests/issue/conftest.py: Desk. Its methods are what a clerk does.
Desk = Any
Cohort = Callable[..., list[Student]]
MakeStudent = Callable[..., Student]

YEAR = "100011202606"


def serials(rows: list[DocumentRow]) -> list[int]:
    return [int((row.number or "")[-6:]) for row in rows]


def count(desk: Desk, table: type) -> int:
    with desk.database.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def end(desk: Desk, row: DocumentRow, to: DocumentState) -> None:
    with desk.database.write() as session:
        withdraw(
            session.get_one(DocumentRow, row.id), to, "因故", desk.batch("").created_at
        )


# Numbers


def test_serials_begin_at_one_and_are_shuffled(desk: Desk, cohort: Cohort) -> None:
    rows = desk.reserve(*map(desk.order, cohort(20))).fresh
    assert sorted(serials(rows)) == list(range(1, 21))
    assert serials(rows) != list(range(1, 21))
    assert {(row.number or "")[:12] for row in rows} == {YEAR}
    assert [row.position for row in rows] == list(range(1, 21))


@pytest.mark.parametrize("order", ["id-ascending", "student-no"])
def test_serials_in_the_order_of_the_settings(
    order: str, desk: Desk, cohort: Cohort
) -> None:
    students = cohort(20)
    desk = desk.with_office(number_order=order)
    rows = desk.reserve(*map(desk.order, students)).fresh
    key = {"id-ascending": "id_number", "student-no": "student_no"}[order]
    by_key = sorted(zip(students, rows, strict=True), key=lambda p: getattr(p[0], key))
    assert serials([row for _, row in by_key]) == list(range(1, 21))


def test_autumn_goes_on_where_spring_ended(desk: Desk, cohort: Cohort) -> None:
    desk.issue(*map(desk.order, cohort(5)))
    autumn = [replace(s, graduated_on=date(2026, 12, 31)) for s in cohort(3, start=100)]
    rows = desk.reserve(*(desk.order(s, on=date(2026, 12, 31)) for s in autumn)).fresh
    assert sorted(serials(rows)) == [6, 7, 8]


def test_each_year_and_level_has_its_own_series(desk: Desk, cohort: Cohort) -> None:
    students = [
        *cohort(2),
        *cohort(2, start=10, level="本科"),
        *cohort(2, start=20, graduated_on=date(2027, 6, 30)),
    ]
    rows = desk.reserve(*map(desk.order, students)).fresh
    assert sorted(row.number or "" for row in rows) == [
        "100011202605000001",
        "100011202605000002",
        "100011202606000001",
        "100011202606000002",
        "100011202706000001",
        "100011202706000002",
    ]


def test_a_second_batch_is_shuffled_by_itself(desk: Desk, cohort: Cohort) -> None:
    first = desk.reserve(*map(desk.order, cohort(30))).fresh
    second = desk.reserve(*map(desk.order, cohort(30, start=31))).fresh
    assert [n - 30 for n in serials(second)] != serials(first)


def test_a_number_is_kept_in_the_ledger_for_ever(
    desk: Desk, student: MakeStudent
) -> None:
    [row] = desk.issue(desk.order(student()))
    end(desk, row, DocumentState.REVOKED)
    with desk.database.read() as session:
        entry = session.get_one(AllottedNumberRow, row.number)
    assert (entry.serial, entry.student_id, entry.kind) == (
        1,
        student().id,
        "graduation",
    )


def test_a_revoked_number_goes_to_nobody_else(desk: Desk, cohort: Cohort) -> None:
    one, other = cohort(2)
    [row] = desk.issue(desk.order(one))
    end(desk, row, DocumentState.REVOKED)
    [next_row] = desk.issue(desk.order(other))
    assert serials([row, next_row]) == [1, 2]


def test_a_school_without_a_code_numbers_nobody(
    desk: Desk, student: MakeStudent
) -> None:
    desk = desk.with_office(code="00000")
    with pytest.raises(Refused, match="院校代码 00000"):
        desk.reserve(desk.order(student()))
    assert count(desk, DocumentRow) == 0


def test_the_last_serial_of_a_series(desk: Desk, cohort: Cohort) -> None:
    from printshop.issue.tables import NumberSeriesRow

    with desk.database.write() as session:
        session.add(NumberSeriesRow(series="10001-1-2026-06", last=999_998))
    one, other = cohort(2)
    assert serials(desk.issue(desk.order(one))) == [999_999]
    with pytest.raises(Refused, match="1000000"):
        desk.reserve(desk.order(other))


def test_more_students_than_one_query_takes(desk: Desk, cohort: Cohort) -> None:
    students = cohort(620)
    desk.issue(*map(desk.order, students[:10]))
    result = desk.reserve(*map(desk.order, students))
    assert len(result.unchanged) == 10
    assert sorted(serials(result.fresh)) == list(range(11, 621))
    again = desk.reserve(*map(desk.order, students))
    assert len(again.resumed) == 610
    assert not again.fresh


# 结业, 毕业, 肄业


def test_completion_becomes_graduation_under_the_same_number(
    desk: Desk, student: MakeStudent
) -> None:
    completed = student(conclusion="结业")
    [old] = desk.issue(desk.order(completed, "completion"), kind="completion")
    held, _ = desk.held(completed)
    graduated = student(graduated_on=date(2027, 3, 1))
    order = desk.order(
        graduated, on=date(2027, 3, 1), precedent=held, replaces=held.document_id
    )
    [new] = desk.reserve(order).fresh
    assert new.number == old.number
    assert desk.row(old.id).state == "issued"
    assert desk.complete(new) == [True]
    assert desk.row(old.id).state == "replaced"
    assert desk.row(old.id).changed_at is not None
    assert desk.row(new.id).state == "issued"
    held, _ = desk.held(graduated)
    assert held.document_id == new.id
    assert count(desk, AllottedNumberRow) == 1


def test_a_graduation_does_not_come_beside_a_completion(
    desk: Desk, student: MakeStudent
) -> None:
    desk.issue(desk.order(student(), "completion"), kind="completion")
    held, _ = desk.held(student())
    result = desk.reserve(desk.order(student(), precedent=held))
    [(who, sentence, remedy)] = result.conflicts
    assert who == student()
    assert sentence.startswith("已持有有效的结业证书 10001")
    assert "printshop documents revoke" in remedy
    assert not result.fresh


@pytest.mark.parametrize("kind", ["completion", "attendance"])
def test_nothing_less_comes_beside_a_graduation(
    kind: str, desk: Desk, student: MakeStudent
) -> None:
    desk.issue(desk.order(student()))
    held, _ = desk.held(student())
    result = desk.reserve(desk.order(student(), kind, precedent=held), kind=kind)
    assert "已持有有效的毕业证书" in result.conflicts[0][1]
    assert count(desk, DocumentRow) == 1


def test_attendance_has_no_number(desk: Desk, student: MakeStudent) -> None:
    [row] = desk.issue(desk.order(student(), "attendance"), kind="attendance")
    assert row.number is None
    assert count(desk, AllottedNumberRow) == 0


# 文号


def test_document_numbers_by_kind_and_year(desk: Desk, cohort: Cohort) -> None:
    one, other = cohort(2)

    def numbers(kind: str, on: date, *students: Student) -> list[str | None]:
        orders = (desk.order(s, kind, on=on) for s in students)
        return [row.number for row in desk.issue(*orders, kind=kind)]

    spring, later = date(2026, 3, 1), date(2027, 3, 1)
    assert numbers("enrollment", spring, one, other) == [
        "在读证明〔2026〕00001号",
        "在读证明〔2026〕00002号",
    ]
    assert numbers("roll-status", spring, one) == ["学籍证明〔2026〕00001号"]
    assert numbers("enrollment", later, one) == ["在读证明〔2027〕00001号"]


def test_documents_of_two_years_in_one_run(desk: Desk, cohort: Cohort) -> None:
    one, other, third = cohort(3)
    orders = [
        desk.order(one, "transcript", on=date(2026, 12, 31)),
        desk.order(other, "transcript", on=date(2027, 1, 1)),
        desk.order(third, "transcript", on=date(2026, 12, 31)),
    ]
    numbers = [row.number for row in desk.reserve(*orders, kind="transcript").fresh]
    assert numbers == [
        "成绩单〔2026〕00001号",
        "成绩单〔2027〕00001号",
        "成绩单〔2026〕00002号",
    ]


def test_a_pattern_of_its_own(desk: Desk, student: MakeStudent) -> None:
    patterns = {"": "{title}{serial}", "transcript": "成绩 {year}-{serial:03d}"}
    desk = desk.with_office(number_patterns=patterns)
    [row] = desk.issue(desk.order(student(), "transcript"), kind="transcript")
    assert row.number == "成绩 2026-001"


def test_kinds_and_years_that_read_alike_share_a_counter(
    desk: Desk, student: MakeStudent
) -> None:
    patterns = {"": "教学{serial:03d}号", "roll-status": "教学{serial}号"}
    desk = desk.with_office(number_patterns=patterns)
    numbers = [
        desk.issue(desk.order(student(), kind, on=on), kind=kind)[0].number
        for kind, on in (
            ("enrollment", date(2026, 3, 1)),
            ("roll-status", date(2026, 3, 1)),
            ("enrollment", date(2027, 3, 1)),
        )
    ]
    assert numbers == ["教学001号", "教学2号", "教学003号"]


# The same again


def test_a_second_run_is_unchanged(desk: Desk, cohort: Cohort) -> None:
    orders = [desk.order(s) for s in cohort(3)]
    rows = desk.issue(*orders)
    result = desk.reserve(*orders)
    assert [row.id for row in result.unchanged] == [row.id for row in rows]
    assert result.fresh == result.resumed == result.conflicts == []
    assert count(desk, BatchRow) == 1


def test_the_same_order_twice_in_one_run_is_one_document(
    desk: Desk, student: MakeStudent
) -> None:
    order = desk.order(student())
    assert len(desk.reserve(order, order).fresh) == 1


def test_what_is_reserved_is_resumed_with_its_number_and_todays_facts(
    desk: Desk, student: MakeStudent
) -> None:
    [row] = desk.reserve(desk.order(student())).fresh
    with desk.database.write() as session:
        withhold(session, row.id, "缺字")
    assert desk.row(row.id).reason == "缺字"
    desk.paper = replace(desk.paper, layout="285x210", design_sha256="c" * 64)
    result = desk.reserve(desk.order(student(name="欧阳昭")))
    [resumed] = result.resumed
    assert (resumed.id, resumed.number) == (row.id, row.number)
    now = desk.row(row.id)
    assert now.facts["name"] == "欧阳昭"
    assert now.facts_sha256 != row.facts_sha256
    assert now.layout == "285x210"
    assert now.reason is None
    assert now.code == row.code
    assert count(desk, DesignRow) == 2


def test_what_is_issued_does_not_follow_the_record(
    desk: Desk, student: MakeStudent
) -> None:
    [row] = desk.issue(desk.order(student()))
    changed = student(name="欧阳昭", birth_date=date(2005, 3, 10))
    result = desk.reserve(desk.order(changed))
    [(who, sentence, remedy)] = result.conflicts
    assert who == changed
    assert sentence == f"已发毕业证书 {row.number}, 但资料后来改过: 姓名、出生日期。"
    assert "printshop documents replace" in remedy
    assert desk.row(row.id).facts == row.facts


def test_a_new_principal_or_another_day_is_no_change_of_the_record(
    desk: Desk, student: MakeStudent
) -> None:
    desk.issue(desk.order(student()))
    later = desk.with_office(principal="张新任", name="示例职业大学")
    result = later.reserve(later.order(student(), on=date(2026, 9, 1)))
    assert len(result.unchanged) == 1
    assert not result.conflicts


@pytest.mark.parametrize(
    ("state", "word"),
    [(DocumentState.REVOKED, "已撤销"), (DocumentState.LOST, "已登记遗失")],
)
def test_a_withdrawn_certificate_is_not_issued_again(
    state: DocumentState, word: str, desk: Desk, student: MakeStudent
) -> None:
    [row] = desk.issue(desk.order(student()))
    end(desk, row, state)
    result = desk.reserve(desk.order(student()))
    assert word in result.conflicts[0][1]
    assert "replacement" in result.conflicts[0][2]
    assert count(desk, DocumentRow) == 1


def test_a_withdrawn_proof_is_simply_issued_again(
    desk: Desk, student: MakeStudent
) -> None:
    order = desk.order(student(), "enrollment")
    [row] = desk.issue(order, kind="enrollment")
    end(desk, row, DocumentState.REVOKED)
    [new] = desk.reserve(order, kind="enrollment").fresh
    assert new.key == f"{row.base_key}#2"
    assert new.number == "在读证明〔2026〕00002号"


# Proofs


def test_a_proof_that_is_still_valid_is_unchanged(
    desk: Desk, student: MakeStudent
) -> None:
    order = desk.order(student(), "enrollment", on=date(2026, 3, 1))
    [row] = desk.issue(order, kind="enrollment")
    assert row.valid_until == date(2026, 3, 31)
    last_day = desk.order(student(), "enrollment", on=date(2026, 3, 31))
    assert desk.reserve(last_day, kind="enrollment").unchanged[0].id == row.id


def test_a_proof_that_has_expired_is_issued_anew(
    desk: Desk, student: MakeStudent
) -> None:
    order = desk.order(student(), "enrollment", on=date(2026, 3, 1))
    [row] = desk.issue(order, kind="enrollment")
    next_day = desk.order(student(), "enrollment", on=date(2026, 4, 1))
    [new] = desk.reserve(next_day, kind="enrollment").fresh
    assert new.base_key == row.base_key
    assert new.number == "在读证明〔2026〕00002号"
    assert desk.row(row.id).state == "issued"


def test_a_second_proof_on_request(desk: Desk, student: MakeStudent) -> None:
    desk.issue(desk.order(student(), "enrollment"), kind="enrollment")
    again = desk.order(student(), "enrollment", again=True)
    assert len(desk.reserve(again, kind="enrollment").fresh) == 1


def test_a_second_certificate_not_even_on_request(
    desk: Desk, student: MakeStudent
) -> None:
    [row] = desk.issue(desk.order(student()))
    result = desk.reserve(desk.order(student(), again=True))
    assert [r.id for r in result.unchanged] == [row.id]


@pytest.mark.parametrize(
    "change",
    [
        {"particulars": Particulars(purpose="办理签证")},
        {"student": {"class_name": "计应2302"}},
        {"language": "en"},
    ],
)
def test_a_proof_with_other_facts_is_another_document(
    change: dict[str, Any], desk: Desk, student: MakeStudent
) -> None:
    desk.issue(desk.order(student(), "enrollment"), kind="enrollment")
    order = desk.order(
        student(**change.get("student", {})),
        "enrollment",
        particulars=change.get("particulars"),
    )
    result = desk.reserve(
        order, kind="enrollment", language=change.get("language", "zh")
    )
    assert len(result.fresh) == 1
    assert result.fresh[0].key.endswith("#1")


# Replacing


def test_a_certificate_is_replaced_under_its_number(
    desk: Desk, student: MakeStudent
) -> None:
    [old] = desk.issue(desk.order(student()))
    order = desk.order(student(name="欧阳昭"), replaces=old.id)
    [new] = desk.reserve(order).fresh
    assert new.key == f"graduation:{student().id}#2"
    assert new.number == old.number
    # Interrupted here, the next run goes on with the same document.
    assert [r.id for r in desk.reserve(order).resumed] == [new.id]
    desk.complete(new)
    assert desk.row(old.id).state == "replaced"
    # And once it is done, nothing more comes of the same order.
    assert [r.id for r in desk.reserve(order).unchanged] == [new.id]


def test_a_certificate_revoked_by_mistake_is_issued_anew(
    desk: Desk, student: MakeStudent
) -> None:
    [old] = desk.issue(desk.order(student()))
    end(desk, old, DocumentState.REVOKED)
    [new] = desk.issue(desk.order(student(), replaces=old.id))
    assert new.number == old.number
    assert desk.row(old.id).state == "revoked"


def test_a_proof_is_replaced_even_where_its_twin_is_valid(
    desk: Desk, student: MakeStudent
) -> None:
    [wrong] = desk.issue(
        desk.order(student(class_name="错班"), "enrollment"), kind="enrollment"
    )
    [twin] = desk.issue(desk.order(student(), "enrollment"), kind="enrollment")
    order = desk.order(student(), "enrollment", replaces=wrong.id)
    [new] = desk.issue(order, kind="enrollment")
    assert new.base_key == twin.base_key
    assert desk.row(wrong.id).state == "replaced"
    assert desk.row(twin.id).state == "issued"
    assert [r.id for r in desk.reserve(order, kind="enrollment").unchanged] == [new.id]


# Loss


def test_a_lost_certificate_is_stood_in_for_once(
    desk: Desk, student: MakeStudent
) -> None:
    [lost_row] = desk.issue(desk.order(student()))
    end(desk, lost_row, DocumentState.LOST)
    valid, lost = desk.held(student())
    assert valid is None
    assert lost.document_id == lost_row.id
    order = desk.order(student(), "replacement", on=date(2028, 3, 1), precedent=lost)
    [stand_in] = desk.issue(order, kind="replacement")
    assert stand_in.number == lost_row.number
    assert stand_in.key == f"replacement:{lost_row.id}#1"
    assert desk.row(lost_row.id).state == "lost"
    later = desk.order(student(), "replacement", on=date(2029, 1, 1), precedent=lost)
    assert len(desk.reserve(later, kind="replacement").unchanged) == 1
    # The stand-in is in force as the certificate was.
    valid, lost = desk.held(student())
    assert (valid.kind, valid.number) == ("replacement", lost_row.number)
    assert lost.document_id == lost_row.id


def test_a_lost_completion_has_no_stand_in_that_says_graduation(
    desk: Desk, student: MakeStudent
) -> None:
    [row] = desk.issue(desk.order(student(), "completion"), kind="completion")
    end(desk, row, DocumentState.LOST)
    assert desk.held(student()) == (None, None)


def test_without_a_precedent_a_replacement_has_no_number(
    desk: Desk, student: MakeStudent
) -> None:
    [row] = desk.issue(desk.order(student()))
    end(desk, row, DocumentState.LOST)
    _, lost = desk.held(student())
    with_facts = desk.order(student(), "replacement", precedent=lost)
    bare = replace(with_facts, precedent=None)
    [made] = desk.reserve(bare, kind="replacement").fresh
    assert made.number is None
    assert made.key == f"replacement:{student().id}#1"


# Completing and withdrawing


def test_a_document_is_completed_once(desk: Desk, student: MakeStudent) -> None:
    [row] = desk.reserve(desk.order(student())).fresh
    assert row.state == "reserved"
    assert row.code
    assert desk.complete(row, pdf="1" * 64) == [True]
    assert desk.complete(row, pdf="2" * 64) == [False]
    done = desk.row(row.id)
    assert done.state == "issued"
    assert done.pdf_sha256 == "1" * 64
    assert done.pages == 1
    assert done.review == ["看"]
    assert done.issued_at == done.created_at


def test_the_code_leaves_the_database_with_completion(
    desk: Desk, student: MakeStudent
) -> None:
    [row] = desk.issue(desk.order(student()))
    assert row.code is None
    assert len(row.code_sha256) == 64


def test_an_unknown_document_is_not_completed(desk: Desk, student: MakeStudent) -> None:
    [row] = desk.reserve(desk.order(student())).fresh
    row.id = "f" * 32
    assert desk.complete(row) == [False]


def test_withholding_does_not_touch_what_is_issued(
    desk: Desk, student: MakeStudent
) -> None:
    [row] = desk.issue(desk.order(student()))
    with desk.database.write() as session:
        withhold(session, row.id, "晚了")
    assert desk.row(row.id).reason is None


def test_a_long_reason_is_cut(desk: Desk, student: MakeStudent) -> None:
    [row] = desk.reserve(desk.order(student())).fresh
    with desk.database.write() as session:
        withhold(session, row.id, "缺" * 600)
    assert desk.row(row.id).reason == "缺" * 500


def test_withdrawing_needs_a_reason_and_a_document_in_force(
    desk: Desk, student: MakeStudent
) -> None:
    [row] = desk.issue(desk.order(student()))
    at = desk.batch("").created_at
    with pytest.raises(Refused, match="没有写明原因"):
        withdraw(row, DocumentState.REVOKED, "  ", at)
    assert row.state == "issued"
    withdraw(row, DocumentState.REVOKED, " 冒名 ", at)
    assert (row.state, row.reason, row.changed_at) == ("revoked", "冒名", at)
    with pytest.raises(Refused, match="不是有效文书"):
        withdraw(row, DocumentState.LOST, "又丢了", at)


def test_what_is_reserved_cannot_be_withdrawn(desk: Desk, student: MakeStudent) -> None:
    [row] = desk.reserve(desk.order(student())).fresh
    with pytest.raises(Refused, match="reserved"):
        withdraw(row, DocumentState.REVOKED, "因故", row.created_at)


# Finding


def test_a_document_is_found_by_id_by_its_beginning_and_by_number(
    desk: Desk, student: MakeStudent
) -> None:
    [row] = desk.issue(desk.order(student()))
    with desk.database.read() as session:
        for name in (row.id, row.id[:31], row.number or ""):
            assert find(session, name).id == row.id


def test_of_one_number_the_document_in_force_is_meant(
    desk: Desk, student: MakeStudent
) -> None:
    [old] = desk.issue(desk.order(student()))
    [new] = desk.issue(desk.order(student(), replaces=old.id))
    with desk.database.read() as session:
        assert find(session, new.number or "").id == new.id
        assert find(session, old.id).id == old.id


def test_a_name_that_means_two_documents_is_refused(desk: Desk, cohort: Cohort) -> None:
    desk.issue(*map(desk.order, cohort(2)))
    with (
        desk.database.read() as session,
        pytest.raises(NotFound, match="对应 2 份文书"),
    ):
        find(session, "0")


@pytest.mark.parametrize("name", ["没有", "100011202606999999", "%", "_"])
def test_a_name_that_means_nothing_is_refused(name: str, desk: Desk) -> None:
    with desk.database.read() as session, pytest.raises(NotFound, match="没有“"):
        find(session, name)


def test_facts_design_and_fonts_are_frozen_with_the_document(
    desk: Desk, student: MakeStudent
) -> None:
    [row] = desk.issue(desk.order(student()))
    assert row.facts["number"] == row.number
    assert row.facts["name"] == "欧阳明"
    assert row.photo_sha256 == "a" * 64
    assert row.fonts_sha256 == "f" * 64
    assert row.specimen is True
    assert row.layout == "a4"
    with desk.database.read() as session:
        design = session.get_one(DesignRow, row.design_sha256)
    assert design.content == {"template": "<p>"}


def test_kinds_that_a_certificate_counts_for(desk: Desk, cohort: Cohort) -> None:
    one, other = cohort(2)
    desk.issue(desk.order(one, "enrollment"), kind="enrollment")
    assert desk.held(one) == (None, None)
    desk.issue(desk.order(other))
    valid, lost = desk.held(other)
    assert KINDS[valid.kind].accountable
    assert lost is None
