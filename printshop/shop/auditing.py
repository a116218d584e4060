"""Auditing: takes a kind and a selection, gives a verdict per student.

The rules of the office (``audit``) and the characters that fonts can draw
(``render``) are judged together, because either keeps a document from being right.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from sqlalchemy.orm import Session

from printshop.audit import Circumstances, Finding, Verdict, audit, doubt
from printshop.issue.compose import Precedent
from printshop.issue.register import precedents
from printshop.kinds import DocumentKind, Family
from printshop.records.model import Student
from printshop.render.fonts import FontSet
from printshop.render.glyphs import report
from printshop.shop.selection import Selection
from printshop.shop.tools import Tools

Certificates = dict[str, tuple[Precedent | None, Precedent | None]]


class Auditing:
    """May it be issued? — for one kind and many students."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def verdicts(
        self,
        kind: DocumentKind,
        selection: Selection,
        *,
        language: str | None = None,
        on: date | None = None,
    ) -> list[Verdict]:
        """A verdict per selected student, in stack order.

        Raises:
            NotFound: The selection is empty or names an unknown student.
        """
        with self._tools.database.read() as session:
            students = selection.students(session, self._tools.today())
            return self.judge(
                session, kind, language or kind.languages[0], students, on
            )

    def judge(
        self,
        session: Session,
        kind: DocumentKind,
        language: str,
        students: Sequence[Student],
        on: date | None,
    ) -> list[Verdict]:
        """The same for students that are loaded already."""
        held = precedents(session, (student.id for student in students))
        fonts = self._tools.fonts()
        role = "kai" if kind.family is Family.CERTIFICATE else "song"
        return [
            audit(
                student,
                self._case(kind, language, student, held, on),
                glyph_findings(student, role, fonts),
            )
            for student in students
        ]

    def date_of(self, kind: DocumentKind, student: Student, on: date | None) -> date:
        """The date a document carries: for certificates the date of graduation.

        发证日期应与毕业日期一致 (practice under 教学〔2014〕11号); a 毕业证明书 is
        dated the day it is made out.
        """
        if on is not None:
            return on
        if kind.accountable and kind.code != "replacement":
            return student.graduated_on or self._tools.today()
        return self._tools.today()

    def _case(
        self,
        kind: DocumentKind,
        language: str,
        student: Student,
        held: Certificates,
        on: date | None,
    ) -> Circumstances:
        valid, lost = held.get(student.id, (None, None))
        return Circumstances(
            kind=kind,
            language=language,
            on=self.date_of(kind, student, on),
            certificate_number=valid.number if valid else None,
            lost_certificate=lost is not None,
        )


def glyph_findings(student: Student, role: str, fonts: FontSet) -> Iterator[Finding]:
    """Characters of the record that no listed font draws, or only a fallback does."""
    texts = {
        "姓名": student.name,
        "专业名称": student.programme.name,
        "院系": student.college,
        "班级": student.class_name,
    }
    found = report(texts, role, fonts)
    for use in found.missing:
        why = use.problem.value if use.problem else ""
        yield Finding("缺字", f"{use}{why}。", "请核对字形和编码; 确有此字时请补字体。")
    for use in found.review:
        yield doubt(
            "罕用字", f"{use}由后备字体 {use.family} 画出。", "请对照证件看字形。"
        )
