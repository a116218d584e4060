"""What doctor says of a CUPS server."""

from __future__ import annotations

import subprocess

from printshop.printers.contract import PrintOptions
from printshop.printers.cups_checks import findings
from printshop.printers.simulated_process import free_port, wait_until


def words(found):
    return " ".join(f"{item.what} {item.remedy}" for item in found)


def check(shop, *queues):
    return findings(
        shop.server.host,
        shop.server.port,
        queues,
        config=shop.server.folder / "etc",
    )


def admin(shop, program, *arguments):
    where = f"{shop.server.host}:{shop.server.port}"
    subprocess.run([program, "-h", where, *arguments], check=True)


def test_the_simulated_server_is_as_it_should_be(print_shop):
    assert check(print_shop, "press") == []


def test_a_server_that_does_not_answer():
    (found,) = findings("127.0.0.1", free_port(), ["press"])
    assert found.grave
    assert "连接不上" in found.what
    assert found.remedy


def test_a_queue_that_is_missing_names_those_that_are_there(print_shop):
    (found,) = check(print_shop, "laser")
    assert "laser" in found.what
    assert "press" in found.remedy


def test_a_queue_that_refuses_and_reprints(print_shop):
    admin(print_shop, "cupsreject", "press")
    admin(print_shop, "lpadmin", "-p", "press", "-o", "printer-error-policy=retry-job")
    found = check(print_shop, "press")
    assert "不接收任务" in words(found)
    assert "自行重打" in words(found)
    assert len(found) == 2


def test_a_printer_out_of_paper(print_shop, cups_printer, make_pdf):
    print_shop.device.fault("media-empty")
    name = "ps-00001-aa"
    options = PrintOptions("iso_a4_210x297mm")
    cups_printer.release(cups_printer.submit_held(name, make_pdf(), options), name)
    wait_until(lambda: bool(check(print_shop, "press")), "缺纸")
    (found,) = check(print_shop, "press")
    assert "缺纸" in found.what
    assert not found.grave


def test_stock_settings_that_forget_jobs_are_named(print_shop, tmp_path):
    (tmp_path / "cupsd.conf").write_text("MaxJobs 500\n# DirtyCleanInterval 0\n")
    (tmp_path / "cups-files.conf").write_text("SyncOnClose no\n")
    found = findings(print_shop.server.host, print_shop.server.port, config=tmp_path)
    assert [item.what.split()[2] for item in found] == [
        "MaxJobs",
        "DirtyCleanInterval",
        "SyncOnClose",
    ]
    assert all(item.remedy for item in found)


def test_what_cannot_be_read_is_said_to_be_unchecked(print_shop, tmp_path):
    found = findings(
        print_shop.server.host, print_shop.server.port, config=tmp_path / "nowhere"
    )
    assert found
    assert all("没有检查" in item.what and not item.grave for item in found)
