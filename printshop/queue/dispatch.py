"""The dispatcher: takes queued jobs and printers, gives paper, each sheet once.

For every job: commit SUBMITTING under a fresh name, create it held, send the
document, commit SPOOLED, commit RELEASING, release, commit RELEASED, watch. What
stands in between when a round starts is the leftover of a crash or of an error, and
is judged by what the printer knows of the name (``recovery``), never by memory.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from printshop.database import Database
from printshop.errors import PrinterError
from printshop.printers.contract import Printer
from printshop.queue.dispatch_job import JobRunner
from printshop.queue.dispatch_rows import LeaseLost, Rows
from printshop.queue.lease import new_owner
from printshop.queue.phases import Phase
from printshop.queue.store import JournalHook, no_journal

WINDOW = 8
LEASE = timedelta(seconds=20)


@dataclass
class Round:
    """What one round did, and what is left.

    Attributes:
        sent: Jobs handed to a printer and released.
        finished: Jobs that came to an end: completed, canceled or aborted.
        unknown: Jobs that became unknown.
        resent: Jobs put back because nothing of them can have been printed.
        waiting: Jobs that printers are working on.
        left: Jobs that could be sent but were not yet.
        busy: Printers that another dispatcher drives.
        errors: What a person should know, one sentence each.
    """

    sent: int = 0
    finished: int = 0
    unknown: int = 0
    resent: int = 0
    waiting: int = 0
    left: int = 0
    busy: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @property
    def moved(self) -> bool:
        """Whether anything got further."""
        return bool(self.sent or self.finished or self.unknown or self.resent)

    @property
    def idle(self) -> bool:
        """Whether nothing is left that time alone would change."""
        return not (self.waiting or self.left or self.busy)

    def add(self, other: Round) -> None:
        """Sum what was done; keep the other's view of what is left."""
        self.sent += other.sent
        self.finished += other.finished
        self.unknown += other.unknown
        self.resent += other.resent
        self.waiting, self.left = other.waiting, other.left
        self.busy, self.errors = other.busy, other.errors


def fresh_name(position: int) -> str:
    """An impersonal, unique job name; the place in the stack helps a person sort."""
    return f"ps-{position:05d}-{secrets.token_hex(8)}"


def _silent(_point: str) -> None:
    """Nobody watches the named points."""


class Dispatcher:
    """Drives printers from the queue.

    Several may run, on one machine or many, over one database: each printer is
    driven by the one that holds its lease.

    Args:
        database: Holds the queue.
        printers: The printers it may drive, by registered name.
        pdf_source: Gives the archived PDF of a SHA-256.
        clock: Gives the time, with its zone.
        journal: Told of every step in the step's own transaction.
        owner: Its name among dispatchers; by default place-pid-token.
        names: Gives a fresh impersonal job name for a place in the stack.
        window: How many jobs a printer may have at a time. Small, because a job
            that is not handed over yet can still be held and put in order.
        lease: How long a printer stays ours without a write.
        at: Told every named point as it is passed; a test dies there.
    """

    def __init__(
        self,
        database: Database,
        printers: Mapping[str, Printer],
        pdf_source: Callable[[str], bytes],
        clock: Callable[[], datetime],
        *,
        journal: JournalHook = no_journal,
        owner: str | None = None,
        names: Callable[[int], str] = fresh_name,
        window: int = WINDOW,
        lease: timedelta = LEASE,
        at: Callable[[str], None] = _silent,
    ) -> None:
        self._window = window
        owner = owner or new_owner()
        self._lanes: list[tuple[Rows, JobRunner]] = []
        for name, printer in printers.items():
            rows = Rows(database, name, owner, clock, lease, journal)
            self._lanes.append((rows, JobRunner(rows, printer, pdf_source, names, at)))

    def run_once(self) -> Round:
        """Settle what is in flight, then send what there is room for.

        Raises:
            DatabaseError: The database cannot be used now.
        """
        total = Round()
        for rows, runner in self._lanes:
            if rows.has_work():
                lane = Round()
                self._drive(rows, runner, lane)
                total.add(_summed(total, lane))
        return total

    def run_until_idle(self, wait: Callable[[], bool]) -> Round:
        """Run rounds until nothing is left to do.

        Args:
            wait: Called between rounds that did not get further; False gives up.

        Raises:
            DatabaseError: The database cannot be used now.
        """
        total = Round()
        while True:
            this = self.run_once()
            total.add(this)
            if this.idle or (not this.moved and not wait()):
                return total

    def close(self) -> None:
        """Let other dispatchers have the printers at once."""
        for rows, _ in self._lanes:
            rows.give_back()

    def _drive(self, rows: Rows, runner: JobRunner, lane: Round) -> None:
        if not rows.take():
            lane.busy.append(rows.printer)
            return
        try:
            self._settle(rows, runner, lane)
            self._feed(rows, runner, lane)
        except LeaseLost:
            rows.forget_lease()
            lane.busy.append(rows.printer)
        except PrinterError as error:
            lane.errors.append(f"打印机“{rows.printer}”: {error}")
        lane.waiting = sum(runner.is_waiting(job) for job in rows.in_flight())
        lane.left = rows.sendable_count()

    def _settle(self, rows: Rows, runner: JobRunner, lane: Round) -> None:
        for job in rows.in_flight():
            _count(lane, runner.settle(job))

    def _feed(self, rows: Rows, runner: JobRunner, lane: Round) -> None:
        room = self._window - len(rows.in_flight())
        for job in rows.sendable(max(room, 0)):
            _count(lane, runner.send(job))


def _count(lane: Round, phase: Phase | None) -> None:
    """Enter the phase that a job reached; None when it got no further."""
    if phase is Phase.RELEASED:
        lane.sent += 1
    elif phase is Phase.DONE:
        lane.finished += 1
    elif phase is Phase.UNKNOWN:
        lane.unknown += 1
    elif phase is Phase.CREATED:
        lane.resent += 1


def _summed(total: Round, lane: Round) -> Round:
    lane.waiting += total.waiting
    lane.left += total.left
    lane.busy = total.busy + lane.busy
    lane.errors = total.errors + lane.errors
    return lane
