"""The shop: takes wired tools, gives the use cases in the order of the way through.

Each use case is a module of its own; the doors (``cli``, ``web``) call nothing else.
"""

from __future__ import annotations

from functools import cached_property

from printshop.shop.auditing import Auditing
from printshop.shop.dispatching import Dispatching
from printshop.shop.documents import Documents
from printshop.shop.issuing import Issuing
from printshop.shop.printers import Printers
from printshop.shop.printing import Printing
from printshop.shop.recording import Recording
from printshop.shop.sheets import Sheets
from printshop.shop.tools import Tools
from printshop.shop.upkeep import Upkeep
from printshop.verify.service import Verifier


class Shop:
    """All use cases of one office."""

    def __init__(self, tools: Tools) -> None:
        self.tools = tools

    @cached_property
    def recording(self) -> Recording:
        """Spreadsheets and photos into the register."""
        return Recording(self.tools)

    @cached_property
    def auditing(self) -> Auditing:
        """May it be issued?"""
        return Auditing(self.tools)

    @cached_property
    def sheets(self) -> Sheets:
        """Lists on paper."""
        return Sheets(self.tools)

    @cached_property
    def issuing(self) -> Issuing:
        """Numbers, pages, archive."""
        return Issuing(self.tools, self.auditing)

    @cached_property
    def documents(self) -> Documents:
        """The register of issued documents."""
        return Documents(self.tools, self.issuing)

    @cached_property
    def printers(self) -> Printers:
        """The printers of the office."""
        return Printers(self.tools)

    @cached_property
    def printing(self) -> Printing:
        """The print queue."""
        return Printing(self.tools, self.documents)

    @cached_property
    def dispatching(self) -> Dispatching:
        """What is queued onto paper."""
        return Dispatching(self.tools)

    @cached_property
    def verifying(self) -> Verifier:
        """Is this paper what it says?"""
        return Verifier(self.tools.database, self.tools.office, self.tools.today)

    @cached_property
    def upkeep(self) -> Upkeep:
        """Is everything as it should be?"""
        return Upkeep(self.tools)

    def close(self) -> None:
        """Give the database connections back."""
        self.tools.database.close()
