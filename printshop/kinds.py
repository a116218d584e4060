"""The document kinds: takes nothing, gives one line per kind of paper.

A kind names its template and facts class (by its code), how it is numbered, in
which languages it is written, and whether a person can hold more than one at a
time. Everything that differs between kinds by *rule* lives in the stages
(``audit/rules.py``, ``issue/facts.py``); this is only the registry.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from printshop.errors import NotFound


class Numbering(Enum):
    """How a kind gets the number that is printed on it."""

    CERTIFICATE = "certificate"  # 18 digits, 5+1+4+2+6
    INHERITED = "inherited"  # the number of the certificate it replaces
    SERIAL = "serial"  # a 文号 by the office's pattern
    NONE = "none"  # carries no number (肄业: 教学司[2001]80号)


class Family(Enum):
    """Kinds that share rules, register behaviour and a page style."""

    CERTIFICATE = "certificate"
    PROOF = "proof"
    TRANSCRIPT = "transcript"
    FORM = "form"
    LIST = "list"


@dataclass(frozen=True)
class DocumentKind:
    """One kind of paper.

    Attributes:
        code: The kind's name in commands, folders and tables.
        title: Its Chinese name, as printed and as shown on screens.
        title_en: Its English name.
        family: Which rules and page style it follows.
        numbering: Where its number comes from.
        languages: Languages it can be written in, the first is the default.
        valid_days: Days it stays valid from its date, or None for life.
        photo: Whether the holder's photo is part of the page.
    """

    code: str
    title: str
    title_en: str
    family: Family
    numbering: Numbering
    languages: tuple[str, ...] = ("zh",)
    valid_days: int | None = None
    photo: bool = False

    @property
    def accountable(self) -> bool:
        """Whether it is printed on counted blanks and exists once per person."""
        return self.family is Family.CERTIFICATE


def _certificate(
    code: str, title: str, title_en: str, numbering: Numbering
) -> DocumentKind:
    return DocumentKind(
        code, title, title_en, Family.CERTIFICATE, numbering, photo=True
    )


def _form(code: str, title: str, title_en: str) -> DocumentKind:
    return DocumentKind(code, title, title_en, Family.FORM, Numbering.SERIAL)


def _proof(
    code: str,
    title: str,
    title_en: str,
    valid_days: int | None,
    *,
    photo: bool = False,
) -> DocumentKind:
    return DocumentKind(
        code,
        title,
        title_en,
        Family.PROOF,
        Numbering.SERIAL,
        languages=("zh", "en"),
        valid_days=valid_days,
        photo=photo,
    )


KINDS: dict[str, DocumentKind] = {
    kind.code: kind
    for kind in (
        _certificate(
            "graduation", "毕业证书", "Graduation certificate", Numbering.CERTIFICATE
        ),
        _certificate(
            "completion", "结业证书", "Completion certificate", Numbering.CERTIFICATE
        ),
        _certificate(
            "attendance", "肄业证书", "Attendance certificate", Numbering.NONE
        ),
        _certificate(
            "replacement",
            "毕业证明书",
            "Graduation certificate replacement",
            Numbering.INHERITED,
        ),
        DocumentKind(
            "transcript",
            "成绩单",
            "Transcript",
            Family.TRANSCRIPT,
            Numbering.SERIAL,
            languages=("zh", "zh-en"),
        ),
        _proof("enrollment", "在读证明", "Enrollment proof", 30),
        _proof("roll-status", "学籍证明", "Student status proof", 30),
        _proof("education", "学历证明", "Proof of education", None, photo=True),
        _form("form-suspension", "休学申请表", "Leave of absence form"),
        _form("form-resumption", "复学申请表", "Resumption of studies form"),
        _form("form-withdrawal", "退学申请表", "Withdrawal form"),
        _form("form-major-change", "转专业申请表", "Change of programme form"),
        _form("form-transfer", "转学申请表", "Transfer form"),
        _form("form-retention", "保留学籍申请表", "Retention of status form"),
    )
}

LISTS: dict[str, DocumentKind] = {
    kind.code: kind
    for kind in (
        DocumentKind(
            "audit-sheet",
            "毕业资格审核表",
            "Graduation audit sheet",
            Family.LIST,
            Numbering.NONE,
        ),
    )
}
"""Papers about many people: laid out like documents, but never in the register."""

_BY_TITLE = {kind.title: kind for kind in (KINDS | LISTS).values()}


def kind_of(name: str) -> DocumentKind:
    """Look a kind of document or list up by its code or its Chinese title.

    Raises:
        NotFound: No kind of that name; the remedy lists all of them.
    """
    kind = KINDS.get(name) or LISTS.get(name) or _BY_TITLE.get(name)
    if kind is None:
        known = "、".join(f"{k.code} {k.title}" for k in KINDS.values())
        raise NotFound(f"没有名为“{name}”的文书种类。", f"可用的种类: {known}。")
    return kind
