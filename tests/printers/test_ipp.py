"""A printer's own word, and what happens when it has none."""

from __future__ import annotations

import struct
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from printshop.printers.contract import PrintOptions
from printshop.printers.cups import CupsServer
from printshop.printers.device_history import DeviceHistory
from printshop.printers.ipp import DeviceJob, NotIPP, _jobs, finished_jobs
from printshop.printers.simulated_process import free_port, wait_until
from printshop.printers.states import JobState


def attribute(tag: int, name: str, raw: bytes) -> bytes:
    encoded = name.encode()
    head = struct.pack(">BH", tag, len(encoded)) + encoded
    return head + struct.pack(">H", len(raw)) + raw


ANSWER = (
    struct.pack(">BBHI", 2, 0, 0, 1)
    + b"\x01"
    + attribute(0x47, "attributes-charset", b"utf-8")
    + b"\x02"
    + attribute(0x42, "job-name", b"ps-00001-aa")
    + attribute(0x23, "job-state", struct.pack(">i", 9))
    + attribute(0x44, "job-state-reasons", b"none")
    + attribute(0x44, "", b"job-completed-successfully")
    + attribute(0x21, "job-impressions-completed", struct.pack(">i", 2))
    + b"\x02"
    + attribute(0x42, "job-name", "别的".encode())
    + b"\x03"
)


def test_an_answer_is_read():
    assert _jobs(ANSWER) == [
        DeviceJob("ps-00001-aa", 9, ("job-completed-successfully",), 2),
        DeviceJob("别的", 0),
    ]


@given(st.integers(min_value=0, max_value=len(ANSWER) - 2), st.binary(max_size=8))
def test_a_broken_answer_is_no_ipp_or_still_jobs(cut, rest):
    try:
        found = _jobs(ANSWER[:cut] + rest)
    except NotIPP:
        return
    assert all(isinstance(job, DeviceJob) for job in found)


def test_a_refusal_is_not_an_empty_list():
    with pytest.raises(NotIPP, match="0x0403"):
        _jobs(struct.pack(">BBHI", 2, 0, 0x0403, 1) + b"\x03")


@pytest.mark.parametrize("uri", ["usb://HP/Laser", "ipp:", f"ipp://127.0.0.1:{1}/x"])
def test_what_cannot_be_asked(uri):
    with pytest.raises(NotIPP):
        finished_jobs(uri, "tester")


def test_a_web_page_is_no_printer():
    class Page(BaseHTTPRequestHandler):
        def do_POST(self):
            self.send_error(404)

        def log_message(self, *_arguments):
            """Keep the test's output clean."""

    with HTTPServer(("127.0.0.1", 0), Page) as server:
        worker = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        worker.start()
        with pytest.raises(NotIPP, match="404"):
            finished_jobs(f"ipp://127.0.0.1:{server.server_port}/", "tester")
        server.shutdown()
        worker.join()


def test_a_device_that_cannot_be_asked_is_not_asked_for_ever():
    asked = []

    class Server(CupsServer):
        def printer(self, queue, attributes):
            asked.append(queue)
            return super().printer(queue, attributes)

    history = DeviceHistory(Server("127.0.0.1", free_port()), "press")
    assert [history.finished("ps-00001-aa") for _ in range(9)] == [[]] * 9
    assert len(asked) == 3


def test_the_printers_word_beats_cupss(print_shop, cups_printer, make_pdf):
    """CUPS counts an impression at hand-over; this printer says it made none."""
    print_shop.device.fault("quiet")
    options = PrintOptions("iso_a4_210x297mm")
    name = "ps-00001-aa"
    printer_job_id = cups_printer.submit_held(name, make_pdf(), options)
    cups_printer.release(printer_job_id, name)
    wait_until(lambda: cups_printer.status(printer_job_id, name).state.terminal, "打印")
    status = cups_printer.status(printer_job_id, name)
    assert status.state is JobState.COMPLETED
    assert (status.impressions_completed, status.prints) == (0, 1)
    (found,) = cups_printer.find(name)
    assert found == status
