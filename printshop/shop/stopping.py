"""Stopping: takes a document that is no longer in force, keeps its jobs from paper."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from printshop.journal import Journal
from printshop.queue.phases import OPEN
from printshop.queue.store import JobEvent, JournalHook, cancel_job, list_jobs


def journal_hook(journal: Journal) -> JournalHook:
    """Writes the queue's events into the journal, under their document."""

    def note(session: Session, event: JobEvent) -> None:
        journal.append(
            session,
            at=event.at,
            actor=event.actor,
            action=event.action,
            subject=event.job.document_id,
            job=event.job.id,
            printer=event.job.printer,
            reasons=list(event.reasons),
        )

    return note


def stop_jobs(
    session: Session, document_id: str, journal: Journal, *, actor: str, now: datetime
) -> int:
    """Cancel a document's open jobs in the transaction that withdraws it.

    A job that its printer already has is asked back; on accountable stock a person
    will have to look whether the sheet came out.
    """
    stopped = 0
    for job in list_jobs(session, document_id=document_id):
        if job.phase in OPEN:
            cancel_job(
                session, job.id, actor=actor, now=now, journal=journal_hook(journal)
            )
            stopped += 1
    return stopped
