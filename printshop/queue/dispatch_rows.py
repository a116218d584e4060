"""The dispatcher's rows: takes one printer under one lease, gives guarded moves.

Every move locks the lease, checks the fence, checks that the job still is where it
was thought to be, changes it and tells the journal, in one transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, or_, select

from printshop.database import Database
from printshop.printers.states import JobState
from printshop.queue.lease import (
    LeaseLost,
    give_lease_back,
    prove_lease,
    take_lease,
)
from printshop.queue.phases import IN_FLIGHT, Phase
from printshop.queue.store import PRINTING_ORDER, JobEvent, JournalHook
from printshop.queue.tables import PrintJob


class JobChanged(Exception):
    """Somebody held or canceled the job between reading and moving it."""


class Rows:
    """The jobs of one printer, for the dispatcher that leases it.

    Args:
        database: Where they are.
        printer: The printer's registered name.
        owner: The dispatcher's name.
        clock: Gives the time.
        ttl: How long a lease holds without a write.
        journal: Told of every move, in its transaction.
    """

    def __init__(
        self,
        database: Database,
        printer: str,
        owner: str,
        clock: Callable[[], datetime],
        ttl: timedelta,
        journal: JournalHook,
    ) -> None:
        self._database = database
        self.printer = printer
        self._owner = owner
        self._clock = clock
        self._ttl = ttl
        self._journal = journal
        self._fence = 0
        self._renew_at: datetime | None = None

    def has_work(self) -> bool:
        """Whether a round may have anything to do; asked without a lease."""
        query = select(PrintJob.id).where(
            PrintJob.printer == self.printer,
            PrintJob.phase.in_((Phase.CREATED, *IN_FLIGHT)),
        )
        with self._database.read() as session:
            return session.scalar(query.limit(1)) is not None

    def take(self) -> bool:
        """Take or keep the lease."""
        now = self._clock()
        if self._fence and self._renew_at is not None and now < self._renew_at:
            return True  # fresh enough to look; every move proves it once more
        with self._database.write() as session:
            fence = take_lease(session, self.printer, self._owner, now, self._ttl)
        self._fence = fence or 0
        self._renew_at = now + self._ttl / 3
        return fence is not None

    def forget_lease(self) -> None:
        """Know that the printer is not ours any more."""
        self._fence, self._renew_at = 0, None

    def give_back(self) -> None:
        """Let another dispatcher have the printer."""
        if self._fence:
            with self._database.write() as session:
                give_lease_back(
                    session, self.printer, self._owner, self._fence, self._clock()
                )
            self.forget_lease()

    def in_flight(self) -> list[PrintJob]:
        """Jobs the printer has, or may have, in the order they were sent."""
        query = select(PrintJob).where(
            PrintJob.printer == self.printer, PrintJob.phase.in_(IN_FLIGHT)
        )
        return self._rows(_in_order(query))

    def sendable(self, limit: int) -> list[PrintJob]:
        """The next jobs to send."""
        return self._rows(_in_order(self._created()).limit(limit))

    def sendable_count(self) -> int:
        """How many jobs could be sent."""
        query = self._created().with_only_columns(func.count())
        with self._database.read() as session:
            return session.scalar(query) or 0

    def move(self, job: PrintJob, to: Phase, action: str, **changes: Any) -> PrintJob:
        """Commit a new phase and what belongs to it.

        Raises:
            LeaseLost: Another dispatcher took over.
            JobChanged: The job is not where it was any more.
        """
        now = self._clock()
        with self._database.write() as session:
            prove_lease(session, self.printer, self._owner, self._fence, now, self._ttl)
            row = session.get(PrintJob, job.id, with_for_update=True)
            if row is None or row.phase != job.phase or row.printer != self.printer:
                raise JobChanged(job.id)
            if to is Phase.SUBMITTING and row.state == JobState.HELD:
                raise JobChanged(job.id)
            row.phase, row.updated_at = to, now
            for column, value in changes.items():
                setattr(row, column, value)
            if to is Phase.DONE:
                row.finished_at = now
            session.flush()
            if action:
                reasons: Sequence[str] = changes.get("state_reasons", ())
                self._journal(
                    session, JobEvent(action, row, row.actor, now, tuple(reasons))
                )
        self._renew_at = now + self._ttl / 3
        return row

    def _rows(self, query: Select[Any]) -> list[PrintJob]:
        with self._database.read() as session:
            return list(session.scalars(query))

    def _created(self) -> Select[Any]:
        # A certificate whose fate is unknown stops its own stack: whatever came
        # after it would lie in the wrong place.
        stopped = select(PrintJob.batch_id).where(
            PrintJob.phase == Phase.UNKNOWN,
            PrintJob.accountable,
            PrintJob.batch_id.is_not(None),
        )
        return select(PrintJob).where(
            PrintJob.printer == self.printer,
            PrintJob.phase == Phase.CREATED,
            PrintJob.state == JobState.PENDING,
            or_(PrintJob.batch_id.is_(None), PrintJob.batch_id.not_in(stopped)),
        )


def _in_order(query: Select[Any]) -> Select[Any]:
    return query.order_by(*PRINTING_ORDER)


__all__ = ["JobChanged", "LeaseLost", "Rows"]
