"""The register of printers: takes a description, keeps it, gives a printer to use."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from printshop.errors import InputError, NotFound
from printshop.printers.contract import Printer
from printshop.printers.cups import CupsServer
from printshop.printers.cups_printer import CupsPrinter
from printshop.printers.folder import FolderPrinter
from printshop.printers.tables import PrinterRow

_NAME = re.compile(r"[\w一-鿿][\w一-鿿 .-]{0,58}")


@dataclass(frozen=True)
class PrinterSpec:
    """How one printer is registered.

    Attributes:
        name: The office's name for it.
        backend: ``cups`` or ``folder``.
        host: CUPS server; empty for a folder.
        port: Its port.
        queue: Queue name on that server.
        folder: Folder of a folder printer.
        media: Default sheet in PWG words; empty takes the document's own.
        stock: What is loaded, in the office's words.
        tray: Default tray; empty lets the printer choose.
        counts_impressions: Whether it reports the impressions it made. Without
            that, a job on accountable stock is done only on CUPS's word.
        enabled: Whether jobs are sent to it.
        offset_x_mm: Calibration, to the right.
        offset_y_mm: Calibration, downwards.
    """

    name: str
    backend: Literal["cups", "folder"]
    host: str = ""
    port: int = 0
    queue: str = ""
    folder: str = ""
    media: str = ""
    stock: str = ""
    tray: str = ""
    counts_impressions: bool = True
    enabled: bool = True
    offset_x_mm: float = 0.0
    offset_y_mm: float = 0.0


def save_printer(session: Session, spec: PrinterSpec, now: datetime) -> None:
    """Register a printer, or change how it is registered.

    Raises:
        InputError: The description is incomplete.
    """
    _check(spec)
    row = session.get(PrinterRow, spec.name)
    if row is None:
        row = PrinterRow(created_at=now)
        session.add(row)
    for field, value in asdict(spec).items():
        setattr(row, field, value)
    row.updated_at = now
    session.flush()


def get_printer(session: Session, name: str) -> PrinterSpec:
    """How a printer is registered.

    Raises:
        NotFound: It is not; the remedy lists those that are.
    """
    row = session.get(PrinterRow, name)
    if row is None:
        known = "、".join(spec.name for spec in list_printers(session))
        raise NotFound(
            f"没有名为“{name}”的打印机。",
            f"已登记的打印机: {known}。"
            if known
            else "请先运行 printshop printers add 登记打印机。",
        )
    return _spec(row)


def list_printers(session: Session) -> list[PrinterSpec]:
    """All registered printers by name."""
    return [_spec(row) for row in session.scalars(_ALL)]


def remove_printer(session: Session, name: str) -> None:
    """Forget a printer; its past jobs stay.

    Raises:
        NotFound: It is not registered.
    """
    get_printer(session, name)
    session.delete(session.get_one(PrinterRow, name))
    session.flush()


def open_printer(spec: PrinterSpec, user: str = "printshop") -> Printer:
    """The printer itself; nothing is asked of it yet."""
    if spec.backend == "folder":
        return FolderPrinter(Path(spec.folder))
    server = CupsServer(spec.host, spec.port, user)
    return CupsPrinter(server, spec.queue, counts_impressions=spec.counts_impressions)


def open_printers(session: Session, user: str = "printshop") -> dict[str, Printer]:
    """All enabled printers by name."""
    return {
        spec.name: open_printer(spec, user)
        for spec in list_printers(session)
        if spec.enabled
    }


_ALL = select(PrinterRow).order_by(PrinterRow.name)


def _spec(row: PrinterRow) -> PrinterSpec:
    fields = PrinterSpec.__dataclass_fields__
    return PrinterSpec(**{field: getattr(row, field) for field in fields})


def _check(spec: PrinterSpec) -> None:
    if not _NAME.fullmatch(spec.name):
        raise InputError(
            f"“{spec.name}”不能做打印机的名字。", "请用字母、汉字、数字和连字符。"
        )
    if spec.backend == "folder" and not spec.folder:
        raise InputError("文件夹打印机没有指定文件夹。", "请给出 --folder。")
    if spec.backend == "cups" and not (spec.host and spec.port and spec.queue):
        raise InputError("CUPS 打印机没有指定服务器、端口或队列。", "请给出 --queue。")
