"""The rules by kind: takes a student and the circumstances, gives findings.

Every rule is a small generator; ``RULES`` says which apply to which kind. A rule
never raises: that something may not be issued is an answer, not an exception.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from printshop.audit.circumstances import Circumstances, Rule
from printshop.audit.finding import Finding
from printshop.audit.rules_graduation import (
    cleared,
    conclusion_is,
    credits_complete,
    dates_sane,
)
from printshop.audit.rules_proofs import (
    certificate_lost,
    english_complete,
    holds_certificate,
    marks_present,
)
from printshop.audit.rules_roll import (
    events_final,
    not_graduated,
    not_struck_off,
    photo_present,
    status_in,
)
from printshop.records.model import ClearanceItem, Status, Student


@dataclass(frozen=True)
class RuleSet:
    """The rules of one kind, in the order their findings are shown."""

    rules: tuple[Rule, ...] = field(default_factory=tuple)

    def findings(self, student: Student, case: Circumstances) -> tuple[Finding, ...]:
        """All findings of one student."""
        return tuple(f for rule in self.rules for f in rule(student, case))


_ALL = tuple(ClearanceItem)
_ON_ROLL = (Status.ENROLLED, Status.SUSPENDED, Status.RETAINED)
_HINT = "可以开具学籍证明 (roll-status), 其中写明状态。"

RULES: dict[str, RuleSet] = {
    "graduation": RuleSet(
        (
            conclusion_is("毕业"),
            status_in(Status.ENROLLED, Status.COMPLETED, Status.GRADUATED),
            cleared(*_ALL),
            credits_complete,
            photo_present,
            dates_sane,
            events_final,
        )
    ),
    "completion": RuleSet(
        (
            conclusion_is("结业"),
            status_in(Status.ENROLLED, Status.COMPLETED),
            cleared(ClearanceItem.CONDUCT, ClearanceItem.TUITION),
            photo_present,
            dates_sane,
            events_final,
        )
    ),
    "attendance": RuleSet(
        (
            conclusion_is("肄业"),
            status_in(Status.ENROLLED, Status.WITHDRAWN, Status.ATTENDED),
            cleared(ClearanceItem.CONDUCT, ClearanceItem.TUITION),
            photo_present,
            dates_sane,
            events_final,
        )
    ),
    "replacement": RuleSet((certificate_lost, not_struck_off, photo_present)),
    "transcript": RuleSet((marks_present, english_complete)),
    "enrollment": RuleSet(
        (not_graduated, status_in(Status.ENROLLED, hint=_HINT), english_complete)
    ),
    "roll-status": RuleSet((not_graduated, status_in(*_ON_ROLL), english_complete)),
    "education": RuleSet((holds_certificate, photo_present, english_complete)),
    "form-suspension": RuleSet((not_graduated, status_in(Status.ENROLLED))),
    "form-resumption": RuleSet(
        (not_graduated, status_in(Status.SUSPENDED, Status.RETAINED))
    ),
    "form-withdrawal": RuleSet((not_graduated, status_in(*_ON_ROLL))),
    "form-major-change": RuleSet((not_graduated, status_in(Status.ENROLLED))),
    "form-transfer": RuleSet((not_graduated, status_in(Status.ENROLLED))),
    "form-retention": RuleSet((not_graduated, status_in(Status.ENROLLED))),
}
