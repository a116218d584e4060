"""One job on its way: takes a row, does the next deed, gives the phase it reached."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from printshop.errors import ArchiveError, JobRejected, NotFound, Tampered
from printshop.printers.contract import JobStatus, Printer, PrintOptions
from printshop.printers.states import JobState
from printshop.queue.dispatch_rows import JobChanged, Rows
from printshop.queue.phases import IN_DOUBT, Phase
from printshop.queue.recovery import Decision, Evidence, Verdict, decide
from printshop.queue.tables import PrintJob


class JobRunner:
    """Carries the jobs of one printer.

    Args:
        rows: Its rows, under our lease.
        printer: The printer.
        pdf_source: Gives the archived PDF of a SHA-256.
        names: Gives a fresh job name for a place in the stack.
        at: Told every named point as it is passed.
    """

    def __init__(
        self,
        rows: Rows,
        printer: Printer,
        pdf_source: Callable[[str], bytes],
        names: Callable[[int], str],
        at: Callable[[str], None],
    ) -> None:
        self._rows = rows
        self._printer = printer
        self._pdf_source = pdf_source
        self._names = names
        self._at = at

    @staticmethod
    def is_waiting(job: PrintJob) -> bool:
        """Whether time alone will change it; one held in its printer stays so."""
        return not (job.phase == Phase.RELEASED and job.state == JobState.HELD)

    def send(self, job: PrintJob) -> Phase | None:
        """Hand a job over and release it.

        Raises:
            PrinterError: The printer cannot be used; the job is judged next round.
            LeaseLost: Another dispatcher took over.
        """
        try:
            self._sweep(job)
            pdf = self._document(job)
            if pdf is None:
                return self._reject(job, "printshop-document-altered", "")
            job = self._rows.move(
                job,
                Phase.SUBMITTING,
                "print-submitting",
                title=self._names(job.position),
                printer_job_id=None,
                attempts=job.attempts + 1,
            )
            self._at("journalled")
            return self._submit(job, pdf)
        except JobChanged:
            return None

    def settle(self, job: PrintJob) -> Phase | None:
        """Find out what became of a job in flight, and go on from there.

        Raises:
            PrinterError: The printer cannot be asked; nothing is decided.
            LeaseLost: Another dispatcher took over.
        """
        found = self._found(job)
        if job.cancel_requested:
            for status in found:
                self._printer.cancel(status.printer_job_id, status.name)
            found = self._found(job)
        decision = decide(Phase(job.phase), found, self._evidence(job))
        try:
            return self._follow(job, decision)
        except JobChanged:
            return None

    def _submit(self, job: PrintJob, pdf: bytes) -> Phase | None:
        options = PrintOptions.from_dict(job.options)
        try:
            printer_job_id = self._printer.submit_held(str(job.title), pdf, options)
        except JobRejected as error:
            return self._reject(job, "printshop-rejected", str(error))
        job = self._rows.move(
            job, Phase.SPOOLED, "print-spooled", printer_job_id=printer_job_id
        )
        self._at("spooled")
        return self._release(job)

    def _release(self, job: PrintJob) -> Phase | None:
        if job.phase != Phase.RELEASING:
            job = self._rows.move(job, Phase.RELEASING, "print-releasing")
        self._at("releasing")
        self._printer.release(str(job.printer_job_id), str(job.title))
        self._at("released")
        self._rows.move(job, Phase.RELEASED, "print-released")
        self._at("recorded")
        return Phase.RELEASED

    def _found(self, job: PrintJob) -> list[JobStatus]:
        title = str(job.title)
        if job.phase not in IN_DOUBT and job.printer_job_id is not None:
            status = self._printer.status(job.printer_job_id, title)
            if status is not None:
                return [status]
        return self._printer.find(title)

    def _evidence(self, job: PrintJob) -> Evidence:
        counted = job.accountable and self._printer.counts_impressions
        return Evidence(job.accountable, job.pages * job.copies if counted else 0)

    def _follow(self, job: PrintJob, decision: Decision) -> Phase | None:
        verdict, status = decision.verdict, decision.status
        if verdict is Verdict.UNKNOWN and job.retry_unknown:
            verdict = Verdict.SEND_AGAIN
        if verdict is Verdict.SEND_AGAIN:
            return self._send_again(job)
        if verdict is Verdict.UNKNOWN or status is None:
            return self._end(job, Phase.UNKNOWN, JobState.UNKNOWN, decision)
        if verdict is Verdict.COMPLETED:
            return self._end(job, Phase.DONE, JobState.COMPLETED, decision)
        if verdict is Verdict.ENDED:
            return self._end(job, Phase.DONE, status.state, decision)
        if verdict is Verdict.WATCH:
            self._watch(job, status)
            return None
        if job.printer_job_id != status.printer_job_id or verdict is Verdict.ADOPT:
            to = Phase(job.phase) if verdict is Verdict.RELEASE else Phase.SPOOLED
            job = self._rows.move(
                job, to, "print-spooled", printer_job_id=status.printer_job_id
            )
        return self._release(job)

    def _send_again(self, job: PrintJob) -> Phase:
        if job.cancel_requested:
            self._rows.move(
                job,
                Phase.DONE,
                "print-canceled",
                state=JobState.CANCELED,
                state_reasons=["job-canceled-by-user"],
            )
            return Phase.DONE
        self._rows.move(job, Phase.CREATED, "print-resent", state=JobState.PENDING)
        return Phase.CREATED

    def _end(
        self, job: PrintJob, to: Phase, state: JobState, decision: Decision
    ) -> Phase:
        status = decision.status
        self._rows.move(
            job,
            to,
            f"print-{state}",
            state=state,
            state_reasons=list(decision.reasons),
            impressions=status.impressions_completed if status else None,
        )
        return to

    def _watch(self, job: PrintJob, status: JobStatus) -> None:
        seen = (status.state, list(status.reasons), status.impressions_completed)
        known = (job.state, job.state_reasons, job.impressions)
        if job.phase == Phase.RELEASED and seen == known:
            return
        self._rows.move(
            job,
            Phase.RELEASED,
            "" if job.phase == Phase.RELEASED else "print-released",
            printer_job_id=status.printer_job_id,
            state=status.state,
            state_reasons=list(status.reasons),
            impressions=status.impressions_completed,
        )

    def _sweep(self, job: PrintJob) -> None:
        """Cancel what an earlier attempt left in the printer."""
        if job.title is not None:
            for status in self._printer.find(job.title):
                self._printer.cancel(status.printer_job_id, status.name)

    def _document(self, job: PrintJob) -> bytes | None:
        try:
            pdf = self._pdf_source(job.pdf_sha256)
        except (ArchiveError, NotFound, Tampered):
            return None
        altered = hashlib.sha256(pdf).hexdigest() != job.pdf_sha256
        return None if altered else pdf

    def _reject(self, job: PrintJob, reason: str, message: str) -> Phase:
        self._rows.move(
            job,
            Phase.DONE,
            "print-aborted",
            state=JobState.ABORTED,
            state_reasons=[reason],
            message=message[:300],
        )
        return Phase.DONE
