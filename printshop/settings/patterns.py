"""文号 patterns: takes one as written in the settings, refuses what would not count."""

from __future__ import annotations

import difflib
import re
import string

from printshop.kinds import KINDS

# Fields of a pattern with the format that each may have. No conversion and no
# exotic format, because two serials must never read alike.
FIELDS = {"title": r"", "year": r"", "serial": r"(0?[1-9]d?)?|d"}
LONGEST = 60  # characters; the register's column takes 80


def checked_pattern(text: str) -> str:
    """The pattern itself, when every serial of every kind will read differently.

    Raises:
        ValueError: Why not, in Chinese.
    """
    try:
        parts = list(string.Formatter().parse(text))
    except ValueError as error:
        raise ValueError(f"文号格式不能用: {error}") from None
    fields = [part[1:] for part in parts if part[1] is not None]
    for name, spec, conversion in fields:
        if name not in FIELDS:
            raise ValueError(
                f"文号格式里的 {{{name}}} 不认识, 可用 {{title}} {{year}} {{serial}}"
            )
        if conversion or not re.fullmatch(FIELDS[name], spec or "", re.ASCII):
            raise ValueError(f"文号格式里的 {{{name}}} 写法不能用, 例: {{serial:05d}}")
    if all(name != "serial" for name, *_ in fields):
        raise ValueError("文号格式里没有 {serial}, 编号会重复")
    title = max((kind.title for kind in KINDS.values()), key=len)
    if len(text.format(title=title, year=2026, serial=10**6)) > LONGEST:
        raise ValueError(f"文号太长, 最多 {LONGEST} 个字")
    return text


def kind_code(name: str) -> str:
    """A kind's code; from the environment, where no hyphens are, with underscores.

    Raises:
        ValueError: No such kind; with the nearest known code.
    """
    code = name.replace("_", "-")
    if code not in KINDS:
        near = difflib.get_close_matches(code, KINDS, n=1, cutoff=0.5)
        hint = f", 是不是“{near[0]}”?" if near else ""
        raise ValueError(f"没有名为“{name}”的文书种类{hint}")
    return code
