"""What became of a job: takes a phase and what the printer knows, gives a verdict.

Pure: no database, no printer, no clock. The one rule above all others: where a sheet
*may* have been made and nobody can tell, the verdict is UNKNOWN, never SEND_AGAIN.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum

from printshop.printers.contract import JobStatus
from printshop.printers.states import JobState
from printshop.queue.phases import Phase


class Verdict(Enum):
    """What to do with a job whose phase alone does not tell."""

    SEND_AGAIN = "nothing can have been printed: send it again"
    ADOPT = "the document lies held in the printer: go on from there"
    RELEASE = "held, and meant to be released: release it"
    WATCH = "the printer works on it: go on watching"
    COMPLETED = "printed, with evidence"
    ENDED = "canceled or aborted, and nothing that matters was printed"
    UNKNOWN = "a person looks at the tray"


@dataclass(frozen=True)
class Decision:
    """A verdict with what it rests on.

    Attributes:
        verdict: What to do.
        status: The printer's job, where there is exactly one.
        reasons: State reasons to show.
    """

    verdict: Verdict
    status: JobStatus | None = None
    reasons: tuple[str, ...] = field(default=())


@dataclass(frozen=True)
class Evidence:
    """What counts as printed.

    Attributes:
        accountable: Whether a lost or doubled sheet matters.
        impressions: Impressions a completed job must show; 0 where nobody counts.
    """

    accountable: bool
    impressions: int = 0


def decide(phase: Phase, found: Sequence[JobStatus], evidence: Evidence) -> Decision:
    """Judge a job that is in flight.

    Args:
        phase: The last phase that was committed.
        found: All jobs of its name that the printer knows.
        evidence: What counts as printed.
    """
    if len(found) > 1:
        return _unknown(None, "printshop-duplicate-name")
    if phase in (Phase.SUBMITTING, Phase.SPOOLED):
        return _before_release(phase, found, evidence)
    if not found:
        return _unknown(None, "printshop-history-lost")
    return _after_release(phase, found[0], evidence)


def _before_release(
    phase: Phase, found: Sequence[JobStatus], evidence: Evidence
) -> Decision:
    if not found:
        return Decision(Verdict.SEND_AGAIN)
    job = found[0]
    if job.started or job.state is JobState.COMPLETED:
        # Somebody released it by hand, past us: what follows a release holds.
        return _after_release(Phase.RELEASED, job, evidence)
    if job.state in (JobState.CANCELED, JobState.ABORTED):
        if phase is Phase.SUBMITTING:
            return Decision(Verdict.SEND_AGAIN)  # it never got its document
        return Decision(Verdict.ENDED, job, job.reasons)
    if job.state is not JobState.HELD:
        return Decision(Verdict.WATCH, job, job.reasons)
    if not job.has_document:
        return Decision(Verdict.SEND_AGAIN)
    verdict = Verdict.ADOPT if phase is Phase.SUBMITTING else Verdict.RELEASE
    return Decision(verdict, job, job.reasons)


def _after_release(phase: Phase, job: JobStatus, evidence: Evidence) -> Decision:
    if (job.prints or 0) > 1:
        return _unknown(job, "printshop-printed-twice")
    if job.state is JobState.COMPLETED:
        return _completed(job, evidence)
    if job.state in (JobState.CANCELED, JobState.ABORTED):
        if evidence.accountable:
            return _unknown(job, "printshop-ended-after-release")
        return Decision(Verdict.ENDED, job, job.reasons)
    if job.state is JobState.HELD:
        if job.started:
            return _unknown(job, "printshop-held-after-start")
        if phase is Phase.RELEASING:
            return Decision(Verdict.RELEASE, job, job.reasons)
    return Decision(Verdict.WATCH, job, job.reasons)


def _completed(job: JobStatus, evidence: Evidence) -> Decision:
    if evidence.accountable:
        if not job.has_history:
            return _unknown(job, "")
        if (job.impressions_completed or 0) < evidence.impressions:
            return _unknown(job, "printshop-impressions-short")
    return Decision(Verdict.COMPLETED, job, job.reasons)


def _unknown(job: JobStatus | None, reason: str) -> Decision:
    reasons: tuple[str, ...] = (reason,) if reason else ()
    if job is not None:
        reasons += tuple(word for word in job.reasons if word not in reasons)
    return Decision(Verdict.UNKNOWN, job, reasons)
