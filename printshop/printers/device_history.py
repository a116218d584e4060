"""A printer's own memory: takes a CUPS queue, gives what its device finished."""

from __future__ import annotations

from printshop.errors import NotFound, PrinterError
from printshop.printers.cups import CupsServer
from printshop.printers.ipp import DeviceJob, NotIPP, finished_jobs
from printshop.printers.passthrough import unguarded

_PATIENCE = 3


class DeviceHistory:
    """What the device behind a queue remembers, where it can be asked.

    A device that did not answer a few times (USB, another network, no IPP) is not
    asked again: the dispatcher must not wait for it with every sheet.

    Args:
        server: The CUPS server.
        queue: The queue's name on it.
    """

    def __init__(self, server: CupsServer, queue: str) -> None:
        self._server = server
        self._queue = queue
        self._uri: str | None = None
        self._failures = 0

    def finished(self, name: str) -> list[DeviceJob]:
        """Its finished jobs of a name, oldest first; empty when it cannot tell."""
        if self._failures >= _PATIENCE:
            return []
        try:
            jobs = finished_jobs(self._address(), self._server.user)
        except (NotIPP, NotFound, PrinterError):
            self._failures += 1
            return []
        self._failures = 0
        # Get-Jobs lists finished jobs newest first (RFC 8011 4.2.6.2).
        return [job for job in reversed(jobs) if job.name == name]

    def _address(self) -> str:
        if self._uri is None:
            told = self._server.printer(self._queue, ["device-uri"])
            self._uri = unguarded(str(told.get("device-uri", "")))
        return self._uri
