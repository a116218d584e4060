"""What must not come in stays out, each with its place, its reason and a way on."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from sqlalchemy import func, select

from offices import SAMPLES, OfficeFolder
from printshop.database import Base
from printshop.records.problem import ProblemCode

REFUSED = SAMPLES / "refused.xlsx"
EXPECTED, SHEETS = "应报", ("学生", "审核", "成绩", "异动")
STUDENT_SHEET = "学生"
# Warnings that come with the sheet or are told beside the reason.
BESIDE = {"COLUMN_UNKNOWN", "NAME_SHORT", "DERIVED"}


def _expected_rows() -> list[tuple[str, int, str, str]]:
    """Sheet, row, code and 学号 of every row of the sample that must be refused."""
    found = []
    book = load_workbook(REFUSED)
    for name in SHEETS:
        head, *rows = book[name].iter_rows(values_only=True)
        code, number = head.index(EXPECTED), head.index("学号")
        found += [
            (name, n, str(r[code]), str(r[number])) for n, r in enumerate(rows, 2)
        ]
    return found


def _counts(office: OfficeFolder) -> dict[str, int | None]:
    with office.shop() as shop, shop.tools.database.read() as session:
        return {
            name: session.scalar(select(func.count()).select_from(table))
            for name, table in Base.metadata.tables.items()
        }


def test_every_reason_is_told_with_place_words_and_remedy(
    imported_office: OfficeFolder,
) -> None:
    before = _counts(imported_office)
    ran = imported_office.walk("records", "import", str(REFUSED), "--json", expect=4)
    errors = [p for p in ran.json()["problems"] if p["severity"] == "error"]
    rows = _expected_rows()
    assert len(rows) >= 60
    for sheet, row, code, _ in rows:
        told = [p for p in errors if (p["sheet"], p["row"]) == (sheet, row)]
        assert code in {p["code"] for p in told}, (sheet, row, code)
        for one in told:
            assert one["title"] == ProblemCode[one["code"]].value
            assert len(one["why"]) > 4, one
            assert one["remedy"], one
            assert one["column"] or one["code"].startswith("DUPLICATE"), one
    placed = {(sheet, row) for sheet, row, _, _ in rows}
    assert {(p["sheet"], p["row"]) for p in errors} == placed, "a good row was refused"
    counts = ran.json()["sheets"]
    assert {s: (counts[s]["new"], counts[s]["changed"]) for s in SHEETS} == {
        s: (0, 0) for s in SHEETS
    }
    assert _counts(imported_office) == before


def test_a_person_reads_the_same_on_the_screen(imported_office: OfficeFolder) -> None:
    ran = imported_office.walk("records", "import", str(REFUSED), expect=4)
    assert "学生!" in ran.out
    assert "错误" in ran.out
    assert "问题报告已写入" in ran.out
    assert "怎么办" in ran.err
    assert "Traceback" not in ran.out + ran.err


def _refused_and_good(path: Path) -> set[str]:
    """The refused students, and beside them five of the college; 学号 of the five."""
    book = load_workbook(REFUSED)
    college = load_workbook(SAMPLES / "college.xlsx")
    head = [cell.value for cell in book[STUDENT_SHEET][1]]
    source_head, *source = college[STUDENT_SHEET].iter_rows(values_only=True)
    good = set()
    for row in source[20:25]:
        known = dict(zip(source_head, row, strict=True))
        book[STUDENT_SHEET].append([known.get(name) for name in head])
        good.add(str(known["学号"]))
    for name in SHEETS[1:]:
        del book[name]
    book.save(path)
    return good


def test_good_rows_beside_the_refused_go_in(
    empty_office: OfficeFolder, tmp_path: Path
) -> None:
    path = tmp_path / "mixed.xlsx"
    good = _refused_and_good(path)
    dry = empty_office.walk("records", "import", str(path), "--dry-run", expect=4)
    assert "试运行" in dry.out
    assert _counts(empty_office)["student"] == 0
    empty_office.walk("records", "import", str(path), expect=4)
    shown = empty_office.walk("records", "show", "--json").json()
    numbers = {one["student_no"] for one in shown}
    assert good <= numbers
    # The register is empty: what is refused only beside the college may come in.
    in_college = {"OTHER_PERSON", "ID_IN_REGISTER", "EXAM_NO_IN_REGISTER"}
    refused = {
        number
        for sheet, _, code, number in _expected_rows()
        if sheet == STUDENT_SHEET and code not in in_college
    }
    assert refused & numbers == set()


def test_nobody_refused_is_ever_issued_anything(imported_office: OfficeFolder) -> None:
    imported_office.walk("records", "import", str(REFUSED), expect=4)
    strangers = {
        number
        for sheet, _, code, number in _expected_rows()
        if sheet == STUDENT_SHEET and code != "OTHER_PERSON"
    }
    known = {
        s["student_no"]
        for s in imported_office.walk("records", "show", "--json").json()
    }
    assert strangers & known == set()
    for kind in ("graduation", "enrollment", "transcript", "form-suspension"):
        ran = imported_office.walk(
            "issue", kind, "--student", sorted(strangers)[1], "--json", expect=4
        )
        assert "没有" in ran.err
    assert _counts(imported_office)["issued_document"] == 0


def test_a_dry_run_changes_nothing(empty_office: OfficeFolder) -> None:
    before = _counts(empty_office)
    words = ("records", "import", str(SAMPLES / "college.xlsx"), "--photos")
    ran = empty_office.walk(*words, str(SAMPLES / "photos"), "--dry-run", "--json")
    found = ran.json()
    assert found["sheets"]["学生"]["new"] == 72
    assert found["photos"]["new"] == 71, "photos of students who are only in the file"
    assert _counts(empty_office) == before
    assert not list((empty_office.home / "photos").rglob("*.jpg"))
    assert not list(SAMPLES.glob("*问题*")), "a report was left in the samples"


MENDS: dict[str, dict[str, Any]] = {
    "REQUIRED": {"姓名": "林晓"},
    "SEX": {"性别": None},
    "DATE_IMPOSSIBLE": {"入学日期": "2023-09-01"},
    "NAME_DOT": {"姓名": "阿依古丽·买买提"},
    "ETHNICITY": {"民族": "汉族"},
    "GRADE": {"年级": "2023"},
}


def test_the_report_once_mended_imports_cleanly(
    empty_office: OfficeFolder, tmp_path: Path
) -> None:
    report = tmp_path / "report.xlsx"
    words = ("records", "import", str(REFUSED), "--report", str(report))
    empty_office.walk(*words, expect=4)
    book = load_workbook(report)
    sheet = book[STUDENT_SHEET]
    head = [cell.value for cell in sheet[1]]
    assert any("导入问题" in str(name) for name in head)
    wanted = dict(MENDS)
    for row in range(sheet.max_row, 1, -1):
        code = sheet.cell(row, head.index(EXPECTED) + 1).value
        mend = wanted.pop(code, None)
        if mend is None:
            sheet.delete_rows(row)
            continue
        for name, value in mend.items():
            cell = sheet.cell(row, head.index(name) + 1)
            # Two people of either sex: the ID number says which.
            number = str(sheet.cell(row, head.index("证件号码") + 1).value)
            cell.value = value or ("男" if int(number[16]) % 2 else "女")
    assert wanted == {}
    for name in book.sheetnames:
        if name in SHEETS[1:]:
            del book[name]
    mended = tmp_path / "mended.xlsx"
    book.save(mended)
    ran = empty_office.walk("records", "import", str(mended), "--json")
    counts = ran.json()["sheets"]["学生"]
    assert (counts["new"], counts["refused"]) == (len(MENDS), 0)


PHOTO_FLAWS = {
    "2099999999.jpg": "NO_STUDENT",
    "2023010114.jpg": "LANDSCAPE",
    "2023010115.jpg": "TOO_SMALL",
    "2023010116.jpg": "BLANK",
    "2023010117.jpg": "UNREADABLE",
    "2023010118.jpg": "NOT_A_PHOTO",
    "2023010119.gif": "NOT_A_PHOTO",
    "2023010120.png": "BOMB",
    "2023010121.jpg": "TWO_PHOTOS",
    "2023010215.jpg": "SHARED",
    "2023010101-刘䶮.jpg": "WRONG_NAME",
    "2023010217_2023010218.jpg": "AMBIGUOUS",
}


def test_wrong_photos_are_told_and_change_nobodys_photo(
    imported_office: OfficeFolder,
) -> None:
    before = sorted(p.name for p in (imported_office.home / "photos").rglob("*.jpg"))
    words = ("records", "import", "--photos")
    ran = imported_office.walk(
        *words, str(SAMPLES / "refused-photos"), "--json", expect=4
    )
    told = ran.json()["photos"]["problems"]
    for name, flaw in PHOTO_FLAWS.items():
        one = next(p for p in told if p["file"] == name)
        assert one["flaw"] == flaw
        assert one["why"], one
        assert one["remedy"], one
    assert ran.json()["photos"]["extra"] == ["2099999999.jpg"]
    zipped = imported_office.walk(
        *words, str(SAMPLES / "refused-photos.zip"), "--json", expect=4
    )
    flaws = [p["flaw"] for p in zipped.json()["photos"]["problems"]]
    assert sorted(flaws) == ["BOMB", *["UNSAFE_NAME"] * 4]
    after = sorted(p.name for p in (imported_office.home / "photos").rglob("*.jpg"))
    assert after == before
    assert not (imported_office.home.parent / "2023010114.jpg").exists()


# --- files that would do harm ------------------------------------------------------


def _zip_bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/worksheets/sheet1.xml", bytes(60_000_000))


def _declared_bomb(path: Path) -> None:
    """Many parts, each small, that together are more than any register."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(1200):
            archive.writestr(f"xl/worksheets/sheet{number}.xml", b"<x/>")


def _old_excel(path: Path) -> None:
    path.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(2048))


def _encrypted(path: Path) -> None:
    """An OLE file whose directory names an encrypted package, as Excel writes it."""
    name = "EncryptedPackage".encode("utf-16-le")
    path.write_bytes(
        bytes.fromhex("d0cf11e0a1b11ae1") + bytes(1024) + name + bytes(512)
    )


def _doctype(path: Path) -> None:
    book = Workbook()
    book.save(path)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    evil = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    start = parts[sheet].index(b"<worksheet")
    parts[sheet] = parts[sheet][:start] + evil + parts[sheet][start:]
    with zipfile.ZipFile(path, "w") as archive:
        for part, data in parts.items():
            archive.writestr(part, data)


def _pdf(path: Path) -> None:
    path.write_bytes(b"%PDF-1.7\n")


def _nothing(path: Path) -> None:
    path.write_bytes(b"")


def _noise(path: Path) -> None:
    path.write_bytes(bytes(range(256)) * 40)


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("bomb.xlsx", _zip_bomb),
        ("parts.xlsx", _declared_bomb),
        ("old.xls", _old_excel),
        ("locked.xlsx", _encrypted),
        ("entity.xlsx", _doctype),
        ("scan.pdf", _pdf),
        ("empty.xlsx", _nothing),
        ("noise.xlsx", _noise),
    ],
)
def test_hostile_files_end_with_4_and_say_what_to_do(
    imported_office: OfficeFolder,
    tmp_path: Path,
    name: str,
    make: Callable[[Path], None],
) -> None:
    path = tmp_path / name
    make(path)
    before = _counts(imported_office)
    ran = imported_office.walk("records", "import", str(path), expect=4)
    assert f"“{name}”" in ran.err or "工作簿" in ran.err
    assert "怎么办" in ran.err
    assert "Traceback" not in ran.err
    assert _counts(imported_office) == before


def test_formulas_come_in_as_text_and_go_out_inert(
    empty_office: OfficeFolder, tmp_path: Path
) -> None:
    """A cell that would run when the export is opened (CWE-1236)."""
    college = load_workbook(SAMPLES / "college.xlsx")
    sheet = college[STUDENT_SHEET]
    head = [cell.value for cell in sheet[1]]
    cell = sheet.cell(2, head.index("样本说明") + 1)
    cell.value, cell.data_type = '=HYPERLINK("http://evil.example","点我")', "s"
    path = tmp_path / "formula.xlsx"
    for name in SHEETS[1:]:
        del college[name]
    college.save(path)
    empty_office.walk("records", "import", str(path))
    for ending in (".xlsx", ".csv"):
        out = tmp_path / f"out{ending}"
        empty_office.walk("records", "export", "--to", str(out))
        if ending == ".csv":
            assert ",=HYPERLINK" not in out.read_text(encoding="utf-8-sig")
            continue
        cells = [c for row in load_workbook(out)[STUDENT_SHEET] for c in row]
        assert [c.coordinate for c in cells if c.data_type == "f"] == []
