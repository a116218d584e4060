"""The one door to CUPS: takes a host and a port, gives typed requests to its server.

libcups keeps server, port, user and password callback per *thread*, and consults
them behind a connection's back: a job created over a connection to one server is
sent to another when they differ (it then asks the printer itself). So they are set
again before every request, and every thread has a connection of its own.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol, cast

import cups

from printshop.errors import JobRejected, NotFound, PrinterError

REJECTIONS = frozenset({0x0408, 0x0409, 0x040A, 0x040B, 0x040E, 0x0411})
_NOT_FOUND = 0x0406
_NOT_POSSIBLE = 0x0404
_UNAVAILABLE = 0x0502
_REFUSED = frozenset({0x0401, 0x0402, 0x0403, 0x1000})

JOB_ATTRIBUTES = [
    "job-id",
    "job-name",
    "job-state",
    "job-state-reasons",
    "job-printer-state-reasons",
    "job-impressions-completed",
    "number-of-documents",
    "time-at-processing",
]


class _Connection(Protocol):
    """What we use of pycups, which has no type information."""

    def createJob(  # noqa: N802
        self, printer: str, title: str, options: Mapping[str, str]
    ) -> int: ...
    def startDocument(  # noqa: N802
        self, printer: str, job_id: int, doc_name: str, format: str, last_document: int
    ) -> int: ...
    def writeRequestData(self, buffer: bytes, length: int) -> int: ...  # noqa: N802
    def finishDocument(self, printer: str) -> int: ...  # noqa: N802
    def setJobHoldUntil(self, jobid: int, hold: str) -> None: ...  # noqa: N802
    def cancelJob(self, jobid: int, purge_job: bool = False) -> None: ...  # noqa: N802
    def getJobAttributes(  # noqa: N802
        self, jobid: int, requested_attributes: list[str]
    ) -> dict[str, Any]: ...
    def getJobs(  # noqa: N802
        self, *, which_jobs: str, requested_attributes: list[str]
    ) -> dict[int, dict[str, Any]]: ...
    def getPrinterAttributes(  # noqa: N802
        self, name: str, *, requested_attributes: list[str]
    ) -> dict[str, Any]: ...
    def getPrinters(self) -> dict[str, dict[str, Any]]: ...  # noqa: N802
    def getFile(self, resource: str, filename: str) -> None: ...  # noqa: N802


class CupsServer:
    """One CUPS server.

    Args:
        host: Its host name or address.
        port: Its TCP port.
        user: The user name that jobs are sent under.
    """

    def __init__(self, host: str, port: int, user: str = "printshop") -> None:
        self.host = host
        self.port = port
        self.user = user
        self._mine = threading.local()

    def create_held_job(self, queue: str, name: str, options: dict[str, str]) -> int:
        """Create a job that does not print until it is released.

        Raises:
            JobRejected: The options are not possible on this queue.
            PrinterError: CUPS or the queue cannot be used now.
        """
        held = {"job-hold-until": "indefinite", **options}
        with self._request() as server:
            try:
                return server.createJob(queue, name, held)
            except cups.IPPError as error:
                # libcups looks the queue up first and reports only "no such file".
                if error.args[0] in REJECTIONS or queue in server.getPrinters():
                    raise
                raise cups.IPPError(_NOT_FOUND, queue) from error

    def send_document(
        self,
        queue: str,
        job_id: int,
        name: str,
        pdf: bytes,
        at: Callable[[str], None],
    ) -> None:
        """Send a job its only document.

        Args:
            queue: The queue's name.
            job_id: CUPS's id of the job.
            name: Shown as the document's name.
            pdf: The document.
            at: Told the points ``started``, ``half``, ``unfinished``, ``finished``.

        Raises:
            JobRejected: CUPS does not take PDFs on this queue.
            PrinterError: CUPS cannot be used now.
        """
        middle = len(pdf) // 2
        with self._request() as server:
            server.startDocument(queue, job_id, name, "application/pdf", 1)
            at("started")
            server.writeRequestData(pdf[:middle], middle)
            at("half")
            server.writeRequestData(pdf[middle:], len(pdf) - middle)
            at("unfinished")
            server.finishDocument(queue)
            at("finished")

    def set_hold(self, job_id: int, *, held: bool) -> bool:
        """Hold or release a job; False when it is over or never was."""
        with self._request() as server:
            try:
                server.setJobHoldUntil(job_id, "indefinite" if held else "no-hold")
            except cups.IPPError as error:
                if error.args[0] in (_NOT_FOUND, _NOT_POSSIBLE):
                    return False
                raise
        return True

    def cancel_job(self, job_id: int) -> None:
        """Cancel a job; does nothing when it is over or never was."""
        with self._request() as server:
            try:
                server.cancelJob(job_id)
            except cups.IPPError as error:
                if error.args[0] not in (_NOT_FOUND, _NOT_POSSIBLE):
                    raise

    def job(self, job_id: int) -> dict[str, Any] | None:
        """Attributes of a job, or None when CUPS does not know it."""
        with self._request() as server:
            try:
                return server.getJobAttributes(job_id, JOB_ATTRIBUTES)
            except cups.IPPError as error:
                if error.args[0] == _NOT_FOUND:
                    return None
                raise

    def jobs(self) -> dict[int, dict[str, Any]]:
        """Attributes of all jobs CUPS remembers, finished ones too."""
        with self._request() as server:
            return server.getJobs(which_jobs="all", requested_attributes=JOB_ATTRIBUTES)

    def printer(self, queue: str, attributes: list[str]) -> dict[str, Any]:
        """Attributes of a queue.

        Raises:
            NotFound: CUPS has no such queue.
            PrinterError: CUPS cannot be asked now.
        """
        with self._request() as server:
            try:
                return server.getPrinterAttributes(
                    queue, requested_attributes=attributes
                )
            except cups.IPPError as error:
                if error.args[0] == _NOT_FOUND:
                    raise NotFound(
                        f"CUPS 服务器上没有名为“{queue}”的队列。",
                        "请先在 CUPS 里建立队列, 或改正打印机的设置。",
                    ) from error
                raise

    def queues(self) -> list[str]:
        """Names of all queues."""
        with self._request() as server:
            return sorted(server.getPrinters())

    def fetch(self, resource: str, target: Path) -> None:
        """Copy a configuration file of the server, if it lets us.

        Raises:
            PrinterError: It does not.
        """
        with self._request() as server:
            server.getFile(resource, str(target))

    def close(self) -> None:
        """Forget this thread's connection."""
        self._mine.connection = None

    @contextmanager
    def _request(self) -> Iterator[_Connection]:
        try:
            yield self._connection()
        except cups.IPPError as error:
            self.close()
            raise self._explain(*error.args) from error
        except (RuntimeError, cups.HTTPError, OSError) as error:
            self.close()
            raise self._unreachable(str(error)) from error

    def _connection(self) -> _Connection:
        cups.setServer(self.host)
        cups.setPort(self.port)
        cups.setUser(self.user)
        # Without it libcups would ask for a password on the terminal.
        cups.setPasswordCB(lambda _prompt: "")
        connection = getattr(self._mine, "connection", None)
        if connection is None:
            connection = cups.Connection(host=self.host, port=self.port)
            self._mine.connection = connection
        return cast("_Connection", connection)

    def _unreachable(self, reason: str) -> PrinterError:
        return PrinterError(
            f"连接不上 CUPS 服务器 {self.host}:{self.port} ({reason})。",
            "请确认 cups 服务在运行, 地址和端口设置正确; 任务留在队列里不会丢失。",
        )

    def _explain(self, status: int, text: str) -> PrinterError:
        if status in REJECTIONS:
            return JobRejected(
                f"CUPS 拒绝了这个打印任务: {text}。",
                "请检查纸张、纸盒和份数是否为这台打印机所支持。",
            )
        if status in _REFUSED:
            return PrinterError(
                f"CUPS 不允许用户 {self.user} 这样做: {text}。",
                "请在 cupsd.conf 的策略里允许这个用户打印和查询任务。",
            )
        if status == _UNAVAILABLE:
            return self._unreachable(text)
        if status == _NOT_FOUND:
            return PrinterError(
                f"CUPS 里没有这个队列或任务: {text}。",
                "请运行 printshop doctor 检查打印机设置。",
            )
        return PrinterError(
            f"CUPS 现在不能处理请求: {text}。", "请稍后再试, 或看 CUPS 的错误日志。"
        )
