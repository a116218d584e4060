"""A CUPS queue as a printer: takes the contract's calls, gives CUPS jobs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from printshop.errors import JobRejected, NotFound, PrinterError
from printshop.printers.contract import JobStatus, PrinterState, PrintOptions
from printshop.printers.cups import CupsServer
from printshop.printers.device_history import DeviceHistory
from printshop.printers.reasons import stopping
from printshop.printers.states import DeviceState, JobState

_JOB_STATES = {
    3: JobState.PENDING,
    4: JobState.HELD,
    5: JobState.PROCESSING,
    6: JobState.STOPPED,
    7: JobState.CANCELED,
    8: JobState.ABORTED,
    9: JobState.COMPLETED,
}
_DEVICE_STATES = {
    3: DeviceState.IDLE,
    4: DeviceState.PROCESSING,
    5: DeviceState.STOPPED,
}
_STATE_ATTRIBUTES = [
    "printer-state",
    "printer-state-reasons",
    "printer-state-message",
    "printer-is-accepting-jobs",
    "queued-job-count",
]


def _silent(_point: str) -> None:
    """Nobody watches the named points."""


class CupsPrinter:
    """One CUPS queue.

    Args:
        server: The CUPS server.
        queue: The queue's name on it.
        counts_impressions: Whether its printer reports the impressions it made.
        at: Told every named point of a submission as it is passed.
    """

    def __init__(
        self,
        server: CupsServer,
        queue: str,
        *,
        counts_impressions: bool = True,
        at: Callable[[str], None] = _silent,
    ) -> None:
        self._server = server
        self._queue = queue
        self._at = at
        self._device = DeviceHistory(server, queue)
        self.counts_impressions = counts_impressions

    def submit_held(self, name: str, pdf: bytes, options: PrintOptions) -> str:
        """Create a held job and send it its document."""
        job_id = self._server.create_held_job(
            self._queue, name, ipp_attributes(options)
        )
        self._at("created")
        try:
            self._server.send_document(self._queue, job_id, name, pdf, self._at)
        except JobRejected:
            self._server.cancel_job(job_id)
            raise
        return str(job_id)

    def release(self, printer_job_id: str, name: str) -> None:
        """Let a held job print."""
        found = self._known(printer_job_id, name)
        if found.state is JobState.HELD:
            self._server.set_hold(int(printer_job_id), held=False)

    def hold(self, printer_job_id: str, name: str) -> None:
        """Keep a waiting job from printing."""
        found = self._known(printer_job_id, name)
        waits = found.state in (JobState.PENDING, JobState.HELD)
        if not waits or not self._server.set_hold(int(printer_job_id), held=True):
            raise JobRejected("任务已经开始打印, 不能再暂停。", "可以取消它。")

    def cancel(self, printer_job_id: str, name: str) -> None:
        """Cancel a job that is not over."""
        found = self.status(printer_job_id, name)
        if found is not None and not found.state.terminal:
            self._server.cancel_job(int(printer_job_id))

    def find(self, name: str) -> list[JobStatus]:
        """All jobs of that name on the server, whatever became of them."""
        return [
            self._confirmed(_status(job_id, found))
            for job_id, found in sorted(self._server.jobs().items())
            if found.get("job-name") == name
        ]

    def status(self, printer_job_id: str, name: str) -> JobStatus | None:
        """One job, if it is still the one of that name."""
        found = self._server.job(int(printer_job_id))
        if found is None or found.get("job-name") != name:
            return None
        return self._confirmed(_status(int(printer_job_id), found))

    def _confirmed(self, status: JobStatus) -> JobStatus:
        """Put the printer's own word in place of CUPS's "completed"."""
        if status.state is not JobState.COMPLETED:
            return status
        own = self._device.finished(status.name)
        if not own:
            return status  # it cannot be asked, or keeps no names: CUPS's word
        last = own[-1]
        return replace(
            status,
            state=_JOB_STATES.get(last.state, JobState.UNKNOWN),
            reasons=tuple(dict.fromkeys(status.reasons + last.reasons)),
            impressions_completed=last.impressions,
            prints=len(own),
        )

    def state(self) -> PrinterState:
        """The queue and the printer behind it."""
        try:
            told = self._server.printer(self._queue, _STATE_ATTRIBUTES)
        except NotFound:
            raise
        except PrinterError as error:
            return PrinterState(
                DeviceState.OFFLINE, accepting=False, message=str(error)
            )
        reasons = _keywords(told, "printer-state-reasons")
        state = _DEVICE_STATES.get(told.get("printer-state", 3), DeviceState.IDLE)
        at_work = state is DeviceState.PROCESSING
        return PrinterState(
            state=DeviceState.STOPPED if at_work and stopping(reasons) else state,
            reasons=reasons,
            accepting=bool(told.get("printer-is-accepting-jobs", True)),
            message=str(told.get("printer-state-message", "")),
            queued=int(told.get("queued-job-count", 0)),
        )

    def _known(self, printer_job_id: str, name: str) -> JobStatus:
        found = self.status(printer_job_id, name)
        if found is None:
            raise JobRejected(
                f"CUPS 不认识任务 {name}。", "CUPS 可能丢失了它; 将按名字重新查找。"
            )
        return found


def ipp_attributes(options: PrintOptions) -> dict[str, str]:
    """Job attributes that keep a page where it is: no fitting, turning, centring."""
    attributes = {
        "print-scaling": "none",
        "orientation-requested": str(options.orientation),
        "media": options.media,
        "copies": str(options.copies),
        "sides": options.sides,
        "job-sheets": "none",
    }
    if options.tray:
        # The pass-through queue maps it to media-source; see passthrough.py.
        attributes["InputSlot"] = options.tray
    return attributes


def _keywords(told: dict[str, Any], attribute: str) -> tuple[str, ...]:
    value = told.get(attribute) or ()
    words = [value] if isinstance(value, str) else list(value)
    return tuple(word for word in words if word and word != "none")


def _status(job_id: int, told: dict[str, Any]) -> JobStatus:
    state = _JOB_STATES.get(told.get("job-state", 0), JobState.UNKNOWN)
    reasons = _keywords(told, "job-state-reasons")
    device = _keywords(told, "job-printer-state-reasons")
    if state is JobState.PROCESSING and stopping(device):
        state = JobState.STOPPED  # CUPS says "processing" while the printer waits
    impressions = told.get("job-impressions-completed")
    return JobStatus(
        name=str(told.get("job-name", "")),
        printer_job_id=str(job_id),
        state=state,
        reasons=tuple(dict.fromkeys(reasons + device)),
        impressions_completed=None if impressions is None else int(impressions),
        has_document=state is not JobState.HELD
        or int(told.get("number-of-documents", 0)) > 0,
        started=told.get("time-at-processing") is not None,
    )
