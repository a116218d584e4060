"""Printing: takes issued documents and a printer, gives jobs in the queue.

Only what the register calls issued is ever queued. A certificate that was printed
once is printed again only with a reason, because somebody must be able to say what
became of the first sheet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from printshop.archive import record
from printshop.database import lock
from printshop.errors import NotFound, Refused
from printshop.issue.register import REGISTER
from printshop.issue.tables import DocumentRow, DocumentState
from printshop.kinds import KINDS
from printshop.printers.contract import PrintOptions
from printshop.printers.media import sheets_of
from printshop.printers.registry import PrinterSpec, get_printer
from printshop.queue.store import (
    NORMAL_PRIORITY,
    NewJob,
    cancel_job,
    enqueue,
    get_job,
    hold_job,
    list_jobs,
    release_job,
    resolve_job,
    retry_job,
)
from printshop.queue.tables import PrintJob
from printshop.render.model import Page
from printshop.shop.documents import Documents
from printshop.shop.stopping import journal_hook
from printshop.shop.tools import Tools


@dataclass(frozen=True)
class PrintWish:
    """How documents are to be printed.

    Attributes:
        printer: Registered name.
        copies: Copies of each; 1 for certificates.
        reason: Why a certificate is printed again, where it is.
        tray: The printer's word for a tray; empty takes the printer's default.
        sides: IPP's word.
        priority: 1–100, higher first.
    """

    printer: str
    copies: int = 1
    reason: str = ""
    tray: str = ""
    sides: str = "one-sided"
    priority: int = NORMAL_PRIORITY


class Printing:
    """The print queue as people use it."""

    def __init__(self, tools: Tools, documents: Documents) -> None:
        self._tools = tools
        self._documents = documents
        self._note = journal_hook(tools.journal)

    def queue(
        self, names: Sequence[str], wish: PrintWish, *, actor: str
    ) -> list[PrintJob]:
        """Queue batches and documents in stack order, all or none.

        Raises:
            NotFound: A name or the printer is not known.
            Refused: A document is not in force, or was printed before and no
                reason is given.
        """
        rows = self._documents.batches(names)
        now = self._tools.clock()
        for row in rows:
            _require_in_force(row)
        sheets = {row.id: sheets_of(self._documents.pdf(row)) for row in rows}
        with self._tools.database.write() as session:
            lock(session, REGISTER)
            spec = get_printer(session, wish.printer)
            for row in rows:
                # Judged again under the register's lock: a revocation may have come in.
                _require_in_force(session.get_one(DocumentRow, row.id))
                self._require_first(session, row, wish, actor)
            jobs = [
                NewJob(
                    id=self._tools.new_id(),
                    document_id=row.id,
                    pdf_sha256=row.pdf_sha256 or "",
                    printer=spec.name,
                    options=_options(spec, wish, sheets[row.id].media),
                    pages=sheets[row.id].pages,
                    accountable=KINDS[row.kind].accountable,
                    batch_id=row.batch_id,
                    position=row.position,
                    priority=wish.priority,
                )
                for row in rows
            ]
            return enqueue(session, jobs, actor=actor, now=now, journal=self._note)

    def queue_sheets(
        self, pages: Sequence[Page], wish: PrintWish, *, actor: str
    ) -> list[PrintJob]:
        """Queue lists that are no documents; kept in the archive like everything.

        Raises:
            NotFound: The printer is not registered.
        """
        kept = [(self._tools.archive.put(page.pdf), page) for page in pages]
        now = self._tools.clock()
        with self._tools.database.write() as session:
            spec = get_printer(session, wish.printer)
            for sha, page in kept:
                record(session, sha, len(page.pdf), now)
            jobs = [
                NewJob(
                    id=self._tools.new_id(),
                    document_id=f"sheet-{sha[:16]}",
                    pdf_sha256=sha,
                    printer=spec.name,
                    options=_options(spec, wish, sheets_of(page.pdf).media),
                    pages=page.pages,
                    retry_unknown=True,
                    position=position,
                    priority=wish.priority,
                )
                for position, (sha, page) in enumerate(kept, 1)
            ]
            return enqueue(session, jobs, actor=actor, now=now, journal=self._note)

    def _require_first(
        self, session: Session, row: DocumentRow, wish: PrintWish, actor: str
    ) -> None:
        if not KINDS[row.kind].accountable:
            return
        what = f"{KINDS[row.kind].title} {row.number or row.id}"
        if wish.copies != 1:
            raise Refused(f"{what} 只能打印一份。", "请把份数改为 1。")
        alive = _alive(session, row.id)
        if alive and not wish.reason.strip():
            raise Refused(
                f"{what} 已经打印过或正在打印 (任务 {alive[-1].id[:8]})。",
                "如原页作废, 请加 --reason “…” 说明; 交付后遗失的只能补办毕业证明书。",
            )
        if alive:
            self._tools.journal.append(
                session,
                at=self._tools.clock(),
                actor=actor,
                action="document.reprint",
                subject=row.id,
                number=row.number,
                reason=wish.reason.strip()[:500],
            )

    def jobs(self, *, everything: bool = False, limit: int = 500) -> list[PrintJob]:
        """Jobs that are not over, or all of them."""
        with self._tools.database.read() as session:
            return list_jobs(session, open_only=not everything, limit=limit)

    def job(self, name: str) -> PrintJob:
        """One job by id or by the first characters of it.

        Raises:
            NotFound: There is none, or more than one.
        """
        with self._tools.database.read() as session:
            return get_job(session, _job_id(session, name))

    def hold(self, name: str, *, actor: str) -> PrintJob:
        """Keep a queued job back."""
        now = self._tools.clock()
        with self._tools.database.write() as session:
            job_id = _job_id(session, name)
            return hold_job(session, job_id, actor=actor, now=now, journal=self._note)

    def release(self, name: str, *, actor: str) -> PrintJob:
        """Let a held job go on."""
        now = self._tools.clock()
        with self._tools.database.write() as session:
            job_id = _job_id(session, name)
            return release_job(
                session, job_id, actor=actor, now=now, journal=self._note
            )

    def cancel(self, name: str, *, actor: str) -> PrintJob:
        """Do not print a job, or stop it."""
        now = self._tools.clock()
        with self._tools.database.write() as session:
            job_id = _job_id(session, name)
            return cancel_job(session, job_id, actor=actor, now=now, journal=self._note)

    def retry(self, name: str, *, printer: str | None = None, actor: str) -> PrintJob:
        """Send a canceled or aborted job once more.

        Raises:
            Refused: The document is no longer in force, or another job has printed
                or is printing it.
        """
        now = self._tools.clock()
        with self._tools.database.write() as session:
            lock(session, REGISTER)
            if printer is not None:
                get_printer(session, printer)
            job_id = _job_id(session, name)
            _require_wanted(session, get_job(session, job_id))
            return retry_job(
                session,
                job_id,
                printer=printer,
                actor=actor,
                now=now,
                journal=self._note,
            )

    def confirm(self, name: str, *, printed: bool, actor: str) -> PrintJob:
        """Enter what a person saw in the tray; what was not printed is sent again.

        Unless it must not be any more: the document was withdrawn meanwhile, or
        another job has printed it. Then the job is over.
        """
        now = self._tools.clock()
        with self._tools.database.write() as session:
            lock(session, REGISTER)
            job_id = _job_id(session, name)
            job = resolve_job(
                session,
                job_id,
                printed=printed,
                actor=actor,
                now=now,
                journal=self._note,
            )
            if not printed:
                try:
                    _require_wanted(session, job)
                except Refused:
                    cancel_job(
                        session, job_id, actor=actor, now=now, journal=self._note
                    )
            return job


def _options(spec: PrinterSpec, wish: PrintWish, media: str) -> PrintOptions:
    """What the person asked for, then what the printer is set to, then the page."""
    return PrintOptions(
        media=spec.media or media,
        copies=wish.copies,
        sides=wish.sides,
        tray=wish.tray or spec.tray,
    )


def _job_id(session: Session, name: str) -> str:
    """The id that begins with these characters, or the name itself where none does."""
    query = select(PrintJob.id).where(PrintJob.id.startswith(name, autoescape=True))
    found = list(session.scalars(query.limit(2)))
    if len(found) > 1:
        raise NotFound(f"“{name}”对应不止一个任务。", "请写任务编号的更多位。")
    return found[0] if found else name


def _alive(session: Session, document_id: str) -> list[PrintJob]:
    """The jobs from which a sheet of the document has come or may come."""
    jobs = list_jobs(session, document_id=document_id)
    return [job for job in jobs if job.state not in ("canceled", "aborted")]


def _require_wanted(session: Session, job: PrintJob) -> None:
    """Nothing that was withdrawn or printed otherwise is sent again."""
    row = session.get(DocumentRow, job.document_id)
    if row is None:  # a list
        return
    _require_in_force(row)
    others = [one for one in _alive(session, row.id) if one.id != job.id]
    if job.accountable and others:
        raise Refused(
            f"{KINDS[row.kind].title} {row.number or row.id} 已经由任务 "
            f"{others[-1].id[:8]} 打印过或正在打印。",
            "如那一张作废, 请用 printshop print --reason “…” 重新打印。",
        )


def _require_in_force(row: DocumentRow) -> None:
    if row.state != DocumentState.ISSUED.value:
        words = {
            "reserved": "还没有开具完成",
            "replaced": "已被换发",
            "revoked": "已撤销",
            "lost": "已登记遗失",
        }
        raise Refused(
            f"{KINDS[row.kind].title} {row.number or row.id} {words[row.state]}, "
            "不能打印。",
            "用 printshop documents show 查看它的经过。",
        )
