"""A sheet as any reader gives it: takes nothing, gives neutral cells and rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import NamedTuple


class CellKind(Enum):
    """What a cell held in the file, before anybody interpreted it."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    BOOL = "bool"
    FORMULA = "formula"  # without a cached result
    ERROR = "error"  # #REF!, #N/A …
    UNDECODABLE = "undecodable"  # bytes that are no text in the file's encoding


class Cell(NamedTuple):
    """One cell that is not empty.

    A tuple and not a dataclass: a mark sheet has a million of them.

    Attributes:
        kind: What it held.
        text: Its content as a person sees it (dates as ``2003-05-06``).
        day: The date, for ``CellKind.DATE``.
    """

    kind: CellKind
    text: str
    day: date | None = None

    @property
    def number(self) -> Decimal | None:
        """The number of a numeric cell, as the shortest decimal of the double."""
        if self.kind is not CellKind.NUMBER:
            return None
        try:
            exact = Decimal(self.text)
        except InvalidOperation:
            return None
        if not exact.is_finite() or not -20 < exact.adjusted() < 30:
            return None  # 1E99999999 must not be written out
        # 85.299999999999997 is how a spreadsheet stores 85.3.
        return (
            exact if len(exact.as_tuple().digits) <= 15 else Decimal(str(float(exact)))
        )

    @property
    def shown(self) -> str:
        """The content as a spreadsheet shows it: long numbers as ``1.10105E+17``."""
        if self.kind is not CellKind.NUMBER:
            return self.text
        number = self.number
        if number is None:
            return self.text
        if abs(number) >= 10**11:
            return f"{float(number):.5E}"
        return plain(number)


def plain(number: Decimal) -> str:
    """A number without exponent and without trailing zeros: ``85.5``, ``140``."""
    return f"{number.normalize():f}" if number else "0"


class Row(NamedTuple):
    """One row.

    Attributes:
        number: As the spreadsheet shows it, from 1.
        cells: By column index from 0; empty cells are absent.
        hidden: Whether the spreadsheet hides it.
    """

    number: int
    cells: Mapping[int, Cell]
    hidden: bool = False


class Area(NamedTuple):
    """Merged cells: rows from 1, columns from 0, both ends inside."""

    top: int
    left: int
    bottom: int
    right: int

    def holds(self, row: int, column: int) -> bool:
        """Whether a cell lies in it."""
        return self.top <= row <= self.bottom and self.left <= column <= self.right


@dataclass(frozen=True)
class Sheet:
    """One sheet of a file; rows without any content are left out.

    Attributes:
        name: As in the file; for CSV and DBF the file's name.
        rows: In order.
        hidden: Whether the spreadsheet hides the whole sheet.
        merged: Merged areas.
        deleted: Records that a DBF marks as deleted; they are not in ``rows``.
    """

    name: str
    rows: tuple[Row, ...]
    hidden: bool = False
    merged: tuple[Area, ...] = field(default_factory=tuple)
    deleted: int = 0


def letter_of(index: int) -> str:
    """Column letter of an index from 0: 0 is ``A``, 26 is ``AA``."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def index_of(letters: str) -> int:
    """Column index from 0 of a letter: ``A`` is 0."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1
