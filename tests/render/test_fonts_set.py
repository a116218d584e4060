"""What Pango may draw with is this folder and nothing else of the machine."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from subprocess import CompletedProcess, run

import pytest

from printshop.errors import RenderError
from printshop.render import fonts as fonts_module
from printshop.render import fontset_fontconfig
from printshop.render.fonts import FontSet, default_cache_dir
from printshop.render.fontset_fontconfig import seen_files

# Asks for fonts that this machine has (DejaVu, URW, a JP face of our own TTC), for
# one that nobody has, for each generic family, and for no font at all.
PAGE = """
import io, json, sys
from pathlib import Path
from printshop.render.fonts import FontSet
fonts = FontSet.load(Path(sys.argv[1]))
fonts.activate(Path(sys.argv[2]))
import pikepdf, weasyprint
families = ["DejaVu Sans", "Nimbus Roman", "Noto Serif CJK JP", "Nobody Has This",
            "serif", "sans-serif", "monospace", "cursive", "fantasy", "system-ui"]
page = "".join(f'<p style="font-family:{name}">Ω é 欧 あ 한 <b>b</b> <i>i</i> ∀'
               for name in families)
pdf = weasyprint.HTML(string=f"<title>t</title>{page}<p>x").write_pdf()
with pikepdf.open(io.BytesIO(pdf)) as opened:
    names = {str(thing.BaseFont)[8:] for thing in opened.objects
             if isinstance(thing, pikepdf.Dictionary) and "/BaseFont" in thing}
from printshop.render.fontset_fontconfig import seen_files
print(json.dumps([sorted(names), sorted(map(str, seen_files()))]))
"""

STARTED_BEFORE = """
import sys
from pathlib import Path
from printshop.render.fontset_fontconfig import seen_files
assert seen_files(), "this machine has no fonts: nothing is shown"
from printshop.render.fonts import FontSet
FontSet.load(Path(sys.argv[1])).activate(Path(sys.argv[2]))
"""


def python(
    code: str, *arguments: str | Path, **environment: str
) -> CompletedProcess[str]:
    return run(
        [sys.executable, "-c", code, *map(str, arguments)],
        capture_output=True,
        check=False,
        text=True,
        env={
            key: value
            for key, value in {**os.environ, **environment}.items()
            if not key.startswith(("FONTCONFIG_", "FC_"))
        },
    )


def test_no_page_can_be_drawn_with_another_font(fonts: FontSet, tmp_path: Path) -> None:
    done = python(PAGE, fonts.folder, tmp_path)
    assert done.returncode == 0, done.stderr
    names, files = json.loads(done.stdout)
    families = [family.replace(" ", "-") for family in fonts.families]
    assert names
    assert [n for n in names if not n.startswith(tuple(families))] == []
    assert files == sorted({str(font.path) for font in fonts.fonts})


def test_the_page_does_not_depend_on_the_language_of_the_machine(
    fonts: FontSet, tmp_path: Path
) -> None:
    outputs = {
        python(
            PAGE, fonts.folder, tmp_path / language, LC_ALL=language, LANG=language
        ).stdout
        for language in ("C.UTF-8", "zh_CN.UTF-8", "ja_JP.UTF-8")
    }
    assert len(outputs) == 1
    assert outputs != {""}


def test_a_stray_font_in_the_folder_is_not_seen(
    fonts_copy: Path, tmp_path: Path
) -> None:
    stray = fonts_copy / "Stray.ttf"
    stray.write_bytes((fonts_copy / "LXGWWenKai-Regular.ttf").read_bytes())
    done = python(PAGE, fonts_copy, tmp_path / "cache")
    assert done.returncode == 0, done.stderr
    assert str(stray) not in json.loads(done.stdout)[1]


def test_a_process_that_started_fontconfig_before_is_refused(
    fonts: FontSet, tmp_path: Path
) -> None:
    done = python(STARTED_BEFORE, fonts.folder, tmp_path)
    assert done.returncode != 0
    assert "本进程已先用别处的字体启动了 fontconfig" in done.stderr


def test_a_process_that_started_fontconfig_without_fonts_is_refused(
    fonts: FontSet, tmp_path: Path
) -> None:
    empty = tmp_path / "empty.conf"
    empty.write_text("<fontconfig><cachedir>/nonexistent</cachedir></fontconfig>")
    code = STARTED_BEFORE.replace("assert seen_files()", "assert not seen_files()")
    code = f"import os; os.environ['FONTCONFIG_FILE'] = {str(empty)!r}\n{code}"
    done = python(code, fonts.folder, tmp_path)
    assert done.returncode != 0
    assert "fontconfig 读不出字体文件" in done.stderr


def test_a_machine_without_fontconfig_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(fontset_fontconfig, "_LIBRARY", "libnothing.so.0")
    with pytest.raises(RenderError) as refused:
        seen_files()
    assert "apt-get install fontconfig" in refused.value.remedy


LOCAL_PAGE = """
import sys
from pathlib import Path
from printshop.render.conformance import check
from printshop.render.fonts import FontSet
fonts = FontSet.load(Path(sys.argv[1]))
fonts.activate(Path(sys.argv[2]))
import weasyprint
page = '<html lang="zh"><title>t</title><meta name="author" content="a">'
page += f'<p style="font-family:{fonts.stack("fangsong")[0]}">欧阳'
print(check(weasyprint.HTML(string=page).write_pdf(pdf_variant="pdf/a-3b"), fonts))
"""


def test_a_font_named_in_chinese_is_used_and_recognised(
    fonts_copy: Path, tmp_path: Path
) -> None:
    manifest = fonts_copy / "manifest.toml"
    # Only under its Chinese name, as an office would write 仿宋 for FangSong.
    manifest.write_text(manifest.read_text().replace('"LXGW WenKai"', '"霞鹜文楷"'))
    fonts_module.fill(fonts_copy)
    done = python(LOCAL_PAGE, fonts_copy, tmp_path / "cache")
    assert done.returncode == 0, done.stderr
    assert done.stdout == "[]\n"


def test_another_folder_in_the_same_process_is_refused(
    active_fonts: FontSet, fonts_copy: Path, tmp_path: Path
) -> None:
    before = {key: os.environ[key] for key in ("FONTCONFIG_FILE", "FONTCONFIG_PATH")}
    try:
        with pytest.raises(RenderError, match="fontconfig"):
            FontSet.load(fonts_copy).activate(tmp_path / "cache")
    finally:
        os.environ.update(before)
    assert seen_files() == {font.path for font in active_fonts.fonts}


def test_activating_twice_is_harmless(active_fonts: FontSet, tmp_path: Path) -> None:
    first = active_fonts.activate(tmp_path)
    assert active_fonts.activate(tmp_path) == first
    assert os.environ["FONTCONFIG_FILE"] == str(first)


def test_the_configuration_lies_outside_the_folder_and_is_stable(
    fonts: FontSet, tmp_path: Path
) -> None:
    conf = fonts.fontconfig_file(tmp_path)
    assert conf.parent == tmp_path.resolve()
    text = conf.read_text()
    assert fonts.fontconfig_file(tmp_path).read_text() == text
    assert "NotoSerifCJKjp" not in text
    assert [path.name for path in tmp_path.glob("*.part")] == []


def test_the_default_cache_follows_the_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere")
    assert default_cache_dir() == Path("/somewhere/printshop")
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert default_cache_dir() == Path.home() / ".cache/printshop"


def test_the_set_is_loaded_once(fonts: FontSet) -> None:
    assert FontSet.load(fonts.folder) is FontSet.load(fonts.folder)


def test_the_fingerprint_is_of_names_and_bytes(
    fonts: FontSet, fonts_copy: Path
) -> None:
    # The same files elsewhere: the same fingerprint. A path must not matter.
    fonts_module._load.cache_clear()
    assert FontSet.load(fonts_copy).fingerprint == fonts.fingerprint
    assert len(fonts.fingerprint) == 64
    (fonts_copy / "LXGWWenKai-Bold.ttf").unlink()
    (fonts_copy / "installed.json").unlink()
    fonts_module.fill(fonts_copy, system_fonts=[])
    fonts_module._load.cache_clear()
    assert FontSet.load(fonts_copy).fingerprint != fonts.fingerprint


def test_an_unknown_role_lists_the_known(fonts: FontSet) -> None:
    with pytest.raises(RenderError) as refused:
        fonts.stack("lishu")
    assert "song、kai、hei、fangsong" in refused.value.remedy
