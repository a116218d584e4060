"""From the queue through a real cupsd to what a simulated printer received."""

from __future__ import annotations

import re

import pytest

from printshop.printers.contract import PrintOptions
from printshop.printers.cups import CupsServer
from printshop.printers.cups_printer import CupsPrinter
from printshop.printers.media import media_for
from printshop.printers.reasons import explain
from printshop.printers.states import JobState
from printshop.queue.dispatch import Dispatcher
from printshop.queue.patience import patience
from printshop.queue.store import cancel_job


@pytest.fixture
def dispatcher(small_office, print_shop) -> Dispatcher:
    server = CupsServer(print_shop.server.host, print_shop.server.port)
    return Dispatcher(
        small_office.database,
        {"press": CupsPrinter(server, "press")},
        small_office.archive.__getitem__,
        small_office.clock,
    )


def test_five_documents(small_office, print_shop, dispatcher):
    """The very bytes, in order, on the exact sheet, under names that say nothing."""
    sheet = PrintOptions(media_for(285, 210), tray="tray-3")
    small_office.put(5, accountable=True, batch_id="batch-1", options=sheet)
    done = dispatcher.run_until_idle(patience(30, 0.05))
    assert (done.sent, done.finished, done.idle) == (5, 5, True)
    received = print_shop.received()
    assert [item.sha256 for item in received] == list(small_office.archive)
    for position, item in enumerate(received, 1):
        job = small_office.job(f"job-{position}")
        assert job.state == JobState.COMPLETED
        assert job.impressions == 1
        told = item.attributes
        assert told["IPP_JOB_NAME"] == job.title
        assert re.fullmatch(r"ps-\d{5}-[0-9a-f]{16}", str(job.title))
        assert "x-dimension=28500 y-dimension=21000" in told["IPP_MEDIA_COL"]
        assert "media-source=tray-3" in told["IPP_MEDIA_COL"]
        assert told["IPP_PRINT_SCALING"] == "none"


def test_nothing_cups_keeps_names_the_document(small_office, print_shop, dispatcher):
    """Logs, control files and spool names know neither document nor job id."""
    small_office.put(1)
    dispatcher.run_until_idle(patience(30, 0.05))
    folder = print_shop.server.folder
    kept = [path for path in folder.rglob("*") if path.is_file()]
    assert any(path.name == "error_log" for path in kept)
    for path in kept:
        if path.parent.name != "backend":
            assert b"doc-1" not in path.read_bytes(), path
            assert b"job-1" not in path.read_bytes(), path


def test_out_of_paper_is_shown_with_what_to_do(small_office, print_shop, dispatcher):
    small_office.put(2, accountable=True)
    print_shop.device.fault("media-empty")
    dispatcher.run_until_idle(lambda: small_office.job().state != JobState.STOPPED)
    job = small_office.job()
    assert job.state == JobState.STOPPED
    assert "处理" in JobState(job.state).sentence
    assert "请加入任务要求的纸" in explain(job.state_reasons)[0].sentence
    print_shop.device.mend("media-empty")
    assert dispatcher.run_until_idle(patience(30, 0.05)).idle
    assert [item.sha256 for item in print_shop.received()] == list(small_office.archive)
    assert small_office.job().state == JobState.COMPLETED


def test_a_job_canceled_while_the_printer_waits(small_office, print_shop, dispatcher):
    small_office.put(1, accountable=True)
    print_shop.device.fault("media-empty")
    dispatcher.run_until_idle(lambda: small_office.job().state != JobState.STOPPED)
    small_office.change(cancel_job, "job-1")
    dispatcher.run_until_idle(patience(30, 0.05))
    assert small_office.job().state == JobState.UNKNOWN
    assert small_office.job().state_reasons[0] == "printshop-ended-after-release"


def test_a_printer_that_says_done_too_early(small_office, print_shop, dispatcher):
    """CUPS says completed, one impression; the printer itself made none."""
    small_office.put(1, accountable=True)
    print_shop.device.fault("quiet")
    dispatcher.run_until_idle(patience(30, 0.05))
    job = small_office.job()
    assert job.state == JobState.UNKNOWN
    assert job.state_reasons[0] == "printshop-impressions-short"


def test_a_printer_that_drops_an_accepted_job(small_office, print_shop, dispatcher):
    small_office.put(2)
    print_shop.device.fault("fail")
    dispatcher.run_until_idle(patience(30, 0.05))
    states = {small_office.job(job_id).state for job_id in ("job-1", "job-2")}
    assert states <= {JobState.CANCELED, JobState.ABORTED}
    assert print_shop.received() == []
