"""A private cupsd: takes a folder, gives a CUPS server on a loopback port.

Its configuration is the one that keeps accepted jobs over a crash (measured:
``DirtyCleanInterval 0``, ``SyncOnClose Yes``, ``MaxJobs 0``), and the one that
``printshop doctor`` asks of the real server.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from pathlib import Path

from printshop.errors import PrinterError
from printshop.printers.passthrough import GUARD, PASSTHROUGH_PPD, guarded
from printshop.printers.simulated_process import (
    LOOPBACK,
    Child,
    end_descendants,
    free_port,
)

_SERVER_BIN = Path("/usr/lib/cups")
_CUPSD_CONF = """LogLevel debug
MaxLogSize 0
Listen {host}:{port}
ServerAlias *
Browsing No
WebInterface No
IdleExitTimeout 0
DefaultAuthType None
PreserveJobHistory Yes
PreserveJobFiles No
MaxJobs 0
DirtyCleanInterval {dirty}
ErrorPolicy {policy}
JobRetryInterval 1
JobRetryLimit 1000
MultipleOperationTimeout 60
<Location />
  Order allow,deny
  Allow 127.0.0.1
</Location>
<Policy default>
  JobPrivateAccess all
  JobPrivateValues none
  SubscriptionPrivateAccess all
  SubscriptionPrivateValues none
  <Limit All>
    Order deny,allow
  </Limit>
</Policy>
"""
_CUPS_FILES_CONF = """ServerRoot {root}/etc
CacheDir {root}/cache
StateDir {root}/run
RequestRoot {root}/spool
TempDir {root}/spool/tmp
DocumentRoot {root}/doc
ServerBin {root}/bin
DataDir /usr/share/cups
AccessLog {root}/log/access_log
ErrorLog {root}/log/error_log
PageLog {root}/log/page_log
FileDevice Yes
Sandboxing Relaxed
SyncOnClose Yes
"""


class SimulatedServer:
    """One private cupsd.

    Args:
        folder: Holds its configuration, spool and logs.
        error_policy: What CUPS does when a printer fails.
        dirty_clean_interval: Seconds that cupsd may keep accepted jobs only in
            memory; anything but 0 loses them in a crash.
    """

    def __init__(
        self,
        folder: Path,
        error_policy: str = "abort-job",
        dirty_clean_interval: int = 0,
    ) -> None:
        self.folder = folder
        self.host = LOOPBACK
        self.port = free_port()
        self._child: Child | None = None
        for part in ("etc/ppd", "cache", "run/certs", "spool/tmp", "doc", "log"):
            (folder / part).mkdir(parents=True, exist_ok=True)
        self._link_programs(folder / "bin")
        (folder / "etc/cupsd.conf").write_text(
            _CUPSD_CONF.format(
                host=self.host,
                port=self.port,
                policy=error_policy,
                dirty=dirty_clean_interval,
            )
        )
        files = _CUPS_FILES_CONF.format(root=folder)
        if os.geteuid() == 0:
            files += "User lp\nGroup lp\n"
        (folder / "etc/cups-files.conf").write_text(files)

    @staticmethod
    def _link_programs(target: Path) -> None:
        backends = target / "backend"
        backends.mkdir(parents=True, exist_ok=True)
        for part in ("daemon", "filter", "notifier", "monitor"):
            (target / part).unlink(missing_ok=True)
            (target / part).symlink_to(_SERVER_BIN / part)
        # A copy that only its owner may run: cupsd then runs it as its own user
        # and not as lp, who cannot look into a folder of ours.
        for name, source in (("ipp", _SERVER_BIN / "backend/ipp"), ("once", GUARD)):
            shutil.copyfile(source, backends / name)
            (backends / name).chmod(0o700)

    @property
    def pid(self) -> int:
        """The process id of cupsd.

        Raises:
            PrinterError: It does not run.
        """
        if self._child is None:
            raise PrinterError("模拟的 CUPS 没有运行。")
        return self._child.pid

    def start(self) -> None:
        """Start it; it keeps its port, queues and jobs over restarts."""
        etc = self.folder / "etc"
        command = ["cupsd", "-f", "-c", str(etc / "cupsd.conf")]
        command += ["-s", str(etc / "cups-files.conf")]
        env = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LANG": "C.UTF-8"}
        self._child = Child(command, self.folder / "log/cupsd.log", env)
        self._child.wait_for_port(self.port)

    def stop(self) -> None:
        """Stop it and whatever it started."""
        if self._child is not None:
            self._child.stop()
            self._child = None
        end_descendants(f"CUPS_SERVERROOT={self.folder}/etc")

    def kill(self) -> None:
        """End cupsd alone, as a crash would; its backends live on."""
        if self._child is not None:
            self._child.kill()
            self._child = None

    def pause(self) -> None:
        """Freeze it (SIGSTOP)."""
        os.kill(self.pid, signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on (SIGCONT)."""
        os.kill(self.pid, signal.SIGCONT)

    def add_queue(self, name: str, uri: str, *, guard: bool = False) -> None:
        """Make a pass-through queue to a device.

        Args:
            name: The queue's name.
            uri: The device's URI.
            guard: Whether CUPS may hand a job over only once.
        """
        ppd = self.folder / "passthrough.ppd"
        ppd.write_text(PASSTHROUGH_PPD)
        where = f"{self.host}:{self.port}"
        device = guarded(uri) if guard else uri
        command = ["lpadmin", "-h", where, "-p", name, "-v", device]
        command += ["-P", str(ppd), "-E"]
        done = subprocess.run(  # noqa: S603 (our own arguments)
            command, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise PrinterError(f"不能建立队列 {name}: {done.stderr.strip()}。")
