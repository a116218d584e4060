"""The dispatcher over a folder printer: order, window, leases, errors."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from printshop.errors import ArchiveError, JobRejected, PrinterError
from printshop.printers.contract import JobStatus
from printshop.printers.folder import FolderPrinter
from printshop.printers.states import JobState
from printshop.queue.dispatch import Dispatcher, Round, fresh_name
from printshop.queue.patience import patience
from printshop.queue.phases import Phase
from printshop.queue.store import (
    COUNTER_PRIORITY,
    cancel_job,
    hold_job,
    list_jobs,
    release_job,
    resolve_job,
    retry_job,
)


def never() -> bool:
    return False


def dispatcher(office, printer, **more) -> Dispatcher:
    source = more.pop("pdf_source", office.archive.__getitem__)
    return Dispatcher(office.database, {"press": printer}, source, office.clock, **more)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "prints"


def prints(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in sorted(folder.glob("*.pdf"))]


def test_everything_is_printed_in_order_under_impersonal_names(office, folder):
    office.put(5, batch_id="batch-1")
    done = dispatcher(office, FolderPrinter(folder)).run_until_idle(never)
    assert (done.sent, done.finished, done.idle) == (5, 5, True)
    assert prints(folder) == list(office.archive.values())
    with office.database.read() as session:
        jobs = list_jobs(session)
    assert {job.state for job in jobs} == {"completed"}
    assert [job.attempts for job in jobs] == [1] * 5
    assert all(job.finished_at == office.clock() for job in jobs)
    titles = [str(job.title) for job in jobs]
    assert len(set(titles)) == 5
    for job in jobs:
        assert job.id not in str(job.title)
        assert job.document_id not in str(job.title)
        assert str(job.title).startswith(f"ps-{job.position:05d}-")


def test_only_a_window_is_handed_over_so_that_the_rest_can_wait(office, folder):
    office.put(5)
    worker = dispatcher(office, FolderPrinter(folder), window=2)
    assert worker.run_once() == Round(sent=2, waiting=2, left=3)
    office.change(hold_job, "job-4")
    worker.run_until_idle(never)
    assert len(prints(folder)) == 4
    office.change(release_job, "job-4")
    worker.run_until_idle(never)
    assert len(prints(folder)) == 5


def test_the_counter_goes_before_the_batch(office, folder):
    office.put(3, batch_id="batch-1")
    office.put(1, priority=COUNTER_PRIORITY)
    dispatcher(office, FolderPrinter(folder), window=1).run_once()
    assert prints(folder) == [office.archive[office.job("job-4").pdf_sha256]]


def test_a_canceled_job_is_not_printed_and_can_be_retried(office, folder):
    office.put(2)
    office.change(cancel_job, "job-1")
    worker = dispatcher(office, FolderPrinter(folder))
    worker.run_until_idle(never)
    assert len(prints(folder)) == 1
    office.change(retry_job, "job-1")
    worker.run_until_idle(never)
    assert len(prints(folder)) == 2


def test_an_idle_queue_asks_for_no_lease(office, folder):
    assert dispatcher(office, FolderPrinter(folder)).run_once() == Round()


class TestLease:
    def test_a_second_dispatcher_stands_aside(self, office, folder):
        office.put(3)
        printer = FolderPrinter(folder)
        first = dispatcher(office, printer, window=1, owner="one")
        second = dispatcher(office, printer, owner="two")
        first.run_once()
        assert second.run_once().busy == ["press"]
        first.close()
        assert second.run_once().busy == []
        first.run_once()
        second.run_until_idle(never)
        assert len(prints(folder)) == 3

    def test_it_is_taken_over_when_it_ran_out(self, office, folder):
        office.put(2)
        printer = FolderPrinter(folder)
        dispatcher(office, printer, window=1, owner="one").run_once()
        second = dispatcher(office, printer, owner="two")
        assert second.run_once().busy
        office.clock.forward(minutes=1)
        assert second.run_until_idle(never).idle
        assert len(prints(folder)) == 2

    @pytest.mark.parametrize(
        "point",
        ["journalled", "created", "half", "finished", "spooled", "releasing"],
    )
    def test_a_dispatcher_that_slept_past_its_lease_prints_nothing_twice(
        self, office, folder, point
    ):
        """SIGSTOP at a named point: another takes over, then the first wakes up."""
        office.put(1)
        other = dispatcher(office, FolderPrinter(folder), owner="two")

        def sleep(passed: str) -> None:
            if passed == point:
                office.clock.forward(minutes=1)
                other.run_until_idle(never)

        sleeper = dispatcher(
            office, FolderPrinter(folder, at=sleep), owner="one", at=sleep
        )
        assert sleeper.run_once().busy == ["press"]
        assert len(prints(folder)) == 1
        assert office.job().state == JobState.COMPLETED

    def test_two_dispatchers_in_turn_print_each_job_once(self, office, folder):
        office.put(20)
        printer = FolderPrinter(folder)
        workers = [
            dispatcher(office, printer, window=3, owner=name) for name in ("one", "two")
        ]
        for turn in range(40):
            workers[turn % 2].run_once()
            workers[turn % 2].close()
        assert prints(folder) == list(office.archive.values())


class Broken(FolderPrinter):
    """A printer that fails at one of its calls, once."""

    def __init__(self, folder: Path, call: str, error: Exception) -> None:
        super().__init__(folder)
        self.call: str | None = call
        self.error = error

    def _fail(self, call: str) -> None:
        if self.call == call:
            self.call = None
            raise self.error

    def submit_held(self, name, pdf, options):
        self._fail("before")
        printer_job_id = super().submit_held(name, pdf, options)
        self._fail("after")
        return printer_job_id

    def release(self, printer_job_id, name):
        self._fail("release")
        super().release(printer_job_id, name)
        self._fail("released")


@pytest.mark.parametrize("call", ["before", "after", "release", "released"])
def test_a_printer_that_fails_is_asked_later(small_office, folder, call):
    small_office.put(2, accountable=True)
    broken = Broken(folder, call, PrinterError("纸卡住了。", "请取出。"))
    worker = dispatcher(small_office, broken)
    first = worker.run_once()
    assert first.errors == ["打印机“press”: 纸卡住了。 请取出。"]
    assert not first.idle
    assert worker.run_until_idle(never).idle
    assert prints(folder) == list(small_office.archive.values())


def test_a_rejected_job_is_over_and_the_next_one_printed(small_office, folder):
    small_office.put(2, accountable=True)
    broken = Broken(folder, "before", JobRejected("纸张不支持。"))
    dispatcher(small_office, broken).run_until_idle(never)
    job = small_office.job()
    assert (job.phase, job.state) == (Phase.DONE, JobState.ABORTED)
    assert job.state_reasons == ["printshop-rejected"]
    assert "纸张不支持" in job.message
    assert len(prints(folder)) == 1


def test_a_document_that_was_altered_is_not_printed(small_office, folder):
    small_office.put(3)

    def source(sha256: str) -> bytes:
        if sha256 == small_office.job("job-1").pdf_sha256:
            return b"%PDF-1.7 other bytes"
        if sha256 == small_office.job("job-2").pdf_sha256:
            raise ArchiveError("归档文件不见了。")
        return small_office.archive[sha256]

    dispatcher(small_office, FolderPrinter(folder), pdf_source=source).run_until_idle(
        never
    )
    for job_id in ("job-1", "job-2"):
        job = small_office.job(job_id)
        assert job.state == JobState.ABORTED
        assert job.state_reasons == ["printshop-document-altered"]
    assert small_office.job("job-3").state == JobState.COMPLETED


class Scripted(FolderPrinter):
    """A printer that tells of every released job what the script says."""

    def __init__(self, folder: Path, told: JobStatus | None) -> None:
        super().__init__(folder)
        self.told = told
        self.canceled: list[str] = []
        self.counts_impressions = True

    def find(self, name):
        found = super().find(name)
        if found and found[0].state is JobState.COMPLETED:
            return [] if self.told is None else [replace(self.told, name=name)]
        return found

    def status(self, _printer_job_id, name):
        found = self.find(name)
        return found[0] if found else None

    def cancel(self, _printer_job_id, name):
        self.canceled.append(name)
        if self.told is not None and not self.told.state.terminal:
            self.told = replace(self.told, state=JobState.CANCELED)


PRINTED = JobStatus("", "x", JobState.COMPLETED, started=True, impressions_completed=1)


def test_what_nobody_can_tell_is_unknown_and_stops_its_stack(small_office, folder):
    small_office.put(3, accountable=True, batch_id="batch-1")
    small_office.clock.forward(seconds=1)
    small_office.put(1)
    worker = dispatcher(small_office, Scripted(folder, None), window=1)
    worker.run_once()
    found = worker.run_once()
    assert found.unknown == 1
    job = small_office.job()
    assert (job.phase, job.state) == (Phase.UNKNOWN, JobState.UNKNOWN)
    assert job.state_reasons == ["printshop-history-lost"]
    worker.run_until_idle(never)
    assert small_office.job("job-2").phase == Phase.CREATED
    assert small_office.job("job-4").phase == Phase.UNKNOWN
    assert len(prints(folder)) == 2


def test_not_printed_sends_the_same_document_under_a_new_name(small_office, folder):
    small_office.put(1, accountable=True)
    printer = Scripted(folder, replace(PRINTED, impressions_completed=0))
    worker = dispatcher(small_office, printer)
    worker.run_until_idle(never)
    first = small_office.job()
    assert first.state_reasons == ["printshop-impressions-short"]
    printer.told = PRINTED
    small_office.change(resolve_job, "job-1", printed=False)
    worker.run_until_idle(never)
    second = small_office.job()
    assert second.state == JobState.COMPLETED
    assert second.attempts == 2
    assert second.title != first.title
    assert printer.canceled == [first.title]


def test_plain_paper_may_be_set_to_print_again(small_office, folder):
    small_office.put(1, retry_unknown=True)
    printer = Scripted(folder, None)
    worker = dispatcher(small_office, printer)
    worker.run_once()
    assert worker.run_once().resent == 1
    printer.told = PRINTED
    worker.run_until_idle(never)
    assert small_office.job().state == JobState.COMPLETED
    assert small_office.job().attempts == 2


@pytest.mark.parametrize(
    ("accountable", "state"),
    [(False, JobState.CANCELED), (True, JobState.UNKNOWN)],
)
def test_a_job_being_printed_is_canceled_on_wish(
    small_office, folder, accountable, state
):
    small_office.put(1, accountable=accountable)
    printer = Scripted(folder, replace(PRINTED, state=JobState.PROCESSING))
    worker = dispatcher(small_office, printer)
    worker.run_once()
    worker.run_once()
    assert small_office.job().state == JobState.PROCESSING
    small_office.change(cancel_job, "job-1")
    worker.run_until_idle(never)
    assert small_office.job().state == state


def test_a_job_canceled_while_it_must_be_sent_again_is_not_sent(small_office, folder):
    small_office.put(1)
    broken = Broken(folder, "before", PrinterError("断电。"))
    worker = dispatcher(small_office, broken)
    worker.run_once()
    small_office.change(cancel_job, "job-1")
    worker.run_until_idle(never)
    assert small_office.job().state == JobState.CANCELED
    assert prints(folder) == []


def test_a_job_held_in_its_printer_does_not_keep_us_waiting(small_office, folder):
    small_office.put(1)
    printer = Scripted(folder, replace(PRINTED, state=JobState.HELD, started=False))
    worker = dispatcher(small_office, printer)
    assert worker.run_until_idle(never).idle
    assert small_office.job().state == JobState.HELD
    small_office.change(release_job, "job-1")
    printer.told = PRINTED
    worker.run_until_idle(never)
    assert small_office.job().state == JobState.COMPLETED


def test_the_journal_hears_every_step_in_order(office, folder):
    office.put(1)
    heard = []
    worker = dispatcher(
        office,
        FolderPrinter(folder),
        journal=lambda _session, event: heard.append((event.action, event.job.phase)),
    )
    worker.run_until_idle(never)
    assert heard == [
        ("print-submitting", "submitting"),
        ("print-spooled", "spooled"),
        ("print-releasing", "releasing"),
        ("print-released", "released"),
        ("print-completed", "done"),
    ]


def test_a_journal_that_fails_undoes_the_step(small_office, folder):
    small_office.put(1)

    class Full(Exception):
        pass

    def journal(_session, _event):
        raise Full

    with pytest.raises(Full):
        dispatcher(small_office, FolderPrinter(folder), journal=journal).run_once()
    assert small_office.job().phase == Phase.CREATED
    assert not folder.exists() or prints(folder) == []


def test_names_are_fresh():
    names = {fresh_name(7) for _ in range(100)}
    assert len(names) == 100


def test_patience_ends():
    ticks = iter([0.0, 1.0, 2.0, 10.0])
    slept = []
    wait = patience(5, 0.5, sleep=slept.append, monotonic=lambda: next(ticks))
    assert [wait(), wait(), wait()] == [True, True, False]
    assert slept == [0.5, 0.5]
