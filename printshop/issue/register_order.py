"""Orders: takes what is to be issued, gives what makes it the same document."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import Any

from printshop.database.base import canonical_json
from printshop.issue.compose import Precedent
from printshop.issue.facts import Facts
from printshop.issue.tables import DocumentRow
from printshop.kinds import DocumentKind, Numbering
from printshop.records.model import Student

UNIDENTIFYING = ("number", "issued_on", "valid_until")
# What may differ on another day without the person's record having changed.
OF_THE_DAY = (*UNIDENTIFYING, "school", "principal", "principal_title")


@dataclass(frozen=True)
class Paper:
    """What the pages of a run are made with; frozen with every document.

    Attributes:
        design: Template and layout texts (JSON values).
        design_sha256: Of their canonical JSON.
        fonts_sha256: Fingerprint of the font folder.
    """

    layout: str
    design: dict[str, Any]
    design_sha256: str
    fonts_sha256: str
    specimen: bool


@dataclass(frozen=True)
class Order:
    """One document to be issued.

    Attributes:
        compose: Gives the facts once the number is known.
        precedent: The person's certificate, where this document builds on it.
        replaces: Id of an issued document that this one takes the place of.
        again: Whether a valid twin is no reason to issue nothing.
    """

    student: Student
    compose: Callable[[str | None], Facts]
    on: date
    precedent: Precedent | None = None
    replaces: str | None = None
    again: bool = False


@dataclass
class Reservation:
    """What ``reserve`` did.

    Attributes:
        fresh: Newly numbered documents.
        resumed: Documents that an earlier run had reserved and not finished.
        unchanged: Documents that were issued before and are still good.
        conflicts: Student and sentence, where the register forbids it.
    """

    fresh: list[DocumentRow] = field(default_factory=list)
    resumed: list[DocumentRow] = field(default_factory=list)
    unchanged: list[DocumentRow] = field(default_factory=list)
    conflicts: list[tuple[Student, str, str]] = field(default_factory=list)


def base_key(kind: DocumentKind, language: str, order: Order) -> str:
    """What makes two orders the same document, whenever they are placed."""
    if kind.numbering is Numbering.INHERITED and order.precedent is not None:
        return f"{kind.code}:{order.precedent.document_id}"
    if kind.accountable:
        return f"{kind.code}:{order.student.id}"
    facts = order.compose(None).plain()
    for name in UNIDENTIFYING:
        facts.pop(name, None)
    body = canonical_json([kind.code, language, order.student.id, facts])
    return sha256(body.encode()).hexdigest()[:48]


def still_to_replace(
    kind: DocumentKind, order: Order, rows: Sequence[DocumentRow]
) -> bool:
    """Whether nothing has yet taken the place of what the order replaces."""
    if kind.accountable:
        return rows[-1].id == order.replaces
    return all(row.replaces_id != order.replaces for row in rows)


def changed_fields(before: dict[str, Any], facts: Facts) -> list[str]:
    """What of the record is no longer as printed, in the office's words."""
    fields = type(facts).model_fields
    return [
        re.split(r"[,:;（]", fields[name].description or name)[0]
        for name, value in facts.plain().items()
        if name in before and before[name] != value and name not in OF_THE_DAY
    ]
