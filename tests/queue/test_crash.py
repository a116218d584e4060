"""kill -9 of a real dispatcher at every named point, of cupsd right after, and both.

All points run side by side, each on a queue with a simulated printer of its own.
"""

from __future__ import annotations

import hashlib
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from printshop.database import Base, connect
from printshop.printers.cups import CupsServer
from printshop.printers.cups_printer import CupsPrinter
from printshop.printers.simulated import SimulatedPrintShop
from printshop.printers.simulated_process import wait_until
from printshop.printers.states import JobState
from printshop.queue.dispatch import Dispatcher
from printshop.queue.patience import patience
from printshop.queue.phases import Phase
from printshop.queue.store import list_jobs, resolve_job

SCRIPT = Path(__file__).with_name("run_dispatcher.py")
POINTS = (
    "journalled",
    "created",
    "started",
    "half",
    "unfinished",
    "finished",
    "spooled",
    "releasing",
    "released",
    "recorded",
)
JOBS = 2  # per point: one dies on its way, one comes after it


def run_dispatchers(url: str, archive: Path, device: str, *roles: str) -> list[int]:
    """Run one process for each role, give their exit statuses."""
    done = subprocess.run(
        [sys.executable, "-P", SCRIPT, url, archive, device, *roles],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=90,
    )
    return [int(line) for line in done.stdout.split()]


def real_clock() -> datetime:
    return datetime.now(UTC)


class Drill:
    """One dispatcher killed at each point, then one dispatcher that recovers all."""

    def __init__(self, folder: Path, office_class) -> None:
        self.folder = folder
        self.url = f"sqlite:///{folder / 'office.db'}"
        self.office = office_class(connect(self.url))
        self.office.clock = real_clock
        Base.metadata.create_all(self.office.database.engine)
        self.shop = SimulatedPrintShop(folder / "shop", queues=POINTS)
        self.exits: dict[str, int] = {}
        self.jobs: dict[str, list[str]] = {}

    def run(self, *, kill_cupsd: bool) -> None:
        for point in POINTS:
            self.jobs[point] = self.office.put(JOBS, printer=point, accountable=True)
        archive = self.folder / "archive"
        archive.mkdir()
        for sha256, pdf in self.office.archive.items():
            (archive / sha256).write_bytes(pdf)
        if kill_cupsd:  # so that cupsd dies while sheets are on their way
            for point in ("released", "recorded"):
                self.shop.devices[point].fault("slow", "1")
        server = self.shop.server
        device = f"cups:{server.host}:{server.port}"
        roles = [f"{point}@{point}" for point in POINTS]
        exits = run_dispatchers(self.url, archive, device, *roles)
        self.exits = dict(zip(POINTS, exits, strict=True))
        if kill_cupsd:
            server.kill()
            server.start()
        self.recover()

    def recover(self) -> None:
        server = CupsServer(self.shop.server.host, self.shop.server.port)
        dispatcher = Dispatcher(
            self.office.database,
            {point: CupsPrinter(server, point) for point in POINTS},
            self.office.archive.__getitem__,
            real_clock,
        )
        found = dispatcher.run_until_idle(patience(60, 0.1))
        dispatcher.close()
        assert found.errors == []
        assert found.idle

    def prints(self, point: str) -> Counter[str]:
        return Counter(item.sha256 for item in self.shop.received(point))

    def states(self, point: str) -> list[str]:
        return [self.office.job(job_id).state for job_id in self.jobs[point]]


def _drill(folder: Path, office_class, *, kill_cupsd: bool) -> Iterator[Drill]:
    drill = Drill(folder, office_class)
    with drill.shop:
        drill.run(kill_cupsd=kill_cupsd)
        yield drill
    drill.office.database.close()


@pytest.fixture(scope="module")
def dispatcher_killed(tmp_path_factory, office_class) -> Iterator[Drill]:
    yield from _drill(tmp_path_factory.mktemp("drill"), office_class, kill_cupsd=False)


@pytest.fixture(scope="module")
def both_killed(tmp_path_factory, office_class) -> Iterator[Drill]:
    yield from _drill(tmp_path_factory.mktemp("drill"), office_class, kill_cupsd=True)


@pytest.mark.parametrize("point", POINTS)
def test_dispatcher_killed(dispatcher_killed, point):
    """No document printed twice, none lost, nothing left unknown."""
    drill = dispatcher_killed
    assert drill.exits[point] == -signal.SIGKILL
    expected = [drill.office.job(job_id).pdf_sha256 for job_id in drill.jobs[point]]
    assert drill.prints(point) == Counter(expected)
    assert drill.states(point) == [JobState.COMPLETED] * JOBS


@pytest.mark.parametrize("point", POINTS)
def test_dispatcher_and_cupsd_killed(both_killed, point):
    """Printed at most once; what is not known to be printed once is *unknown*."""
    drill = both_killed
    assert drill.exits[point] == -signal.SIGKILL
    prints = drill.prints(point)
    for job_id in drill.jobs[point]:
        job = drill.office.job(job_id)
        if job.state == JobState.COMPLETED:
            assert prints[job.pdf_sha256] == 1
        else:
            assert job.state == JobState.UNKNOWN
            assert point in ("released", "recorded")
            assert job.state_reasons
            assert prints[job.pdf_sha256] <= 1


def test_a_person_settles_what_is_unknown(both_killed):
    """After a look into each tray every document is on paper exactly once."""
    drill = both_killed
    with drill.office.database.read() as session:
        unknown = [
            (job.id, job.printer, job.pdf_sha256)
            for job in list_jobs(session, phase=Phase.UNKNOWN)
        ]
    for job_id, point, sha256 in unknown:
        drill.office.change(
            resolve_job, job_id, printed=drill.prints(point)[sha256] == 1
        )
    drill.recover()
    for point in POINTS:
        assert set(drill.prints(point).values()) == {1}
        assert drill.prints(point).total() == JOBS
        assert set(drill.states(point)) == {JobState.COMPLETED}


def test_two_dispatcher_processes_on_one_printer(office, tmp_path):
    """Each job is printed once, whoever prints it."""
    office.clock = real_clock
    office.put(12)
    archive, prints = tmp_path / "archive", tmp_path / "prints"
    archive.mkdir()
    for sha256, pdf in office.archive.items():
        (archive / sha256).write_bytes(pdf)
    roles = ["none@press", "none@press"]
    assert run_dispatchers(office.url, archive, f"folder:{prints}", *roles) == [0, 0]
    found = [path.read_bytes() for path in sorted(prints.glob("*.pdf"))]
    assert found == list(office.archive.values())
    assert [office.job(f"job-{n}").attempts for n in range(1, 13)] == [1] * 12


def test_cupsd_killed_between_two_rounds(small_office, print_shop):
    """A live dispatcher reports the outage, goes on afterwards, prints each once."""
    small_office.put(3, accountable=True)
    server = CupsServer(print_shop.server.host, print_shop.server.port)
    dispatcher = Dispatcher(
        small_office.database,
        {"press": CupsPrinter(server, "press")},
        small_office.archive.__getitem__,
        small_office.clock,
        window=1,
    )
    dispatcher.run_once()
    wait_until(lambda: len(print_shop.received()) == 1, "第一份")
    dispatcher.run_until_idle(lambda: small_office.job("job-1").phase == Phase.RELEASED)
    print_shop.server.kill()
    (error,) = dispatcher.run_once().errors
    assert "连接不上 CUPS" in error
    print_shop.server.start()
    dispatcher.run_until_idle(patience(30, 0.05))
    counts = Counter(
        hashlib.sha256(item.path.read_bytes()).hexdigest()
        for item in print_shop.received()
    )
    unknown = 0
    for job_id in ("job-1", "job-2", "job-3"):
        job = small_office.job(job_id)
        assert counts[job.pdf_sha256] <= 1
        unknown += job.state == JobState.UNKNOWN
        if job.state == JobState.COMPLETED:
            assert counts[job.pdf_sha256] == 1
    assert unknown <= 1
