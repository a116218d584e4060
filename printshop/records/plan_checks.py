"""What only the register can tell: takes drafts and a snapshot, refuses rows.

Is it the same person? Does the 学号 exist? Do two sheets agree on one student?
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

from printshop.records.checks import note, refuse
from printshop.records.drafts import Draft, Drafts
from printshop.records.model import EventType, Status, StatusEvent
from printshop.records.problem import ProblemCode
from printshop.records.register import Snapshot, status_now
from printshop.records.row_reader import Options

_ON_ROLL = frozenset(
    status.value
    for status in (
        Status.ENROLLED,
        Status.SUSPENDED,
        Status.RETAINED,
        Status.ADMISSION_RETAINED,
    )
)


def against_register(drafts: Drafts, register: Snapshot, options: Options) -> None:
    """Refuse students whose numbers the register knows as somebody else's."""
    english: dict[tuple[str, ...], str] = {}
    drafts.students[:] = [
        draft
        for draft in drafts.students
        if _same_person(drafts, draft, register, options)
        and _id_free(drafts, draft, register)
        and _exam_free(drafts, draft, register)
        and _one_english_name(drafts, draft, english)
    ]


def _same_person(
    drafts: Drafts, draft: Draft, register: Snapshot, options: Options
) -> bool:
    known = register.students.get(draft.student_no)
    number = draft.values["id_number"]
    if known is None or known["id_number"] == number:
        return True
    if draft.student_no in options.accept_id_change:
        return True
    refuse(
        drafts,
        draft,
        ProblemCode.OTHER_PERSON,
        f"学号 {draft.student_no} 在登记簿里是{known['name']}, 证件号码 "
        f"{_masked(known['id_number'])}, 与本行不同。不是同一个人?",
        "请核对学号。如确为同一人更正证件号码, 请加 "
        f"--accept-id-change {draft.student_no} 再导入。",
        "id_number",
    )
    return False


def _masked(number: str) -> str:
    """Enough to recognise a number, not enough to copy it from a screen."""
    return f"{number[:6]}…{number[-4:]}" if len(number) > 12 else number


def _id_free(drafts: Drafts, draft: Draft, register: Snapshot) -> bool:
    owners = register.id_owners.get(draft.values["id_number"], [])
    for other in owners:
        if other["student_no"] == draft.student_no:
            continue
        if _finished(other, draft):
            drafts.problems.append(
                note(
                    draft,
                    ProblemCode.ID_IN_REGISTER,
                    f"此人曾以学号 {other['student_no']} 在本校就读 "
                    f"({other['base_status']})。",
                    "请看一眼是否同一人。",
                    "id_number",
                )
            )
            continue
        refuse(
            drafts,
            draft,
            ProblemCode.ID_IN_REGISTER,
            f"这个证件号码在登记簿里属于学号 {other['student_no']} "
            f"({other['name']}, {other['base_status']})。",
            "同一个人同时只能有一个学号: 请核对学号和证件号码。",
            "id_number",
        )
        return False
    return True


def _finished(other: dict[str, Any], draft: Draft) -> bool:
    """Whether the other record is this person's earlier, ended study."""
    if other["base_status"] not in _ON_ROLL:
        return True
    end = other["graduated_on"]
    return end is not None and end <= draft.values["enrolled_on"]


def _exam_free(drafts: Drafts, draft: Draft, register: Snapshot) -> bool:
    exam = draft.values.get("exam_no")
    owner = register.exam_owners.get(exam) if exam else None
    if owner is None or owner == draft.student_no:
        return True
    refuse(
        drafts,
        draft,
        ProblemCode.EXAM_NO_IN_REGISTER,
        f"考生号 {exam} 在登记簿里属于学号 {owner}。",
        "请对照录取名册改正; 如登记簿有误, 请先更正那一个学生。",
        "exam_no",
    )
    return False


def _one_english_name(
    drafts: Drafts, draft: Draft, seen: dict[tuple[str, ...], str]
) -> bool:
    values = draft.values
    english = values.get("programme_name_en")
    if not english:
        return True
    code, name = values["programme_code"], values["programme_name"]
    key = (code, name, values.get("catalog_year") or "")
    first = seen.setdefault(key, english)
    if first == english:
        return True
    refuse(
        drafts,
        draft,
        ProblemCode.PROGRAMME_NAME_EN,
        f"专业“{name}”前面写的英文名是“{first}”, 这一行是“{english}”。",
        "同一专业只能有一个英文名, 请统一。",
        "programme_name_en",
    )
    return False


def with_student(drafts: Drafts, register: Snapshot) -> None:
    """Refuse rows of people whom neither the file nor the register has."""
    people = {draft.student_no: draft for draft in drafts.students}
    for rows in (drafts.clearances, drafts.marks, drafts.events):
        rows[:] = [
            row
            for row in rows
            if _has_student(drafts, row, people, register)
            and _same_name(drafts, row, people, register)
        ]
    drafts.clearances[:] = [
        row
        for row in drafts.clearances
        if _agrees(drafts, row, people.get(row.student_no))
        and _ends_after_start(drafts, row, people, register)
    ]


def _has_student(
    drafts: Drafts, row: Draft, people: dict[str, Draft], register: Snapshot
) -> bool:
    number = row.student_no
    if number in people or number in register.students:
        return True
    if number in drafts.refused_students:
        refuse(
            drafts,
            row,
            ProblemCode.STUDENT_REFUSED,
            f"学号 {number} 的学生行没有通过检查, 这一行也不导入。",
            "请先改正学生行, 再一起导入。",
            "student_no",
        )
    else:
        refuse(
            drafts,
            row,
            ProblemCode.STUDENT_UNKNOWN,
            f"没有学号为 {number} 的学生。",
            "请核对学号, 或先导入这个学生。",
            "student_no",
        )
    return False


def _same_name(
    drafts: Drafts, row: Draft, people: dict[str, Draft], register: Snapshot
) -> bool:
    if row.name is None:
        return True
    number = row.student_no
    names = [people[number].values["name"]] if number in people else []
    if number in register.students:
        names.append(register.students[number]["name"])
    if row.name in names:
        return True
    refuse(
        drafts,
        row,
        ProblemCode.NAME_MISMATCH,
        f"学号 {number} 是{names[0]}, 这一行写的是{row.name}。",
        "请核对学号和姓名, 是否串行。",
        "name",
    )
    return False


def _agrees(drafts: Drafts, row: Draft, student: Draft | None) -> bool:
    for field in ("conclusion", "graduated_on"):
        mine = row.values.get(field)
        theirs = student.values.get(field) if student else None
        if mine is not None and theirs is not None and mine != theirs:
            header = row.origin.table.header_of(field)
            refuse(
                drafts,
                row,
                ProblemCode.CONFLICT,
                f"{header}: 这一行是 {mine}, 学生表是 {theirs}。",
                "请改成一致, 或只在一张表里填写。",
                field,
            )
            return False
    return True


def _ends_after_start(
    drafts: Drafts, row: Draft, people: dict[str, Draft], register: Snapshot
) -> bool:
    end = row.values.get("graduated_on")
    number = row.student_no
    known = people[number].values if number in people else register.students[number]
    start = known["enrolled_on"]
    if end is None or end > start:
        return True
    refuse(
        drafts,
        row,
        ProblemCode.DATE_ORDER,
        f"毕业日期 {end} 不晚于入学日期 {start}。",
        "请改正其中错误的一个。",
        "graduated_on",
    )
    return False


def status_and_events(drafts: Drafts, register: Snapshot, options: Options) -> None:
    """Warn where a sheet's 学籍状态 is not what the events make of it."""
    new: dict[str, list[StatusEvent]] = defaultdict(list)
    for event in drafts.events:
        kind, day = event.key
        new[event.student_no].append(
            StatusEvent(
                EventType(kind),
                date.fromisoformat(day),
                event.values.get("document_no"),
            )
        )
    for draft in drafts.students:
        said = draft.values.get("base_status")
        number = draft.student_no
        if said is None:
            continue
        made = status_now(
            register, number, options.today, base=said, more=new.get(number, ())
        )
        if made != said:
            drafts.problems.append(
                note(
                    draft,
                    ProblemCode.STATUS_EVENTS,
                    f"表中学籍状态是{said}, 按异动 (有文号的) 应为{made}; 以异动为准。",
                    "请核对学籍状态和异动。",
                    "base_status",
                )
            )
