"""What the use cases work with: takes wired parts, gives one frozen bundle."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Protocol

from printshop.archive import Archive
from printshop.database import Database
from printshop.errors import PrintshopError
from printshop.issue.office import CHINA, Office
from printshop.journal import Journal
from printshop.printers.contract import Printer
from printshop.printers.registry import PrinterSpec
from printshop.render.fonts import FontSet
from printshop.render.model import Page, PageRequest


class Press(Protocol):
    """Anything that turns page requests into pages, in order; never raises for one."""

    def map(
        self, requests: Iterable[PageRequest]
    ) -> Iterator[tuple[str, Page | PrintshopError]]:
        """Pages or refusals, by document id, in the order asked for."""
        ...


@dataclass(frozen=True)
class Tools:
    """The parts that every use case draws on.

    Attributes:
        press: Opens a press; a pool of processes that is closed afterwards.
        driver: Opens a registered printer; nothing is asked of it yet.
        secrets: The office's keys by purpose: ``journal``, ``numbers``.
        clock: The present instant, aware.
        new_id: A fresh internal id (32 hex digits).
        token_bytes: Cryptographic randomness.
        pause: Lets seconds pass between two looks at a printer.
    """

    office: Office
    database: Database
    journal: Journal
    archive: Archive
    photos: Path
    fonts: Callable[[], FontSet]
    press: Callable[[], AbstractContextManager[Press]]
    driver: Callable[[PrinterSpec], Printer]
    secrets: Mapping[str, bytes] = field(repr=False)
    clock: Callable[[], datetime]
    new_id: Callable[[], str]
    token_bytes: Callable[[int], bytes]
    pause: Callable[[float], None]

    def today(self) -> date:
        """The office's calendar date."""
        return self.clock().astimezone(CHINA).date()


Progress = Callable[[int, int], None]


def silent(_done: int, _total: int) -> None:
    """No progress display."""
