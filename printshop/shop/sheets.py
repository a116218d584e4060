"""Sheets: takes verdicts, gives lists on paper for signing; no number, no register."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from printshop.audit import Verdict
from printshop.audit.credits import earned
from printshop.errors import InputError, PrintshopError
from printshop.issue.facts.lists import AuditSheetFacts
from printshop.records.model import Clearance, ClearanceItem, Student
from printshop.render.design import load_design
from printshop.render.model import Page, PageRequest
from printshop.shop.tools import Tools

Class = tuple[str, str, str]


class Sheets:
    """Makes the lists."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def audit_sheets(self, verdicts: Sequence[Verdict], title: str) -> list[Page]:
        """毕业资格审核表, one per class, in the order given.

        Raises:
            InputError: Nobody to list.
            PrintshopError: A page could not be made.
        """
        if not verdicts:
            raise InputError("没有学生, 无法制表。", "请放宽选择条件。")
        design = load_design("audit-sheet", None, "zh")
        requests = [
            PageRequest(
                document_id=f"audit-sheet-{'-'.join(which)}",
                kind="audit-sheet",
                language="zh",
                facts=self._facts(which, list(group), title).plain(),
                design=design,
                qr=None,
                verify_at=self._tools.office.verify_at,
                photo=None,
                date=self._tools.today(),
                specimen=self._tools.office.specimen,
            )
            for which, group in groupby(verdicts, key=_class_of)
        ]
        pages = []
        with self._tools.press() as press:
            for _, page in press.map(requests):
                if isinstance(page, PrintshopError):
                    raise page
                pages.append(page)
        return pages

    def _facts(
        self, which: Class, verdicts: list[Verdict], title: str
    ) -> AuditSheetFacts:
        class_name, college, programme = which
        return AuditSheetFacts.model_validate(
            {
                "school": self._tools.office.name,
                "office": self._tools.office.office,
                "college": college,
                "programme": programme,
                "class_name": class_name,
                "grade": verdicts[0].student.grade,
                "certificate": title,
                "issued_on": self._tools.today(),
                "lines": tuple(_line(verdict) for verdict in verdicts),
            }
        )


def _class_of(verdict: Verdict) -> Class:
    student = verdict.student
    return student.class_name, student.college, student.programme.name


def _line(verdict: Verdict) -> dict[str, object]:
    student = verdict.student
    required = student.credits_required
    return {
        "student_no": student.student_no,
        "name": student.name,
        "sex": student.sex,
        "clearances": tuple(_check(student, item) for item in ClearanceItem),
        "credits_earned": f"{earned(student.marks):.1f}",
        "credits_required": None if required is None else f"{required:.1f}",
        "photo": student.photo is not None,
        "status": student.status.value,
        "issuable": verdict.cleared,
        "reasons": tuple(finding.sentence for finding in verdict.blocking),
    }


def _check(student: Student, item: ClearanceItem) -> dict[str, object]:
    found = student.clearance(item)
    return {
        "item": item.value,
        "state": _state(found),
        "by": found.by if found else None,
        "on": found.on if found else None,
        "note": found.note if found else None,
    }


def _state(found: Clearance | None) -> str:
    if found is None:
        return "未审核"
    return "通过" if found.cleared else "未通过"
