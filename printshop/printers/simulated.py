"""A whole simulated print shop: takes a folder, gives cupsd with a printer behind it.

It ships with the product: the suite, ``make demo`` and a new office that has no
printer yet all use this one. Nothing leaves the loopback interface.
"""

from __future__ import annotations

from pathlib import Path
from types import TracebackType

from printshop.printers.simulated_device import Bus, Received, SimulatedDevice
from printshop.printers.simulated_server import SimulatedServer

__all__ = ["Received", "SimulatedPrintShop"]

DEFAULT_QUEUE = "press"


class SimulatedPrintShop:
    """A private cupsd, one or more simulated printers, one queue for each.

    Args:
        folder: An empty folder, or one used before.
        queues: Names of the queues; each gets a printer of its own.
        error_policy: CUPS's error policy.
        guard: Whether CUPS may hand each job over only once.

    Attributes:
        server: The cupsd; ``server.host`` and ``server.port`` for a connection.
        devices: The simulated printers by queue name.
    """

    def __init__(
        self,
        folder: Path,
        queues: tuple[str, ...] = (DEFAULT_QUEUE,),
        error_policy: str = "abort-job",
        *,
        guard: bool = True,
    ) -> None:
        self._folder = folder.resolve()
        self._queues = queues
        self._guard = guard
        self._bus: Bus | None = None
        self.server = SimulatedServer(self._folder / "cups", error_policy)
        self.devices: dict[str, SimulatedDevice] = {}

    def start(self) -> SimulatedPrintShop:
        """Start everything and wait until it answers.

        Raises:
            PrinterError: A program is missing or did not start.
        """
        try:
            self._bus = Bus(self._folder / "bus")
            for name in self._queues:
                device = SimulatedDevice(self._folder / name, self._bus, name)
                self.devices[name] = device
                device.start()
            self.server.start()
            for name, device in self.devices.items():
                self.server.add_queue(name, device.uri, guard=self._guard)
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """Stop everything that was started."""
        self.server.stop()
        for device in self.devices.values():
            device.stop()
        if self._bus is not None:
            self._bus.stop()
            self._bus = None

    @property
    def device(self) -> SimulatedDevice:
        """The printer of the first queue."""
        return self.devices[self._queues[0]]

    def received(self, queue: str = "") -> list[Received]:
        """What a printer got, in order; of the first queue by default."""
        return self.devices[queue or self._queues[0]].received()

    def __enter__(self) -> SimulatedPrintShop:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
