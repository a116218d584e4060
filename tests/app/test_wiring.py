"""Making and opening an office: idempotent, its keys kept and kept secret."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from offices import SAMPLES, OfficeFolder
from printshop.app import initialise, open_database, open_shop, preview_page, read_keys
from printshop.errors import DatabaseError, NotFound, PrintshopError, SettingsError
from printshop.render.preview import preview_request
from printshop.settings import load


def _tree(home: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(home)): path.read_bytes()
        for path in sorted(home.rglob("*"))
        if path.is_file() and not path.name.endswith(("-wal", "-shm"))
    }


def test_an_office_is_made_once(tmp_path: Path) -> None:
    settings = load(tmp_path / "office", environ={})
    made = initialise(settings, "specimen = true\n")
    assert len(made) == 7
    assert any("数据库" in sentence for sentence in made)
    before = _tree(settings.home)
    assert initialise(settings, "specimen = false\n") == []
    assert _tree(settings.home) == before


def test_keys_differ_from_office_to_office(
    new_office: Callable[[str], OfficeFolder],
) -> None:
    one, two = new_office("one"), new_office("two")
    first, second = read_keys(one.settings), read_keys(two.settings)
    assert set(first) == {"journal", "numbers"}
    assert len({*first.values(), *second.values()}) == 4
    assert all(len(key) == 32 for key in first.values())


def test_secrets_are_for_their_owner_only(empty_office: OfficeFolder) -> None:
    folder = empty_office.home / "secrets"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    keys = list(folder.iterdir())
    assert len(keys) == 2
    assert {stat.S_IMODE(key.stat().st_mode) for key in keys} == {0o600}
    for name in ("archive", "photos"):
        mode = stat.S_IMODE((empty_office.home / name).stat().st_mode)
        assert mode & stat.S_IRWXO == 0, name


def test_what_was_deleted_is_made_again_but_no_key(empty_office: OfficeFolder) -> None:
    (empty_office.home / "photos").rmdir()
    assert initialise(empty_office.settings) == [
        f"建立目录 {empty_office.home / 'photos'}"
    ]
    (empty_office.home / "secrets" / "numbers.key").unlink()
    with pytest.raises(SettingsError, match=r"numbers\.key 不见了"):
        initialise(empty_office.settings)


def test_an_interrupted_init_is_taken_up(tmp_path: Path) -> None:
    """A key without a database is no office yet: it is kept and used."""
    settings = load(tmp_path / "office", environ={})
    initialise(settings)
    (settings.home / "printshop.db").unlink()
    key = (settings.home / "secrets" / "journal.key").read_text()
    assert initialise(settings) == ["建立数据库"]
    assert (settings.home / "secrets" / "journal.key").read_text() == key
    open_shop(settings).close()


@pytest.mark.parametrize(
    ("text", "words"),
    [("", "长度不对"), ("00" * 31, "长度不对"), ("zz" * 32, "已损坏")],
)
def test_damaged_keys(empty_office: OfficeFolder, text: str, words: str) -> None:
    (empty_office.home / "secrets" / "journal.key").write_text(text)
    with pytest.raises(SettingsError, match=words):
        open_shop(empty_office.settings)


def test_no_office_no_database(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match="还不是一个办公室目录"):
        open_database(load(tmp_path / "office", environ={}))


def test_an_empty_database_is_told(empty_office: OfficeFolder) -> None:
    (empty_office.home / "printshop.db").write_bytes(b"")
    with pytest.raises(DatabaseError, match="数据库版本是 空"):
        open_database(empty_office.settings)


def test_settings_reach_the_stages(tmp_path: Path) -> None:
    home = tmp_path / "office"
    text = (SAMPLES / "office.toml").read_text(encoding="utf-8")
    initialise(load(home, environ={}), text)
    changes = {
        "PRINTSHOP_SCHOOL__NAME": "另一所职业技术学院",
        "PRINTSHOP_SCHOOL__PRINCIPAL": "",
        "PRINTSHOP_NUMBERS__ORDER": "student-no",
        "PRINTSHOP_NUMBERS__PATTERNS__ENROLLMENT": "读{year}{serial:04d}",
        "PRINTSHOP_ARCHIVE": str(tmp_path / "vault"),
        "PRINTSHOP_VERIFY__URL": "https://check.example.edu.cn",
    }
    shop = open_shop(load(home, environ=changes))
    office = shop.tools.office
    assert office.name == "另一所职业技术学院"
    assert office.principal is None
    assert office.number_order == "student-no"
    assert office.number_patterns["enrollment"] == "读{year}{serial:04d}"
    assert office.verify_at == "check.example.edu.cn"
    assert shop.tools.archive.root == tmp_path / "vault"
    assert shop.tools.clock().tzinfo is not None
    assert len({shop.tools.new_id() for _ in range(100)}) == 100
    shop.close()


def test_nobody_sees_the_keys(empty_office: OfficeFolder) -> None:
    with empty_office.shop() as shop:
        shown = repr(shop.tools)
    for key in read_keys(empty_office.settings).values():
        assert key.hex() not in shown
        assert repr(key) not in shown


def test_a_page_to_look_at_needs_no_office(tmp_path: Path) -> None:
    settings = load(tmp_path / "nowhere", environ={})
    page = preview_page(settings, preview_request("enrollment", None, None))
    assert page.pdf.startswith(b"%PDF-")
    assert not settings.home.exists()


def test_a_page_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    from dataclasses import replace

    settings = load(tmp_path / "nowhere", environ={})
    request = preview_request("enrollment", None, None)
    facts = request.facts | {"name": "王\U000f0000"}
    with pytest.raises(PrintshopError) as refusal:
        preview_page(settings, replace(request, facts=facts))
    assert "U+F0000" in refusal.value.message


def test_a_kind_that_is_not_there() -> None:
    with pytest.raises(NotFound):
        preview_request("diploma", None, None)
