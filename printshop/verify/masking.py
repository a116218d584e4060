"""Masking: takes a name or number, gives what the public page may show of it.

The shape stays, so that it can be compared with the paper; what would tell a
stranger who it is does not.
"""

from __future__ import annotations

import re
import unicodedata

STAR = "*"

# Compound surnames in use; of any other name the first character is the surname.
COMPOUND = frozenset(
    """欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连
    澹台 皇甫 宗政 濮阳 公冶 太叔 申屠 公孙 慕容 仲孙 钟离 长孙 宇文 司徒 鲜于 司空
    闾丘 子车 亓官 司寇 巫马 公西 颛孙 壤驷 公良 漆雕 乐正 宰父 谷梁 拓跋 夹谷 轩辕
    令狐 段干 百里 呼延 东郭 南门 羊舌 微生 梁丘 左丘 东门 西门 第五""".split()
)

_DOTS = "·•・‧･"
_CERTIFICATE = re.compile(r"(\d{12})(\d{4})(\d{2})")


def masked_name(name: str) -> str:
    """A name of which the family may be known, the person not.

    张晓明 → 张**, 欧阳修 → 欧阳*. A name with middle dots has no family name in
    front (it is the given name), so one character is kept and every part's length:
    买买提江·吐尔逊江 → 买***·****. Of a Latin name each word keeps its first letter.
    """
    letters = _clusters(name.strip())
    if len(letters) < 2:
        return STAR * len(letters)
    if all(
        unicodedata.name(c[0], "").startswith("LATIN") or c in " -'.," for c in letters
    ):
        return _initials(letters)
    dotted = any(c in _DOTS for c in letters)
    compound = len(letters) > 2 and letters[0] + letters[1] in COMPOUND
    kept = 2 if compound and not dotted else 1
    rest = (c if c in _DOTS or c == " " else STAR for c in letters[kept:])
    return "".join(letters[:kept]) + "".join(rest)


def masked_number(number: str) -> str:
    """A certificate number without four digits of its serial; a 文号 as it is.

    School, year, level and the last two digits stay, to be compared with the paper.
    Number and name together open the national register, so the whole is not shown.
    """
    found = _CERTIFICATE.fullmatch(number)
    if found is None:
        return number
    return f"{found[1]}{STAR * 4}{found[3]}"


def _initials(letters: list[str]) -> str:
    masked, fresh = [], True
    for letter in letters:
        if letter in " -'.,":
            masked.append(letter)
            fresh = True
        else:
            masked.append(letter if fresh else STAR)
            fresh = False
    return "".join(masked)


def _clusters(text: str) -> list[str]:
    """Characters together with the marks and variation selectors that follow them."""
    clusters: list[str] = []
    for char in text:
        if clusters and unicodedata.category(char) in ("Mn", "Me", "Cf"):
            clusters[-1] += char
        else:
            clusters.append(char)
    return clusters
