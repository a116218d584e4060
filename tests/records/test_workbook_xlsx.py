"""XLSX as Excel, WPS and LibreOffice write it; and what only pretends to be it."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from printshop.errors import InputError, NotFound, UnsafeFile
from printshop.records import workbook_zip
from printshop.records.cells import Area, CellKind
from printshop.records.problem import ProblemCode
from printshop.records.workbook import read_workbook
from printshop.records.workbook_sheet import date_of
from printshop.records.workbook_xlsx import unescape

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
Write = Callable[..., Path]


def relations(**targets: str) -> str:
    lines = "".join(
        f'<Relationship Id="{key}" Type="{REL}/{target.split()[0]}" '
        f'Target="{target.split()[1]}"/>'
        for key, target in targets.items()
    )
    return f'<Relationships xmlns="{PACKAGE}">{lines}</Relationships>'


def book(
    rows: str,
    *,
    strings: str = "",
    styles: str = "",
    properties: str = "",
    after: str = "",
    namespace: str = MAIN,
) -> dict[str, str]:
    """The parts of a workbook with one sheet 学生."""
    return {
        "_rels/.rels": relations(r1="officeDocument xl/workbook.xml"),
        "xl/workbook.xml": f'<workbook xmlns="{namespace}" xmlns:r="{REL}">{properties}'
        '<sheets><sheet name="学生" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": relations(
            r1="worksheet worksheets/sheet1.xml",
            r2="sharedStrings sharedStrings.xml",
            r3="styles /xl/styles.xml",
        ),
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{namespace}"><sheetData>{rows}'
        f"</sheetData>{after}</worksheet>",
        "xl/sharedStrings.xml": f'<sst xmlns="{namespace}">{strings}</sst>',
        "xl/styles.xml": f'<styleSheet xmlns="{namespace}">{styles}</styleSheet>',
    }


def cells(path: Path) -> dict[str, tuple[CellKind, str]]:
    """``{"A1": (kind, text)}`` of the only sheet."""
    (sheet,) = read_workbook(path)
    return {
        f"{chr(65 + index)}{row.number}": (cell.kind, cell.text)
        for row in sheet.rows
        for index, cell in row.cells.items()
    }


def test_a_workbook_of_libreoffice(desk: Any) -> None:
    sheets = read_workbook(desk.files / "libreoffice.xlsx")
    assert [s.name for s in sheets] == ["学籍信息", "成绩", "Sheet3"]
    assert sheets[0].merged == (Area(1, 0, 1, 13),)
    assert [r.number for r in sheets[0].rows] == [1, 2, 3, 4, 5, 6]
    drafts = desk.check(*sheets)
    assert [d.values["name"] for d in drafts.students] == [
        "张试",
        "李验",
        "欧阳·买买提江·吐尔逊江",
        "𬱖䶮",
    ]
    assert {d.values["class_name"] for d in drafts.students} == {"计应2101"}
    assert {d.values["enrolled_on"] for d in drafts.students} == {date(2021, 9, 1)}
    assert {d.values["expected_on"] for d in drafts.students} == {date(2024, 6, 30)}
    assert [d.student_no for d in drafts.students] == [
        f"20210301{n:02d}" for n in (1, 2, 3, 4)
    ]
    assert [(d.values["score"], str(d.values["credits"])) for d in drafts.marks] == [
        ("85.3", "4"),
        ("85", "4"),
    ]
    assert {p.code for p in drafts.problems} == {
        ProblemCode.ROWS_HIDDEN,
        ProblemCode.COLUMN_UNKNOWN,
    }


def test_a_workbook_of_openpyxl(tmp_path: Path) -> None:
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.append(["学号", 2021030101, 85.3, date(2003, 5, 6), True, "=A1", "#N/A"])
    made.save(tmp_path / "o.xlsx")
    assert cells(tmp_path / "o.xlsx") == {
        "A1": (CellKind.TEXT, "学号"),
        "B1": (CellKind.NUMBER, "2021030101"),
        "C1": (CellKind.NUMBER, "85.3"),
        "D1": (CellKind.DATE, "2003-05-06"),
        "E1": (CellKind.BOOL, "TRUE"),
        "F1": (CellKind.FORMULA, ""),
        "G1": (CellKind.ERROR, "#N/A"),
    }


def test_strings_rich_phonetic_inline_and_escaped(package: Write) -> None:
    strings = (
        "<si><t>学号</t></si>"
        "<si><r><t>姓</t></r><r><rPr><b/></rPr><t>名</t></r>"
        '<rPh sb="0" eb="1"><t>xing</t></rPh><phoneticPr fontId="1"/></si>'
        '<si><t xml:space="preserve"> 张试 </t></si>'
        "<si><t>甲_x000D_乙_x005F_x</t></si>"
        "<si><t/></si>"
    )
    rows = (
        '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>'
        '<row r="2"><c r="A2" t="inlineStr"><is><r><t>李</t></r><r><t>验</t></r>'
        "<rPh><t>liyan</t></rPh></is></c>"
        '<c r="B2" t="s"><v>2</v></c><c r="C2" t="s"><v>3</v></c>'
        '<c r="D2" t="s"><v>4</v></c><c r="E2" t="str"><f>X</f><v></v></c></row>'
    )
    assert cells(package(book(rows, strings=strings))) == {
        "A1": (CellKind.TEXT, "学号"),
        "B1": (CellKind.TEXT, "姓名"),
        "A2": (CellKind.TEXT, "李验"),
        "B2": (CellKind.TEXT, " 张试 "),
        "C2": (CellKind.TEXT, "甲\r乙_x"),
    }


def test_prefixes_strict_namespace_and_cells_without_addresses(package: Write) -> None:
    parts = book("", namespace=STRICT)
    parts["xl/worksheets/sheet1.xml"] = (
        f'<x:worksheet xmlns:x="{STRICT}"><x:sheetData><x:row>'
        '<x:c t="str"><x:v>甲</x:v></x:c><x:c/><x:c t="d"><x:v>2003-05-06T00:00</x:v>'
        '</x:c></x:row><x:row r="5.0"><x:c><x:v>1</x:v></x:c></x:row></x:sheetData>'
        "</x:worksheet>"
    )
    assert cells(package(parts)) == {
        "A1": (CellKind.TEXT, "甲"),
        "C1": (CellKind.DATE, "2003-05-06"),
        "A5": (CellKind.NUMBER, "1"),
    }


STYLES = (
    '<numFmts><numFmt numFmtId="176" formatCode="yyyy&quot;年&quot;m&quot;月&quot;"/>'
    '<numFmt numFmtId="177" formatCode="[$-804]0.00&quot;day&quot;"/></numFmts>'
    '<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>'
    '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="31"/>'
    '<xf numFmtId="57"/><xf numFmtId="176"/><xf numFmtId="177"/></cellXfs>'
)


@pytest.mark.parametrize(
    ("style", "kind"),
    [
        (0, CellKind.NUMBER),
        (1, CellKind.DATE),
        (2, CellKind.DATE),  # Chinese built-in, not in the file
        (3, CellKind.DATE),
        (4, CellKind.DATE),
        (5, CellKind.NUMBER),
    ],
)
def test_which_numbers_are_dates(package: Write, style: int, kind: CellKind) -> None:
    rows = f'<row r="1"><c r="A1" s="{style}"><v>37747</v></c></row>'
    found = cells(package(book(rows, styles=STYLES)))["A1"]
    text = "2003-05-06" if kind is CellKind.DATE else "37747"
    assert found == (kind, text)


def test_both_date_systems(package: Write) -> None:
    rows = '<row r="1"><c r="A1" s="1"><v>36285.5</v></c></row>'
    old = book(rows, styles=STYLES, properties='<workbookPr date1904="1"/>')
    assert cells(package(old))["A1"] == (CellKind.DATE, "2003-05-06")
    new = book(rows.replace("36285.5", "37747.99"), styles=STYLES)
    assert cells(package(new))["A1"] == (CellKind.DATE, "2003-05-06")


@pytest.mark.parametrize(
    ("serial", "day"),
    [
        (1, date(1900, 1, 1)),
        (59, date(1900, 2, 28)),
        (60, None),  # the 29 February that never was
        (61, date(1900, 3, 1)),
        (0, None),
        (-5, None),
        (1e30, None),
        (2_958_465, date(9999, 12, 31)),
    ],
)
def test_serial_numbers(serial: float, day: date | None) -> None:
    assert date_of(serial, epoch_1904=False) == day


def test_an_impossible_date_cell_is_an_error_cell(package: Write) -> None:
    rows = '<row r="1"><c r="A1" s="1"><v>-3</v></c></row>'
    assert cells(package(book(rows, styles=STYLES)))["A1"] == (CellKind.ERROR, "-3")


def test_digits_of_numbers_are_kept_as_stored(package: Write) -> None:
    rows = (
        '<row r="1"><c r="A1"><v>1.1010519491231E+17</v></c>'
        "<c><v>85.299999999999997</v></c><c><v>1E99999</v></c></row>"
    )
    (sheet,) = read_workbook(package(book(rows)))
    long, mark, absurd = sheet.rows[0].cells.values()
    assert long.text == "1.1010519491231E+17"
    assert long.shown == "1.10105E+17"
    assert str(mark.number) == "85.3"
    assert absurd.number is None


def test_hidden_rows_and_links_elsewhere(package: Write) -> None:
    parts = book(
        '<row r="1" hidden="1"><c r="A1"><v>1</v></c></row>',
        after='<mergeCells count="1"><mergeCell ref="A1:C2"/></mergeCells>',
    )
    parts["xl/_rels/workbook.xml.rels"] = parts["xl/_rels/workbook.xml.rels"].replace(
        "</Relationships>",
        f'<Relationship Id="r9" Type="{REL}/externalLink" TargetMode="External" '
        'Target="http://127.0.0.1:9/x"/></Relationships>',
    )
    (sheet,) = read_workbook(package(parts))
    assert sheet.rows[0].hidden
    assert sheet.merged == (Area(1, 0, 2, 2),)


def test_escapes() -> None:
    assert unescape("a_x000A_b") == "a\nb"
    assert unescape("_xD83D_") == "\ufffd"
    assert unescape("张_x") == "张_x"


# --- what is refused ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("old-excel.xls", ".xls"),
        ("opendocument.ods", ".ods"),
        ("password.xlsx", "密码"),
    ],
)
def test_other_formats_say_what_to_do(
    desk: Any, tmp_path: Path, name: str, words: str
) -> None:
    renamed = tmp_path / "学籍.xlsx"
    renamed.write_bytes((desk.files / name).read_bytes())
    with pytest.raises(InputError) as caught:
        read_workbook(renamed)
    assert words in str(caught.value)
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "空文件"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "网页"),
        (b"\xef\xbb\xbf\n<?xml version='1.0'?><Workbook/>", "网页"),
        (b"%PDF-1.7", "PDF"),
        ("学号,姓名\n".encode(), ".csv"),
        (b"PK\x03\x04 cut off", "不是完整的"),
    ],
)
def test_what_is_no_workbook(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "学籍.xlsx"
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_workbook(path)
    assert words in str(caught.value)


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        read_workbook(tmp_path / "没有.xlsx")
    with pytest.raises(InputError):
        read_workbook(tmp_path)


def test_other_containers(package: Write) -> None:
    with pytest.raises(InputError, match="xlsb"):
        read_workbook(package({"xl/workbook.bin": b"x"}))
    with pytest.raises(InputError, match="不是 Excel 工作簿"):
        read_workbook(package({"word/document.xml": b"x"}))


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1"><c r="A1" t="s"><v>7</v></c></row>',
        '<row r="1"><c r="A1" t="s"><v>-1</v></c></row>',
        '<row r="1"><c r="A1" t="d"><v>gestern</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></row>',
        '<row r="x"><c r="A1"><v>1</v></c></row>',
    ],
)
def test_damaged_parts_are_refused(package: Write, rows: str) -> None:
    with pytest.raises(InputError):
        read_workbook(package(book(rows)))


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="9999999"><c><v>1</v></c></row>',
        '<row r="1"><c r="ZZZ1"><v>1</v></c></row>',
        '<row r="1"><c r="1A"><v>1</v></c></row>',
    ],
)
def test_cells_beyond_the_grid_are_refused(package: Write, rows: str) -> None:
    with pytest.raises(UnsafeFile):
        read_workbook(package(book(rows)))


def test_a_missing_part(package: Write) -> None:
    parts = book("")
    del parts["xl/worksheets/sheet1.xml"]
    with pytest.raises(InputError, match="worksheets/sheet1"):
        read_workbook(package(parts))


def test_entities_are_never_expanded(package: Write) -> None:
    parts = book('<row r="1"><c r="A1" t="str"><v>&lol;</v></c></row>')
    doctype = '<!DOCTYPE x [<!ENTITY lol SYSTEM "file:///etc/passwd">]>'
    parts["xl/worksheets/sheet1.xml"] = doctype + parts["xl/worksheets/sheet1.xml"]
    with pytest.raises(UnsafeFile, match="DTD"):
        read_workbook(package(parts))


def test_a_bomb_is_refused_before_it_is_inflated(package: Write) -> None:
    parts = book("") | {"xl/media/x.xml": bytes(99_000_000)}
    with pytest.raises(UnsafeFile, match="压缩"):
        read_workbook(package(parts))


def test_too_much_content_is_refused(package: Write) -> None:
    parts = book("") | {f"x{n}": bytes(60_000_000) for n in range(2)}
    with pytest.raises(UnsafeFile, match="100 MB"):
        read_workbook(package(parts))


def test_too_many_parts_are_refused(package: Write) -> None:
    parts = book("") | {f"x{n}": b"" for n in range(workbook_zip.MAX_ENTRIES)}
    with pytest.raises(UnsafeFile, match="部件"):
        read_workbook(package(parts))


def test_bytes_are_counted_while_inflating(
    package: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c></row>'
    path = package(book(rows))
    assert cells(path)
    opened = workbook_zip.Package(path)
    opened._left = 100  # as if the directory had lied about the sizes
    with pytest.raises(UnsafeFile), opened:
        b"".join(opened.chunks("xl/worksheets/sheet1.xml"))


def test_two_parts_of_one_name_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "twice.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a", b"1")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("a", b"2")
    with pytest.raises(UnsafeFile, match="同名"):
        read_workbook(path)


def test_every_truncation_is_an_input_error(desk: Any, tmp_path: Path) -> None:
    whole = (desk.files / "libreoffice.xlsx").read_bytes()
    path = tmp_path / "cut.xlsx"
    for size in range(1, len(whole), 401):
        path.write_bytes(whole[:size])
        with pytest.raises(InputError):
            read_workbook(path)


def test_no_flipped_byte_escapes_as_another_error(desk: Any, tmp_path: Path) -> None:
    whole = (desk.files / "libreoffice.xlsx").read_bytes()
    path = tmp_path / "flipped.xlsx"
    refused = 0
    for at in range(0, len(whole), 97):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :])
        try:
            read_workbook(path)
        except InputError:
            refused += 1
    assert refused > 10
