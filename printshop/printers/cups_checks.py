"""Checks of a real CUPS server: takes its address, gives findings with remedies.

With CUPS's own defaults a server forgets jobs it has accepted (``DirtyCleanInterval
30``) and forgets names (``MaxJobs 500``); the queue can then only say *unknown*.
What cannot be read from here is said to be unchecked, never passed over.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from printshop.errors import NotFound, PrinterError
from printshop.printers.cups import CupsServer
from printshop.printers.reasons import explain, stopping

_ETC = Path("/etc/cups")
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it should be, or could not be checked.

    Attributes:
        what: What was found.
        remedy: What to do.
        grave: Whether printing is unsafe or impossible until it is mended.
    """

    what: str
    remedy: str
    grave: bool = True


@dataclass(frozen=True)
class _Wanted:
    file: str
    directive: str
    default: str
    good: tuple[str, ...]
    harm: str


_WANTED = (
    _Wanted("cupsd.conf", "MaxJobs", "500", ("0",), "CUPS 会忘记较早的任务名"),
    _Wanted(
        "cupsd.conf",
        "DirtyCleanInterval",
        "30",
        ("0",),
        "CUPS 崩溃时会丢失已接收的任务",
    ),
    _Wanted(
        "cupsd.conf",
        "PreserveJobHistory",
        "yes",
        ("yes", "on", "true", "1"),
        "CUPS 打印后不再记得任务",
    ),
    _Wanted(
        "cups-files.conf",
        "SyncOnClose",
        "no",
        ("yes", "on", "true", "1"),
        "断电时已接收的任务可能只剩一半",
    ),
)


def findings(
    host: str,
    port: int,
    queues: Iterable[str] = (),
    *,
    user: str = "printshop",
    config: Path | None = None,
) -> list[Finding]:
    """Check a server and its queues.

    Args:
        host: Host of the CUPS server.
        port: Its port.
        queues: Queues that must be there and take jobs.
        user: The user that jobs are sent under.
        config: Where its configuration lies, if not in the usual place.
    """
    server = CupsServer(host, port, user)
    try:
        present = server.queues()
    except PrinterError as error:
        return [Finding(error.message, error.remedy)]
    found = []
    for queue in queues:
        found += _check_queue(server, queue, present)
    place = config or (_ETC if host in _LOOPBACK else None)
    return found + _check_configuration(server, place)


def _check_queue(server: CupsServer, queue: str, present: list[str]) -> list[Finding]:
    attributes = [
        "printer-is-accepting-jobs",
        "printer-state-reasons",
        "printer-error-policy",
    ]
    try:
        told = server.printer(queue, attributes)
    except NotFound as error:
        known = "、".join(present) or "没有任何队列"
        return [Finding(error.message, f"{error.remedy} 服务器上有: {known}。")]
    found = []
    if not told.get("printer-is-accepting-jobs", True):
        found.append(
            Finding(f"队列“{queue}”不接收任务。", f"请运行 cupsaccept {queue}。")
        )
    reasons = told.get("printer-state-reasons") or []
    words = [reasons] if isinstance(reasons, str) else list(reasons)
    if stopping(words):
        found += [
            Finding(f"打印机“{queue}”: {reason.meaning}", reason.remedy, grave=False)
            for reason in explain(words)
            if reason.stops
        ]
    policy = told.get("printer-error-policy", "abort-job")
    if policy in ("retry-job", "retry-current-job"):
        found.append(
            Finding(
                f"队列“{queue}”出错后由 CUPS 自行重打 ({policy}), 可能出两张。",
                f"请运行 lpadmin -p {queue} -o printer-error-policy=abort-job。",
            )
        )
    return found


def _check_configuration(server: CupsServer, place: Path | None) -> list[Finding]:
    found = []
    for name in ("cupsd.conf", "cups-files.conf"):
        wanted = [item for item in _WANTED if item.file == name]
        text = _read(server, place, name)
        if text is None:
            directives = "、".join(item.directive for item in wanted)
            found.append(
                Finding(
                    f"读不到 CUPS 的 {name}, 没有检查: {directives}。",
                    f"请在 {server.host} 上用有权限的用户运行 printshop doctor。",
                    grave=False,
                )
            )
        else:
            found += _compare(text, wanted)
    return found


def _read(server: CupsServer, place: Path | None, name: str) -> str | None:
    if place is not None:
        try:
            return (place / name).read_text("utf-8", errors="replace")
        except OSError:
            pass  # not ours to read: the server itself may show it
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / name
        try:
            server.fetch(f"/admin/conf/{name}", target)
        except PrinterError:
            return None
        return target.read_text("utf-8", errors="replace")


def _compare(text: str, wanted: list[_Wanted]) -> list[Finding]:
    settings: dict[str, str] = {}
    for line in text.splitlines():
        words = line.split(None, 1)
        if len(words) == 2 and not words[0].startswith("#"):
            settings[words[0].lower()] = words[1].strip()
    found = []
    for item in wanted:
        value = settings.get(item.directive.lower(), item.default)
        if value.lower() not in item.good:
            found.append(
                Finding(
                    f"CUPS 设置 {item.directive} 是 {value}: {item.harm}。",
                    f"请在 {item.file} 里写 {item.directive} {item.good[0]},"
                    " 再重启 cups。",
                )
            )
    return found
