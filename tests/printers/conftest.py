"""A simulated print shop, tiny PDFs, and each kind of printer under one name."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pikepdf
import pytest

from printshop.database import Base, Database, connect
from printshop.printers.contract import Printer
from printshop.printers.cups import CupsServer
from printshop.printers.cups_printer import CupsPrinter
from printshop.printers.folder import FolderPrinter
from printshop.printers.media import POINTS_PER_MM
from printshop.printers.simulated import SimulatedPrintShop


def tiny_pdf(text: str = "1", width_mm: float = 210, height_mm: float = 297) -> bytes:
    """A one-page PDF of an exact size whose bytes differ with ``text``."""
    pdf = pikepdf.new()
    page = pdf.add_blank_page(
        page_size=(width_mm * POINTS_PER_MM, height_mm * POINTS_PER_MM)
    )
    page.Contents = pdf.make_stream(f"% {text}".encode())
    sink = io.BytesIO()
    pdf.save(sink, deterministic_id=True)
    return sink.getvalue()


@pytest.fixture
def make_pdf() -> Callable[..., bytes]:
    return tiny_pdf


@pytest.fixture
def print_shop(tmp_path: Path) -> Iterator[SimulatedPrintShop]:
    """A running cupsd with one queue, ``press``, and its printer."""
    with SimulatedPrintShop(tmp_path / "shop") as shop:
        yield shop


@pytest.fixture
def cups_printer(print_shop: SimulatedPrintShop) -> CupsPrinter:
    server = CupsServer(print_shop.server.host, print_shop.server.port)
    return CupsPrinter(server, "press")


@dataclass
class Bench:
    """A printer under test and how to see what came out of it."""

    printer: Printer
    printed: Callable[[], list[bytes]]


@pytest.fixture(params=["folder", "cups"])
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Bench:
    """The same test runs on each kind of printer."""
    if request.param == "folder":
        folder = tmp_path / "prints"
        return Bench(
            FolderPrinter(folder),
            lambda: [path.read_bytes() for path in sorted(folder.glob("*.pdf"))],
        )
    shop: SimulatedPrintShop = request.getfixturevalue("print_shop")
    return Bench(
        request.getfixturevalue("cups_printer"),
        lambda: [item.path.read_bytes() for item in shop.received()],
    )


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = connect(database_url)
    Base.metadata.create_all(opened.engine)
    yield opened
    opened.close()
