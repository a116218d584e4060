"""The contract of every printer: takes a named PDF, gives a job that can be watched.

A job is first *held*, then *released*; only a release can make a sheet. A job is
known by its name and the printer's own id together: a print server that lost its
jobs in a crash hands the same ids out again, so an id alone identifies nothing.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Protocol

from printshop.printers.states import DeviceState, JobState

NO_HISTORY = "cups-ipp-missing-job-history"


@dataclass(frozen=True)
class PrintOptions:
    """How a document is put on paper; always at 100 % scale.

    Attributes:
        media: The sheet in PWG words: ``iso_a4_210x297mm`` or
            ``custom_285x210mm_285x210mm`` (see ``printers.media``).
        copies: How many of each page.
        sides: ``one-sided``, ``two-sided-long-edge`` or ``two-sided-short-edge``.
        tray: The printer's word for a tray (``tray-2``); empty lets it choose.
        orientation: IPP's enum; 3 is "do not turn the page".
    """

    media: str
    copies: int = 1
    sides: str = "one-sided"
    tray: str = ""
    orientation: int = 3

    def as_dict(self) -> dict[str, Any]:
        """For storing as JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, stored: dict[str, Any]) -> PrintOptions:
        """Back from JSON."""
        return cls(**stored)


@dataclass(frozen=True)
class JobStatus:
    """What a printer says about one job.

    Attributes:
        name: The job's impersonal name.
        printer_job_id: The printer's own id.
        state: In IPP's words.
        reasons: Reasons of the job and of the printer while it prints the job.
        impressions_completed: Page sides printed, None where nobody counts.
        has_document: Whether the whole document arrived.
        started: Whether it was ever being printed.
        prints: How many jobs of its name the printer itself says it finished;
            None where the printer cannot be asked.
    """

    name: str
    printer_job_id: str
    state: JobState
    reasons: tuple[str, ...] = ()
    impressions_completed: int | None = None
    has_document: bool = True
    started: bool = False
    prints: int | None = None

    @property
    def has_history(self) -> bool:
        """Whether "completed" is the printer's word and not CUPS's guess."""
        return NO_HISTORY not in self.reasons


@dataclass(frozen=True)
class PrinterState:
    """What a printer says about itself.

    Attributes:
        state: idle, processing, stopped or offline.
        reasons: IPP's printer-state-reasons without ``none``.
        accepting: Whether it takes new jobs.
        message: What it says in its own words; may be empty.
        queued: Jobs waiting in it.
    """

    state: DeviceState
    reasons: tuple[str, ...] = ()
    accepting: bool = True
    message: str = ""
    queued: int = 0


class Printer(Protocol):
    """One printer, whatever drives it.

    Every method raises ``PrinterError`` when the printer cannot be asked now;
    nothing is known then about what it did.
    """

    @property
    def counts_impressions(self) -> bool:
        """Whether a completed job must show the impressions it made."""

    def submit_held(self, name: str, pdf: bytes, options: PrintOptions) -> str:
        """Hand a document over without printing it.

        Returns:
            The printer's own id of the job.

        Raises:
            JobRejected: The printer will never take it; no sheet was made.
        """

    def release(self, printer_job_id: str, name: str) -> None:
        """Let a held job print; a job that is not held any more is left alone.

        Raises:
            JobRejected: No such job of that name.
        """

    def hold(self, printer_job_id: str, name: str) -> None:
        """Keep a job that has not begun from printing.

        Raises:
            JobRejected: No such job, or it cannot be held any more.
        """

    def cancel(self, printer_job_id: str, name: str) -> None:
        """Stop a job; one that is over already is left alone."""

    def find(self, name: str) -> list[JobStatus]:
        """All jobs of that name, finished ones too."""

    def status(self, printer_job_id: str, name: str) -> JobStatus | None:
        """One job; None when the printer knows no job of that id *and* name."""

    def state(self) -> PrinterState:
        """The printer itself."""
