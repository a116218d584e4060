"""A fonts folder goes in; the list of fonts it must hold and the stacks come out.

``manifest.toml`` is printshop's own list; ``local.toml`` beside it, which is never
committed, adds the office's licensed files, each in front of the stacks it names.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from printshop.errors import RenderError

MANIFEST_NAME = "manifest.toml"
LOCAL_NAME = "local.toml"


@dataclass(frozen=True)
class FontEntry:
    """One font file that the folder must hold.

    Attributes:
        file: Name of the file inside the folder.
        family: The family that templates ask for.
        postscript: PostScript name of the face; names the face inside a TTC.
        weight: CSS weight of the face, 400 or 700.
        version: Version whose checksum is pinned; empty for the office's own.
        package: Debian package that brings the file; empty for the office's own.
        source: Where that package puts the file.
        upstream: Project that makes the font.
        licence: SPDX expression, or the office's own words.
        size: Bytes of the pinned version; 0 where nothing is pinned.
        sha256: Checksum of the pinned version; empty where nothing is pinned.
        review: Glyphs are not in mainland form: a person must look at them.
        optional: The folder is complete without it.
        roles: Stacks that it stands in front of (the office's own only).
    """

    file: str
    family: str
    postscript: str
    weight: int = 400
    version: str = ""
    package: str = ""
    source: str = ""
    upstream: str = ""
    licence: str = ""
    size: int = 0
    sha256: str = ""
    review: bool = False
    optional: bool = False
    roles: tuple[str, ...] = ()

    @property
    def local(self) -> bool:
        """Whether the office brings the file itself."""
        return not self.package


@dataclass(frozen=True)
class Manifest:
    """What a fonts folder must hold.

    Attributes:
        fonts: The files, in the order of the manifest.
        stacks: Role to families, first choice first.
    """

    fonts: tuple[FontEntry, ...]
    stacks: dict[str, tuple[str, ...]]


def read_manifest(folder: Path) -> Manifest:
    """Read ``manifest.toml`` and, where it exists, ``local.toml``.

    Raises:
        RenderError: A file is missing or malformed, or names an unknown field.
    """
    own = _read(folder / MANIFEST_NAME)
    fonts = [_entry(row, MANIFEST_NAME) for row in own.get("font", [])]
    stacks = {role: tuple(names) for role, names in own.get("stacks", {}).items()}
    local = folder / LOCAL_NAME
    if local.exists():
        for row in _read(local).get("font", []):
            font = _entry(row, LOCAL_NAME)
            fonts.append(font)
            for role in font.roles:
                rest = [name for name in stacks.get(role, ()) if name != font.family]
                stacks[role] = (font.family, *rest)
    _check_stacks(fonts, stacks)
    return Manifest(tuple(fonts), stacks)


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise RenderError(
            f"字体目录 {path.parent} 里没有 {path.name}。",
            "请检查设置 fonts 是否指向随软件的字体目录。",
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RenderError(
            f"字体清单 {path.name} 不是合法的 TOML: {error}。", "请按提示改正。"
        ) from None


def _entry(row: dict[str, Any], source: str) -> FontEntry:
    known = FontEntry.__dataclass_fields__
    unknown = sorted(set(row) - set(known))
    missing = [name for name in ("file", "family", "postscript") if not row.get(name)]
    file = str(row.get("file", ""))
    if unknown or missing or Path(file).name != file:
        wrong = "、".join(unknown + missing) or "file"
        raise RenderError(
            f"字体清单 {source} 的一个 [[font]] 写错了: {wrong}。",
            "须有 file、family、postscript, file 只写文件名; 见 fonts/README.md。",
        )
    values = dict(row)
    values["roles"] = tuple(values.get("roles", ()))
    return FontEntry(**values)


def _check_stacks(fonts: list[FontEntry], stacks: dict[str, tuple[str, ...]]) -> None:
    families = {font.family for font in fonts}
    for role, names in stacks.items():
        for name in names:
            if name not in families:
                raise RenderError(
                    f"字体清单的“{role}”列了“{name}”, 但清单里没有这个字体。",
                    f"请在 {MANIFEST_NAME} 或 {LOCAL_NAME} 补上它的 [[font]]。",
                )
