"""Names: takes a name as typed, gives the name as stored and what is wrong with it.

民委发〔2016〕33号 (middle dot U+00B7, at least 50 characters); domain brief §9.3.
Never NFC or NFKC: both replace compatibility ideographs, which are some people's
names. What cannot be known (``?``, private use) is refused, never guessed.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from printshop.records import legacy_codes
from printshop.records.problem import ProblemCode

MIDDLE_DOT = "\u00b7"
MAX_LENGTH = 100
OTHER_DOTS = frozenset("\u2022\u30fb\u2027\uff65\uff0e.\u2219\u22c5\u0387\u2024")
_MISSING = frozenset("?？□○◯〓*＊■●×▯☐◇◆#＃")
_ZERO_WIDTH = frozenset("\u200b\u200c\u200d\u2060\ufeff\u00ad\u180e\u034f")
_BIDI = frozenset(
    "\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
_LOOK = "请对照身份证或户口簿改正。"


@dataclass(frozen=True)
class NameFault:
    """One thing about a name; ``blocks`` is False where it goes in all the same."""

    code: ProblemCode
    why: str
    remedy: str
    blocks: bool = True


@dataclass(frozen=True)
class CheckedName:
    """The outcome.

    Attributes:
        name: As it would be stored.
        faults: What to tell the registrar, in order of place.
    """

    name: str
    faults: tuple[NameFault, ...]

    @property
    def usable(self) -> bool:
        """Whether nothing blocks."""
        return not any(f.blocks for f in self.faults)


def code_point(character: str) -> str:
    """``U+4DAE``."""
    return f"U+{ord(character):04X}"


def is_han(character: str) -> bool:
    """Whether it is a Chinese character, by block.

    By block and not by ``unicodedata``: names use extensions that are newer than
    the Python that reads them.
    """
    code = ord(character)
    return (
        0x4E00 <= code <= 0x9FFF
        or 0x3400 <= code <= 0x4DBF
        or 0x20000 <= code <= 0x3FFFD
        or 0xF900 <= code <= 0xFAFF
        or code == 0x3007
    )


def is_private(character: str) -> bool:
    """Whether it is in a private-use area, where every font may draw its own."""
    code = ord(character)
    return 0xE000 <= code <= 0xF8FF or 0xF0000 <= code <= 0x10FFFF


def private_use(character: str) -> NameFault:
    """The fault of a private-use character, with the character it may stand for."""
    real = legacy_codes.proposal(character)
    why = f"含造字区字符 {code_point(character)}: 在别的电脑上会显示成空白或另一个字。"
    if real is None:
        return NameFault(
            ProblemCode.PRIVATE_USE, why, "请凭户口簿查明是哪个字, 改用正式编码。"
        )
    return NameFault(
        ProblemCode.PRIVATE_USE,
        why,
        f"在旧字体里它是“{real}” ({code_point(real)})。核对无误后, 请改成这个字。",
    )


def check_name(text: str, *, accept_dots: bool = False) -> CheckedName:
    """Check a person's name.

    Args:
        text: As in the cell.
        accept_dots: Whether the person has confirmed that other dots (• ・ .) mean
            the middle dot; they are then replaced with a warning, else refused with
            the proposal.

    Returns:
        The name to store, and every fault.
    """
    faults: list[NameFault] = []
    name = _without_invisible(text, faults).strip()
    faults += _character_faults(name)
    chinese = any(is_han(c) for c in name)
    if chinese:
        name = _chinese(name, faults, accept_dots=accept_dots)
    else:
        faults += _foreign(name)
    if len(name) > MAX_LENGTH:
        faults.append(
            NameFault(
                ProblemCode.TOO_LONG,
                f"姓名有 {len(name)} 个字符, 最多 {MAX_LENGTH} 个。",
                _LOOK,
            )
        )
    if len(name) == 1:
        faults.append(
            NameFault(
                ProblemCode.NAME_SHORT, "姓名只有一个字。", "请核对是否漏字。", False
            )
        )
    return CheckedName(name, tuple(faults))


def _without_invisible(text: str, faults: list[NameFault]) -> str:
    gone = [c for c in text if c in _ZERO_WIDTH or 0xFE00 <= ord(c) <= 0xFE0F]
    if gone:
        points = "、".join(dict.fromkeys(code_point(c) for c in gone))
        faults.append(
            NameFault(
                ProblemCode.NAME_INVISIBLE,
                f"含看不见的字符 {points}, 已去掉。",
                "多半是从网页或聊天软件复制来的; 无须处理, 请看一眼姓名。",
                blocks=False,
            )
        )
        text = "".join(c for c in text if c not in set(gone))
    return text


def _character_faults(name: str) -> Iterator[NameFault]:
    for character in dict.fromkeys(name):
        fault = _fault_of(character)
        if fault is not None:
            yield fault


def _fault_of(character: str) -> NameFault | None:
    code = ord(character)
    if is_private(character):
        return private_use(character)
    if character == "\ufffd":
        return NameFault(
            ProblemCode.REPLACEMENT,
            "含乱码字符 U+FFFD: 导出时编码损坏, 原字已丢失。",
            "请从原系统用 UTF-8 或 GB18030 重新导出。",
        )
    if character in _MISSING:
        return NameFault(
            ProblemCode.NAME_MISSING_CHARACTER,
            f"姓名中的“{character}”表示缺字或被遮盖。",
            "请凭身份证补上原字 (生僻字可用大字符集输入法)。",
        )
    if character in _BIDI:
        return NameFault(
            ProblemCode.NAME_INVISIBLE,
            f"含改变文字方向的控制字符 {code_point(character)}。",
            "请手工重新输入姓名。",
        )
    if character not in " \u3000\u00a0" and not (0x4E00 <= code <= 0x9FFF):
        return _rare_fault(character, code)
    return None


def _rare_fault(character: str, code: int) -> NameFault | None:
    if 0xE0100 <= code <= 0xE01EF:
        return NameFault(
            ProblemCode.NAME_VARIATION,
            f"含异体字选择符 {code_point(character)}, 已保留。",
            "打印前请核对字形。",
            blocks=False,
        )
    if 0xF900 <= code <= 0xFAFF or 0x2F800 <= code <= 0x2FA1F:
        return _compatibility(character)
    if 0x2E80 <= code <= 0x2FDF or 0x31C0 <= code <= 0x31EF:
        real = unicodedata.normalize("NFKC", character)
        hint = f"应是“{real}” ({code_point(real)})。" if real != character else ""
        return NameFault(
            ProblemCode.NAME_RADICAL,
            f"“{character}” ({code_point(character)}) 是部首符号, 不是汉字。{hint}",
            "多半是从 PDF 复制来的; 请重新输入这个字。",
        )
    if unicodedata.category(character) in ("Cc", "Cf", "Zl", "Zp", "Cs"):
        return NameFault(
            ProblemCode.CONTROL,
            f"姓名中间有换行或控制字符 {code_point(character)}。",
            "请删去后重新导入。",
        )
    return None


def _compatibility(character: str) -> NameFault | None:
    unified = unicodedata.normalize("NFC", character)
    if unified == character:
        return None  # the twelve that are ordinary characters in this block
    return NameFault(
        ProblemCode.NAME_COMPATIBILITY,
        f"“{character}” ({code_point(character)}) 是兼容汉字, 常用的是“{unified}” "
        f"({code_point(unified)}); 已按原样保留。",
        "请核对身份证上的字形。",
        blocks=False,
    )


def _chinese(name: str, faults: list[NameFault], *, accept_dots: bool) -> str:
    name = _spaces(name, faults)
    dots = [c for c in dict.fromkeys(name) if c in OTHER_DOTS]
    if dots:
        proposed = "".join(MIDDLE_DOT if c in OTHER_DOTS else c for c in name)
        shown = "、".join(f"“{c}” ({code_point(c)})" for c in dots)
        faults.append(
            NameFault(
                ProblemCode.NAME_DOT,
                f"间隔号用了 {shown}, 国家规定用“·” (U+00B7)。"
                + ("已改正。" if accept_dots else ""),
                f"应为“{proposed}”。"
                + (
                    "" if accept_dots else "核对后加 --accept-dots 再导入, 即一并改正。"
                ),
                blocks=not accept_dots,
            )
        )
        name = proposed
    parts = name.split(MIDDLE_DOT)
    if not all(parts):
        faults.append(
            NameFault(
                ProblemCode.NAME_DOT_PLACE,
                "间隔号“·”应在两段名字之间, 不能在开头、结尾或连用。",
                _LOOK,
            )
        )
    faults += _foreign_in_chinese(name)
    return name


def _spaces(name: str, faults: list[NameFault]) -> str:
    parts = name.split()
    if len(parts) < 2:
        return name
    joined = "".join(parts)
    # “张　伟” is spread to the width of three; a longer name may lack its dot.
    aligned = len(joined) <= 3
    faults.append(
        NameFault(
            ProblemCode.NAME_SPACE,
            "姓名中间有空格" + (f", 已改为“{joined}”。" if aligned else "。"),
            "请看一眼。"
            if aligned
            else f"请改为“{joined}”; 如空格处原为间隔号, 请改为“"
            f"{MIDDLE_DOT.join(parts)}”。",
            blocks=not aligned,
        )
    )
    return joined


def _foreign_in_chinese(name: str) -> Iterator[NameFault]:
    alien = [
        c for c in dict.fromkeys(name) if c.isalnum() and not is_han(c) and c != "々"
    ]
    if alien:
        yield NameFault(
            ProblemCode.NAME_MIXED,
            f"汉字姓名里混有“{''.join(alien)}”。",
            "同名编号、拼音等请移到别的列, 姓名只写姓名。",
        )
    signs = [c for c in dict.fromkeys(name) if _is_sign(c)]
    if signs:
        yield NameFault(
            ProblemCode.NAME_SYMBOL,
            f"姓名里有符号“{''.join(signs)}”。",
            "备注请移到别的列, 姓名只写姓名。",
        )


def _is_sign(character: str) -> bool:
    return (
        not is_han(character)
        and not character.isalnum()
        and character not in _MISSING | _BIDI | OTHER_DOTS
        and character != MIDDLE_DOT
        and unicodedata.category(character)[0] in "PSZ"
        and character != "\ufffd"
        and not 0x2E80 <= ord(character) <= 0x2FDF
        and not 0x31C0 <= ord(character) <= 0x31EF
    )


def _foreign(name: str) -> Iterator[NameFault]:
    """A name without Chinese characters: letters, spaces, ``' - . ·`` only."""
    odd = [
        c
        for c in dict.fromkeys(name)
        if not (_is_letter(c) or c in " '’-.,·") and _fault_of(c) is None
    ]
    if odd:
        yield NameFault(
            ProblemCode.NAME_MIXED,
            f"姓名里有“{''.join(odd)}”, 既不是汉字也不是字母。",
            "请对照护照改正。",
        )


def _is_letter(character: str) -> bool:
    full_width = 0xFF00 < ord(character) < 0xFF5F
    combining = unicodedata.category(character) == "Mn"
    return combining or (character.isalpha() and not full_width)
