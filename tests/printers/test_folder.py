"""The folder printer: whole files or none, and each name once."""

from __future__ import annotations

import pytest

from printshop.errors import JobRejected, PrinterError
from printshop.printers.contract import PrintOptions
from printshop.printers.folder import FolderPrinter
from printshop.printers.states import DeviceState, JobState

A4 = PrintOptions("iso_a4_210x297mm")


def test_the_same_name_again_is_the_same_job(tmp_path, make_pdf):
    printer = FolderPrinter(tmp_path / "prints")
    first = printer.submit_held("ps-00001-aa", make_pdf("a"), A4)
    printer.release(first, "ps-00001-aa")
    again = printer.submit_held("ps-00001-aa", make_pdf("b"), A4)
    printer.release(again, "ps-00001-aa")
    assert first == again
    (printed,) = (tmp_path / "prints").glob("*.pdf")
    assert printed.read_bytes() == make_pdf("a")


class _Stop(Exception):
    """Where a crash is played."""


@pytest.mark.parametrize("point", ["created", "started", "half", "unfinished"])
def test_an_interrupted_submission_leaves_no_job(tmp_path, make_pdf, point):
    def at(passed: str) -> None:
        if passed == point:
            raise _Stop

    folder = tmp_path / "prints"
    with pytest.raises(_Stop):
        FolderPrinter(folder, at=at).submit_held("ps-00001-aa", make_pdf(), A4)
    printer = FolderPrinter(folder)
    assert printer.find("ps-00001-aa") == []
    printer.submit_held("ps-00001-aa", make_pdf(), A4)
    (status,) = printer.find("ps-00001-aa")
    assert status.state is JobState.HELD


def test_a_file_taken_away_is_not_remembered(tmp_path, make_pdf):
    printer = FolderPrinter(tmp_path / "prints")
    printer.release(printer.submit_held("ps-00001-aa", make_pdf(), A4), "ps-00001-aa")
    (tmp_path / "prints" / "ps-00001-aa.pdf").unlink()
    assert printer.find("ps-00001-aa") == []


def test_a_canceled_document_is_not_kept(tmp_path, make_pdf):
    printer = FolderPrinter(tmp_path / "prints")
    printer.cancel(printer.submit_held("ps-00001-aa", make_pdf(), A4), "ps-00001-aa")
    files = [path for path in (tmp_path / "prints").rglob("*") if path.is_file()]
    assert [path.stat().st_size for path in files] == [0]


def test_it_refuses_what_is_no_pdf_and_names_that_are_no_names(tmp_path, make_pdf):
    printer = FolderPrinter(tmp_path)
    with pytest.raises(JobRejected, match="不是 PDF"):
        printer.submit_held("ps-00001-aa", b"hello", A4)
    with pytest.raises(JobRejected, match="任务名"):
        printer.submit_held("../ps", make_pdf(), A4)


def test_a_folder_that_cannot_be(tmp_path, make_pdf):
    (tmp_path / "file").write_text("in the way")
    printer = FolderPrinter(tmp_path / "file" / "prints")
    with pytest.raises(PrinterError, match="不能用"):
        printer.submit_held("ps-00001-aa", make_pdf(), A4)
    assert printer.state().state is DeviceState.OFFLINE
