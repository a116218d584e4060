"""All checks of a file: takes its tables, gives drafts, problems, refused rows.

Pure: knows nothing of the register. What only the register can tell (does the 学号
exist, is it another person) is ``plan.py``'s.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date

from printshop.records.checks_others import check_clearance, check_event, check_mark
from printshop.records.checks_students import check_student
from printshop.records.columns import SheetKind
from printshop.records.drafts import Draft, Drafts, Origin
from printshop.records.problem import Problem, ProblemCode
from printshop.records.row_reader import Options, RowReader
from printshop.records.table import Table

_NO_OPTIONS = Options(today=date.min)
_CHECKS: dict[SheetKind, Callable[[RowReader], Draft | None]] = {
    SheetKind.STUDENTS: check_student,
    SheetKind.CLEARANCES: check_clearance,
    SheetKind.MARKS: check_mark,
    SheetKind.EVENTS: check_event,
}


def check_tables(tables: Iterable[Table], options: Options) -> Drafts:
    """Check every row; one bad row never stops the others."""
    drafts = Drafts()
    lists = {
        SheetKind.STUDENTS: drafts.students,
        SheetKind.CLEARANCES: drafts.clearances,
        SheetKind.MARKS: drafts.marks,
        SheetKind.EVENTS: drafts.events,
    }
    for table in tables:
        check = _CHECKS[table.kind]
        title = table.kind.value
        for row in table.rows:
            drafts.read[title] = drafts.read.get(title, 0) + 1
            reader = RowReader(table, row, options)
            draft = check(reader)
            drafts.problems += reader.problems
            if draft is not None:
                lists[table.kind].append(draft)
                continue
            drafts.refused.append(Origin(table, row))
            if table.kind is SheetKind.STUDENTS and reader.student_no:
                drafts.refused_students.add(reader.student_no)
    drafts.students[:] = _distinct_students(drafts)
    for kind in (SheetKind.CLEARANCES, SheetKind.MARKS, SheetKind.EVENTS):
        lists[kind][:] = _distinct(drafts, lists[kind])
    return drafts


def refuse(
    drafts: Drafts, draft: Draft, code: ProblemCode, why: str, remedy: str, field: str
) -> None:
    """Keep a draft out after all, because of another row or of the register."""
    reader = _about(draft)
    reader.error(field, code, why, remedy)
    drafts.problems += reader.problems
    drafts.refused.append(draft.origin)
    if draft.origin.table.kind is SheetKind.STUDENTS:
        drafts.refused_students.add(draft.student_no)


def note(
    draft: Draft, code: ProblemCode, why: str, remedy: str, field: str | None
) -> Problem:
    """A warning about a draft that goes in all the same."""
    reader = _about(draft)
    reader.warn(field, code, why, remedy)
    return reader.problems[0]


def _about(draft: Draft) -> RowReader:
    reader = RowReader(draft.origin.table, draft.origin.row, _NO_OPTIONS)
    reader.student_no = draft.student_no
    return reader


def _distinct_students(drafts: Drafts) -> list[Draft]:
    good = _distinct(
        drafts, drafts.students, ProblemCode.DUPLICATE_STUDENT_NO, "student_no"
    )
    for field, code in (
        ("id_number", ProblemCode.DUPLICATE_ID),
        ("exam_no", ProblemCode.DUPLICATE_EXAM_NO),
    ):
        good = _one_owner(drafts, good, field, code)
    return good


def _distinct(
    drafts: Drafts,
    rows: list[Draft],
    code: ProblemCode = ProblemCode.DUPLICATE_KEY,
    field: str = "student_no",
) -> list[Draft]:
    """Rows about the same thing: identical ones once, contradicting ones never."""
    groups: dict[tuple[str, ...], list[Draft]] = defaultdict(list)
    for draft in rows:
        groups[draft.student_no, *draft.key].append(draft)
    good: list[Draft] = []
    for group in groups.values():
        first = group[0]
        same = [d for d in group[1:] if d.values == first.values]
        if len(same) == len(group) - 1:
            good.append(first)
            drafts.problems += [_repeated(d, first) for d in same]
            continue
        for draft in group:
            others = _places([d for d in group if d is not draft])
            what = _what(draft)
            refuse(
                drafts,
                draft,
                code,
                f"{what}在文件里出现多次, 内容不一致 (另见 {others})。",
                "请只保留正确的一行。这几行都没有导入。",
                field,
            )
    return good


def _what(draft: Draft) -> str:
    return " ".join((f"学号 {draft.student_no}", *draft.key))


def _places(rows: list[Draft]) -> str:
    shown = [f"{d.origin.table.sheet.name}!第{d.origin.row.number}行" for d in rows[:3]]
    return "、".join(shown)


def _repeated(draft: Draft, first: Draft) -> Problem:
    return note(
        draft,
        ProblemCode.DUPLICATE_ROW,
        f"与{_places([first])}完全相同, 只算一次。",
        "可以删去。",
        None,
    )


def _one_owner(
    drafts: Drafts, rows: list[Draft], field: str, code: ProblemCode
) -> list[Draft]:
    """The same 证件号码 or 考生号 under two 学号: nobody knows whose it is."""
    owners: dict[str, list[Draft]] = defaultdict(list)
    for draft in rows:
        value = draft.values.get(field)
        if value:
            owners[value].append(draft)
    out: set[str] = set()
    for value, group in owners.items():
        if len(group) < 2:
            continue
        for draft in group:
            out.add(draft.student_no)
            others = [d for d in group if d is not draft]
            numbers = "、".join(d.student_no for d in others[:3])
            title = draft.origin.table.header_of(field)
            refuse(
                drafts,
                draft,
                code,
                f"{title} {value} 又出现在学号 {numbers} ({_places(others)})。",
                "请查明是谁的, 改正或删去错误的行。这几行都没有导入。",
                field,
            )
    return [draft for draft in rows if draft.student_no not in out]
