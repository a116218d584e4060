"""The audit: takes a student and a kind, gives findings. May this be issued?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from printshop.audit.circumstances import Circumstances
from printshop.audit.finding import Finding, doubt
from printshop.audit.rules import RULES
from printshop.errors import NotCleared
from printshop.records.model import Student

__all__ = ["Circumstances", "Finding", "Verdict", "audit", "doubt"]


@dataclass(frozen=True)
class Verdict:
    """The outcome for one student and one kind.

    Attributes:
        student: Whom it is about.
        findings: Blocking ones first, in rule order.
    """

    student: Student
    findings: tuple[Finding, ...]

    @property
    def cleared(self) -> bool:
        """Whether nothing blocks."""
        return not any(f.blocks for f in self.findings)

    @property
    def blocking(self) -> tuple[Finding, ...]:
        """The findings that block."""
        return tuple(f for f in self.findings if f.blocks)

    def require(self) -> None:
        """Insist on clearance.

        Raises:
            NotCleared: With every blocking sentence and its remedy.
        """
        if not self.cleared:
            what = "".join(f.sentence for f in self.blocking)
            remedy = " ".join(f.remedy for f in self.blocking if f.remedy)
            who = f"{self.student.student_no} {self.student.name}"
            raise NotCleared(f"{who}: {what}", remedy)


def audit(
    student: Student, case: Circumstances, more: Iterable[Finding] = ()
) -> Verdict:
    """May this document be issued to this student?

    Args:
        student: The record, as the register knows it now.
        case: Kind, language, date and what the register already holds.
        more: Findings of other stages (characters that no font draws), to be
            judged together with these.
    """
    found = (*RULES[case.kind.code].findings(student, case), *more)
    return Verdict(student, tuple(sorted(found, key=lambda f: not f.blocks)))
