"""A folder as a printer: takes the contract's calls, gives PDF files to print by hand.

The embedded default where there is no CUPS. A job held lies in ``.held``; releasing
it is one rename into the folder, so that a file is there whole or not at all, and a
name can appear only once however often it is released.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from printshop.errors import JobRejected, PrinterError
from printshop.printers.contract import JobStatus, PrinterState, PrintOptions
from printshop.printers.states import DeviceState, JobState


def _silent(_point: str) -> None:
    """Nobody watches the named points."""


class FolderPrinter:
    """A folder that PDFs are "printed" into under their impersonal job names.

    Args:
        folder: Made when it is not there.
        at: Told every named point of a submission as it is passed.
    """

    counts_impressions = False

    def __init__(self, folder: Path, *, at: Callable[[str], None] = _silent) -> None:
        self._folder = folder
        self._held = folder / ".held"
        self._ended = folder / ".ended"
        self._at = at

    def submit_held(self, name: str, pdf: bytes, options: PrintOptions) -> str:
        """Keep the document out of sight until it is released."""
        if not pdf.startswith(b"%PDF-"):
            raise JobRejected("这不是 PDF 文件, 不能打印。", "请重新生成文件。")
        target = self._place(self._held, name)
        with self._translated():
            for place in (self._held, self._ended):
                place.mkdir(parents=True, exist_ok=True)
            self._at("created")
            if self.find(name):
                return name  # handed over before: the same job, not a second one
            draft = target.with_suffix(f".{options.copies}.tmp")
            with draft.open("wb") as sink:
                self._at("started")
                sink.write(pdf[: len(pdf) // 2])
                self._at("half")
                sink.write(pdf[len(pdf) // 2 :])
                sink.flush()
                os.fsync(sink.fileno())
            self._at("unfinished")
            draft.replace(target)
            _sync_folder(self._held)
            self._at("finished")
        return name

    def release(self, printer_job_id: str, name: str) -> None:
        """Move the document into the folder."""
        found = self._known(printer_job_id, name)
        if found.state is JobState.HELD:
            with self._translated():
                self._place(self._held, name).replace(self._place(self._folder, name))
                # Both folders: after a power cut it must not be back in .held.
                _sync_folder(self._folder)
                _sync_folder(self._held)

    def hold(self, printer_job_id: str, name: str) -> None:
        """A held job stays held; a printed one cannot be held."""
        if self._known(printer_job_id, name).state is not JobState.HELD:
            raise JobRejected("文件已经放进文件夹, 不能再暂停。", "可以取消它。")

    def cancel(self, printer_job_id: str, name: str) -> None:
        """Remember a held job as canceled and drop its document."""
        found = self.status(printer_job_id, name)
        if found is not None and found.state is JobState.HELD:
            with self._translated():
                ended = self._place(self._ended, name)
                self._place(self._held, name).replace(ended)
                os.truncate(ended, 0)  # only the name is worth remembering
                _sync_folder(self._held)

    def find(self, name: str) -> list[JobStatus]:
        """The job of that name, if the folder has it."""
        places = (
            (self._folder, JobState.COMPLETED),
            (self._held, JobState.HELD),
            (self._ended, JobState.CANCELED),
        )
        with self._translated():
            return [
                JobStatus(name, name, state, started=state is JobState.COMPLETED)
                for place, state in places
                if self._place(place, name).exists()
            ]

    def status(self, printer_job_id: str, name: str) -> JobStatus | None:
        """The job of that name."""
        found = self.find(name) if printer_job_id == name else []
        return found[0] if found else None

    def state(self) -> PrinterState:
        """Whether the folder can be written to."""
        try:
            with self._translated():
                self._folder.mkdir(parents=True, exist_ok=True)
                waiting = sum(1 for _ in self._held.glob("*.pdf"))
        except PrinterError as error:
            return PrinterState(
                DeviceState.OFFLINE, accepting=False, message=str(error)
            )
        if not os.access(self._folder, os.W_OK | os.X_OK):
            return PrinterState(DeviceState.STOPPED, accepting=False)
        return PrinterState(DeviceState.IDLE, queued=waiting)

    def _known(self, printer_job_id: str, name: str) -> JobStatus:
        found = self.status(printer_job_id, name)
        if found is None:
            raise JobRejected(
                f"文件夹打印机里没有任务 {name}。", "文件可能已被取走; 将重新查找。"
            )
        return found

    @staticmethod
    def _place(folder: Path, name: str) -> Path:
        if not name.replace("-", "").isalnum():
            raise JobRejected("任务名含有不能做文件名的字符。")
        return folder / f"{name}.pdf"

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise PrinterError(
                f"打印文件夹 {self._folder} 不能用: {error.strerror}。",
                "请检查目录权限和磁盘空间。",
            ) from error


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
