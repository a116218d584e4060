"""A simulated IPP printer: takes a folder, gives the documents it "printed" as files.

It is ``ippeveprinter`` on a loopback port with a private message bus (Debian's
build asks for one to announce itself; no Avahi is needed).
"""

from __future__ import annotations

import json
import os
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path

from printshop.printers.simulated_process import Child, free_port, wait_until

_BUS_CONFIG = """<!DOCTYPE busconfig PUBLIC
 "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=/tmp</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""
_ATTRIBUTES = Path(__file__).with_name("simulated_press.conf")
_HOOK = Path(__file__).with_name("simulated_hook.py")


@dataclass(frozen=True)
class Received:
    """One document as the printer got it.

    Attributes:
        path: The copy that was kept.
        sha256: Of the bytes received.
        attributes: The job's IPP attributes as ``ippeveprinter`` names them in the
            environment of its command: ``IPP_MEDIA_COL``, ``IPP_JOB_NAME``, …
    """

    path: Path
    sha256: str
    attributes: dict[str, str]


class Bus:
    """A private message bus.

    Args:
        folder: Where its configuration and log go.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        config = folder / "bus.conf"
        config.write_text(_BUS_CONFIG)
        # The log doubles as the place where the address is read from.
        log = folder / "bus.log"
        log.unlink(missing_ok=True)
        command = ["dbus-daemon", f"--config-file={config}", "--nofork"]
        self._child = Child([*command, "--print-address"], log)
        wait_until(lambda: log.read_text().endswith("\n"), "dbus-daemon")
        self.address = log.read_text().splitlines()[0]

    def stop(self) -> None:
        """End it."""
        self._child.stop()


class SimulatedDevice:
    """One simulated printer.

    Args:
        folder: Holds ``received`` and ``faults``.
        bus: A running message bus.
        name: Its printer name.
    """

    def __init__(self, folder: Path, bus: Bus, name: str = "press") -> None:
        self.folder = folder
        self.port = free_port()
        self._bus = bus
        self._name = name
        self._child: Child | None = None
        for part in ("received", "faults", "spool"):
            (folder / part).mkdir(parents=True, exist_ok=True)

    @property
    def uri(self) -> str:
        """The device URI for CUPS."""
        return f"ipp://localhost:{self.port}/ipp/print?snmp=false"

    def start(self) -> None:
        """Switch it on; it keeps its port over restarts."""
        hook = self.folder / "hook.sh"
        words = [sys.executable, "-I", str(_HOOK), str(self.folder)]
        hook.write_text(f'#!/bin/sh\nexec {shlex.join(words)} "$1"\n')
        hook.chmod(0o755)
        command = ["ippeveprinter", "--no-web-forms", "-r", "off", "-n", "localhost"]
        command += ["-p", str(self.port), "-d", str(self.folder / "spool")]
        command += ["-a", str(_ATTRIBUTES)]
        command += ["-c", str(hook), self._name]
        env = {**os.environ, "DBUS_SYSTEM_BUS_ADDRESS": self._bus.address}
        self._child = Child(command, self.folder / "device.log", env)
        self._child.wait_for_port(self.port)

    def stop(self) -> None:
        """Switch it off."""
        if self._child is not None:
            self._child.kill()  # it ignores SIGTERM while a job waits for paper
            self._child = None

    def received(self) -> list[Received]:
        """Everything printed so far, in order."""
        found = []
        for note in sorted((self.folder / "received").glob("*.json")):
            told = json.loads(note.read_text("utf-8"))
            path = note.with_suffix(".pdf")
            found.append(Received(path, told["sha256"], told["attributes"]))
        return found

    def fault(self, name: str, text: str = "") -> None:
        """Play a fault from now on (see ``simulated_hook``)."""
        (self.folder / "faults" / name).write_text(text)

    def mend(self, name: str) -> None:
        """End a fault: refill the paper, close the door."""
        (self.folder / "faults" / name).unlink(missing_ok=True)
