"""Printers: takes descriptions, keeps them in the register of printers, asks them."""

from __future__ import annotations

from printshop.printers.contract import PrinterState
from printshop.printers.registry import (
    PrinterSpec,
    get_printer,
    list_printers,
    remove_printer,
    save_printer,
)
from printshop.shop.tools import Tools


class Printers:
    """The printers of the office."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def save(self, spec: PrinterSpec, *, actor: str) -> None:
        """Register a printer or change it.

        Raises:
            InputError: The description is incomplete.
        """
        now = self._tools.clock()
        with self._tools.database.write() as session:
            save_printer(session, spec, now)
            self._tools.journal.append(
                session,
                at=now,
                actor=actor,
                action="printer.saved",
                subject=spec.name,
                backend=spec.backend,
            )

    def remove(self, name: str, *, actor: str) -> None:
        """Forget a printer.

        Raises:
            NotFound: It is not registered.
        """
        now = self._tools.clock()
        with self._tools.database.write() as session:
            remove_printer(session, name)
            self._tools.journal.append(
                session, at=now, actor=actor, action="printer.removed", subject=name
            )

    def listed(self) -> list[PrinterSpec]:
        """All registered printers."""
        with self._tools.database.read() as session:
            return list_printers(session)

    def state(self, name: str) -> PrinterState:
        """What a printer says of itself now.

        Raises:
            NotFound: It is not registered.
            PrinterError: It cannot be asked.
        """
        with self._tools.database.read() as session:
            spec = get_printer(session, name)
        return self._tools.driver(spec).state()
