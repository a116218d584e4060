"""The facts classes by kind: adding a kind adds one line here."""

from __future__ import annotations

from printshop.issue.facts.base import Facts, Person
from printshop.issue.facts.certificates import (
    AttendanceFacts,
    CertificateFacts,
    CompletionFacts,
    ReplacementFacts,
)
from printshop.issue.facts.forms import FormFacts
from printshop.issue.facts.proofs import EducationFacts, EnrollmentFacts
from printshop.issue.facts.transcript import CourseFact, TermFact, TranscriptFacts
from printshop.kinds import KINDS, Family

FACTS: dict[str, type[Facts]] = {
    "graduation": CertificateFacts,
    "completion": CompletionFacts,
    "attendance": AttendanceFacts,
    "replacement": ReplacementFacts,
    "transcript": TranscriptFacts,
    "enrollment": EnrollmentFacts,
    "roll-status": EnrollmentFacts,
    "education": EducationFacts,
    **{k.code: FormFacts for k in KINDS.values() if k.family is Family.FORM},
}

__all__ = [
    "FACTS",
    "AttendanceFacts",
    "CertificateFacts",
    "CompletionFacts",
    "CourseFact",
    "EducationFacts",
    "EnrollmentFacts",
    "Facts",
    "FormFacts",
    "Person",
    "ReplacementFacts",
    "TermFact",
    "TranscriptFacts",
]
