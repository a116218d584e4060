"""Masking: takes a name or number, gives what the public page may show of it.

The shape stays, so that it can be compared with the paper; what would tell a
stranger who it is does not.
"""

from __future__ import annotations

import re
import unicodedata

STAR = "*"

# Compound surnames in use, two characters each; of any other name the first
# character is the surname.
_COMPOUND_TEXT = (
    "欧阳太史端木上官司马东方独孤南宫万俟闻人夏侯诸葛尉迟公羊赫连澹台皇甫宗政濮阳"
    "公冶太叔申屠公孙慕容仲孙钟离长孙宇文司徒鲜于司空闾丘子车亓官司寇巫马公西颛孙"
    "壤驷公良漆雕乐正宰父谷梁拓跋夹谷轩辕令狐段干百里呼延东郭南门羊舌微生梁丘左丘"
    "东门西门第五"
)
COMPOUND = frozenset(
    first + second
    for first, second in zip(_COMPOUND_TEXT[::2], _COMPOUND_TEXT[1::2], strict=True)
)

_DOTS = "·•・‧･"
_BREAKS = " -.,"
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
    if all(map(_latin, letters)):
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


def _latin(cluster: str) -> bool:
    char = cluster[0]
    return char in "'’" + _BREAKS or unicodedata.name(char, "").startswith("LATIN")


def _initials(letters: list[str]) -> str:
    masked, fresh = [], True
    for letter in letters:
        if letter in _BREAKS:
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
