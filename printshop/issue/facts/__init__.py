"""The facts classes by kind: adding a kind adds one line here."""

from __future__ import annotations

from printshop.issue.facts.base import Facts, Person, Printed
from printshop.issue.facts.certificates import (
    AttendanceFacts,
    CertificateFacts,
    CompletionFacts,
    ReplacementFacts,
)
from printshop.issue.facts.forms import FORMS, FormFacts
from printshop.issue.facts.lists import AuditLine, AuditSheetFacts, ClearanceFact
from printshop.issue.facts.proofs import EducationFacts, EnrollmentFacts
from printshop.issue.facts.transcript import CourseFact, TermFact, TranscriptFacts

FACTS: dict[str, type[Facts]] = {
    "graduation": CertificateFacts,
    "completion": CompletionFacts,
    "attendance": AttendanceFacts,
    "replacement": ReplacementFacts,
    "transcript": TranscriptFacts,
    "enrollment": EnrollmentFacts,
    "roll-status": EnrollmentFacts,
    "education": EducationFacts,
    **FORMS,
}

# Lists are about many people: no number, no code, no register entry.
LISTS: dict[str, type[Printed]] = {"audit-sheet": AuditSheetFacts}
PRINTED: dict[str, type[Printed]] = {**FACTS, **LISTS}

__all__ = [
    "FACTS",
    "LISTS",
    "PRINTED",
    "AttendanceFacts",
    "AuditLine",
    "AuditSheetFacts",
    "CertificateFacts",
    "ClearanceFact",
    "CompletionFacts",
    "CourseFact",
    "EducationFacts",
    "EnrollmentFacts",
    "Facts",
    "FormFacts",
    "Person",
    "Printed",
    "ReplacementFacts",
    "TermFact",
    "TranscriptFacts",
]
