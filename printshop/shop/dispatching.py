"""Dispatching: takes what is queued, gives paper; patient, but never in a spin."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from printshop.printers.registry import list_printers
from printshop.queue.dispatch import Dispatcher, Round
from printshop.queue.store import list_jobs
from printshop.shop.stopping import journal_hook
from printshop.shop.tools import Progress, Tools, silent

POLL = 0.25
LONGEST = 5.0
PATIENCE = 120.0
ROUNDS_PER_LOOK = 40


def _ignore(_sentence: str) -> None:
    """Nobody is told."""


class Dispatching:
    """Sees queued jobs out."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def run(
        self,
        job_ids: Sequence[str] = (),
        *,
        progress: Progress = silent,
        trouble: Callable[[str], None] = _ignore,
        patience: float = PATIENCE,
    ) -> None:
        """Print what is queued until nothing is left that time alone would change.

        Args:
            job_ids: Jobs whose completion is counted in ``progress``.
            trouble: Told what a person at the printer should know, each once.
            patience: Seconds without any movement after which it is left to the
                person; nothing is lost by that.
        """
        told: set[str] = set()
        rest = _Rest()
        with self._dispatcher() as dispatcher:
            while True:
                done = dispatcher.run_once()
                self._tell(done, job_ids, progress, trouble, told)
                wait = rest.after(done)
                if done.idle or rest.still > patience:
                    return
                if wait:
                    self._tools.pause(wait)

    def work(self, *, going: Callable[[], bool] = lambda: True) -> None:
        """Print whatever comes, until ``going`` says stop."""
        rest = _Rest()
        while going():
            with self._dispatcher() as dispatcher:
                # Printers may be registered meanwhile: look again now and then.
                for _ in range(ROUNDS_PER_LOOK):
                    if not going():
                        return
                    wait = rest.after(dispatcher.run_once())
                    if wait:
                        self._tools.pause(wait)

    @contextmanager
    def _dispatcher(self) -> Iterator[Dispatcher]:
        with self._tools.database.read() as session:
            specs = [spec for spec in list_printers(session) if spec.enabled]
        dispatcher = Dispatcher(
            self._tools.database,
            {spec.name: self._tools.driver(spec) for spec in specs},
            self._tools.archive.get,
            self._tools.clock,
            journal=journal_hook(self._tools.journal),
        )
        try:
            yield dispatcher
        finally:
            dispatcher.close()

    def _tell(
        self,
        done: Round,
        job_ids: Sequence[str],
        progress: Progress,
        trouble: Callable[[str], None],
        told: set[str],
    ) -> None:
        for sentence in done.errors:
            if sentence not in told:
                told.add(sentence)
                trouble(sentence)
        if job_ids:
            wanted = set(job_ids)
            with self._tools.database.read() as session:
                left = list_jobs(session, open_only=True, limit=len(wanted) + 5000)
            open_ids = {job.id for job in left}
            progress(len(wanted - open_ids), len(wanted))


class _Rest:
    """How long to wait between two looks: longer each time while there is trouble.

    A job that a printer would not take and that was put back has not got further,
    although something happened to it: without a pause it would be sent, and
    journalled, as fast as the machine can.

    Attributes:
        still: Seconds waited since something last got further.
    """

    def __init__(self) -> None:
        self.still = 0.0
        self._next = POLL

    def after(self, done: Round) -> float:
        """Seconds to wait after a round; none when something got further."""
        if done.sent or done.finished or done.unknown:
            self.still, self._next = 0.0, POLL
            return 0.0
        wait = self._next
        if done.errors:
            self._next = min(2 * wait, LONGEST)
        self.still += wait
        return wait
