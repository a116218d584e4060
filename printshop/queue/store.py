"""The queue as people use it: takes documents and wishes, gives rows and refusals.

Everything works in the caller's transaction. Nothing here talks to a printer: a
wish about a job that the printer has is written down, and the dispatcher sees to it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from printshop.errors import InputError, NotFound, Refused
from printshop.printers.contract import PrintOptions
from printshop.printers.states import JobState
from printshop.queue.phases import OPEN, Phase
from printshop.queue.tables import PrintJob

NORMAL_PRIORITY = 50
COUNTER_PRIORITY = 80

PRINTING_ORDER = (
    PrintJob.priority.desc(),
    PrintJob.created_at,
    # SQLite sorts NULL first and PostgreSQL last
    func.coalesce(PrintJob.batch_id, ""),
    PrintJob.position,
    PrintJob.id,
)

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class NewJob:
    """One document to print.

    Attributes:
        id: A fresh id; no number or name of a person.
        document_id: The issued document.
        pdf_sha256: The archived PDF.
        printer: Registered name of the printer.
        options: Sheet, copies, sides, tray.
        pages: Pages of the PDF; with copies, the impressions it must make.
        accountable: Whether it is printed on counted blanks.
        retry_unknown: For plain paper only: print again when nobody can tell.
        batch_id: The batch it belongs to.
        position: Its place in the batch's stack, from 1.
        priority: Higher prints first; the counter goes before a batch.
    """

    id: str
    document_id: str
    pdf_sha256: str
    printer: str
    options: PrintOptions
    pages: int = 1
    accountable: bool = False
    retry_unknown: bool = False
    batch_id: str | None = None
    position: int = 1
    priority: int = NORMAL_PRIORITY


@dataclass(frozen=True)
class JobEvent:
    """Something that happened to a job, for the journal.

    Attributes:
        action: ``print-`` and a word: queued, submitting, spooled, releasing,
            released, completed, canceled, aborted, unknown, resent, held, resumed,
            cancel-requested, confirmed, retried.
        job: The job as it is now.
        actor: Who did it.
        at: When.
        reasons: State reasons, or what a person said.
    """

    action: str
    job: PrintJob
    actor: str
    at: datetime
    reasons: tuple[str, ...] = ()


JournalHook = Callable[[Session, JobEvent], None]


def no_journal(_session: Session, _event: JobEvent) -> None:
    """Keep no journal."""


def enqueue(
    session: Session,
    jobs: Iterable[NewJob],
    *,
    actor: str,
    now: datetime,
    journal: JournalHook = no_journal,
) -> list[PrintJob]:
    """Put documents into the queue, all or none, in the order given.

    Raises:
        InputError: A job is not printable as described.
        Refused: Accountable stock may not be set to print again by itself.
    """
    rows = []
    for place, new in enumerate(jobs):
        _check(new)
        row = PrintJob(
            id=new.id,
            document_id=new.document_id,
            batch_id=new.batch_id,
            position=new.position,
            printer=new.printer,
            pdf_sha256=new.pdf_sha256,
            pages=new.pages,
            copies=new.options.copies,
            media=new.options.media,
            options=new.options.as_dict(),
            accountable=new.accountable,
            retry_unknown=new.retry_unknown,
            priority=new.priority,
            phase=Phase.CREATED,
            state=JobState.PENDING,
            state_reasons=[],
            title=None,
            printer_job_id=None,
            impressions=None,
            message="",
            attempts=0,
            cancel_requested=False,
            actor=actor,
            # The order given is the order printed, across batches and documents
            # without one; a microsecond each says so without another column.
            created_at=now + timedelta(microseconds=place),
            updated_at=now,
            finished_at=None,
        )
        rows.append(row)
    session.add_all(rows)
    session.flush()
    for row in rows:
        journal(session, JobEvent("print-queued", row, actor, now))
    return rows


def get_job(session: Session, job_id: str) -> PrintJob:
    """One job.

    Raises:
        NotFound: There is none of that id.
    """
    row = session.get(PrintJob, job_id)
    if row is None:
        raise NotFound(
            f"队列里没有任务“{job_id}”。", "请用 printshop queue list 查看任务。"
        )
    return row


def list_jobs(
    session: Session,
    *,
    open_only: bool = False,
    printer: str | None = None,
    batch_id: str | None = None,
    document_id: str | None = None,
    phase: Phase | None = None,
    limit: int = 500,
    offset: int = 0,
) -> list[PrintJob]:
    """Jobs in printing order; ``open_only`` leaves out those that are done."""
    query = select(PrintJob).order_by(*PRINTING_ORDER)
    if open_only:
        query = query.where(PrintJob.phase.in_((*OPEN, Phase.UNKNOWN)))
    for column, value in (
        (PrintJob.printer, printer),
        (PrintJob.batch_id, batch_id),
        (PrintJob.document_id, document_id),
        (PrintJob.phase, phase),
    ):
        if value is not None:
            query = query.where(column == value)
    return list(session.scalars(query.limit(limit).offset(offset)))


def count_by_state(session: Session) -> dict[str, int]:
    """How many jobs are in each state."""
    query = select(PrintJob.state, func.count()).group_by(PrintJob.state)
    return {state: count for state, count in session.execute(query)}


def hold_job(
    session: Session,
    job_id: str,
    *,
    actor: str,
    now: datetime,
    journal: JournalHook = no_journal,
) -> PrintJob:
    """Keep a job from being handed to its printer.

    Raises:
        NotFound: No such job.
        Refused: The printer has it already.
    """
    job = _locked(session, job_id)
    if job.phase != Phase.CREATED:
        raise Refused(
            f"任务 {job_id} {_where(job)}, 不能再暂停。", "可以取消它, 或等它打印完。"
        )
    return _mark(session, job, JobState.HELD, "print-held", actor, now, journal)


def release_job(
    session: Session,
    job_id: str,
    *,
    actor: str,
    now: datetime,
    journal: JournalHook = no_journal,
) -> PrintJob:
    """Let a held job go on, here or in its printer.

    Raises:
        NotFound: No such job.
        Refused: It is not held.
    """
    job = _locked(session, job_id)
    if job.state != JobState.HELD:
        raise Refused(f"任务 {job_id} 没有被暂停。", f"它{_where(job)}。")
    if job.phase == Phase.RELEASED:
        job.phase = Phase.RELEASING  # the dispatcher will release it once more
    return _mark(session, job, JobState.PENDING, "print-resumed", actor, now, journal)


def cancel_job(
    session: Session,
    job_id: str,
    *,
    actor: str,
    now: datetime,
    journal: JournalHook = no_journal,
) -> PrintJob:
    """Do not print a job, or stop it where it is.

    A job that its printer has is canceled by the dispatcher; on accountable stock it
    then becomes *unknown*, because a sheet may have been on its way.

    Raises:
        NotFound: No such job.
        Refused: It is over, or nobody knows yet what became of it.
    """
    job = _locked(session, job_id)
    if job.phase == Phase.UNKNOWN:
        raise Refused(
            f"任务 {job_id} 结果不明, 不能取消。",
            "请先到出纸盘查看, 用 printshop queue confirm 说明出纸与否。",
        )
    if job.phase == Phase.DONE:
        raise Refused(f"任务 {job_id} {_where(job)}, 不能取消。")
    if job.phase == Phase.CREATED:
        job.phase, job.finished_at = Phase.DONE, now
        job.state_reasons = ["job-canceled-by-user"]
        state, action = JobState.CANCELED, "print-canceled"
    else:
        job.cancel_requested = True
        state, action = JobState(job.state), "print-cancel-requested"
    return _mark(session, job, state, action, actor, now, journal)


def retry_job(
    session: Session,
    job_id: str,
    *,
    actor: str,
    now: datetime,
    printer: str | None = None,
    journal: JournalHook = no_journal,
) -> PrintJob:
    """Send a job that was canceled or aborted once more.

    Raises:
        NotFound: No such job.
        Refused: It was printed, is still open, or its fate is unknown.
    """
    job = _locked(session, job_id)
    if job.phase == Phase.UNKNOWN:
        raise Refused(
            f"任务 {job_id} 结果不明, 直接重打可能出两张。",
            "请先到出纸盘查看, 用 printshop queue confirm 说明出纸与否。",
        )
    if job.phase != Phase.DONE:
        raise Refused(f"任务 {job_id} {_where(job)}, 不需要重试。")
    if job.state == JobState.COMPLETED:
        raise Refused(
            f"任务 {job_id} 已经打印完成。", "需要再打一份时, 请重新提交打印。"
        )
    if printer is not None:
        job.printer = printer
    _requeue(job)
    return _mark(session, job, JobState.PENDING, "print-retried", actor, now, journal)


def resolve_job(
    session: Session,
    job_id: str,
    *,
    printed: bool,
    actor: str,
    now: datetime,
    journal: JournalHook = no_journal,
) -> PrintJob:
    """Enter what a person saw in the tray; not printed means it is sent again.

    Raises:
        NotFound: No such job.
        Refused: There is nothing to resolve.
    """
    job = _locked(session, job_id)
    if job.phase != Phase.UNKNOWN:
        raise Refused(f"任务 {job_id} {_where(job)}, 不需要确认。")
    seen = "printshop-seen-printed" if printed else "printshop-seen-not-printed"
    if printed:
        job.phase, job.finished_at = Phase.DONE, now
        job.state_reasons = [seen]
        state = JobState.COMPLETED
    else:
        _requeue(job)
        state = JobState.PENDING
    job.state, job.updated_at = state, now
    session.flush()
    journal(session, JobEvent("print-confirmed", job, actor, now, (seen,)))
    return job


def _requeue(job: PrintJob) -> None:
    # The old title stays: the dispatcher first looks what lies under it and
    # cancels that, before it sends the document under a fresh one.
    job.phase, job.finished_at = Phase.CREATED, None
    job.state_reasons, job.impressions, job.message = [], None, ""
    job.cancel_requested = False


def _locked(session: Session, job_id: str) -> PrintJob:
    get_job(session, job_id)
    return session.get_one(
        PrintJob, job_id, with_for_update=True, populate_existing=True
    )


def _mark(
    session: Session,
    job: PrintJob,
    state: JobState,
    action: str,
    actor: str,
    now: datetime,
    journal: JournalHook,
) -> PrintJob:
    job.state, job.updated_at = state, now
    session.flush()
    journal(session, JobEvent(action, job, actor, now))
    return job


def _where(job: PrintJob) -> str:
    if job.phase == Phase.DONE:
        return JobState(job.state).sentence.rstrip("。")
    return Phase(job.phase).sentence.rstrip("。")


def _check(new: NewJob) -> None:
    for what, value in (("任务", new.id), ("文书", new.document_id)):
        if not _ID.fullmatch(value):
            raise InputError(f"“{value}”不能做{what}编号。")
    if not _SHA256.fullmatch(new.pdf_sha256):
        raise InputError("打印任务没有归档文件的 SHA-256。")
    if new.options.copies < 1 or new.pages < 1:
        raise InputError("份数和页数至少是 1。")
    if not new.options.media:
        raise InputError("打印任务没有纸张规格。", "请指定纸张, 例 iso_a4_210x297mm。")
    if new.accountable and new.retry_unknown:
        raise Refused(
            "编号纸张上的任务不能设为自动重打。", "结果不明时须由人查看出纸盘。"
        )
