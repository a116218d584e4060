"""Filling the folder: repeatable, honest about versions, and never by chance."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from subprocess import run
from tempfile import TemporaryDirectory

import pytest

from printshop.errors import RenderError
from printshop.render import fonts as fonts_module
from printshop.render.fonts import FontSet, fill
from printshop.render.fontset_fill import _bring, sha256_of
from printshop.render.fontset_manifest import FontEntry
from printshop.settings import bundled

MANIFEST = """
[stacks]
song = ["Noto Serif CJK SC"]
"""


@pytest.fixture(autouse=True)
def _forget_loaded() -> None:
    fonts_module._load.cache_clear()


def only_manifest(folder: Path) -> Path:
    folder.mkdir()
    shutil.copy(bundled("fonts") / "manifest.toml", folder)
    return folder


def damage(path: Path) -> None:
    """Change one byte of a copy; the link's other end stays whole."""
    whole = bytearray(path.read_bytes())
    whole[-1] ^= 1
    path.unlink()
    path.write_bytes(whole)


def unpin(folder: Path, file: str) -> None:
    """Make the manifest expect another version of a file."""
    manifest = folder / "manifest.toml"
    digest = sha256_of(bundled("fonts") / file)
    manifest.write_text(manifest.read_text().replace(digest, "0" * 64))


def test_an_empty_folder_is_filled_from_the_packages(
    fonts: FontSet, tmp_path: Path
) -> None:
    folder = only_manifest(tmp_path / "fonts")
    filled = fill(folder)
    assert {one.file for one in filled} == {font.path.name for font in fonts.fonts}
    assert FontSet.load(folder).fingerprint == fonts.fingerprint
    assert not list(folder.glob("*.part"))


def test_filling_again_changes_nothing(fonts_copy: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in fonts_copy.glob("*.tt?")}
    record = (fonts_copy / "installed.json").read_bytes()
    first = fill(fonts_copy)
    assert fill(fonts_copy) == first
    assert (fonts_copy / "installed.json").read_bytes() == record
    after = {path: path.stat().st_mtime_ns for path in fonts_copy.glob("*.tt?")}
    assert after == before


def test_a_missing_package_is_named(tmp_path: Path) -> None:
    folder = only_manifest(tmp_path / "fonts")
    with pytest.raises(RenderError, match=r"NotoSerifCJK-Regular\.ttc") as refused:
        fill(folder, system_fonts=[tmp_path / "nowhere"])
    assert "apt-get install fonts-noto-cjk" in refused.value.remedy


def test_another_folder_of_another_release_is_searched(
    fonts: FontSet, tmp_path: Path
) -> None:
    folder = only_manifest(tmp_path / "fonts")
    elsewhere = tmp_path / "share" / "deep" / "er"
    elsewhere.mkdir(parents=True)
    for font in fonts.fonts:
        copy = elsewhere / font.path.name
        if not copy.exists():
            copy.hardlink_to(font.path)
    assert len(fill(folder, system_fonts=[tmp_path / "share"])) == len(fonts.fonts)


def test_an_optional_font_may_be_absent(fonts_copy: Path, tmp_path: Path) -> None:
    (fonts_copy / "LXGWWenKai-Bold.ttf").unlink()
    (fonts_copy / "installed.json").unlink()
    filled = fill(fonts_copy, system_fonts=[tmp_path / "nowhere"])
    assert "LXGWWenKai-Bold.ttf" not in {one.file for one in filled}
    kai = FontSet.load(fonts_copy).families["LXGW WenKai"]
    assert [font.weight for font in kai] == [400]


@pytest.mark.parametrize("with_record", [True, False])
def test_a_changed_file_is_refused_by_name(
    fonts_copy: Path, tmp_path: Path, with_record: bool
) -> None:
    damage(fonts_copy / "HanaMinA.ttf")
    if not with_record:
        (fonts_copy / "installed.json").unlink()
    with pytest.raises(RenderError, match=r"HanaMinA\.ttf") as refused:
        fill(fonts_copy)
    assert "删除该文件" in refused.value.remedy


def test_loading_refuses_a_changed_file_by_name(fonts_copy: Path) -> None:
    FontSet.load(fonts_copy)
    fonts_module._load.cache_clear()
    damage(fonts_copy / "HanaMinB.ttf")
    with pytest.raises(RenderError, match=r"HanaMinB\.ttf"):
        FontSet.load(fonts_copy)


def test_loading_an_unfilled_folder_says_what_to_run(tmp_path: Path) -> None:
    folder = only_manifest(tmp_path / "fonts")
    with pytest.raises(RenderError) as refused:
        FontSet.load(folder)
    assert "printshop.render.fonts fill" in refused.value.remedy


def test_loading_misses_a_file(fonts_copy: Path) -> None:
    (fonts_copy / "HanaMinA.ttf").unlink()
    with pytest.raises(RenderError, match=r"HanaMinA\.ttf"):
        FontSet.load(fonts_copy)


def test_a_font_on_another_filesystem_is_copied(tmp_path: Path) -> None:
    memory = Path("/dev/shm")  # noqa: S108 - a folder inside it, with a random name
    if not memory.is_dir() or memory.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("no second filesystem here")
    with TemporaryDirectory(dir=memory) as other:
        source = Path(other) / "Tiny.ttf"
        source.write_bytes(b"font")
        entry = FontEntry(
            "Tiny.ttf", "Tiny", "Tiny", package="fonts-tiny", source=str(source)
        )
        assert _bring(entry, tmp_path / "Tiny.ttf", (Path(other),))
    assert (tmp_path / "Tiny.ttf").read_bytes() == b"font"


def test_a_damaged_record_is_made_anew(fonts_copy: Path) -> None:
    record = (fonts_copy / "installed.json").read_text()
    (fonts_copy / "installed.json").write_text("{")
    fill(fonts_copy)
    assert (fonts_copy / "installed.json").read_text() == record


def test_another_version_is_accepted_on_its_coverage_and_said_so(
    fonts_copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    unpin(fonts_copy, "HanaMinA.ttf")
    (fonts_copy / "installed.json").unlink()
    assert fonts_module.main(["fill", str(fonts_copy)]) == 0
    assert "HanaMinA.ttf  2017-09-04  41490 字  (不是清单所列版本" in (
        capsys.readouterr().out
    )
    record = json.loads((fonts_copy / "installed.json").read_text())
    assert record["fonts"]["HanaMinA.ttf"]["pinned"] is False
    # From now on this very file is the one.
    fill(fonts_copy)
    damage(fonts_copy / "HanaMinA.ttf")
    with pytest.raises(RenderError, match=r"HanaMinA\.ttf"):
        fill(fonts_copy)


def test_a_stack_that_misses_a_character_is_refused(fonts_copy: Path) -> None:
    manifest = fonts_copy / "manifest.toml"
    text = manifest.read_text()
    manifest.write_text(text.replace('"HanaMinB", "LXGW WenKai"]', '"HanaMinB"]', 1))
    with pytest.raises(RenderError, match=r"“song”缺 5 个 .*U\+9FEB"):
        fill(fonts_copy)


def test_the_office_puts_its_own_font_in_front(
    fonts: FontSet, fonts_copy: Path
) -> None:
    # Any font will do for one that the office has licensed.
    own = fonts_copy / "OurFangSong.ttf"
    own.hardlink_to(fonts_copy / "LXGWWenKai-Regular.ttf")
    (fonts_copy / "local.toml").write_text(
        "[[font]]\nfile = 'OurFangSong.ttf'\nfamily = '霞鹜文楷'\n"
        "postscript = 'LXGWWenKai-Regular'\nroles = ['fangsong']\n"
    )
    fill(fonts_copy)
    loaded = FontSet.load(fonts_copy)
    assert loaded.stack("fangsong")[0] == "霞鹜文楷"
    assert loaded.stack("kai") == fonts.stack("kai")
    assert loaded.fingerprint != fonts.fingerprint


@pytest.mark.parametrize(
    ("local", "words"),
    [
        ("[[font]]\nfile = 'Absent.ttf'\nfamily = 'A'\npostscript = 'A'", "Absent.ttf"),
        ("[[font]]\nfile = '../a.ttf'\nfamily = 'A'\npostscript = 'A'", "写错了"),
        ("[[font]]\nfile = 'a.ttf'\nfamily = 'A'", "postscript"),
        (
            "[[font]]\nfile = 'a.ttf'\nfamily = 'A'\npostscript = 'A'\nrole = 'kai'",
            "role",
        ),
        ("[[font]", "TOML"),
        (
            "[[font]]\nfile = 'HanaMinA.ttf'\nfamily = 'A'\npostscript = 'B'",
            "HanaMinA / HanaMinA",
        ),
    ],
)
def test_a_wrong_local_entry_is_explained(
    fonts_copy: Path, local: str, words: str
) -> None:
    (fonts_copy / "local.toml").write_text(local)
    with pytest.raises(RenderError) as refused:
        fill(fonts_copy)
    assert words in str(refused.value)


def test_a_stack_of_unknown_fonts_is_refused(tmp_path: Path) -> None:
    (tmp_path / "manifest.toml").write_text(MANIFEST)
    with pytest.raises(RenderError, match="Noto Serif CJK SC"):
        fill(tmp_path)


def test_a_file_that_is_no_font_is_refused(fonts_copy: Path) -> None:
    (fonts_copy / "page.ttf").write_text("<html>")
    (fonts_copy / "local.toml").write_text(
        "[[font]]\nfile = 'page.ttf'\nfamily = 'A'\npostscript = 'A'\n"
    )
    with pytest.raises(RenderError, match=r"page\.ttf"):
        fill(fonts_copy)


def test_no_manifest(tmp_path: Path) -> None:
    with pytest.raises(RenderError, match=r"manifest\.toml"):
        FontSet.load(tmp_path)


def test_the_command_checks_and_refuses(
    fonts: FontSet, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert fonts_module.main(["check"]) == 0
    assert fonts.fingerprint in capsys.readouterr().out
    assert fonts_module.main([]) == 2
    assert "用法" in capsys.readouterr().err
    assert fonts_module.main(["check", str(tmp_path)]) == RenderError.exit_code
    assert "manifest.toml" in capsys.readouterr().err


def test_the_make_command_runs() -> None:
    done = run(
        [sys.executable, "-m", "printshop.render.fonts", "check"],
        capture_output=True,
        check=False,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert "字体指纹" in done.stdout
