"""The doctor finds what was done behind the office's back, and says what to do."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from offices import ACTOR, Clock, OfficeFolder, issue
from printshop.printers.registry import PrinterSpec
from printshop.queue.tables import PrintJob
from printshop.render.press import Press
from printshop.shop.documents import Filter
from printshop.shop.printing import PrintWish


def _sql(office: OfficeFolder, *statements: str) -> None:
    """Go round the program, as somebody with the file can."""
    with closing(sqlite3.connect(office.home / "printshop.db")) as database:
        for statement in statements:
            database.execute(statement)
        database.commit()


def _checks(office: OfficeFolder, *words: str, expect: int = 0) -> dict[str, Any]:
    ran = office.walk("doctor", "--json", *words, expect=expect)
    return {check["name"]: check for check in ran.json()["checks"]}


def test_a_sound_office(issued_office: OfficeFolder) -> None:
    checks = _checks(issued_office)
    assert all(check["good"] for check in checks.values()), checks
    assert {"数据库", "日志", "字体", "开具", "打印队列"} <= set(checks)
    both = issued_office.walk("doctor", "--scrub", "--json").json()
    assert both["archive"]["checked"] == len(_files(issued_office))
    said = issued_office.walk("doctor", "--scrub").out
    assert "链条完整" in said
    assert "问题 0 个" in said


NO_TRIGGERS = (
    "DROP TRIGGER journal_no_update",
    "DROP TRIGGER journal_no_delete",
    "DROP TRIGGER journal_no_replace",
)


@pytest.mark.parametrize(
    ("deed", "words"),
    [
        ("UPDATE journal SET actor = '别人' WHERE seq = 5", "第 5 条被改动过"),
        ("DELETE FROM journal WHERE seq = 7", "第 7 条不见了"),
        (
            "DELETE FROM journal WHERE seq = (SELECT max(seq) FROM journal)",
            "末尾被删",
        ),
        ("UPDATE journal_head SET seq = seq - 1", "末端记录被改动过"),
        ("DELETE FROM journal", "日志应有"),
    ],
)
def test_a_tampered_journal_ends_with_9(
    issued_office: OfficeFolder, deed: str, words: str
) -> None:
    _sql(issued_office, *NO_TRIGGERS, deed)
    ran = issued_office.walk("doctor", expect=9)
    assert words in ran.err
    assert "备份" in ran.err
    ran = issued_office.walk("doctor", "--json", "--scrub", expect=9)
    assert not next(c for c in ran.json()["checks"] if c["name"] == "日志")["good"]
    assert '"error": "Tampered"' in ran.err


def test_nothing_is_issued_over_a_tampered_end(issued_office: OfficeFolder) -> None:
    _sql(
        issued_office,
        *NO_TRIGGERS,
        "DELETE FROM journal WHERE seq = (SELECT max(seq) FROM journal)",
    )
    words = ("issue", "enrollment", "--student", "2024010109")
    assert "日志的末端与记录不符" in issued_office.walk(*words, expect=9).err


def _files(office: OfficeFolder) -> list[Path]:
    return sorted((office.home / "archive").glob("??/*.pdf"))


def _archived(office: OfficeFolder) -> Path:
    return _files(office)[3]


def test_a_changed_file_is_named(issued_office: OfficeFolder) -> None:
    path = _archived(issued_office)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.chmod(0o644)
    path.write_bytes(data)
    ran = issued_office.walk("scrub", "--json", expect=7)
    assert ran.json()["changed"] == [path.stem]
    assert "从备份恢复" in ran.err
    assert path.stem in issued_office.walk("scrub", expect=7).out
    assert "内容被改动" in issued_office.walk("doctor", "--scrub", expect=7).out
    # Neither shown, nor exported, nor printed.
    with issued_office.shop() as shop:
        row = next(
            r for r in shop.documents.listed(Filter()) if r.pdf_sha256 == path.stem
        )
    words = ("documents", "export", row.id, "--to", "out")
    assert "内容被改动过" in issued_office.walk(*words, expect=7).err


def test_a_missing_file_is_named(issued_office: OfficeFolder) -> None:
    path = _archived(issued_office)
    path.unlink()
    assert issued_office.walk("scrub", "--json", expect=7).json()["missing"] == [
        path.stem
    ]


def test_a_stray_file_is_named(issued_office: OfficeFolder) -> None:
    stray = _archived(issued_office).parent / ("0" * 64 + ".pdf")
    stray.write_bytes(b"%PDF-1.7\n")
    ran = issued_office.walk("scrub", "--json", expect=7)
    assert [Path(name).name for name in ran.json()["stray"]] == [stray.name]
    assert "来历不明" in ran.err


@pytest.mark.parametrize("name", ["journal", "numbers"])
def test_a_lost_key_is_not_made_anew(issued_office: OfficeFolder, name: str) -> None:
    key = issued_office.home / "secrets" / f"{name}.key"
    key.unlink()
    for words in (("doctor",), ("init",), ("issue", "graduation", "--all")):
        ran = issued_office.walk(*words, expect=3)
        assert f"{name}.key 不见了" in ran.err
        assert "从备份恢复" in ran.err
    assert not key.exists()


@pytest.mark.parametrize("text", ["", "xyz", "00ff"])
def test_a_damaged_key_is_told(issued_office: OfficeFolder, text: str) -> None:
    (issued_office.home / "secrets" / "journal.key").write_text(text)
    assert "密钥" in issued_office.walk("doctor", expect=3).err


def test_unfinished_work_is_shown(
    imported_office: OfficeFolder, shared_press: Press
) -> None:
    with imported_office.shop(shared_press, Clock()) as shop:
        assert issue(shop, "graduation", "2023010115").issued
    _sql(
        imported_office,
        "UPDATE issued_document SET state = 'reserved', pdf_sha256 = NULL",
    )
    check = _checks(imported_office)["开具"]
    assert (check["good"], check["grave"]) == (False, False)
    assert "1 份已编号而未完成" in check["sentence"]
    assert "printshop issue" in check["remedy"]


def test_another_schema_version_is_refused(issued_office: OfficeFolder) -> None:
    _sql(issued_office, "UPDATE alembic_version SET version_num = '9999'")
    ran = issued_office.walk("doctor", expect=7)
    assert "数据库版本是 9999" in ran.err
    assert "备份" in ran.err


def test_a_folder_that_is_no_office(tmp_path: Path) -> None:
    ran = OfficeFolder(tmp_path / "nowhere").walk("doctor", expect=7)
    assert "还不是一个办公室目录" in ran.err
    assert "printshop init" in ran.err
    assert not (tmp_path / "nowhere").exists()


def test_printers_and_jobs_of_unknown_fate(
    issued_office: OfficeFolder,
) -> None:
    folder = issued_office.home / "out"
    with issued_office.shop(clock=Clock()) as shop:
        good = PrinterSpec("夹", "folder", folder=str(folder))
        nobody = PrinterSpec("证书机", "cups", host="127.0.0.1", port=9, queue="hp")
        for spec in (good, nobody):
            shop.printers.save(spec, actor=ACTOR)
        (row,) = shop.documents.listed(Filter(student_no="2023010116"))
        (job,) = shop.printing.queue([row.id], PrintWish("夹"), actor=ACTOR)
        with shop.tools.database.write() as session:
            session.get_one(PrintJob, job.id).phase = "unknown"
    checks = _checks(issued_office, expect=1)
    assert checks["打印机 夹"]["good"]
    assert not checks["打印机 证书机"]["good"]
    assert not checks["打印队列"]["good"]
    assert "queue confirm" in checks["打印队列"]["remedy"]


def test_fonts_that_are_gone_are_grave(
    issued_office: OfficeFolder, tmp_path: Path
) -> None:
    (tmp_path / "fonts").mkdir()
    office = OfficeFolder(
        issued_office.home, {"PRINTSHOP_FONTS": str(tmp_path / "fonts")}
    )
    ran = office.run("doctor", expect=1)
    assert "字体" in ran.out
    ran = office.run("issue", "enrollment", "--student", "2024010109", expect=None)
    assert ran.code in (3, 6, 7)
    assert "Traceback" not in ran.err
