"""Documents: takes a document's name, gives what the register knows, and changes it.

What is issued never changes; it can only be revoked, declared lost or replaced, and
each of these is a line in the register and in the journal with its reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from printshop.database import lock
from printshop.errors import ArchiveError, NotFound, Refused
from printshop.issue.register import REGISTER, find, withdraw
from printshop.issue.tables import DocumentRow, DocumentState
from printshop.journal import Entry, entries
from printshop.kinds import KINDS
from printshop.records.tables import StudentRow
from printshop.shop.issuing import IssueReport, Issuing, Wish
from printshop.shop.selection import Selection
from printshop.shop.stopping import stop_jobs
from printshop.shop.tools import Tools


@dataclass(frozen=True)
class Filter:
    """Which documents to list; every filter that is set must hold."""

    kind: str | None = None
    state: str | None = None
    student_no: str | None = None
    batch: str | None = None
    limit: int = 1000


class Documents:
    """The register as people use it."""

    def __init__(self, tools: Tools, issuing: Issuing) -> None:
        self._tools = tools
        self._issuing = issuing

    def listed(self, wanted: Filter) -> list[DocumentRow]:
        """Documents in stack order, newest batch last.

        Raises:
            NotFound: The student number is not in the register.
        """
        query = select(DocumentRow).order_by(
            DocumentRow.created_at, DocumentRow.position
        )
        with self._tools.database.read() as session:
            if wanted.student_no is not None:
                student_id = _student_id(session, wanted.student_no)
                query = query.where(DocumentRow.student_id == student_id)
            for column, value in (
                (DocumentRow.kind, wanted.kind),
                (DocumentRow.state, wanted.state),
            ):
                if value is not None:
                    query = query.where(column == value)
            if wanted.batch is not None:
                query = query.where(
                    DocumentRow.batch_id.startswith(wanted.batch, autoescape=True)
                )
            return list(session.scalars(query.limit(wanted.limit)))

    def shown(self, name: str) -> tuple[DocumentRow, list[Entry]]:
        """One document with its journal, oldest first.

        Raises:
            NotFound: No such document, or more than one.
        """
        with self._tools.database.read() as session:
            row = find(session, name)
            return row, entries(session, subject=row.id)[::-1]

    def pdf(self, row: DocumentRow) -> bytes:
        """The archived bytes, checked against their hash.

        Raises:
            ArchiveError: Not archived yet, missing, or changed.
        """
        if row.pdf_sha256 is None:
            raise ArchiveError(
                f"{row.number or row.id} 还没有归档。",
                "请再运行一次 printshop issue, 把未完成的做完。",
            )
        return self._tools.archive.get(row.pdf_sha256)

    def path(self, row: DocumentRow) -> Path:
        """Where the archived file lies.

        Raises:
            ArchiveError: Not archived yet, missing, or changed.
        """
        self.pdf(row)
        return self._tools.archive.path(row.pdf_sha256 or "")

    def revoke(self, name: str, reason: str, *, actor: str) -> DocumentRow:
        """Declare a document invalid; verification says so from now on.

        Raises:
            NotFound: No such document.
            Refused: Not in force, or no reason.
        """
        return self._withdraw(name, DocumentState.REVOKED, reason, actor)

    def lose(self, name: str, reason: str, *, actor: str) -> DocumentRow:
        """Declare a certificate lost; then a 毕业证明书 can be issued.

        Raises:
            NotFound: No such document.
            Refused: Not in force, not a certificate, or no reason.
        """
        return self._withdraw(name, DocumentState.LOST, reason, actor)

    def _withdraw(
        self, name: str, to: DocumentState, reason: str, actor: str
    ) -> DocumentRow:
        now = self._tools.clock()
        with self._tools.database.write() as session:
            lock(session, REGISTER)
            row = find(session, name)
            if to is DocumentState.LOST and not KINDS[row.kind].accountable:
                raise Refused(
                    f"{KINDS[row.kind].title}不需要挂失。", "请直接重新开具。"
                )
            withdraw(row, to, reason, now)
            self._tools.journal.append(
                session,
                at=now,
                actor=actor,
                action=f"document.{to.value}",
                subject=row.id,
                number=row.number,
                reason=row.reason,
            )
            stop_jobs(session, row.id, self._tools.journal, actor=actor, now=now)
            return row

    def supersede(
        self, name: str, reason: str, *, layout: str | None = None, actor: str
    ) -> IssueReport:
        """Issue anew from today's record and put it in the old one's place.

        A certificate keeps its number, because the number is the person's
        registration; every other kind gets a new 文号. The old one answers
        *replaced* as soon as the new one is issued, not before.

        Raises:
            NotFound: No such document.
            Refused: The old one is not in force or was withdrawn as lost.
        """
        if not reason.strip():
            raise Refused("没有写明换发原因。", "请加 --reason “…”。")
        with self._tools.database.read() as session:
            row = find(session, name)
            student = session.get_one(StudentRow, row.student_id).student_no
        if row.state not in (DocumentState.ISSUED.value, DocumentState.REVOKED.value):
            raise Refused(
                f"{row.number or row.id} 的状态是 {row.state}, 不能换发。",
                "遗失的证书请补办毕业证明书 (issue replacement)。",
            )
        wish = Wish(
            KINDS[row.kind],
            Selection(student_nos=(student,)),
            row.language,
            layout=layout or row.layout,
            replaces=row.id,
        )
        report = self._issuing.issue(wish, actor=actor)
        self._journal_supersede(row, report, reason, actor)
        return report

    def _journal_supersede(
        self, old: DocumentRow, report: IssueReport, reason: str, actor: str
    ) -> None:
        now = self._tools.clock()
        with self._tools.database.write() as session:
            for new in report.issued:
                self._tools.journal.append(
                    session,
                    at=now,
                    actor=actor,
                    action="document.replaced",
                    subject=old.id,
                    by=new.id,
                    reason=reason.strip()[:500],
                )

    def batches(self, names: Sequence[str]) -> list[DocumentRow]:
        """The documents meant by batch ids, document ids or numbers, in stack order.

        Raises:
            NotFound: A name is neither a batch nor a document.
        """
        found: dict[str, DocumentRow] = {}
        with self._tools.database.read() as session:
            for name in names:
                query = (
                    select(DocumentRow)
                    .where(DocumentRow.batch_id.startswith(name, autoescape=True))
                    .order_by(DocumentRow.position)
                )
                rows = list(session.scalars(query)) or [find(session, name)]
                found |= {row.id: row for row in rows}
        return list(found.values())


def _student_id(session: Session, student_no: str) -> str:
    found = session.scalar(
        select(StudentRow.id).where(StudentRow.student_no == student_no)
    )
    if found is None:
        raise NotFound(f"没有学号为 {student_no} 的学生。", "请核对学号。")
    return found
