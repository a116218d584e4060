"""The register of printers."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from printshop.errors import InputError, NotFound
from printshop.printers.contract import PrintOptions
from printshop.printers.cups_printer import CupsPrinter
from printshop.printers.folder import FolderPrinter
from printshop.printers.registry import (
    PrinterSpec,
    get_printer,
    list_printers,
    open_printers,
    remove_printer,
    save_printer,
)

NOW = datetime(2026, 6, 1, tzinfo=UTC)
LASER = PrinterSpec(
    "一号激光", "cups", host="127.0.0.1", port=631, queue="laser", tray="tray-2"
)


def test_printers_are_kept_changed_listed_and_forgotten(database, tmp_path):
    folder = PrinterSpec("文件夹", "folder", folder=str(tmp_path / "prints"))
    with database.write() as session:
        save_printer(session, LASER, NOW)
        save_printer(session, folder, NOW)
    changed = replace(LASER, stock="毕业证书 2026", offset_x_mm=0.35)
    with database.write() as session:
        save_printer(session, changed, NOW)
    with database.read() as session:
        assert list_printers(session) == [changed, folder]
        opened = open_printers(session)
        assert isinstance(opened["一号激光"], CupsPrinter)
        assert isinstance(opened["文件夹"], FolderPrinter)
    with database.write() as session:
        save_printer(session, replace(changed, enabled=False), NOW)
    with database.read() as session:
        assert set(open_printers(session)) == {"文件夹"}
    with database.write() as session:
        remove_printer(session, "一号激光")
        with pytest.raises(NotFound, match="一号激光") as caught:
            get_printer(session, "一号激光")
    assert "文件夹" in caught.value.remedy


def test_an_empty_register_says_what_to_do(database):
    with database.read() as session, pytest.raises(NotFound) as caught:
        get_printer(session, "laser")
    assert "printers add" in caught.value.remedy


@pytest.mark.parametrize(
    "spec",
    [
        PrinterSpec("f", "folder"),
        PrinterSpec("c", "cups", host="h", port=631),
        PrinterSpec("c", "cups", host="h", queue="q"),
        PrinterSpec("../x", "folder", folder="/tmp"),  # noqa: S108
        PrinterSpec("", "folder", folder="/tmp"),  # noqa: S108
    ],
)
def test_half_a_description_is_refused(database, spec):
    with database.write() as session, pytest.raises(InputError):
        save_printer(session, spec, NOW)


def test_options_survive_storing():
    options = PrintOptions("iso_a4_210x297mm", copies=3, tray="tray-1")
    assert PrintOptions.from_dict(options.as_dict()) == options
