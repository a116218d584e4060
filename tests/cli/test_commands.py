"""Each command as people type it: what it says, what it writes, how it ends."""

from __future__ import annotations

import csv
import json
import signal
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from offices import SAMPLES, OfficeFolder, walk
from printshop.cli import main
from printshop.cli.selecting import KIND
from printshop.seal.reader import read_page_codes
from printshop.verify.service import Verifier

STUDENT, GRADUATE = "2024010104", "2023010101"
JSON_COMMANDS = [
    ("doctor",),
    ("doctor", "--scrub"),
    ("doctor", "--settings"),
    ("init",),
    ("scrub",),
    ("records", "show"),
    ("records", "show", "--history", "--student", GRADUATE),
    ("records", "export", "--to", "名册.xlsx"),
    ("records", "import", str(SAMPLES / "students-utf8.csv")),
    ("audit", "graduation"),
    ("audit", "graduation", "--report", "意见.csv", "--sheet", "审核表.pdf"),
    ("issue", "graduation", "--all"),
    ("documents", "list"),
    ("documents", "list", "--kind", "毕业证书", "--state", "issued"),
    ("documents", "show", "{document}"),
    ("documents", "export", "{batch}", "--to", "导出"),
    ("documents", "revoke", "{document}", "--reason", "试"),
    ("documents", "lost", "{document}", "--reason", "试"),
    ("documents", "replace", "{document}", "--reason", "试"),
    ("print", "{document}", "--printer", "夹"),
    ("print", "{batch}", "--printer", "夹", "--queue-only"),
    ("queue", "list"),
    ("queue", "list", "--all"),
    ("worker", "--once"),
    ("printers", "list"),
    ("printers", "add", "另一台", "--folder", "另一台"),
    ("printers", "remove", "夹"),
    ("printers", "test", "夹"),
    ("journal",),
    ("journal", "--action", "document.issued", "--limit", "2"),
    ("preview", "graduation", "--list"),
    ("preview", "enrollment", "--to", "样页.png"),
    ("verify", "{code}"),
]


@pytest.fixture
def office(issued_office: OfficeFolder) -> OfficeFolder:
    issued_office.walk("printers", "add", "夹", "--folder", "out", "--stock", "白纸")
    return issued_office


def _filled(office: OfficeFolder, words: tuple[str, ...]) -> list[str]:
    listed = office.walk(
        "documents", "list", "--kind", "graduation", "--student", GRADUATE, "--json"
    ).json()
    values = {"document": listed[0]["number"], "batch": listed[0]["batch"][:8]}
    if "{code}" in words:
        office.walk("documents", "export", listed[0]["id"], "--to", "one")
        ((values["code"],),) = read_page_codes(next(Path("one").iterdir()).read_bytes())
    return [word.format(**values) for word in words]


@pytest.mark.parametrize("words", JSON_COMMANDS, ids=" ".join)
def test_json_is_json_and_nothing_else(
    office: OfficeFolder, words: tuple[str, ...]
) -> None:
    ran = office.walk(*_filled(office, words), "--json")
    assert ran.err == ""
    assert isinstance(ran.json(), dict | list)


@pytest.mark.parametrize("words", JSON_COMMANDS, ids=" ".join)
def test_the_same_in_words(office: OfficeFolder, words: tuple[str, ...]) -> None:
    ran = office.walk(*_filled(office, words))
    assert ran.err == ""
    assert ran.out.strip()
    with pytest.raises(json.JSONDecodeError):
        json.loads(ran.out)


@pytest.mark.parametrize(
    ("words", "code", "error"),
    [
        (("issue", "graduation", "--student", "1999"), 4, "NotFound"),
        (("issue", "graduation", "--student", "2023010210"), 5, "NotCleared"),
        (("documents", "show", "没有"), 4, "NotFound"),
        (("documents", "list", "--kind", "没有"), 4, "NotFound"),
        (("documents", "list", "--student", "1999"), 4, "NotFound"),
        (("print", "没有", "--printer", "夹"), 4, "NotFound"),
        (("queue", "show", "没有"), 4, "NotFound"),
        (("queue", "hold", "没有"), 4, "NotFound"),
        (("printers", "remove", "没有"), 4, "NotFound"),
        (("printers", "test", "没有"), 4, "NotFound"),
        (("records", "import"), 4, "InputError"),
        (("records", "show", "--class", "没有"), 4, "NotFound"),
        (("records", "export", "--to", "名册.doc"), 4, "InputError"),
        (("issue", "没有", "--all"), 4, "NotFound"),
        (("preview", "graduation", "--layout", "没有"), 4, "NotFound"),
        (("verify", "0" * 26), 5, "Refused"),
        (("documents", "revoke", GRADUATE, "--reason", "试"), 4, "NotFound"),
    ],
)
def test_errors_in_json_are_json_on_stderr(
    office: OfficeFolder, words: tuple[str, ...], code: int, error: str
) -> None:
    ran = office.walk(*words, "--json", expect=code)
    told = json.loads(ran.err)
    assert (told["error"], told["exit_code"]) == (error, code)
    assert told["message"]
    assert told["remedy"]
    said = office.walk(*words, expect=code)
    assert said.err.startswith("错误: ")
    assert "怎么办: " in said.err


@pytest.mark.parametrize(
    "words",
    [
        ("issue", "graduation"),
        ("issue", "graduation", "--all", "--reason", "生病"),
        ("issue", "audit-sheet", "--all"),
        ("issue", "graduation", "--all", "--date", "明天"),
        ("printers", "add", "空"),
        ("printers", "add", "空", "--folder", "x", "--queue", "y"),
        ("records", "import", "没有.xlsx"),
        ("records", "import", str(SAMPLES / "college.xlsx"), "--sheet", "学生=课表"),
        ("documents", "revoke", "1"),
        ("queue", "confirm", "1"),
        ("没有这个命令",),
    ],
)
def test_what_cannot_be_understood_ends_with_2(
    office: OfficeFolder, words: tuple[str, ...]
) -> None:
    ran = office.walk(*words, expect=2)
    assert "Error" in ran.err or "Usage" in ran.err
    assert ran.out == ""


def test_the_process_border(office: OfficeFolder) -> None:
    """The same from a real shell: streams, exit codes, no traceback."""
    ran = office.run("issue", "graduation", "--student", "1999", expect=4)
    assert (ran.out, "Traceback" in ran.err) == ("", False)
    ran = office.run("documents", "list", "--json")
    assert len(ran.json()) > 40
    done = subprocess.run(
        [*office.command("issue", "graduation", "--all", "--json")],
        env=office.environment | {"PRINTSHOP_SCHOL__NAME": "x"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 3
    told = json.loads(done.stderr)
    assert told["error"] == "SettingsError"
    assert "schol" in told["message"]
    assert "school" in told["remedy"]


def test_a_reader_that_goes_away_is_no_error(office: OfficeFolder) -> None:
    """``printshop documents list | head -1``."""
    command = subprocess.list2cmdline(office.command("documents", "list", "--json"))
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", f"{command} | head -c 1"],
        env=office.environment,
        capture_output=True,
        text=True,
    )
    assert done.stdout == "["
    assert "Traceback" not in done.stderr


def test_an_interrupted_worker_says_goodbye(office: OfficeFolder) -> None:
    process = subprocess.Popen(
        office.command("worker"),
        env=office.environment | {"PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert "Ctrl-C" in process.stdout.readline()
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "已中断" in err
    assert "Traceback" not in err


def test_unknown_settings_in_the_environment(
    empty_office: OfficeFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRINTSHOP_NUMBERS__ORDR", "shuffle")
    ran = empty_office.walk("doctor", expect=3)
    assert "没有名为“numbers.ordr”的设置" in ran.err
    assert "numbers.order" in ran.err


def test_settings_are_listed_and_secrets_masked(
    empty_office: OfficeFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{empty_office.home / 'printshop.db'}"
    monkeypatch.setenv("PRINTSHOP_DATABASE_URL", url)
    rows = empty_office.walk("doctor", "--settings", "--json").json()
    assert all(row["help"] for row in rows)
    assert len(rows) >= 20
    shown = {row["name"]: row["value"] for row in rows}
    assert shown["school.name"] == "示例职业技术学院"
    assert url not in json.dumps(shown)


def test_records_as_they_are_shown(office: OfficeFolder) -> None:
    shown = office.walk("records", "show", "--class", "计应2301")
    assert "共 22 人" in shown.out
    people = office.walk("records", "show", "--json").json()
    assert len(people) == 72
    assert "id_number" not in people[0]
    assert "没有变更历史" not in office.walk("records", "show", "--history").out
    for ending in ("xlsx", "csv"):
        office.walk("records", "export", "--to", f"名册.{ending}", "--grade", "2024")
        assert Path(f"名册.{ending}").stat().st_size > 500


def test_csv_and_dbf_need_a_word(empty_office: OfficeFolder) -> None:
    for name in ("students-utf8.csv", "students-gb18030.csv", "students.dbf"):
        words = ("records", "import", str(SAMPLES / name), "--sheet", "=学生", "--json")
        counts = empty_office.walk(*words).json()["sheets"]["学生"]
        assert counts["refused"] == 0
        assert counts["new"] + counts["unchanged"] == counts["rows"] == 14


def test_a_long_list_of_problems_is_cut_on_the_screen(
    empty_office: OfficeFolder,
) -> None:
    words = ("records", "import", str(SAMPLES / "refused.xlsx"))
    ran = empty_office.walk(*words, expect=4)
    assert "条, 见问题报告" in ran.out
    assert Path("refused.问题.xlsx").is_file()


def test_the_audit_as_a_file_is_inert(office: OfficeFolder) -> None:
    ran = office.walk("audit", "graduation", "--blocked", "--report", "意见.csv")
    assert "可发" in ran.out
    with Path("意见.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows
    assert {row["可发"] for row in rows} == {"否"}
    assert not [cell for row in rows for cell in row.values() if cell[:1] in "=+-@"]


def test_the_audit_sheet_on_paper(office: OfficeFolder) -> None:
    words = ("audit", "graduation", "--class", "计应2302", "--sheet", "审核表.pdf")
    ran = office.walk(*words, "--printer", "夹")
    assert Path("审核表.pdf").read_bytes().startswith(b"%PDF-")
    assert "已交打印机 夹" in ran.out
    assert len(list(Path("out").glob("*.pdf"))) == 1


def test_paper_in_order_and_a_queue_to_handle(office: OfficeFolder) -> None:
    listed = office.walk("documents", "list", "--kind", "graduation", "--json").json()
    numbers = [one["number"] for one in listed[:3]]
    words = ("print", *numbers, "--printer", "夹", "--queue-only", "--json")
    jobs = office.walk(*words).json()["jobs"]
    assert [job["position"] for job in jobs] == [1, 2, 3]
    first, second, third = (job["id"][:12] for job in jobs)
    assert "已暂停" in office.walk("queue", "hold", first).out
    assert "已放行" in office.walk("queue", "release", first).out
    office.walk("queue", "hold", second)
    assert "已取消" in office.walk("queue", "cancel", third).out
    assert "任务" in office.walk("queue", "show", second).out
    left = office.walk("worker", "--once", "--json", expect=8).json()
    assert (left["completed"], len(left["jobs"])) == (0, 1)
    assert "没有打印完的" in office.walk("worker", "--once", expect=8).out
    office.walk("queue", "release", second)
    assert "重新排队" in office.walk("queue", "retry", third).out
    assert "队列已空" in office.walk("worker", "--once").out
    assert len(list(Path("out").glob("*.pdf"))) == 3
    again = office.walk("print", numbers[0], "--printer", "夹", expect=5)
    assert "--reason" in again.err
    office.walk("print", numbers[0], "--printer", "夹", "--reason", "卡纸")
    two = ("print", numbers[1], "--printer", "夹", "--copies", "2", "--reason", "x")
    assert "只能打印一份" in office.walk(*two, expect=5).err


def test_a_printer_that_cannot_be_reached(office: OfficeFolder) -> None:
    office.walk("printers", "add", "远", "--queue", "hp", "--port", "9")
    assert "远" in office.walk("printers", "list").out
    proof = ("documents", "list", "--kind", "enrollment", "--json")
    number = office.walk(*proof).json()[0]["number"]
    ran = office.walk("print", number, "--printer", "远", "--queue-only")
    assert "已排队" in ran.out


def test_unknown_fate_asks_for_a_look_at_the_tray(office: OfficeFolder) -> None:
    listed = office.walk("documents", "list", "--kind", "graduation", "--json").json()
    for number, answer, word in (
        (listed[0]["number"], "--printed", "已记为打印完成"),
        (listed[1]["number"], "--not-printed", "已重新排队"),
        (listed[2]["number"], "--not-printed", "任务就此了结"),
    ):
        words = ("print", number, "--printer", "夹", "--queue-only", "--json")
        (job,) = office.walk(*words).json()["jobs"]
        with closing(sqlite3.connect(office.home / "printshop.db")) as database:
            database.execute(
                "UPDATE print_job SET phase = 'unknown', state = 'unknown' "
                "WHERE id = ?",
                (job["id"],),
            )
            database.commit()
        ran = office.walk("worker", "--once", expect=8)
        assert "结果不明, 没有自动重打" in ran.err
        if "了结" in word:
            office.walk("documents", "revoke", number, "--reason", "登记错误")
        assert word in office.walk("queue", "confirm", job["id"][:8], answer).out
    assert "队列已空" in office.walk("worker", "--once").out


def test_documents_exported_under_impersonal_names(office: OfficeFolder) -> None:
    listed = office.walk("documents", "list", "--kind", "graduation", "--json").json()
    batch = listed[0]["batch"]
    files = office.walk("documents", "export", batch, "--to", "导出", "--json").json()
    assert len(files["files"]) == len(listed)
    names = " ".join(path.name for path in Path("导出").iterdir())
    people = office.walk("records", "show", "--json").json()
    for one in people:
        assert one["name"] not in names
        assert one["student_no"] not in names


def test_a_document_in_words(office: OfficeFolder) -> None:
    listed = office.walk("documents", "list", "--json").json()
    one = next(d for d in listed if d["student_no"] == GRADUATE)
    said = office.walk("documents", "show", one["id"][:10]).out
    assert "经过" in said
    assert "document.issued" in said
    office.walk("documents", "revoke", one["id"], "--reason", "学历核查不符")
    assert "说明: 学历核查不符" in office.walk("documents", "show", one["id"]).out
    ran = office.walk("documents", "reissue", one["id"], "--reason", "误撤销")
    assert "新开具 1 份" in ran.out


def test_open_hands_the_file_to_the_desktop(
    office: OfficeFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr("click.launch", opened.append)
    listed = office.walk("documents", "list", "--kind", "attendance", "--json").json()
    office.walk("documents", "open", listed[0]["id"])
    assert Path(opened[0]).read_bytes().startswith(b"%PDF-")


def test_issue_in_words(office: OfficeFolder) -> None:
    words = ("issue", "enrollment", "--class", "计应2401", "--purpose", "办理签证")
    ran = office.walk(*words)
    assert "新开具 10 份" in ran.out
    assert "printshop print" in ran.out
    again = office.walk(*words)
    assert "新开具 0 份, 原已开具 10 份" in again.out
    form = ("issue", "form-suspension", "--student", "2024010105", "--reason", "生病")
    dates = ("--from", "2026-09-01", "--until", "2027-08-31")
    assert "新开具 1 份" in office.walk(*form, *dates).out


def test_serve_hands_the_register_to_the_web(office: OfficeFolder) -> None:
    served: list[tuple[str, str, int]] = []

    def serve(verifier: Verifier, host: str, port: int) -> None:
        served.append((verifier.office.name, host, port))

    home = ("--home", str(office.home))
    main(serve, (*home, "serve"))
    main(serve, (*home, "serve", "--host", "127.0.0.2", "--port", "0"))
    assert served == [
        ("示例职业技术学院", "127.0.0.1", 8631),
        ("示例职业技术学院", "127.0.0.2", 0),
    ]


def test_help_and_version() -> None:
    assert "一批毕业证书的全过程" in walk("--help").out
    assert "printshop, version" in walk("--version").out
    assert walk("issue", "--help").code == 0


def test_init_says_what_comes_next(tmp_path: Path) -> None:
    office = OfficeFolder(tmp_path / "new")
    assert "下一步" in office.walk("init").out
    assert "什么也没有改" in office.walk("init").out
    assert (office.home / "printshop.toml").read_text("utf-8").startswith("#")


def test_shell_completion_knows_the_kinds() -> None:
    found = KIND.shell_complete(None, None, "form-re")  # type: ignore[arg-type]
    assert {one.value for one in found} == {"form-resumption", "form-retention"}
