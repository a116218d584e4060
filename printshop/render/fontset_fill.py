"""An apt installation goes in; a complete, checked fonts folder comes out.

Files are hard-linked where they can be, else copied. Each is measured once, and
what was found is written to ``installed.json``, which loading then relies on.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from printshop.errors import RenderError
from printshop.render.fontset_coverage import (
    Coverage,
    Face,
    faces,
    gb8105,
    gb18030_level3,
    measure,
)
from printshop.render.fontset_manifest import FontEntry, Manifest, read_manifest

INSTALLED_NAME = "installed.json"
FORMAT = 3
SYSTEM_FONTS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))


@dataclass(frozen=True)
class Filled:
    """One file of the folder after filling.

    Attributes:
        file: Its name.
        version: The version that the file itself states.
        sha256: Its checksum.
        pinned: Whether that is the checksum of the manifest.
        characters: How many characters it draws.
    """

    file: str
    version: str
    sha256: str
    pinned: bool
    characters: int


def fill(
    fonts_dir: Path, system_fonts: Iterable[Path] = SYSTEM_FONTS
) -> tuple[Filled, ...]:
    """Put every font of the manifest into the folder and check all of them.

    Filling again changes nothing. A package that holds another version than the
    pinned one is accepted only because every stack is measured: all of 通用规范汉字表
    and all of GB 18030-2022 level 3 must be drawn, whatever the version.

    Raises:
        RenderError: A package is missing, a file was changed, or a stack does not
            draw a character that it must.
    """
    manifest = read_manifest(fonts_dir)
    before = _read_before(fonts_dir)
    folders = tuple(system_fonts)
    records: dict[str, dict[str, Any]] = {}
    report: list[Filled] = []
    for font in manifest.fonts:
        path = fonts_dir / font.file
        if not path.exists() and not _bring(font, path, folders):
            continue
        digest = sha256_of(path)
        known = before.get(font.file, {})
        _refuse_changed(font, digest, known.get("sha256", ""), folders)
        face = _face_of(font, path)
        if known.get("sha256") == digest and known.get("face") == face.index:
            drawn, blank = known["coverage"], known["blank"]
        else:
            measured = measure(path, face.index)
            drawn, blank = str(measured.drawn), str(measured.blank)
        pinned = digest == font.sha256
        records[font.file] = {
            "blank": blank,
            "coverage": drawn,
            "face": face.index,
            "names": sorted(face.families),
            "pinned": pinned,
            "postscript": face.postscript,
            "sha256": digest,
            "size": path.stat().st_size,
            "version": face.version,
        }
        count = len(Coverage.parse(drawn))
        report.append(Filled(font.file, face.version, digest, pinned, count))
    check_gate(manifest, records)
    _write_installed(fonts_dir, records)
    return tuple(report)


def _bring(font: FontEntry, path: Path, system_fonts: tuple[Path, ...]) -> bool:
    if font.local:
        raise RenderError(
            f"字体目录里没有本单位字体 {font.file} ({font.family})。",
            f"请把该文件放进 {path.parent}, 或从 local.toml 删去它。",
        )
    source = _source(font, system_fonts)
    if source is None:
        if font.optional:
            return False
        raise RenderError(
            f"系统里找不到字体 {font.file} ({font.family})。",
            f"请安装软件包: apt-get install {font.package}。",
        )
    temporary = path.with_name(path.name + ".part")
    temporary.unlink(missing_ok=True)
    try:
        # A link costs no space, and apt replaces files instead of changing them.
        os.link(source, temporary)
    except OSError:
        shutil.copyfile(source, temporary)
    temporary.replace(path)
    return True


def _source(font: FontEntry, system_fonts: tuple[Path, ...]) -> Path | None:
    listed = Path(font.source)
    for folder in system_fonts:
        if listed.is_relative_to(folder) and listed.is_file():
            return listed.resolve()
    for folder in system_fonts:
        # Other releases put the same file into another folder.
        for found in sorted(folder.rglob(font.file)):
            return found.resolve()
    return None


def _refuse_changed(
    font: FontEntry, digest: str, recorded: str, system_fonts: tuple[Path, ...]
) -> None:
    if digest in (font.sha256, recorded) or (font.local and not recorded):
        return
    if not recorded:
        # Never seen and not the pinned version: only the package can vouch for it.
        source = _source(font, system_fonts)
        if source is not None and sha256_of(source) == digest:
            return
    raise changed(font.file)


def _read_before(fonts_dir: Path) -> dict[str, dict[str, Any]]:
    try:
        return read_installed(fonts_dir)
    except RenderError:
        # Filling is the remedy for a lost or damaged record; it must not need one.
        return {}


def changed(file: str) -> RenderError:
    """The refusal of a file that is not the one that was checked."""
    return RenderError(
        f"字体文件 {file} 与登记的校验和不符: 它被改动、替换或损坏了。",
        "请删除该文件, 再运行 python -m printshop.render.fonts fill。",
    )


def _face_of(font: FontEntry, path: Path) -> Face:
    found = faces(path)
    for face in found:
        if face.postscript == font.postscript and font.family in face.families:
            return face
    there = "、".join(
        f"{min(face.families, default='')} / {face.postscript}" for face in found
    )
    raise RenderError(
        f"字体文件 {font.file} 里没有 {font.family} / {font.postscript}。",
        f"文件里有: {there}。请改正字体清单, 或删除该文件后重新运行 fill。",
    )


def check_gate(manifest: Manifest, records: dict[str, dict[str, Any]]) -> None:
    """Every stack must draw every character of both standards.

    Raises:
        RenderError: Names the stack, how many are missing and the first of them.
    """
    points = {
        font.file: frozenset(Coverage.parse(records[font.file]["coverage"]))
        for font in manifest.fonts
        if font.file in records
    }
    for role, families in manifest.stacks.items():
        left = set(gb18030_level3()) | set(gb8105())
        for family in families:
            drawn = [
                points[font.file]
                for font in manifest.fonts
                if font.family == family and font.file in points
            ]
            # All weights of a family must draw it, for any of them may be asked.
            if drawn:
                left -= frozenset.intersection(*drawn)
        if left:
            first = min(left)
            raise RenderError(
                f"字体组“{role}”缺 {len(left)} 个 GB 18030-2022 汉字, "
                f"第一个是“{chr(first)}”(U+{first:04X})。",
                "请安装清单所列版本的字体包, 或在 local.toml 补一个含有这些字的字体。",
            )


def sha256_of(path: Path) -> str:
    """The checksum of a file, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def read_installed(fonts_dir: Path) -> dict[str, dict[str, Any]]:
    """What ``fill`` found, by file name.

    Raises:
        RenderError: The folder was never filled, or the record is damaged.
    """
    path = fonts_dir / INSTALLED_NAME
    try:
        whole = json.loads(path.read_text(encoding="utf-8"))
        if whole["format"] != FORMAT:
            raise KeyError("format")
        fonts: dict[str, dict[str, Any]] = whole["fonts"]
    except (OSError, ValueError, KeyError, TypeError):
        raise RenderError(
            f"字体目录 {fonts_dir} 还没有装好: {INSTALLED_NAME} 缺失或损坏。",
            "请运行 python -m printshop.render.fonts fill (或 make fonts)。",
        ) from None
    return fonts


def _write_installed(fonts_dir: Path, records: dict[str, dict[str, Any]]) -> None:
    text = json.dumps({"format": FORMAT, "fonts": records}, indent=1, sort_keys=True)
    path = fonts_dir / INSTALLED_NAME
    temporary = path.with_name(path.name + ".part")
    temporary.write_text(text + "\n", encoding="utf-8")
    temporary.replace(path)
