"""Child processes of the simulated print shop: takes a command, gives one that stops.

Every child gets its own process group and is ended by its process id; whatever it
leaves behind (a CUPS backend outlives a killed cupsd) is found by a marker in its
environment, so that nothing but our own descendants is ever touched.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from printshop.errors import PrinterError

LOOPBACK = "127.0.0.1"
_POLL_SECONDS = 0.01


def free_port() -> int:
    """A loopback TCP port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


def answers(port: int) -> bool:
    """Whether something accepts connections on a loopback port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((LOOPBACK, port)) == 0


def wait_until(
    condition: Callable[[], bool], what: str, *, seconds: float = 20
) -> None:
    """Poll until a condition holds.

    Raises:
        PrinterError: It did not hold in time; the message says what was awaited.
    """
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise PrinterError(f"{seconds:g} 秒内没有等到: {what}。", "请看它的日志。")
        time.sleep(_POLL_SECONDS)


class Child:
    """One process that this process started and will end.

    Args:
        command: Program and arguments.
        log: File that takes everything it says.
        env: Its whole environment.
    """

    def __init__(
        self, command: list[str], log: Path, env: Mapping[str, str] | None = None
    ) -> None:
        self._log = log
        try:
            with log.open("ab") as sink:
                # start_new_session: our Ctrl-C must not reach it before we do.
                self._process = subprocess.Popen(  # noqa: S603 (our own arguments)
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=sink,
                    stderr=sink,
                    env=dict(env) if env is not None else None,
                    start_new_session=True,
                )
        except FileNotFoundError as error:
            raise PrinterError(
                f"本机没有 {command[0]}。",
                "请安装 cups、cups-client、cups-ipp-utils 和 dbus-daemon。",
            ) from error

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether it has not ended."""
        return self._process.poll() is None

    def wait_for_port(self, port: int) -> None:
        """Wait until it listens.

        Raises:
            PrinterError: It ended instead, or never listened.
        """
        wait_until(lambda: answers(port) or not self.running, f"端口 {port} 开始监听")
        if not self.running:
            raise PrinterError(
                "模拟打印服务没有启动成功。", f"原因见日志 {self._log}。"
            )

    def stop(self) -> None:
        """Ask it to end, insist after five seconds."""
        if self.running:
            self._process.terminate()
            try:
                self._process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                self.kill()

    def kill(self) -> None:
        """End it at once, as a power cut would (SIGKILL)."""
        if self.running:
            self._process.kill()
        self._process.wait()


def end_descendants(marker: str) -> None:
    """End every process whose environment carries ``marker`` (``NAME=value``)."""
    wanted = marker.encode()
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            variables = (entry / "environ").read_bytes().split(b"\0")
        except OSError:
            continue  # ended meanwhile, or not ours to read
        if wanted in variables and int(entry.name) != os.getpid():
            try:
                os.kill(int(entry.name), signal.SIGKILL)
            except ProcessLookupError:
                continue
