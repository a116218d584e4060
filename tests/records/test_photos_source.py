"""Folders and ZIP files as they come, and as somebody who means harm makes them."""

from __future__ import annotations

import io
import os
import struct
import zipfile
import zlib
from pathlib import Path

import pytest

from printshop.errors import InputError, NotFound, UnsafeFile
from printshop.records import photos_source
from printshop.records.photos_model import Flawed, PhotoFlaw
from printshop.records.photos_source import open_source, shown

HARM = [
    "../../evil.jpg",
    "a/../../b.jpg",
    "/abs.jpg",
    "C:/windows.jpg",
    "c:evil.jpg",
    "a\\..\\b.jpg",
    "20230101\u202egpj.exe",
    "line\nfeed.jpg",
    "null\0byte.jpg",
    "zero\u200bwidth.jpg",
]


def make_zip(path: Path, entries: dict[str, bytes], method: int = 8) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in entries.items():
            info = zipfile.ZipInfo("x")
            info.filename = info.orig_filename = name
            info.compress_type = method
            archive.writestr(info, data)
    return path


def raw_zip(name: bytes, data: bytes, *, flags: int = 0, system: int = 0) -> bytes:
    """A ZIP of one stored file, byte by byte, as other programs write them."""
    crc = zlib.crc32(data)
    sizes = struct.pack("<III", crc, len(data), len(data))
    lengths = struct.pack("<HH", len(name), 0)
    middle = struct.pack("<HHHH", flags, 0, 0, 0x5A21)
    local = b"PK\x03\x04" + struct.pack("<H", 20) + middle + sizes + lengths
    local += name + data
    entry = b"PK\x01\x02" + struct.pack("<BBH", 20, system, 20) + middle + sizes
    entry += lengths + struct.pack("<HHHII", 0, 0, 0, 0, 0) + name
    end = struct.pack("<HHHHIIH", 0, 0, 1, 1, len(entry), len(local), 0)
    return local + entry + b"PK\x05\x06" + end


def names(path: Path) -> list[str]:
    with open_source(path) as source:
        return [file.name for file in source.files]


def test_a_folder_is_read_with_all_below_it(tmp_path: Path) -> None:
    (tmp_path / "计应2301").mkdir()
    (tmp_path / "计应2301" / "1.jpg").write_bytes(b"one")
    (tmp_path / "2.JPG").write_bytes(b"two")
    for litter in (".DS_Store", "Thumbs.db", "._2.JPG", "desktop.ini"):
        (tmp_path / litter).write_bytes(b"litter")
    with open_source(tmp_path) as source:
        assert {f.name: source.read(f.key) for f in source.files} == {
            "计应2301/1.jpg": b"one",
            "2.JPG": b"two",
        }
        assert source.problems == []


def test_links_and_pipes_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret.jpg").write_bytes(b"secret")
    folder = tmp_path / "photos"
    folder.mkdir()
    (folder / "1.jpg").symlink_to(tmp_path / "outside" / "secret.jpg")
    (folder / "more").symlink_to(tmp_path / "outside")
    os.mkfifo(folder / "2.jpg")
    with open_source(folder) as source:
        assert source.files == []
        assert [p.file for p in source.problems] == ["1.jpg", "2.jpg"]


def test_a_zip_gives_the_same_as_a_folder(tmp_path: Path) -> None:
    path = make_zip(
        tmp_path / "照片.zip",
        {
            "班级/2023010101.jpg": b"one",
            "__MACOSX/班级/._2023010101.jpg": b"litter",
            "班级/.DS_Store": b"litter",
            "班级/": b"",
        },
    )
    with open_source(path) as source:
        assert [f.name for f in source.files] == ["班级/2023010101.jpg"]
        assert source.read(source.files[0].key) == b"one"
        assert source.problems == []


@pytest.mark.parametrize("name", HARM)
def test_harmful_names_are_named_and_not_read(tmp_path: Path, name: str) -> None:
    path = make_zip(tmp_path / "a.zip", {name: b"x", "good.jpg": b"y"})
    with open_source(path) as source:
        assert [f.name for f in source.files] == ["good.jpg"]
        (problem,) = source.problems
    assert problem.flaw is PhotoFlaw.UNSAFE_NAME
    assert problem.file == shown(name)
    assert problem.file.isprintable()
    assert list(tmp_path.iterdir()) == [path]


def test_a_linked_entry_of_a_zip_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        info = zipfile.ZipInfo("1.jpg")
        info.create_system = 3
        info.external_attr = 0o120777 << 16
        archive.writestr(info, "/etc/passwd")
    with open_source(path) as source:
        assert source.files == []
        assert source.problems[0].flaw is PhotoFlaw.UNSAFE_NAME


@pytest.mark.parametrize(
    ("raw", "flags", "system"),
    [
        ("2023010101-张䶮.jpg".encode("gb18030"), 0, 0),
        ("2023010101-张䶮.jpg".encode(), 0x800, 0),
        ("2023010101-张䶮.jpg".encode(), 0, 3),
        ("2023010101-张䶮.jpg".encode("gb18030"), 0, 3),
    ],
    ids=["windows", "flagged", "macos", "unix-gbk"],
)
def test_chinese_names_of_any_system_are_read(
    tmp_path: Path, raw: bytes, flags: int, system: int
) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(raw_zip(raw, b"data", flags=flags, system=system))
    with open_source(path) as source:
        assert [f.name for f in source.files] == ["2023010101-张䶮.jpg"]
        assert source.read(source.files[0].key) == b"data"


def test_a_name_of_no_encoding_is_shown_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(raw_zip(b"2023010101-\xff\xff.jpg", b"data"))
    assert names(path)[0].startswith("2023010101-")


def test_gbk_names_unpacked_on_linux_are_read(tmp_path: Path) -> None:
    raw = os.fsencode(tmp_path) + b"/" + "2023010101-张三.jpg".encode("gbk")
    Path(os.fsdecode(raw)).write_bytes(b"x")
    assert names(tmp_path) == ["2023010101-张三.jpg"]


def test_an_encrypted_zip_is_refused_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(raw_zip(b"1.jpg", b"x" * 20, flags=1))
    with pytest.raises(InputError, match="有密码"), open_source(path):
        pass


@pytest.mark.parametrize(
    "data", [b"", b"Rar!\x1a\x07\x00", b"7z\xbc\xaf", b"PK\x03\x04"]
)
def test_what_is_no_zip_is_told(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.rar"
    path.write_bytes(data)
    with pytest.raises(InputError, match="不是完好的 ZIP"), open_source(path):
        pass


def test_a_path_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotFound), open_source(tmp_path / "nothing"):
        pass


def test_a_bomb_stops_while_inflating(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.zip", {"1.jpg": b"\0" * 15_000_000, "2.jpg": b"ok"})
    assert path.stat().st_size < 20_000
    with open_source(path) as source:
        left = source.budget
        with pytest.raises(Flawed) as caught:
            source.read(source.files[0].key)
        assert caught.value.flaw is PhotoFlaw.BOMB
        assert left - source.budget < 3_000_000
        assert source.read(source.files[1].key) == b"ok"


def test_a_zip_that_lies_about_sizes_is_counted(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.zip", {"1.jpg": os.urandom(100_000) * 300})
    data = path.read_bytes()
    size = struct.pack("<I", 30_000_000)
    path.write_bytes(data.replace(size, struct.pack("<I", 2_000)))
    with open_source(path) as source, pytest.raises(Flawed) as caught:
        source.read(source.files[0].key)
    assert caught.value.flaw in (PhotoFlaw.UNREADABLE, PhotoFlaw.BOMB)


def test_a_file_of_twenty_megabytes_is_no_photo(tmp_path: Path) -> None:
    (tmp_path / "1.jpg").write_bytes(b"x" * 20_000_001)
    with open_source(tmp_path) as source, pytest.raises(Flawed) as caught:
        source.read("1.jpg")
    assert caught.value.flaw is PhotoFlaw.TOO_LARGE


def test_the_whole_may_not_exceed_its_limit(tmp_path: Path) -> None:
    (tmp_path / "1.jpg").write_bytes(b"x" * 1000)
    with open_source(tmp_path) as source:
        source.budget = 1500
        source.read("1.jpg")
        with pytest.raises(UnsafeFile, match="总量"):
            source.read("1.jpg")


def test_too_many_files_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(photos_source, "MAX_FILES", 2)
    path = make_zip(tmp_path / "a.zip", {f"{n}.jpg": b"x" for n in range(3)})
    with pytest.raises(UnsafeFile, match="多于 2 个"), open_source(path):
        pass
    folder = tmp_path / "folder"
    folder.mkdir()
    for n in range(3):
        (folder / f"{n}.jpg").write_bytes(b"x")
    with pytest.raises(UnsafeFile, match="多于 2 个"), open_source(folder):
        pass


def test_damaged_and_foreign_entries_are_flaws_of_one_file(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.zip", {"1.jpg": b"abcdefgh" * 9}, method=0)
    path.write_bytes(path.read_bytes().replace(b"abcdefgh", b"abcdXfgh", 1))
    other = make_zip(tmp_path / "b.zip", {"1.jpg": b"x" * 99}, method=14)
    for broken in (path, other):
        with open_source(broken) as source, pytest.raises(Flawed) as caught:
            source.read(source.files[0].key)
        assert caught.value.flaw is PhotoFlaw.UNREADABLE


def test_two_entries_of_one_name_are_two_files(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("1.jpg", b"one")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("1.jpg", b"two")
    path = tmp_path / "a.zip"
    path.write_bytes(out.getvalue())
    with open_source(path) as source:
        assert [source.read(f.key) for f in source.files] == [b"one", b"two"]


def test_a_file_that_cannot_be_read_is_a_flaw(tmp_path: Path) -> None:
    (tmp_path / "1.jpg").write_bytes(b"x")
    with open_source(tmp_path) as source:
        (tmp_path / "1.jpg").unlink()
        with pytest.raises(Flawed) as caught:
            source.read("1.jpg")
    assert caught.value.flaw is PhotoFlaw.UNREADABLE


def test_very_long_names_are_shown_short() -> None:
    assert len(shown("长" * 500 + ".jpg")) < 160
