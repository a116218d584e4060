"""CSV and DBF: encodings, separators, and what old systems leave behind."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import dbf
import pytest

from printshop.errors import InputError, UnsafeFile
from printshop.records import workbook_csv
from printshop.records.cells import CellKind
from printshop.records.legacy_codes import decode, proposal
from printshop.records.problem import ProblemCode
from printshop.records.workbook import read_workbook

LINES = "学号,姓名,备注\r\n2021030101,刘䶮,甲\r\n2021030102,王𬱖,乙\r\n"


def texts(path: Path) -> list[list[str]]:
    (sheet,) = read_workbook(path)
    return [[c.text for c in row.cells.values()] for row in sheet.rows]


def written(tmp_path: Path, content: bytes, name: str = "学生.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings(tmp_path: Path, codec: str) -> None:
    assert texts(written(tmp_path, LINES.encode(codec))) == [
        ["学号", "姓名", "备注"],
        ["2021030101", "刘䶮", "甲"],
        ["2021030102", "王𬱖", "乙"],
    ]


@pytest.mark.parametrize("mark", ["\t", ";", ","])
def test_separators(tmp_path: Path, mark: str) -> None:
    content = LINES.replace(",", mark).encode()
    assert texts(written(tmp_path, content, "学生.txt"))[1][1] == "刘䶮"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (LINES.encode() + b"\x81", "UTF-8 或 GB18030"),
        (b"\xef\xbb\xbf" + LINES.encode("gb18030"), "第 1 行"),
        (b"\xff\xfe\x00\xd8", "UTF-16"),
        ("学号\0".encode(), "空字节"),
        ('学号,姓名\n1,"张"三\n'.encode(), "第 2 行"),
        ('学号,姓名\n1,"张三\n'.encode(), "CSV"),
    ],
)
def test_text_that_is_none(tmp_path: Path, content: bytes, words: str) -> None:
    with pytest.raises(InputError, match=words):
        read_workbook(written(tmp_path, content))


def test_a_huge_csv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook_csv, "MAX_BYTES", 10)
    with pytest.raises(UnsafeFile):
        read_workbook(written(tmp_path, LINES.encode()))


def test_rows_are_numbered_as_a_spreadsheet_shows_them(tmp_path: Path) -> None:
    content = '学号,姓名\n\n1,"甲\n乙"\n2,丙\n'.encode()
    (sheet,) = read_workbook(written(tmp_path, content))
    assert [row.number for row in sheet.rows] == [1, 3, 4]
    assert sheet.rows[1].cells[1].text == "甲\n乙"


def test_tricks_that_keep_digits_text(tmp_path: Path) -> None:
    content = b'="0123",\'=1+1,\'98,1101\t,"a, b"\n'
    assert texts(written(tmp_path, content)) == [
        ["0123", "=1+1", "'98", "1101", "a, b"]
    ]


def test_an_id_number_that_went_through_a_spreadsheet(
    desk: Any, tmp_path: Path
) -> None:
    row = desk.student(证件号码="1.10105E+17", 出生日期="2003-05-06", 入学日期="202109")
    lines = ",".join(row) + "\n" + ",".join(row.values()) + "\n"
    (problem,) = desk.problems(*read_workbook(written(tmp_path, lines.encode())))
    assert problem.code is ProblemCode.NUMBER_DAMAGED


# --- GB 18030 ----------------------------------------------------------------------


def test_the_fourteen_codes_that_python_leaves_private() -> None:
    raw = bytes.fromhex("FE51FE52FE53FE59FE61FE66FE67FE6CFE6DFE76FE7EFE90FE91FEA0")
    assert decode(raw) == "𠂇𠂉𠃌龴龵龶龷𡗗龸𢦏龹龺𤇾龻"
    assert decode("䶮".encode("gb18030")) == "䶮"


def test_every_code_of_the_range_is_a_real_character() -> None:
    trail = [*range(0x50, 0x7F), *range(0x80, 0xA1)]
    for low in trail:
        character = decode(bytes([0xFE, low]))
        assert not 0xE000 <= ord(character) <= 0xF8FF, hex(low)


def test_proposals() -> None:
    assert proposal("\ue863") == "䶮"
    assert proposal("\ue000") is None


# --- DBF ---------------------------------------------------------------------------


def table(path: Path, records: list[tuple[Any, ...]]) -> Path:
    fields = "XH C(15); XM C(40); ZYDM N(6,0); SFZH N(18,0); CSRQ D; RXRQ C(8); OK L"
    made = dbf.Table(str(path), fields, codepage="cp936", dbf_type="db3")
    made.open(dbf.READ_WRITE)
    for record in records:
        made.append(record)
    made.close()
    return path


def test_a_dbf_of_dbase(tmp_path: Path) -> None:
    day = dbf.Date(2003, 5, 6)
    path = table(
        tmp_path / "XJ.dbf",
        [("2021030101", "张试", 510201, 110105200305061015, day, "20210901", True)],
    )
    (sheet,) = read_workbook(path)
    assert [c.text for c in sheet.rows[0].cells.values()] == [
        "XH",
        "XM",
        "ZYDM",
        "SFZH",
        "CSRQ",
        "RXRQ",
        "OK",
    ]
    found = [(c.kind, c.text) for c in sheet.rows[1].cells.values()]
    assert found == [
        (CellKind.TEXT, "2021030101"),
        (CellKind.TEXT, "张试"),
        (CellKind.NUMBER, "510201"),
        (CellKind.NUMBER, "110105200305061008"),  # rounded by its writer
        (CellKind.DATE, "2003-05-06"),
        (CellKind.TEXT, "20210901"),
        (CellKind.BOOL, "TRUE"),
    ]


def patched(path: Path, old: bytes, new: bytes) -> Path:
    content = path.read_bytes()
    assert old in content
    path.write_bytes(content.replace(old, new))
    return path


def test_gb18030_in_a_dbf(tmp_path: Path) -> None:
    path = table(tmp_path / "a.dbf", [("1", "ABCDEFGH", None, None, None, None, None)])
    patched(path, b"ABCDEFGH", b"\xfe\x9f" + "𬭸".encode("gb18030") + b"\xfe\x59")
    (sheet,) = read_workbook(path)
    assert sheet.rows[1].cells[1].text == "䶮𬭸龴"


def test_a_name_cut_in_the_middle_spoils_its_row_only(
    desk: Any, tmp_path: Path
) -> None:
    path = table(
        tmp_path / "a.dbf",
        [
            ("1", "ABCD", None, None, None, None, None),
            ("2", "好人", None, None, None, None, None),
        ],
    )
    patched(path, b"ABCD", b"\xd5\xc5\xca ")
    (sheet,) = read_workbook(path)
    assert sheet.rows[1].cells[1].kind is CellKind.UNDECODABLE
    assert sheet.rows[2].cells[1].text == "好人"


def test_deleted_records_stay_out_and_are_counted(tmp_path: Path) -> None:
    none = (None,) * 5
    path = table(tmp_path / "a.dbf", [("1", "甲", *none), ("2", "乙", *none)])
    made = dbf.Table(str(path), codepage="cp936")
    made.open(dbf.READ_WRITE)
    dbf.delete(made[0])
    made.close()
    (sheet,) = read_workbook(path)
    assert sheet.deleted == 1
    assert [r.number for r in sheet.rows] == [1, 2]
    assert sheet.rows[1].cells[0].text == "2"


@pytest.mark.parametrize(
    ("at", "value"),
    [
        (10, 0),  # a record length of zero would be read for ever
        (10, 7),
        (8, 1),
        (4, 60_000),
    ],
)
def test_headers_that_lie_are_refused(tmp_path: Path, at: int, value: int) -> None:
    path = table(tmp_path / "a.dbf", [("1", "甲", None, None, None, None, None)])
    content = bytearray(path.read_bytes())
    struct.pack_into("<H", content, at, value)
    path.write_bytes(content)
    with pytest.raises(InputError):
        read_workbook(path)


def test_no_flipped_byte_of_a_dbf_escapes_as_another_error(tmp_path: Path) -> None:
    day = dbf.Date(2003, 5, 6)
    path = table(tmp_path / "a.dbf", [("1", "甲", 1, 2, day, "x", True)] * 3)
    whole = path.read_bytes()
    refused = 0
    for at in range(len(whole)):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0xA5]) + whole[at + 1 :])
        try:
            read_workbook(path)
        except InputError:
            refused += 1
    assert refused > 10


def test_short_and_memo_files(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        read_workbook(written(tmp_path, b"\x03abc", "a.dbf"))
    made = dbf.Table(str(tmp_path / "m.dbf"), "XH C(5); BZ M", codepage="cp936")
    made.open(dbf.READ_WRITE)
    made.append(("1", "long"))
    made.close()
    with pytest.raises(InputError, match="memo"):
        read_workbook(tmp_path / "m.dbf")
