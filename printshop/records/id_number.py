"""Numbers that identify a person: takes text, gives what is wrong, date and sex.

公民身份号码 is GB 11643-1999; 港澳台居民居住证 and the 2023 外国人永久居留身份证
have the same form and check digit.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import Enum

from printshop.records.problem import ProblemCode

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK = "10X98765432"

# Provinces in force since 1980; by range, because regions are named in tens.
_PROVINCES = frozenset(
    str(code)
    for first, last in (
        (11, 15),
        (21, 23),
        (31, 37),
        (41, 46),
        (50, 54),
        (61, 65),
        (71, 71),
        (81, 83),
    )
    for code in range(first, last + 1)
)


class IdType(Enum):
    """证件类型, as stored and as the sheet should say."""

    RESIDENT = "居民身份证"
    HMT_RESIDENT = "港澳台居民居住证"
    HK_MACAO_PASS = "港澳居民来往内地通行证"  # noqa: S105
    TAIWAN_PASS = "台湾居民来往大陆通行证"  # noqa: S105
    PASSPORT = "护照"
    FOREIGN_RESIDENT = "外国人永久居留身份证"
    OTHER = "其他"


_TYPE_WORDS = {
    "": IdType.RESIDENT,
    "1": IdType.RESIDENT,
    "01": IdType.RESIDENT,
    "身份证": IdType.RESIDENT,
    "二代身份证": IdType.RESIDENT,
    "居民身份证件": IdType.RESIDENT,
    "公民身份证": IdType.RESIDENT,
    "港澳居民居住证": IdType.HMT_RESIDENT,
    "台湾居民居住证": IdType.HMT_RESIDENT,
    "港澳台居住证": IdType.HMT_RESIDENT,
    "居住证": IdType.HMT_RESIDENT,
    "港澳通行证": IdType.HK_MACAO_PASS,
    "回乡证": IdType.HK_MACAO_PASS,
    "港澳居民通行证": IdType.HK_MACAO_PASS,
    "台胞证": IdType.TAIWAN_PASS,
    "台湾通行证": IdType.TAIWAN_PASS,
    "普通护照": IdType.PASSPORT,
    "外国护照": IdType.PASSPORT,
    "永久居留证": IdType.FOREIGN_RESIDENT,
    "外国人永久居留证": IdType.FOREIGN_RESIDENT,
    "其它": IdType.OTHER,
} | {kind.value: kind for kind in IdType}

_EIGHTEEN = frozenset({IdType.RESIDENT, IdType.HMT_RESIDENT})
_FORMS = {
    IdType.HK_MACAO_PASS: (r"[HM]\d{8}(\d{2})?", "H 或 M 加 8 位数字"),
    IdType.TAIWAN_PASS: (r"\d{8}|\d{10}[A-Z]?", "8 位数字"),
    IdType.PASSPORT: (r"[A-Z0-9]{5,20}", "5–20 位字母和数字"),
    IdType.FOREIGN_RESIDENT: (r"9\d{17}|9\d{16}X|[A-Z]{3}\d{12}", "18 位, 以 9 开头"),
    IdType.OTHER: (r"[A-Z0-9\-]{3,20}", "3–20 位字母和数字"),
}


@dataclass(frozen=True)
class IdFault:
    """What is wrong with a number; ``blocks`` is False for a mere doubt."""

    code: ProblemCode
    why: str
    remedy: str
    blocks: bool = True


def id_type_of(words: str) -> IdType | None:
    """The type that words of a sheet mean; empty is 居民身份证."""
    return _TYPE_WORDS.get(unicodedata.normalize("NFKC", words).replace(" ", ""))


def normal_id(text: str) -> str:
    """Half-width, without spaces, upper case: ``11010519491231002X``."""
    return "".join(unicodedata.normalize("NFKC", text).split()).upper()


def check_digit(first17: str) -> str:
    """The 18th character that GB 11643 gives to 17 digits."""
    total = sum(w * int(d) for w, d in zip(WEIGHTS, first17, strict=True))
    return CHECK[total % 11]


def birth_of(number: str) -> date | None:
    """The date in a number of 18 characters, or None where it does not exist."""
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def sex_of(number: str) -> str:
    """``男`` for an odd 17th digit, else ``女``."""
    return "男" if int(number[16]) % 2 else "女"


def tells_person(kind: IdType) -> bool:
    """Whether numbers of this type contain birth date and sex."""
    return kind in _EIGHTEEN


def faults_of(number: str, kind: IdType) -> tuple[IdFault, ...]:
    """Everything wrong with a normalised number of that type."""
    if kind in _EIGHTEEN:
        return _faults_18(number, kind)
    pattern, words = _FORMS[kind]
    if not re.fullmatch(pattern, number, re.ASCII):
        return (
            IdFault(
                ProblemCode.ID_FORMAT,
                f"{kind.value}的号码应为{words}。",
                "请对照证件改正; 如证件类型写错, 请改“证件类型”列。",
            ),
        )
    if kind is IdType.FOREIGN_RESIDENT and len(number) == 18:
        return _check_digit_faults(number)
    return ()


def _faults_18(number: str, kind: IdType) -> tuple[IdFault, ...]:
    if re.fullmatch(r"\d{15}", number, re.ASCII):
        return (
            IdFault(
                ProblemCode.ID_FIFTEEN,
                "这是 15 位的旧身份证号, 2013 年起已停用。",
                "请填写 18 位号码 (对照身份证或户口簿)。",
            ),
        )
    if not re.fullmatch(r"\d{17}[0-9X]", number, re.ASCII):
        return (_malformed(number, kind),)
    faults: list[IdFault] = []
    if birth_of(number) is None:
        digits = f"{number[6:10]}-{number[10:12]}-{number[12:14]}"
        faults.append(
            IdFault(
                ProblemCode.ID_DATE,
                f"第 7–14 位表示出生日期 {digits}, 没有这一天。",
                "请对照身份证改正。",
            )
        )
    faults += _check_digit_faults(number)
    return (*faults, *_region_faults(number, kind))


def _malformed(number: str, kind: IdType) -> IdFault:
    if len(number) != 18:
        why = f"应为 18 位, 现有 {len(number)} 位。"
    else:
        odd = next(
            i for i, c in enumerate(number) if c not in "0123456789" or not c.isascii()
        )
        why = f"第 {odd + 1} 位“{number[odd]}”不是数字 (只有末位可以是 X)。"
    return IdFault(
        ProblemCode.ID_FORMAT,
        why,
        f"请对照证件改正; 如不是{kind.value}, 请在“证件类型”列写明 (护照……)。",
    )


def _check_digit_faults(number: str) -> tuple[IdFault, ...]:
    expected = check_digit(number[:17])
    if expected == number[17]:
        return ()
    hint = ""
    if number.endswith("000"):
        hint = "末三位是 000, 多半是 Excel 按数字保存时损坏的。"
    return (
        IdFault(
            ProblemCode.ID_CHECK_DIGIT,
            f"校验码不对: 按前 17 位算末位应为 {expected}, 现为 {number[17]}。"
            f"有某一位写错了。{hint}",
            "请对照身份证逐位核对, 不要只改末位。",
        ),
    )


def _region_faults(number: str, kind: IdType) -> tuple[IdFault, ...]:
    special = number[:6] in ("810000", "820000", "830000")
    if special != (kind is IdType.HMT_RESIDENT):
        why = (
            f"前 6 位 {number[:6]} 是港澳台居民居住证的, 证件类型却是{kind.value}。"
            if special
            else f"港澳台居民居住证应以 810000、820000 或 830000 开头, "
            f"现为 {number[:6]}。"
        )
    elif number[:2] not in _PROVINCES:
        why = f"前两位 {number[:2]} 不是已知的省级代码。"
    else:
        return ()
    return (IdFault(ProblemCode.ID_REGION, why, "请看一眼证件。", blocks=False),)
