"""A filled fonts folder goes in; the only fonts that printshop draws with come out.

``python -m printshop.render.fonts fill`` fills the folder, ``check`` checks it.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from printshop.errors import PrintshopError, RenderError
from printshop.render import fontset_fontconfig
from printshop.render.fontset_coverage import Coverage
from printshop.render.fontset_fill import (
    Filled,
    changed,
    fill,
    read_installed,
    sha256_of,
)
from printshop.render.fontset_manifest import FontEntry, read_manifest
from printshop.settings import bundled

__all__ = ["Filled", "Font", "FontSet", "default_cache_dir", "fill", "main"]

_GENERIC = {
    "serif": "song",
    "sans-serif": "hei",
    "monospace": "hei",
    "cursive": "kai",
    "fantasy": "hei",
    "system-ui": "hei",
}


@dataclass(frozen=True)
class Font:
    """One face that may be drawn with.

    Attributes:
        path: The file.
        family: The family that templates ask for.
        names: Its family in every language that the file names it in.
        postscript: PostScript name of the face.
        index: Number of the face inside the file.
        weight: CSS weight.
        review: A person must look at what this face draws.
        sha256: Checksum of the file.
        coverage: The characters that it draws.
        blank: The characters that it claims and draws blank.
    """

    path: Path
    family: str
    names: tuple[str, ...]
    postscript: str
    index: int
    weight: int
    review: bool
    sha256: str
    coverage: Coverage
    blank: Coverage


@dataclass(frozen=True, eq=False)
class FontSet:
    """The fonts of one folder, each checked against its checksum.

    Attributes:
        folder: Where they lie.
        fonts: The faces, in the order of the manifest.
        stacks: Role (``song``, ``kai``, ``hei``, ``fangsong``) to families.
    """

    folder: Path
    fonts: tuple[Font, ...]
    stacks: dict[str, tuple[str, ...]]

    @classmethod
    def load(cls, fonts_dir: Path) -> FontSet:
        """Read and check a filled folder; once per process and folder.

        Raises:
            RenderError: The folder is not filled, or a file is not the one that
                was checked when it was.
        """
        return _load(Path(fonts_dir).resolve())

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over name and checksum of every file: frozen with a document."""
        lines = sorted({f"{font.path.name} {font.sha256}\n" for font in self.fonts})
        return hashlib.sha256("".join(lines).encode()).hexdigest()

    @cached_property
    def families(self) -> dict[str, tuple[Font, ...]]:
        """Family to its faces, one per weight."""
        grouped: dict[str, list[Font]] = {}
        for font in self.fonts:
            grouped.setdefault(font.family, []).append(font)
        return {family: tuple(faces) for family, faces in grouped.items()}

    def stack(self, role: str) -> tuple[str, ...]:
        """The families of a role, first choice first.

        Raises:
            RenderError: There is no such role.
        """
        try:
            return self.stacks[role]
        except KeyError:
            raise RenderError(
                f"没有名为“{role}”的字体组。", f"可用的: {'、'.join(self.stacks)}。"
            ) from None

    def draws(self, family: str, point: int) -> bool:
        """Whether every weight of a family has a visible glyph for a character."""
        return all(point in font.coverage for font in self.families[family])

    def needs_review(self, family: str) -> bool:
        """Whether a person must look at what this family draws."""
        return any(font.review for font in self.families[family])

    def fontconfig_file(self, cache_dir: Path | None = None) -> Path:
        """Write the fontconfig configuration of this set, outside the folder.

        Args:
            cache_dir: Where it and fontconfig's cache are kept; by default the
                user's cache folder.
        """
        cache = (cache_dir or default_cache_dir()).resolve()
        text = fontset_fontconfig.configuration(
            files=[font.path for font in self.fonts],
            faces=[font.postscript for font in self.fonts],
            generic={name: self.stack(role)[0] for name, role in _GENERIC.items()},
            cache=cache / "fontconfig",
        )
        digest = hashlib.sha256(text.encode()).hexdigest()[:16]
        conf = cache / f"fonts-{digest}.conf"
        if not conf.exists():
            (cache / "fontconfig").mkdir(parents=True, exist_ok=True)
            # Several workers start at once: each writes its own, the last name wins.
            with tempfile.NamedTemporaryFile(
                "w", dir=cache, suffix=".part", delete=False, encoding="utf-8"
            ) as temporary:
                temporary.write(text)
            Path(temporary.name).replace(conf)
        return conf

    def activate(self, cache_dir: Path | None = None) -> Path:
        """Make fontconfig see only this set in this process; returns its file.

        Call it before the first page is laid out. Calling it again is harmless.

        Raises:
            RenderError: Something in the process had started fontconfig with
                other fonts before; pages could then be drawn with them.
        """
        conf = self.fontconfig_file(cache_dir)
        fontset_fontconfig.point_at(conf)
        seen = fontset_fontconfig.seen_files()
        foreign = seen - {font.path for font in self.fonts}
        if foreign:
            raise RenderError(
                f"本进程已先用别处的字体启动了 fontconfig, 例如 {min(foreign)}。",
                "请在第一次排版之前调用 FontSet.activate, 或重新启动程序。",
            )
        absent = {font.path for font in self.fonts} - seen
        if absent:
            raise RenderError(
                f"fontconfig 读不出字体文件 {min(absent)}。",
                f"请重新启动程序; 仍不行时删除缓存目录 {conf.parent}。",
            )
        return conf


def default_cache_dir() -> Path:
    """``printshop`` in the user's cache folder."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "printshop"


@lru_cache(maxsize=8)
def _load(folder: Path) -> FontSet:
    manifest = read_manifest(folder)
    installed = read_installed(folder)
    fonts = tuple(
        _font(folder, entry, installed)
        for entry in manifest.fonts
        if entry.file in installed or not entry.optional
    )
    return FontSet(folder, fonts, manifest.stacks)


def _font(folder: Path, entry: FontEntry, installed: dict[str, dict[str, Any]]) -> Font:
    record = installed.get(entry.file, {})
    path = folder / entry.file
    stale = record.get("postscript") != entry.postscript
    if stale or not path.is_file():
        raise RenderError(
            f"字体目录 {folder} 里没有装好 {entry.file}。",
            "请运行 python -m printshop.render.fonts fill (或 make fonts)。",
        )
    if sha256_of(path) != record["sha256"]:
        raise changed(entry.file)
    return Font(
        path=path,
        family=entry.family,
        names=tuple(record["names"]),
        postscript=entry.postscript,
        index=record["face"],
        weight=entry.weight,
        review=entry.review,
        sha256=record["sha256"],
        coverage=Coverage.parse(record["coverage"]),
        blank=Coverage.parse(record["blank"]),
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """``fill`` or ``check`` a fonts folder, by default the bundled one."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if not 1 <= len(words) <= 2 or words[0] not in ("fill", "check"):
        sys.stderr.write("用法: python -m printshop.render.fonts fill|check [目录]\n")
        return 2
    try:
        folder = Path(words[1]) if len(words) == 2 else bundled("fonts")
        if words[0] == "fill":
            _tell(fill(folder))
        fonts = FontSet.load(folder)
    except PrintshopError as error:
        sys.stderr.write(f"{error.message}\n{error.remedy}\n")
        return error.exit_code
    sys.stdout.write(f"字体指纹 {fonts.fingerprint}\n")
    return 0


def _tell(filled: Sequence[Filled]) -> None:
    for one in filled:
        # The office's own fonts have no pinned version to differ from.
        note = "" if one.pinned else "  (不是清单所列版本, 已按实测覆盖接受)"
        sys.stdout.write(f"{one.file}  {one.version}  {one.characters} 字{note}\n")
    sys.stdout.write(
        "每个字体组都画得出通用规范汉字表 8105 字、GB 18030-2022 三级 87887 字。\n"
    )


if __name__ == "__main__":
    raise SystemExit(main())
