"""The stand-in that ships with the product: it comes and goes without a trace."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from printshop.errors import PrinterError
from printshop.printers.contract import PrintOptions
from printshop.printers.cups import CupsServer
from printshop.printers.cups_printer import CupsPrinter
from printshop.printers.passthrough import guarded, unguarded
from printshop.printers.simulated import SimulatedPrintShop
from printshop.printers.simulated_process import Child, answers, free_port, wait_until
from printshop.printers.states import JobState

A4 = PrintOptions("iso_a4_210x297mm")
PDF = b"%PDF-1.4\n1 0 obj<</Type /Page>>endobj\n%%EOF\n"


def processes_in(folder: Path) -> list[str]:
    """Command lines that mention a folder."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            words = (entry / "cmdline").read_bytes().decode(errors="replace")
        except OSError:
            continue
        if str(folder) in words and int(entry.name) != os.getpid():
            found.append(words)
    return found


def printer_of(shop: SimulatedPrintShop, queue: str = "press") -> CupsPrinter:
    return CupsPrinter(CupsServer(shop.server.host, shop.server.port), queue)


def release(printer: CupsPrinter, name: str) -> str:
    printer_job_id = printer.submit_held(name, PDF, A4)
    printer.release(printer_job_id, name)
    return printer_job_id


def test_it_leaves_no_process_behind(tmp_path):
    folder = tmp_path / "shop"
    with SimulatedPrintShop(folder) as shop:
        ports = (shop.server.port, shop.device.port)
        shop.device.fault("media-empty")
        release(printer_of(shop), "ps-1")
        wait_until(lambda: len(processes_in(folder)) >= 4, "后端和打印机在工作")
    wait_until(lambda: processes_in(folder) == [], "全部结束")
    assert not any(answers(port) for port in ports)


def test_jobs_and_prints_outlive_it(tmp_path):
    with SimulatedPrintShop(tmp_path / "shop") as shop:
        release(printer_of(shop), "ps-1")
        wait_until(lambda: len(shop.received()) == 1, "第一次")
        printer_of(shop).submit_held("ps-2", PDF, A4)
    with SimulatedPrintShop(tmp_path / "shop") as shop:
        (held,) = printer_of(shop).find("ps-2")
        assert held.state is JobState.HELD
        release(printer_of(shop), "ps-3")
        wait_until(lambda: len(shop.received()) == 2, "第二次")
        names = [item.attributes["IPP_JOB_NAME"] for item in shop.received()]
    assert names == ["ps-1", "ps-3"]


def test_every_queue_has_a_printer_of_its_own(tmp_path):
    with SimulatedPrintShop(tmp_path / "shop", queues=("one", "two")) as shop:
        release(printer_of(shop, "two"), "ps-1")
        wait_until(lambda: bool(shop.received("two")), "二号")
        (item,) = shop.received("two")
        assert item.sha256 == hashlib.sha256(PDF).hexdigest()
        assert item.path.read_bytes() == PDF
        assert shop.received() == shop.received("one") == []


def test_a_printer_that_fails_after_accepting(tmp_path):
    with SimulatedPrintShop(tmp_path / "shop") as shop:
        shop.device.fault("fail")
        printer = printer_of(shop)
        printer_job_id = release(printer, "ps-1")
        wait_until(
            lambda: printer.status(printer_job_id, "ps-1").state.terminal, "失败"
        )
        state = printer.status(printer_job_id, "ps-1").state
        assert state in (JobState.CANCELED, JobState.ABORTED)
        assert shop.received() == []


def test_the_guard_hands_a_job_over_once(tmp_path):
    """The cupsd dies while printing, starts again, and wants to print it once more."""
    with SimulatedPrintShop(tmp_path / "shop") as shop:
        shop.device.fault("slow", "1")
        printer = printer_of(shop)
        printer_job_id = release(printer, "ps-1")
        wait_until(
            lambda: bool(list((shop.device.folder / "spool").iterdir())), "送达打印机"
        )
        shop.server.kill()
        shop.server.start()
        wait_until(
            lambda: printer.status(printer_job_id, "ps-1").state is JobState.HELD,
            "被扣下",
        )
        assert printer.status(printer_job_id, "ps-1").started
        wait_until(lambda: len(shop.received()) == 1, "出纸")


def test_a_guarded_address_is_undone():
    assert unguarded(guarded("ipp://host/ipp/print")) == "ipp://host/ipp/print"
    assert unguarded("ipp://host/ipp/print") == "ipp://host/ipp/print"


def test_a_program_that_is_missing_is_named(tmp_path):
    with pytest.raises(PrinterError, match="no-such-program") as caught:
        Child(["no-such-program"], tmp_path / "log")
    assert "cups-ipp-utils" in caught.value.remedy


def test_a_program_that_ends_at_once_is_told(tmp_path):
    child = Child(["false"], tmp_path / "log")
    with pytest.raises(PrinterError, match="没有启动成功"):
        child.wait_for_port(free_port())


def test_waiting_ends():
    with pytest.raises(PrinterError, match="没有等到: 奇迹"):
        wait_until(lambda: False, "奇迹", seconds=0)


def test_a_server_that_is_off_has_no_process(tmp_path):
    shop = SimulatedPrintShop(tmp_path / "shop")
    with pytest.raises(PrinterError, match="没有运行"):
        _ = shop.server.pid
