"""Dispatchers, each in a process of its own, that die at a named point (SIGKILL).

usage: run_dispatcher.py DATABASE_URL ARCHIVE_FOLDER DEVICE POINT@QUEUE...

DEVICE is ``cups:HOST:PORT`` or ``folder:PATH``. One process is forked for each
POINT@QUEUE; the point ``none`` lets it run until the queue is idle. Prints one exit
status a line, as ``subprocess`` counts them (-9 is SIGKILL). Forked from one process
because importing takes longer than printing.
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

from printshop.database import connect
from printshop.printers.contract import Printer
from printshop.printers.cups import CupsServer
from printshop.printers.cups_printer import CupsPrinter
from printshop.printers.folder import FolderPrinter
from printshop.queue.dispatch import Dispatcher
from printshop.queue.patience import patience


def dispatch(url: str, archive: str, device: str, point: str, queue: str) -> int:
    def die(passed: str) -> None:
        if passed == point:
            os.kill(os.getpid(), signal.SIGKILL)

    kind, _, place = device.partition(":")
    printer: Printer
    if kind == "cups":
        host, _, port = place.partition(":")
        printer = CupsPrinter(CupsServer(host, int(port)), queue, at=die)
    else:
        printer = FolderPrinter(Path(place), at=die)
    database = connect(url)
    dispatcher = Dispatcher(
        database,
        {queue: printer},
        lambda sha256: Path(archive, sha256).read_bytes(),
        lambda: datetime.now(UTC),
        at=die,
    )
    done = dispatcher.run_until_idle(patience(60, 0.1))
    dispatcher.close()
    database.close()
    return 0 if done.idle else 1


def main(url: str, archive: str, device: str, *roles: str) -> None:
    children = []
    for role in roles:
        child = os.fork()
        if child == 0:
            code = 2
            try:
                code = dispatch(url, archive, device, *role.split("@"))
            finally:
                os._exit(code)
        children.append(child)
    for child in children:
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
