"""Upkeep: takes nothing, gives what is wrong with the office and how to cure it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from printshop.archive.scrub import ScrubReport, scrub
from printshop.database import current_revision, head_revision
from printshop.errors import PrinterError, PrintshopError
from printshop.issue.tables import DocumentRow, DocumentState
from printshop.journal import Entry, entries
from printshop.printers.cups_checks import findings as cups_findings
from printshop.printers.registry import PrinterSpec, list_printers
from printshop.printers.states import DeviceState
from printshop.queue.phases import Phase
from printshop.queue.tables import PrintJob
from printshop.render.fonts import FontSet
from printshop.shop.tools import Progress, Tools, silent


@dataclass(frozen=True)
class Check:
    """One thing that was looked at.

    Attributes:
        name: What was looked at.
        good: Whether it is as it should be.
        sentence: What was found.
        remedy: What to do where it is not good.
        grave: Whether it can spoil a document; otherwise only an inconvenience.
    """

    name: str
    good: bool
    sentence: str
    remedy: str = ""
    grave: bool = True


class Upkeep:
    """Looks at the journal, the archive, the fonts and the printers."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def journal(
        self, *, subject: str | None, action: str | None, limit: int
    ) -> list[Entry]:
        """The newest entries."""
        with self._tools.database.read() as session:
            return entries(session, subject=subject, action=action, limit=limit)

    def scrub(self, progress: Progress = silent) -> ScrubReport:
        """Compare every archived file with its hash and with the register."""
        with self._tools.database.read() as session:
            return scrub(session, self._tools.archive, progress=progress)

    def checks(self) -> list[Check]:
        """Everything that doctor looks at, in the order of the floors."""
        found = [self._database(), self._journal(), self._fonts(), self._unfinished()]
        found += self._printers()
        found.append(self._unknown_jobs())
        return found

    def _database(self) -> Check:
        revision = current_revision(self._tools.database)
        return Check(
            "数据库",
            revision == head_revision(),
            f"{self._tools.database.url}, 版本 {revision}。",
            "请运行 printshop init 升级。",
        )

    def _journal(self) -> Check:
        with self._tools.database.read() as session:
            breaks = self._tools.journal.check(session)
            newest = entries(session, limit=1)
        if not breaks:
            count = newest[0].seq if newest else 0
            return Check("日志", True, f"{count} 条, 链条完整。")
        return Check(
            "日志",
            False,
            breaks[0].what,
            "数据库被绕过 printshop 改动过: 请停止开具, 查明原因, 从备份核对。",
        )

    def _fonts(self) -> Check:
        try:
            fonts: FontSet = self._tools.fonts()
        except PrintshopError as error:
            return Check("字体", False, error.message, error.remedy)
        return Check("字体", True, f"完整, 指纹 {fonts.fingerprint[:12]}。")

    def _unfinished(self) -> Check:
        query = select(func.count()).where(
            DocumentRow.state == DocumentState.RESERVED.value
        )
        with self._tools.database.read() as session:
            count = session.scalar(query) or 0
        return Check(
            "开具",
            count == 0,
            f"{count} 份已编号而未完成。" if count else "没有做到一半的。",
            "再运行一次原来的 printshop issue 命令, 会接着做完。",
            grave=False,
        )

    def _printers(self) -> list[Check]:
        with self._tools.database.read() as session:
            specs = [spec for spec in list_printers(session) if spec.enabled]
        found = [self._printer(spec) for spec in specs]
        servers: dict[tuple[str, int], list[str]] = {}
        for spec in specs:
            if spec.backend == "cups":
                servers.setdefault((spec.host, spec.port), []).append(spec.queue)
        for (host, port), queues in sorted(servers.items()):
            found += [
                Check(f"CUPS {host}:{port}", False, f.what, f.remedy, f.grave)
                for f in cups_findings(host, port, queues)
            ]
        return found

    def _printer(self, spec: PrinterSpec) -> Check:
        name = f"打印机 {spec.name}"
        try:
            state = self._tools.driver(spec).state()
        except PrinterError as error:
            return Check(name, False, error.message, error.remedy, grave=False)
        return Check(
            name,
            state.accepting and state.state is not DeviceState.STOPPED,
            state.state.sentence,
            "请到打印机处理, 或用 lpstat -p 查看。",
            grave=False,
        )

    def _unknown_jobs(self) -> Check:
        query = select(func.count()).where(PrintJob.phase == Phase.UNKNOWN)
        with self._tools.database.read() as session:
            count = session.scalar(query) or 0
        return Check(
            "打印队列",
            count == 0,
            f"{count} 个任务结果不明。" if count else "没有结果不明的任务。",
            "请看出纸盘, 再用 printshop queue confirm 说明。",
        )
