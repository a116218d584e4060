"""What an import would do: takes drafts and the register, gives a plan.

Nothing is written here. A record that a file no longer mentions is left alone; a
column that a sheet does not have is left alone; an empty cell clears its field.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from printshop.records.columns import SheetKind
from printshop.records.drafts import Draft, Drafts, Origin
from printshop.records.plan_checks import (
    against_register,
    status_and_events,
    with_student,
)
from printshop.records.problem import Problem
from printshop.records.register import Snapshot, snapshot, status_now
from printshop.records.row_reader import Options

END_FIELDS = ("credits_required", "conclusion", "graduated_on")
_NEW_MARK = {
    "course_en": None,
    "nature": "",
    "assessment": "",
    "make_up": None,
    "retake": None,
    "in_gpa": True,
}
_NEW_EVENT = {"document_no": None, "reason": None, "until": None, "note": None}


@dataclass(frozen=True)
class Change:
    """One record that would be new or different.

    Attributes:
        kind: Which table, by its sheet.
        student_no: Whose.
        key: Which one of theirs; ``()`` for the student.
        before: Changed fields as they are, or None for a new record.
        after: The same fields as they would be; all fields of a new record.
    """

    kind: SheetKind
    student_no: str
    key: tuple[str, ...]
    before: Mapping[str, Any] | None
    after: Mapping[str, Any]

    @property
    def is_new(self) -> bool:
        """Whether the register does not have it yet."""
        return self.before is None


@dataclass(frozen=True)
class ImportPlan:
    """The outcome of looking at a file.

    Attributes:
        new: Records to add, students first.
        changed: Records to update, with the fields that differ.
        unchanged: How many are as the register has them, by sheet.
        problems: Everything to tell, file order.
        refused: Rows that stay out.
        read: Rows read, by sheet.
        versions: Version of each existing student the plan was made against.
    """

    new: tuple[Change, ...]
    changed: tuple[Change, ...]
    unchanged: Mapping[str, int]
    problems: tuple[Problem, ...]
    refused: tuple[Origin, ...] = ()
    read: Mapping[str, int] = field(default_factory=dict)
    versions: Mapping[str, tuple[str, int]] = field(default_factory=dict)

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that keep rows out."""
        return tuple(p for p in self.problems if p.is_error)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """The problems that only want a look."""
        return tuple(p for p in self.problems if not p.is_error)

    @property
    def is_empty(self) -> bool:
        """Whether applying it would change nothing."""
        return not self.new and not self.changed


def make_plan(drafts: Drafts, session: Session, options: Options) -> ImportPlan:
    """Hold checked rows against the register."""
    register = snapshot(session, *_numbers(drafts))
    against_register(drafts, register, options)
    with_student(drafts, register)
    status_and_events(drafts, register, options)
    planner = _Planner(register, options)
    overlay = planner.clearances(drafts)
    planner.students(drafts, overlay)
    planner.plain(SheetKind.CLEARANCES, planner.items, register.clearances, {})
    marks = [(d.student_no, d.key, d.values) for d in drafts.marks]
    planner.plain(SheetKind.MARKS, marks, register.marks, _NEW_MARK)
    events = [(d.student_no, d.key, d.values) for d in drafts.events]
    planner.plain(SheetKind.EVENTS, events, register.events, _NEW_EVENT)
    return ImportPlan(
        tuple(planner.new),
        tuple(planner.changed),
        {k.value: planner.unchanged[k] for k in SheetKind},
        tuple(sorted(drafts.problems, key=_place)),
        tuple(drafts.refused),
        drafts.read,
        {no: (s["id"], s["version"]) for no, s in register.students.items()},
    )


def _place(problem: Problem) -> tuple[bool, str, int]:
    return bool(problem.row), problem.sheet, problem.row or 0


def _numbers(drafts: Drafts) -> tuple[set[str], set[str], set[str]]:
    rows = (*drafts.students, *drafts.clearances, *drafts.marks, *drafts.events)
    exams = {d.values.get("exam_no") for d in drafts.students}
    return (
        {d.student_no for d in rows},
        {d.values["id_number"] for d in drafts.students},
        {exam for exam in exams if exam},
    )


Item = tuple[str, tuple[str, ...], Mapping[str, Any]]


class _Planner:
    def __init__(self, register: Snapshot, options: Options) -> None:
        self.register = register
        self.today = options.today
        self.new: list[Change] = []
        self.changed: list[Change] = []
        self.unchanged: Counter[SheetKind] = Counter()
        self.items: list[Item] = []

    def clearances(self, drafts: Drafts) -> dict[str, dict[str, Any]]:
        """Spread 审核 rows into items; gives what they say of the student itself."""
        overlay: dict[str, dict[str, Any]] = {}
        for draft in drafts.clearances:
            overlay[draft.student_no] = {
                f: draft.values[f] for f in END_FIELDS if f in draft.values
            }
            for item, values in draft.values["items"].items():
                self.items.append((draft.student_no, (item,), values))
        return overlay

    def students(self, drafts: Drafts, overlay: dict[str, dict[str, Any]]) -> None:
        """Students of the 学生 sheets, then those whom only 审核 mentions."""
        for draft in drafts.students:
            values = dict(draft.values)
            for name, value in overlay.pop(draft.student_no, {}).items():
                # An empty 审核 cell says nothing against the 学生 sheet.
                if value is not None or name not in values:
                    values[name] = value
            self._student(draft, values)
        for number, values in overlay.items():
            before = self.register.students.get(number)
            if before is not None and values:
                self._update(SheetKind.STUDENTS, number, (), before, values)

    def _student(self, draft: Draft, values: dict[str, Any]) -> None:
        number = draft.student_no
        before = self.register.students.get(number)
        if before is None:
            after = {**draft.defaults, **values}
            after["extra"] = _filled(values.get("extra", {}))
            self.new.append(Change(SheetKind.STUDENTS, number, (), None, after))
            return
        if values.get("base_status") == status_now(self.register, number, self.today):
            # The sheet tells the state that base and events already make.
            del values["base_status"]
        if "extra" in values:
            values["extra"] = _filled({**before["extra"], **values["extra"]})
        self._update(SheetKind.STUDENTS, number, (), before, values)

    def plain(
        self,
        kind: SheetKind,
        rows: list[Item],
        known: Mapping[tuple[str, ...], Mapping[str, Any]],
        defaults: Mapping[str, Any],
    ) -> None:
        """Rows of one table, each new, changed or as it was."""
        for number, key, values in rows:
            before = known.get((number, *key))
            if before is None:
                after = {**defaults, **values}
                self.new.append(Change(kind, number, key, None, after))
            else:
                self._update(kind, number, key, before, values)

    def _update(
        self,
        kind: SheetKind,
        number: str,
        key: tuple[str, ...],
        before: Mapping[str, Any],
        values: Mapping[str, Any],
    ) -> None:
        differing = [f for f, v in values.items() if before.get(f) != v]
        if not differing:
            self.unchanged[kind] += 1
            return
        self.changed.append(
            Change(
                kind,
                number,
                key,
                {f: before.get(f) for f in differing},
                {f: values[f] for f in differing},
            )
        )


def _filled(extra: Mapping[str, Any]) -> dict[str, Any]:
    return {title: value for title, value in extra.items() if value is not None}
