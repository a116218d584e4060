"""Settings: environment over file over default; nothing unknown, nothing leaked."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from printshop.errors import SettingsError
from printshop.kinds import KINDS
from printshop.settings import (
    Settings,
    bundled,
    default_home,
    describe,
    known_names,
    load,
    starter_text,
)
from printshop.settings.patterns import checked_pattern

Read = Callable[..., Settings]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Reads settings from a file's text and an environment of its own."""

    def read_them(toml: str = "", **environ: str) -> Settings:
        if toml:
            (tmp_path / "printshop.toml").write_text(toml, encoding="utf-8")
        return load(tmp_path, environ)

    return read_them


def refusal(read: Read, toml: str = "", **environ: str) -> SettingsError:
    with pytest.raises(SettingsError) as caught:
        read(toml, **environ)
    assert caught.value.exit_code == 3
    return caught.value


# Where a value comes from


def test_defaults(read: Read, tmp_path: Path) -> None:
    settings = read()
    assert settings.home == tmp_path
    assert settings.database == f"sqlite:///{tmp_path}/printshop.db"
    assert settings.archive_dir == tmp_path / "archive"
    assert settings.photos_dir == tmp_path / "photos"
    assert settings.secrets_dir == tmp_path / "secrets"
    assert settings.numbers.order == "shuffle"
    assert settings.verify.host == "127.0.0.1"


def test_the_file_goes_over_the_default(read: Read) -> None:
    settings = read('gpa = "std4"\n[school]\nname = "某某学院"\n')
    assert settings.gpa == "std4"
    assert settings.school.name == "某某学院"
    assert settings.school.office == "教务处"


def test_the_environment_goes_over_the_file(read: Read) -> None:
    settings = read(
        'gpa = "std4"\n[school]\nname = "某某学院"\ncode = "10001"\n',
        PRINTSHOP_GPA="pku",
        PRINTSHOP_SCHOOL__NAME="别的学院",
    )
    assert settings.gpa == "pku"
    assert settings.school.name == "别的学院"
    assert settings.school.code == "10001"


def test_the_environment_is_typed(read: Read) -> None:
    settings = read(
        PRINTSHOP_WORKERS="3", PRINTSHOP_SPECIMEN="true", PRINTSHOP_CUPS__PORT="8632"
    )
    assert settings.workers == 3
    assert settings.specimen is True
    assert settings.cups.port == 8632


def test_the_rest_of_the_environment_is_not_ours(read: Read) -> None:
    assert read(PATH="/bin", PRINTSHOPX="1", HOME="/root").gpa == "step4"


def test_a_pattern_of_one_kind_from_file_and_environment(read: Read) -> None:
    settings = read(
        '[numbers.patterns]\nroll-status = "学籍{serial}"\n',
        PRINTSHOP_NUMBERS__PATTERNS__FORM_TRANSFER="转{year}-{serial:03d}",
    )
    assert settings.numbers.patterns == {
        "roll-status": "学籍{serial}",
        "form-transfer": "转{year}-{serial:03d}",
    }


def test_a_file_with_a_byte_order_mark(read: Read) -> None:
    assert read('\ufeffgpa = "std4"\n').gpa == "std4"


def test_the_process_environment_is_read_by_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in os.environ if name.startswith("PRINTSHOP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PRINTSHOP_HOME", str(tmp_path))
    monkeypatch.setenv("PRINTSHOP_GPA", "std4")
    settings = load()
    assert settings.home == tmp_path
    assert settings.gpa == "std4"


def test_where_the_office_is(tmp_path: Path) -> None:
    assert default_home({"PRINTSHOP_HOME": str(tmp_path)}) == tmp_path
    assert default_home({}) == Path.cwd() / "office"
    assert default_home({"PRINTSHOP_HOME": ""}) == Path.cwd() / "office"
    assert load(environ={"PRINTSHOP_HOME": str(tmp_path)}).home == tmp_path


def test_relative_folders_are_meant_from_the_office(read: Read, tmp_path: Path) -> None:
    settings = read('archive = "../papers"\nfonts = "my-fonts"\n')
    assert settings.archive_dir == tmp_path / ".." / "papers"
    assert settings.fonts_dir == tmp_path / "my-fonts"


def test_absolute_folders_are_taken_as_they_are(read: Read) -> None:
    settings = read('archive = "/srv/papers"\nfonts = "/srv/fonts"\n')
    assert settings.archive_dir == Path("/srv/papers")
    assert settings.fonts_dir == Path("/srv/fonts")


def test_an_empty_text_means_the_default(read: Read, tmp_path: Path) -> None:
    settings = read('archive = ""\nfonts = ""\ndatabase_url = ""\n')
    assert settings.archive_dir == tmp_path / "archive"
    assert settings.fonts_dir == bundled("fonts")
    assert settings.database.startswith("sqlite:///")


def test_settings_cannot_be_changed(read: Read) -> None:
    with pytest.raises(ValueError, match="frozen"):
        read().gpa = "std4"  # type: ignore[misc]


# What is unknown


@pytest.mark.parametrize(
    ("toml", "environ", "name", "hint"),
    [
        ("archiv = 'x'", {}, "archiv", "archive"),
        ("[school]\nnam = 'x'", {}, "school.nam", "school.name"),
        ("[schol]\nname = 'x'", {}, "schol", "school"),
        ("", {"PRINTSHOP_SPECIMENS": "1"}, "specimens", "specimen"),
        ("", {"PRINTSHOP_CUPS__PROT": "1"}, "cups.prot", "cups.port"),
        ("", {"PRINTSHOP_DATABASE": "x"}, "database", "database_url"),
    ],
)
def test_an_unknown_name_is_named_with_the_nearest_known(
    toml: str, environ: dict[str, str], name: str, hint: str, read: Read
) -> None:
    error = refusal(read, toml, **environ)
    assert error.message == f"没有名为“{name}”的设置。"
    assert error.remedy == f"是不是“{hint}”?"


def test_a_name_like_no_other_has_no_hint(read: Read) -> None:
    error = refusal(read, PRINTSHOP_ZZZZZZZZZZ="1")
    assert error.message == "没有名为“zzzzzzzzzz”的设置。"
    assert error.remedy == "全部设置见 printshop doctor --settings。"


def test_everything_wrong_is_told_at_once(read: Read) -> None:
    error = refusal(read, "archiv = 'x'\nworkers = -1\n")
    assert "archiv" in error.message
    assert "workers" in error.message


def test_the_office_folder_is_not_set_in_its_own_file(read: Read) -> None:
    error = refusal(read, "home = '/srv/office'")
    assert "home" in error.message
    assert "PRINTSHOP_HOME" in error.remedy


# What is malformed


@pytest.mark.parametrize(
    "toml", ["gpa = std4", "[school", "gpa = 'a'\ngpa = 'b'", 'x = "\\q"']
)
def test_malformed_toml_names_file_and_place(
    toml: str, read: Read, tmp_path: Path
) -> None:
    error = refusal(read, toml)
    assert str(tmp_path / "printshop.toml") in error.message
    assert re.search(r"\(at (line \d+, column \d+|end of document)\)", error.message)
    assert "行号" in error.remedy


def test_a_file_in_another_encoding(read: Read, tmp_path: Path) -> None:
    (tmp_path / "printshop.toml").write_bytes("gpa = '示例'".encode("gb18030"))
    assert "不是合法的 TOML" in refusal(read).message


def test_a_file_that_cannot_be_read(read: Read, tmp_path: Path) -> None:
    (tmp_path / "printshop.toml").mkdir()
    assert "读不了配置文件" in refusal(read).message


@pytest.mark.parametrize(
    ("toml", "environ", "name", "says"),
    [
        ("", {"PRINTSHOP_WORKERS": "many"}, "workers", "要写整数"),
        ("workers = 1.5", {}, "workers", "要写整数"),
        ("workers = [1]", {}, "workers", "要写整数"),
        ("workers = -1", {}, "workers", "不能小于 0"),
        ("[cups]\nport = 70000", {}, "cups.port", "不能大于 65535"),
        ("", {"PRINTSHOP_SPECIMEN": "maybe"}, "specimen", "要写 true 或 false"),
        ("specimen = []", {}, "specimen", "要写 true 或 false"),
        ("", {"PRINTSHOP_GPA": "gpa4"}, "gpa", "只能是 'linear5', 'step5'"),
        ("[numbers]\norder = 'random'", {}, "numbers.order", "'shuffle'"),
        ("[school]\nname = 3", {}, "school.name", "要写文字, 放在引号里"),
        ("[school]\nname = '学'", {}, "school.name", "太短"),
        ("[school]\ncode = '1234'", {}, "school.code", "格式不对"),
        ("[school]\ncode = '１２３４５'", {}, "school.code", "格式不对"),
        ("[school]\ntype_digit = '2'", {}, "school.type_digit", "格式不对"),
        ("[verify]\nurl = 'verify.example'", {}, "verify.url", "格式不对"),
        ("[verify]\nurl = 'https://a/b'", {}, "verify.url", "格式不对"),
        ("archive = 3", {}, "archive", "要写路径"),
        ("school = 'x'", {}, "school", "这是一节"),
        ("", {"PRINTSHOP_SCHOOL": "x"}, "school", "这是一节"),
        ("", {"PRINTSHOP_SCHOOL": "x", "PRINTSHOP_SCHOOL__NAME": "y"}, "school", "节"),
        ("[numbers]\npatterns = 'x'", {}, "numbers.patterns", "这是一节"),
    ],
)
def test_a_malformed_value_is_named_in_chinese_with_its_meaning(
    toml: str, environ: dict[str, str], name: str, says: str, read: Read
) -> None:
    error = refusal(read, toml, **environ)
    assert error.message.startswith(f"设置“{name}”不能用: ")
    assert says in error.message
    assert error.remedy


# Patterns of 文号


@pytest.mark.parametrize(
    "pattern",
    [
        "{title}〔{year}〕{serial:05d}号",
        "{serial}",
        "{serial:d}",
        "{serial:4}",
        "{serial:04}",
        "教学〔{year}〕第 {serial:03d} 号",
        "{{{serial}}}",
    ],
)
def test_a_pattern_that_counts(pattern: str) -> None:
    assert checked_pattern(pattern) == pattern
    numbers = {pattern.format(title="证", year=2026, serial=n) for n in range(1, 2000)}
    assert len(numbers) == 1999


@pytest.mark.parametrize(
    ("pattern", "says"),
    [
        ("{title}〔{year}〕", "没有 {serial}"),
        ("", "没有 {serial}"),
        ("{{serial}}", "没有 {serial}"),
        ("{name}{serial}", "{name} 不认识"),
        ("{}{serial}", "{} 不认识"),
        ("{serial.real}", "不认识"),
        ("{serial[0]}", "不认识"),
        ("{serial!r}", "写法不能用"),
        ("{serial}{serial!s}", "写法不能用"),
        ("{serial:c}", "写法不能用"),
        ("{serial:.0e}", "写法不能用"),
        ("{serial:99d}", "写法不能用"),
        ("{serial:{year}}", "写法不能用"),
        ("{year:02d}{serial}", "写法不能用"),
        ("{serial", "不能用"),
        ("serial}", "不能用"),
        ("号" * 60 + "{serial}", "太长"),
    ],
)
def test_a_pattern_that_would_not_count(pattern: str, says: str) -> None:
    with pytest.raises(ValueError, match=re.escape(says)):
        checked_pattern(pattern)


def test_patterns_are_checked_wherever_they_are_set(read: Read) -> None:
    error = refusal(read, '[numbers]\npattern = "{title}"\n')
    assert "numbers.pattern" in error.message
    assert "{serial}" in error.message
    error = refusal(read, '[numbers.patterns]\ntranscript = "x"\n')
    assert "numbers.patterns" in error.message


def test_a_pattern_of_an_unknown_kind(read: Read) -> None:
    error = refusal(read, '[numbers.patterns]\nenrolment = "{serial}"\n')
    assert "没有名为“enrolment”的文书种类, 是不是“enrollment”?" in error.message
    error = refusal(read, '[numbers.patterns]\nzzzzz = "{serial}"\n')
    assert "是不是" not in error.message


# Secrets, names, places


SECRET_URL = "postgresql://clerk:geheim@db.example/printshop"


def test_the_password_of_the_database_shows_nowhere(read: Read) -> None:
    settings = read(PRINTSHOP_DATABASE_URL=SECRET_URL)
    assert settings.database == SECRET_URL
    for text in (repr(settings), str(settings), str(describe(settings))):
        assert "geheim" not in text
        assert "clerk" not in text


def test_not_even_when_another_setting_is_wrong(read: Read) -> None:
    error = refusal(read, PRINTSHOP_DATABASE_URL=SECRET_URL, PRINTSHOP_WORKERS="x")
    assert "geheim" not in str(error)


def test_every_setting_has_a_help_text(read: Read) -> None:
    names = known_names()
    assert all(names.values())
    assert set(describe(read())) == set(names)
    assert {"gpa", "school.code", "numbers.order", "cups.port"} <= set(names)


def test_values_as_they_are_now(read: Read, tmp_path: Path) -> None:
    shown = describe(read('[school]\nprincipal = "李示例"\n'))
    assert shown["school.principal"] == "李示例"
    assert shown["archive"] == ""
    assert shown["workers"] == "0"
    assert shown["home"] == str(tmp_path)


def test_the_first_file_names_every_setting_and_changes_none(read: Read) -> None:
    text = starter_text()
    for name, meaning in known_names().items():
        if name != "home":
            assert f"#{name.rpartition('.')[2]} = " in text
            assert f"# {meaning}" in text
    assert read(text) == read()


def test_the_first_file_holds_the_defaults(read: Read) -> None:
    plain = read()
    uncommented = re.sub(r"(?m)^#(\w+ = )", r"\1", starter_text())
    assert read(uncommented) == plain


def test_fonts_come_with_the_software(read: Read) -> None:
    assert (bundled("fonts") / "manifest.toml").is_file()
    assert read().fonts_dir == bundled("fonts")


def test_a_folder_that_does_not_come_with_the_software() -> None:
    with pytest.raises(SettingsError, match="找不到随软件的“no-such-folder”目录"):
        bundled("no-such-folder")


def test_the_longest_title_leaves_room_in_the_register() -> None:
    longest = max(len(kind.title) for kind in KINDS.values())
    assert longest + len("〔2026〕1000000号") < 60
