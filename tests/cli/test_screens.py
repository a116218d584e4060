"""What people see: progress, cut lists, interruptions, pages to look at."""

from __future__ import annotations

import getpass
import io
import sys
import time
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from rich.console import Console

from offices import SAMPLES, OfficeFolder, walk
from printshop.cli import main
from printshop.cli.context import current_user, progress_bar
from printshop.cli.issue import show_report
from printshop.cli.output import Out
from printshop.cli.preview import preview
from printshop.errors import PrinterError, PrintshopError, RenderError
from printshop.issue.tables import DocumentRow
from printshop.kinds import KINDS
from printshop.printers.simulated import Received
from printshop.shop.issuing import IssueReport
from printshop.verify.service import Verifier


@pytest.fixture
def screen() -> tuple[Out, io.StringIO]:
    """A terminal that remembers what it showed."""
    shown, out = io.StringIO(), Out()
    out.errors = Console(file=shown, force_terminal=True, width=80)
    return out, shown


def test_a_bar_for_people(screen: tuple[Out, io.StringIO]) -> None:
    out, shown = screen
    with progress_bar("开具毕业证书", out) as progress:
        progress(1, 3)
        progress(3, 3)
    assert "开具毕业证书" in shown.getvalue()
    assert "3/3" in shown.getvalue()


def test_no_bar_for_programs(screen: tuple[Out, io.StringIO]) -> None:
    out, shown = screen
    out.as_json = True
    with progress_bar("开具毕业证书", out) as progress:
        progress(1, 3)
    assert shown.getvalue() == ""


def test_tables_speak_chinese_and_take_brackets_as_they_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = Out()
    out.rows({"a": "甲", "b": "乙"}, [], empty="什么也没有。")
    out.rows({"a": "甲", "b": "乙"}, [{"a": True, "b": "[red]x"}, {"a": False}])
    said = capsys.readouterr().out
    assert "什么也没有。" in said
    assert "是" in said
    assert "否" in said
    assert "[red]x" in said


def test_nobody_at_the_keyboard(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody() -> str:
        raise OSError("no such user")

    monkeypatch.setattr(getpass, "getuser", nobody)
    assert current_user() == "unknown"


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (KeyboardInterrupt(), 130, "已完成的部分都已保存"),
        (click.Abort(), 130, "再运行一次即可继续"),
        (BrokenPipeError(), 141, ""),
    ],
)
def test_interrupted(
    empty_office: OfficeFolder,
    capsys: pytest.CaptureFixture[str],
    error: BaseException,
    code: int,
    words: str,
) -> None:
    def serve(_verifier: Verifier, _host: str, _port: int) -> None:
        raise error

    with pytest.raises(SystemExit) as leave:
        main(serve, ("--home", str(empty_office.home), "serve"))
    assert leave.value.code == code
    assert words in capsys.readouterr().err


def test_failed_pages_in_words_and_json(capsys: pytest.CaptureFixture[str]) -> None:
    row = DocumentRow(
        id="f" * 32,
        kind="graduation",
        language="zh",
        number="1" * 18,
        facts={"student_no": "2023010101", "name": "某某"},
        state="reserved",
    )
    report = IssueReport(KINDS["graduation"], resumed=1)
    report.issued = [row] * 21
    report.failed = [(row, RenderError("排不下。", "请换版式。"))]
    for out in (Out(), Out(as_json=True)):
        with pytest.raises(RenderError, match="编号保留着"):
            show_report(report, out)
    said = capsys.readouterr().out
    assert "… 另有 1 份。" in said
    assert "其中接着做完 1 份" in said
    assert "✗ 2023010101 某某: 排不下。 请换版式。" in said
    assert '"message": "排不下。"' in said


def test_a_person_reads_what_happened_to_photos(imported_office: OfficeFolder) -> None:
    words = ("records", "import", "--photos", str(SAMPLES / "refused-photos"))
    said = imported_office.walk(*words, expect=4).out
    assert "没有照片的: 2023010212" in said
    assert "查无此人" in said


def test_many_without_a_photo_are_counted(empty_office: OfficeFolder) -> None:
    Path("empty").mkdir()
    words = ("records", "import", str(SAMPLES / "college.xlsx"), "--photos", "empty")
    said = empty_office.walk(*words, "--dry-run").out
    assert "72 人没有照片" in said
    assert said.rstrip().endswith("这是试运行, 什么也没有改。")
    assert "…" in said


def test_the_kind_of_a_csv_can_be_said_in_one_word(empty_office: OfficeFolder) -> None:
    words = ("records", "import", str(SAMPLES / "students.dbf"), "--sheet", "学生")
    assert "学生" in empty_office.walk(*words).out


def test_changes_are_shown_with_who_and_when(imported_office: OfficeFolder) -> None:
    said = imported_office.walk("records", "show", "--class", "计应2401", "--history")
    assert "经办人" in said.out or "没有变更历史" in said.out


def test_a_sheet_to_the_printer_alone(imported_office: OfficeFolder) -> None:
    imported_office.walk("printers", "add", "夹", "--folder", "out")
    words = ("audit", "graduation", "--class", "计应2401", "--printer", "夹")
    assert "已交打印机 夹" in imported_office.walk(*words).out
    assert len(list(Path("out").glob("*.pdf"))) == 1


def test_a_file_from_standard_input(
    issued_office: OfficeFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    pdf = next((issued_office.home / "archive").glob("??/*.pdf")).read_bytes()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(pdf)))
    found = issued_office.walk("verify", "-", "--json", expect=None).json()
    assert found["match"] == "exact"


def test_a_sample_page_as_pdf_and_picture(empty_office: OfficeFolder) -> None:
    empty_office.walk("preview", "graduation", "--worst", "--guides")
    assert Path("graduation.pdf").read_bytes().startswith(b"%PDF-")
    empty_office.walk("preview", "enrollment", "--lang", "en", "--to", "页.png")
    assert Path("页.png").read_bytes().startswith(b"\x89PNG")


class Enough(Exception):
    """The watcher has seen enough."""


def test_watching_a_template(
    empty_office: OfficeFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Drawn again as it changes; an error is shown and watching goes on."""
    drawn: list[str] = []
    changes: list[Callable[[], None]] = []
    newest = [1.0]

    def broken(*_: object) -> None:
        drawn.append("broken")
        raise RenderError("模板有错。", "请改正模板。")

    def change() -> None:
        newest[0] += 1
        module = sys.modules[preview.callback.__module__]  # type: ignore[union-attr]
        monkeypatch.setattr(module, "preview_page", broken)

    def stop() -> None:
        raise Enough

    changes += [lambda: None, change, stop]
    module = sys.modules[preview.callback.__module__]  # type: ignore[union-attr]
    monkeypatch.setattr(module, "_newest", lambda: newest[0])
    monkeypatch.setattr(time, "sleep", lambda _seconds: changes.pop(0)())
    with pytest.raises(Enough):
        empty_office.walk("preview", "enrollment", "--watch", "--to", "页.pdf")
    assert drawn == ["broken"]
    assert Path("页.pdf").read_bytes().startswith(b"%PDF-")


def test_a_printer_that_cannot_be_asked_is_listed(
    imported_office: OfficeFolder,
) -> None:
    imported_office.walk("printers", "add", "远", "--queue", "hp", "--port", "9")
    (row,) = imported_office.walk("printers", "list", "--json").json()
    assert row["where"] == "127.0.0.1:9/hp"
    assert row["state"]


def test_version() -> None:
    assert walk("--version").out.startswith("printshop, version ")


def test_a_demo_without_paper_is_no_success(tmp_path: Path) -> None:
    """Nothing received, or a page that does not verify, must end in an error."""
    module = sys.modules["printshop.cli.demo"]
    received = Received(tmp_path / "press" / "1.pdf", "0" * 64, {})
    forged = module.Verified(received, None, "unknown", same_bytes=True)
    for verified, error in (([], PrinterError), ([forged], PrintshopError)):
        with pytest.raises(error):
            module._farewell(tmp_path, verified, Out(as_json=True))


def test_a_job_as_json_and_a_worker_that_waits(
    issued_office: OfficeFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    issued_office.walk("printers", "add", "夹", "--folder", "out")
    (row,) = issued_office.walk(
        "documents", "list", "--kind", "attendance", "--json"
    ).json()
    words = ("print", row["id"], "--printer", "夹", "--queue-only", "--json")
    (job,) = issued_office.walk(*words).json()["jobs"]
    shown = issued_office.walk("queue", "show", job["id"][:10], "--json").json()
    assert (shown["id"], shown["state"]) == (job["id"], "pending")

    def interrupt(_seconds: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(time, "sleep", interrupt)
    ran = issued_office.walk("worker", expect=130)
    assert "Ctrl-C" in ran.out
    assert len(list(Path("out").glob("*.pdf"))) == 1
