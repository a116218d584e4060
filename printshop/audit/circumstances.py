"""What a rule judges by: takes nothing, gives the circumstances of one request."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from printshop.audit.finding import Finding
from printshop.kinds import DocumentKind
from printshop.records.model import Student


@dataclass(frozen=True)
class Circumstances:
    """What a rule may know beside the student.

    Attributes:
        kind: The document kind asked for.
        language: The language asked for.
        on: The date the document would carry; leaves are judged on it.
        certificate_number: Number of the certificate the register holds, if any.
        lost_certificate: Whether the register holds one that is declared lost.
    """

    kind: DocumentKind
    language: str
    on: date
    certificate_number: str | None = None
    lost_certificate: bool = False


Rule = Callable[[Student, Circumstances], Iterator[Finding]]
