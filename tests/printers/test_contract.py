"""Every kind of printer keeps the one contract."""

from __future__ import annotations

import pytest

from printshop.errors import JobRejected
from printshop.printers.contract import JobStatus, PrintOptions
from printshop.printers.simulated_process import wait_until
from printshop.printers.states import DeviceState, JobState

A4 = PrintOptions("iso_a4_210x297mm")


def ended(bench, printer_job_id: str, name: str) -> JobStatus:
    """Wait until a job is over."""
    seen: list[JobStatus] = []

    def over() -> bool:
        status = bench.printer.status(printer_job_id, name)
        assert status is not None
        seen.append(status)
        return status.state.terminal

    wait_until(over, name)
    return seen[-1]


class TestContract:
    def test_a_held_job_prints_nothing(self, bench, make_pdf):
        printer_job_id = bench.printer.submit_held("ps-00001-aa", make_pdf(), A4)
        status = bench.printer.status(printer_job_id, "ps-00001-aa")
        assert status is not None
        assert status.state is JobState.HELD
        assert status.has_document
        assert not status.started
        assert bench.printed() == []

    def test_a_released_job_prints_the_very_bytes_once(self, bench, make_pdf):
        pdf = make_pdf("once")
        printer_job_id = bench.printer.submit_held("ps-00001-aa", pdf, A4)
        bench.printer.release(printer_job_id, "ps-00001-aa")
        status = ended(bench, printer_job_id, "ps-00001-aa")
        assert status.state is JobState.COMPLETED
        assert status.has_history
        assert bench.printed() == [pdf]

    def test_releasing_twice_prints_once(self, bench, make_pdf):
        printer_job_id = bench.printer.submit_held("ps-00001-aa", make_pdf(), A4)
        bench.printer.release(printer_job_id, "ps-00001-aa")
        bench.printer.release(printer_job_id, "ps-00001-aa")
        ended(bench, printer_job_id, "ps-00001-aa")
        bench.printer.release(printer_job_id, "ps-00001-aa")
        assert len(bench.printed()) == 1

    def test_jobs_are_found_by_name_alone(self, bench, make_pdf):
        bench.printer.submit_held("ps-00001-aa", make_pdf("a"), A4)
        second = bench.printer.submit_held("ps-00002-bb", make_pdf("b"), A4)
        found = bench.printer.find("ps-00002-bb")
        assert [(item.name, item.printer_job_id) for item in found] == [
            ("ps-00002-bb", second)
        ]
        assert bench.printer.find("ps-00003-cc") == []

    def test_an_id_with_another_name_is_nobody(self, bench, make_pdf):
        printer_job_id = bench.printer.submit_held("ps-00001-aa", make_pdf(), A4)
        assert bench.printer.status(printer_job_id, "ps-00009-zz") is None
        with pytest.raises(JobRejected):
            bench.printer.release(printer_job_id, "ps-00009-zz")
        bench.printer.cancel(printer_job_id, "ps-00009-zz")
        (left,) = bench.printer.find("ps-00001-aa")
        assert left.state is JobState.HELD

    def test_a_canceled_job_is_remembered_and_never_printed(self, bench, make_pdf):
        printer_job_id = bench.printer.submit_held("ps-00001-aa", make_pdf(), A4)
        bench.printer.cancel(printer_job_id, "ps-00001-aa")
        (found,) = bench.printer.find("ps-00001-aa")
        assert found.state is JobState.CANCELED
        assert not found.started
        bench.printer.cancel(printer_job_id, "ps-00001-aa")
        bench.printer.release(printer_job_id, "ps-00001-aa")
        (found,) = bench.printer.find("ps-00001-aa")
        assert found.state is JobState.CANCELED
        assert bench.printed() == []

    def test_a_finished_job_can_not_be_held(self, bench, make_pdf):
        printer_job_id = bench.printer.submit_held("ps-00001-aa", make_pdf(), A4)
        bench.printer.hold(printer_job_id, "ps-00001-aa")
        bench.printer.release(printer_job_id, "ps-00001-aa")
        ended(bench, printer_job_id, "ps-00001-aa")
        with pytest.raises(JobRejected, match="暂停"):
            bench.printer.hold(printer_job_id, "ps-00001-aa")

    def test_it_tells_how_it_is(self, bench, make_pdf):
        state = bench.printer.state()
        assert state.state is DeviceState.IDLE
        assert state.accepting
        assert state.queued == 0
        bench.printer.submit_held("ps-00001-aa", make_pdf(), A4)
        assert bench.printer.state().queued == 1
