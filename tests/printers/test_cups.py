"""CUPS as a printer, against a real cupsd and a simulated IPP printer."""

from __future__ import annotations

import threading

import cups
import pytest

from printshop.errors import JobRejected, NotFound, PrinterError
from printshop.printers.contract import PrintOptions
from printshop.printers.cups import CupsServer
from printshop.printers.cups_printer import CupsPrinter, ipp_attributes
from printshop.printers.media import sheets_of
from printshop.printers.reasons import explain
from printshop.printers.simulated import SimulatedPrintShop
from printshop.printers.simulated_process import free_port, wait_until
from printshop.printers.states import DeviceState, JobState

A4 = PrintOptions("iso_a4_210x297mm")


def print_one(printer, name, pdf, options):
    printer_job_id = printer.submit_held(name, pdf, options)
    printer.release(printer_job_id, name)
    wait_until(
        lambda: printer.status(printer_job_id, name).state.terminal, f"{name} 打印"
    )
    return printer.status(printer_job_id, name)


@pytest.mark.parametrize(
    ("width_mm", "height_mm", "size"),
    [
        (210, 297, "{x-dimension=21000 y-dimension=29700}"),
        (297, 210, "{x-dimension=21000 y-dimension=29700}"),
        (285, 210, "{x-dimension=28500 y-dimension=21000}"),
        (260, 185, "{x-dimension=26000 y-dimension=18500}"),
    ],
)
def test_the_printer_gets_the_exact_sheet(
    print_shop, cups_printer, make_pdf, width_mm, height_mm, size
):
    pdf = make_pdf("x", width_mm, height_mm)
    options = PrintOptions(
        sheets_of(pdf).media, copies=2, sides="two-sided-long-edge", tray="tray-2"
    )
    status = print_one(cups_printer, "ps-00001-aa", pdf, options)
    assert status.state is JobState.COMPLETED
    assert status.impressions_completed == 2
    (item,) = print_shop.received()
    told = item.attributes
    assert f"media-size={size}" in told["IPP_MEDIA_COL"]
    assert "media-source=tray-2" in told["IPP_MEDIA_COL"]
    assert told["IPP_PRINT_SCALING"] == "none"
    assert told["IPP_ORIENTATION_REQUESTED"] == "portrait"  # 3: do not turn
    assert told["IPP_SIDES"] == "two-sided-long-edge"
    assert told["IPP_COPIES"] == "2"
    assert told["IPP_JOB_NAME"] == "ps-00001-aa"
    assert told["IPP_JOB_ORIGINATING_USER_NAME"] == "printshop"


def test_out_of_paper_is_seen_and_said(print_shop, cups_printer, make_pdf):
    print_shop.device.fault("media-empty")
    printer_job_id = cups_printer.submit_held("ps-00001-aa", make_pdf(), A4)
    cups_printer.release(printer_job_id, "ps-00001-aa")
    wait_until(
        lambda: cups_printer.find("ps-00001-aa")[0].state is JobState.STOPPED,
        "缺纸",
    )
    (status,) = cups_printer.find("ps-00001-aa")
    assert "media-empty-warning" in status.reasons
    assert "纸盒缺纸" in explain(status.reasons)[0].sentence
    assert cups_printer.state().state is DeviceState.STOPPED
    print_shop.device.mend("media-empty")
    wait_until(
        lambda: cups_printer.find("ps-00001-aa")[0].state is JobState.COMPLETED,
        "补纸",
    )
    assert len(print_shop.received()) == 1


def test_a_server_that_is_off_is_a_printer_error(make_pdf):
    printer = CupsPrinter(CupsServer("127.0.0.1", free_port()), "press")
    with pytest.raises(PrinterError, match="连接不上") as caught:
        printer.submit_held("ps-00001-aa", make_pdf(), A4)
    assert "不会丢失" in caught.value.remedy
    assert not isinstance(caught.value, JobRejected)
    with pytest.raises(PrinterError):
        printer.find("ps-00001-aa")
    assert printer.state().state is DeviceState.OFFLINE


def test_a_connection_survives_a_restart_of_the_server(
    print_shop, cups_printer, make_pdf
):
    cups_printer.submit_held("ps-00001-aa", make_pdf(), A4)
    print_shop.server.kill()
    with pytest.raises(PrinterError):
        cups_printer.find("ps-00001-aa")
    print_shop.server.start()
    (status,) = cups_printer.find("ps-00001-aa")
    assert status.state is JobState.HELD
    assert status.has_document


def test_a_queue_that_is_not_there(print_shop, make_pdf):
    server = CupsServer(print_shop.server.host, print_shop.server.port)
    printer = CupsPrinter(server, "nowhere")
    with pytest.raises(NotFound, match="nowhere"):
        printer.state()
    with pytest.raises(PrinterError, match="没有这个队列") as caught:
        printer.submit_held("ps-00001-aa", make_pdf(), A4)
    assert not isinstance(caught.value, JobRejected)


def test_a_job_without_its_document_is_seen_as_such(print_shop, cups_printer):
    server = CupsServer(print_shop.server.host, print_shop.server.port)
    server.create_held_job("press", "ps-00001-aa", ipp_attributes(A4))
    (status,) = cups_printer.find("ps-00001-aa")
    assert status.state is JobState.HELD
    assert not status.has_document


def test_two_servers_in_one_thread_and_in_many(tmp_path, make_pdf):
    with (
        SimulatedPrintShop(tmp_path / "a") as first,
        SimulatedPrintShop(tmp_path / "b") as second,
    ):
        shops = (first, second)
        printers = [
            CupsPrinter(CupsServer(shop.server.host, shop.server.port), "press")
            for shop in shops
        ]
        for round_ in range(3):
            for which, printer in enumerate(printers):
                printer.submit_held(f"ps-{which}-{round_}", make_pdf(), A4)
        workers = [
            threading.Thread(
                target=printer.submit_held, args=(f"ps-{which}-t", make_pdf(), A4)
            )
            for which, printer in enumerate(printers)
        ]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        for which, shop in enumerate(shops):
            server = CupsServer(shop.server.host, shop.server.port)
            names = sorted(job["job-name"] for job in server.jobs().values())
            assert names == [f"ps-{which}-{end}" for end in ("0", "1", "2", "t")]


@pytest.mark.parametrize(
    ("status", "kind", "word"),
    [
        (cups.IPP_DOCUMENT_FORMAT, JobRejected, "拒绝"),
        (cups.IPP_STATUS_ERROR_ATTRIBUTES_OR_VALUES, JobRejected, "拒绝"),
        (cups.IPP_NOT_AUTHORIZED, PrinterError, "不允许"),
        (cups.IPP_STATUS_ERROR_CUPS_AUTHENTICATION_CANCELED, PrinterError, "不允许"),
        (cups.IPP_STATUS_ERROR_BUSY, PrinterError, "现在不能"),
    ],
)
def test_refusals_are_told_apart(status, kind, word):
    server = CupsServer("127.0.0.1", 631)
    error = server._explain(status, "reason")
    assert type(error) is kind
    assert word in error.message
    assert error.remedy


def test_a_job_without_its_scaling_is_refused_by_the_queue(print_shop):
    """A page that CUPS might fit and turn never gets in."""
    server = CupsServer(print_shop.server.host, print_shop.server.port)
    with pytest.raises(JobRejected, match="required"):
        server.create_held_job("press", "ps-00001-aa", {"print-scaling": "none"})


def test_a_job_that_cups_refuses_leaves_nothing_held(print_shop, cups_printer):
    with pytest.raises(JobRejected, match="拒绝"):
        cups_printer.submit_held(
            "ps-00001-aa", b"no document", PrintOptions("iso_a4_210x297mm", copies=0)
        )
    assert not any(
        status.state is JobState.HELD for status in cups_printer.find("ps-00001-aa")
    )


def test_wishes_about_jobs_that_are_gone_change_nothing(print_shop):
    server = CupsServer(print_shop.server.host, print_shop.server.port)
    server.cancel_job(999)
    assert server.set_hold(999, held=False) is False
    assert server.job(999) is None
    assert server.queues() == ["press"]
