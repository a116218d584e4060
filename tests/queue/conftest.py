"""A queue over each kind of database, a simulated print shop, and tiny PDFs."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pikepdf
import pytest
from sqlalchemy import delete

from printshop.database import Base, Database, connect
from printshop.printers.contract import PrintOptions
from printshop.printers.simulated import SimulatedPrintShop
from printshop.queue.store import NewJob, enqueue
from printshop.queue.tables import PrinterLease, PrintJob

A4 = PrintOptions("iso_a4_210x297mm")


def tiny_pdf(text: str) -> bytes:
    """A one-page A4 PDF whose bytes differ with ``text``."""
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(595.276, 841.89))
    page.Contents = pdf.make_stream(f"% {text}".encode())
    sink = io.BytesIO()
    pdf.save(sink, deterministic_id=True)
    return sink.getvalue()


@dataclass
class Clock:
    """A clock that is put forward by hand."""

    now: datetime = datetime(2026, 6, 1, 8, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **span: float) -> None:
        self.now += timedelta(**span)


@dataclass
class Office:
    """A database, an archive in memory and a clock: what a queue needs around it."""

    database: Database
    clock: Clock = field(default_factory=Clock)
    archive: dict[str, bytes] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Where another process finds the database."""
        return self.database.engine.url.render_as_string(hide_password=False)

    def store(self, pdf: bytes) -> str:
        sha256 = hashlib.sha256(pdf).hexdigest()
        self.archive[sha256] = pdf
        return sha256

    def put(self, count: int = 1, printer: str = "press", **more) -> list[str]:
        """Queue documents 1..count, give their job ids."""
        first = len(self.archive)
        options = more.pop("options", A4)
        jobs = [
            NewJob(
                id=f"job-{number}",
                document_id=f"doc-{number}",
                pdf_sha256=self.store(tiny_pdf(str(number))),
                printer=printer,
                options=options,
                position=number,
                **more,
            )
            for number in range(first + 1, first + count + 1)
        ]
        with self.database.write() as session:
            enqueue(session, jobs, actor="tester", now=self.clock())
        return [job.id for job in jobs]

    def job(self, job_id: str = "job-1") -> PrintJob:
        with self.database.read() as session:
            return session.get_one(PrintJob, job_id)

    def change(self, deed: Callable[..., PrintJob], job_id: str, **more) -> PrintJob:
        """Do one of the store's deeds in a transaction of its own."""
        with self.database.write() as session:
            return deed(session, job_id, actor="tester", now=self.clock(), **more)


@pytest.fixture(scope="session")
def postgres_url(request: pytest.FixtureRequest) -> str:
    """One PostgreSQL database for all tests here: making one takes a second."""
    url: str = request.getfixturevalue("postgres").create("queue")
    opened = connect(url)
    Base.metadata.create_all(opened.engine)
    opened.close()
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty queue; the test runs once on each kind of database."""
    if request.param == "sqlite":
        opened = connect(f"sqlite:///{tmp_path / 'queue.db'}")
        Base.metadata.create_all(opened.engine)
        yield opened
    else:
        opened = connect(request.getfixturevalue("postgres_url"))
        yield opened
        with opened.write() as session:
            session.execute(delete(PrintJob))
            session.execute(delete(PrinterLease))
    opened.close()


@pytest.fixture
def office(database: Database) -> Office:
    """An office on SQLite and on PostgreSQL."""
    return Office(database)


@pytest.fixture(scope="session")
def office_class() -> type[Office]:
    """For tests that keep an office longer than one test."""
    return Office


@pytest.fixture
def small_office(tmp_path: Path) -> Iterator[Office]:
    """An office on SQLite alone, for tests whose subject is the printer."""
    opened = connect(f"sqlite:///{tmp_path / 'office.db'}")
    Base.metadata.create_all(opened.engine)
    yield Office(opened)
    opened.close()


@pytest.fixture
def print_shop(tmp_path: Path) -> Iterator[SimulatedPrintShop]:
    """A running cupsd with one queue, ``press``, and its printer."""
    with SimulatedPrintShop(tmp_path / "shop") as shop:
        yield shop
