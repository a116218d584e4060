"""Issuing: takes a kind and a selection, gives numbered, archived documents.

The order is what makes a crash harmless: number and freeze (one transaction) →
draw → read the code back → archive (file, fsync) → mark issued (one transaction).
Started again, it takes up whatever is reserved and issues nothing twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from printshop.archive import record
from printshop.audit import Finding, Verdict
from printshop.database import lock
from printshop.errors import ArchiveError, PrintshopError, Refused
from printshop.issue.compose import Particulars, Precedent, compose
from printshop.issue.facts import Facts
from printshop.issue.register import (
    REGISTER,
    Clerk,
    Order,
    Paper,
    Reservation,
    complete,
    precedents,
    withhold,
)
from printshop.issue.series import Allotter
from printshop.issue.tables import BatchRow, DesignRow, DocumentRow
from printshop.kinds import DocumentKind
from printshop.records.model import Student
from printshop.records.photos import photo_bytes
from printshop.render.design import load_design
from printshop.render.model import Design, Page, PageRequest
from printshop.seal.code import code_hash, new_code
from printshop.seal.token import link
from printshop.shop.auditing import Auditing
from printshop.shop.selection import Selection
from printshop.shop.stopping import stop_jobs
from printshop.shop.tools import Progress, Tools, silent

_OVERTAKEN = Finding(
    "资料已改",
    "排版期间资料改过, 另一次开具已按新资料接手。",
    "请再运行一次同一命令。",
)


@dataclass(frozen=True)
class Wish:
    """What is to be issued.

    Attributes:
        layout: Name of the layout; None takes the kind's default.
        on: Date of the documents; None takes graduation date or today.
        again: A new proof although a valid one with the same facts exists.
        replaces: Id of the document that this one takes the place of.
    """

    kind: DocumentKind
    selection: Selection
    language: str
    layout: str | None = None
    on: date | None = None
    again: bool = False
    replaces: str | None = None
    particulars: Particulars = field(default_factory=Particulars)


@dataclass
class IssueReport:
    """What a run of ``issue`` did, student by student.

    Attributes:
        issued: Documents that this run finished, in stack order.
        unchanged: Documents that were good already.
        refused: Student and findings; nothing of theirs was issued.
        failed: Document and the error that kept its page from being made.
        batch_id: The batch of the newly numbered, or None.
    """

    kind: DocumentKind
    issued: list[DocumentRow] = field(default_factory=list)
    unchanged: list[DocumentRow] = field(default_factory=list)
    refused: list[tuple[Student, tuple[Finding, ...]]] = field(default_factory=list)
    failed: list[tuple[DocumentRow, PrintshopError]] = field(default_factory=list)
    batch_id: str | None = None
    resumed: int = 0


class Issuing:
    """Numbers, renders and archives."""

    def __init__(self, tools: Tools, auditing: Auditing) -> None:
        self._tools = tools
        self._auditing = auditing
        self._clerk = Clerk(
            Allotter(tools.office, tools.secrets["numbers"]),
            tools.new_id,
            lambda: _fresh_code(tools),
        )

    def issue(
        self, wish: Wish, *, actor: str, progress: Progress = silent
    ) -> IssueReport:
        """Issue to everybody who is cleared; say of the others why not.

        Raises:
            NotFound: Nobody is selected, or the layout does not exist.
            Refused: The language is not one of the kind's.
        """
        if wish.language not in wish.kind.languages:
            raise Refused(
                f"{wish.kind.title}没有语种“{wish.language}”。",
                f"可用: {'、'.join(wish.kind.languages)}。",
            )
        design = load_design(wish.kind.code, wish.layout, wish.language)
        report = IssueReport(wish.kind)
        reserved = self._reserve(wish, design, report, actor)
        self._finish(reserved, wish, report, actor, progress)
        return report

    def _reserve(
        self, wish: Wish, design: Design, report: IssueReport, actor: str
    ) -> list[str]:
        """Audit and reserve in one transaction; gives the ids to be drawn.

        The audit runs inside the write transaction, so that nobody can take a
        clearance back between the verdict and the number.
        """
        now = self._tools.clock()
        with self._tools.database.write() as session:
            lock(session, REGISTER)
            students = wish.selection.students(session, self._tools.today())
            verdicts = self._auditing.judge(
                session, wish.kind, wish.language, students, wish.on
            )
            report.refused += [
                (v.student, v.blocking) for v in verdicts if not v.cleared
            ]
            batch = BatchRow(
                id=self._tools.new_id(),
                kind=wish.kind.code,
                selection=wish.selection.plain(),
                issued_on=wish.on or self._tools.today(),
                actor=actor,
                created_at=now,
            )
            result = self._clerk.reserve(
                session,
                wish.kind,
                wish.language,
                list(self._orders(session, wish, verdicts)),
                self._paper(design),
                batch=batch,
                at=now,
            )
            self._note(session, result, batch, report, actor)
        rows = sorted(
            result.fresh + result.resumed, key=lambda r: (r.created_at, r.position)
        )
        return [row.id for row in rows]

    def _note(
        self,
        session: Session,
        result: Reservation,
        batch: BatchRow,
        report: IssueReport,
        actor: str,
    ) -> None:
        report.unchanged = result.unchanged
        report.resumed = len(result.resumed)
        report.refused += [
            (student, (Finding("已发证", what, remedy),))
            for student, what, remedy in result.conflicts
        ]
        if result.fresh:
            report.batch_id = batch.id
            self._tools.journal.append(
                session,
                at=batch.created_at,
                actor=actor,
                action="batch.reserved",
                subject=batch.id,
                kind=batch.kind,
                count=len(result.fresh),
                numbers=[row.number for row in result.fresh],
            )

    def _orders(
        self, session: Session, wish: Wish, verdicts: Sequence[Verdict]
    ) -> Iterator[Order]:
        cleared = [v.student for v in verdicts if v.cleared]
        held = precedents(session, (student.id for student in cleared))
        for student in cleared:
            valid, lost = held.get(student.id, (None, None))
            precedent = lost if wish.kind.code == "replacement" else valid
            replaces = wish.replaces
            if wish.kind.code == "graduation" and valid and valid.kind == "completion":
                replaces = valid.document_id  # 结业换毕业
            on = self._auditing.date_of(wish.kind, student, wish.on)
            yield Order(
                student,
                self._composer(wish, student, on, precedent),
                on,
                precedent=precedent,
                replaces=replaces,
                again=wish.again,
            )

    def _composer(
        self, wish: Wish, student: Student, on: date, precedent: Precedent | None
    ) -> _Composer:
        return _Composer(self._tools, wish, student, on, precedent)

    def _paper(self, design: Design) -> Paper:
        content = asdict(design)
        return Paper(
            layout=design.layout,
            design=content,
            design_sha256=design.sha256,
            fonts_sha256=self._tools.fonts().fingerprint,
            specimen=self._tools.office.specimen,
        )

    def _finish(
        self,
        ids: list[str],
        wish: Wish,
        report: IssueReport,
        actor: str,
        progress: Progress,
    ) -> None:
        """Draw, archive and mark issued, one by one."""
        if not ids:
            return
        with self._tools.database.read() as session:
            rows = _load(session, ids)
            designs = _designs(session, rows)
        by_id = {row.id: row for row in rows}
        requests = self._requests(rows, designs, report)
        with self._tools.press() as press:
            for done, (document_id, page) in enumerate(press.map(requests), 1):
                row = by_id[document_id]
                if isinstance(page, PrintshopError):
                    self._withhold(row, page, report)
                else:
                    self._keep(row, page, wish, report, actor)
                progress(done, len(ids))

    def _requests(
        self, rows: list[DocumentRow], designs: dict[str, Design], report: IssueReport
    ) -> Iterator[PageRequest]:
        for row in rows:
            try:
                request = self._request(row, designs)
            except ArchiveError as error:  # the photo is gone: this one's trouble only
                self._withhold(row, error, report)
                continue
            yield request

    def _request(self, row: DocumentRow, designs: dict[str, Design]) -> PageRequest:
        photo = row.photo_sha256
        office = self._tools.office
        return PageRequest(
            document_id=row.id,
            kind=row.kind,
            language=row.language,
            facts=row.facts,
            design=designs[row.design_sha256],
            qr=link(office.verify_url, row.code or ""),
            verify_at=office.verify_at,
            photo=photo_bytes(self._tools.photos, photo) if photo else None,
            date=row.issued_on,
            specimen=row.specimen,
        )

    def _keep(
        self,
        row: DocumentRow,
        page: Page,
        wish: Wish,
        report: IssueReport,
        actor: str,
    ) -> None:
        """File first, then the register: an issued document always has its file."""
        now = self._tools.clock()
        with self._tools.database.write() as session:
            lock(session, REGISTER)
            student, findings = self._since(session, row, wish)
            if findings:
                withhold(session, row.id, findings[0].sentence)
                report.refused.append((student, findings))
                return
            sha = self._tools.archive.put(page.pdf)
            record(session, sha, len(page.pdf), now)
            fresh = complete(
                session,
                row.id,
                pdf_sha256=sha,
                pages=page.pages,
                review=page.review,
                at=now,
            )
            if fresh:
                self._enter(session, row, sha, now, actor)
            report.issued.append(session.get_one(DocumentRow, row.id))

    def _since(
        self, session: Session, row: DocumentRow, wish: Wish
    ) -> tuple[Student, tuple[Finding, ...]]:
        """What has come up while the page was drawn; audited once more.

        A long batch is drawn for minutes: a clearance taken back meanwhile must
        stop the certificate. Under the register's lock nothing can change any more.
        """
        chosen = Selection(student_nos=(row.facts["student_no"],))
        students = chosen.students(session, self._tools.today())
        verdict, *_ = self._auditing.judge(
            session, wish.kind, wish.language, students, wish.on
        )
        if verdict.blocking:
            return verdict.student, verdict.blocking
        current = session.get_one(DocumentRow, row.id)
        if (current.facts_sha256, current.design_sha256) != (
            row.facts_sha256,
            row.design_sha256,
        ):
            return verdict.student, (_OVERTAKEN,)
        return verdict.student, ()

    def _enter(
        self, session: Session, row: DocumentRow, sha: str, now: datetime, actor: str
    ) -> None:
        journal = self._tools.journal
        if row.replaces_id is not None:
            stop_jobs(session, row.replaces_id, journal, actor=actor, now=now)
        journal.append(
            session,
            at=now,
            actor=actor,
            action="document.issued",
            subject=row.id,
            kind=row.kind,
            number=row.number,
            pdf=sha,
        )

    def _withhold(
        self, row: DocumentRow, error: PrintshopError, report: IssueReport
    ) -> None:
        with self._tools.database.write() as session:
            withhold(session, row.id, error.message)
        report.failed.append((row, error))


@dataclass(frozen=True)
class _Composer:
    """Composes one student's facts once the number is known."""

    tools: Tools
    wish: Wish
    student: Student
    on: date
    precedent: Precedent | None

    def __call__(self, number: str | None) -> Facts:
        return compose(
            self.wish.kind,
            self.student,
            self.tools.office,
            self.on,
            number=number,
            precedent=self.precedent,
            particulars=self.wish.particulars,
        )


def _fresh_code(tools: Tools) -> tuple[str, str]:
    code = new_code(tools.token_bytes)
    return code, code_hash(code)


def _load(session: Session, ids: list[str]) -> list[DocumentRow]:
    found: dict[str, DocumentRow] = {}
    for start in range(0, len(ids), 500):
        query = select(DocumentRow).where(DocumentRow.id.in_(ids[start : start + 500]))
        found |= {row.id: row for row in session.scalars(query)}
    return [found[document_id] for document_id in ids]


def _designs(session: Session, rows: list[DocumentRow]) -> dict[str, Design]:
    wanted = {row.design_sha256 for row in rows}
    return {sha: Design(**session.get_one(DesignRow, sha).content) for sha in wanted}
