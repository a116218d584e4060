"""Numbers: takes who graduates, gives the order and the text of their numbers.

A certificate number is 18 digits: 院校代码 (5), 办学类型 (1), 毕业年份 (4), 层次 (2),
顺序号 (6) — 浙教办高教〔2008〕80号. It has no check digit, so a typed number is never
trusted without the name. No database here.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from printshop.errors import Refused
from printshop.records.model import Student

LEVEL_CODES = {
    "博士研究生": "01",
    "硕士研究生": "02",
    "第二学士学位": "04",
    "本科": "05",
    "专升本": "05",
    "高起本": "05",
    "专科": "06",
}
LAST_SERIAL = 999_999
_SHAPE = re.compile(r"([1-9]\d{4})([157])([12]\d{3})(01|02|04|05|06)(\d{6})", re.ASCII)
# Input methods for Chinese type these; other scripts' digits are somebody's mistake.
_HALF_WIDTH = str.maketrans("０１２３４５６７８９", "0123456789")


@dataclass(frozen=True)
class CertificateNumber:
    """The five parts of a certificate number.

    Attributes:
        school: 院校代码, 5 digits.
        type_digit: 1 普通, 5 成人, 7 网络教育.
        year: Year of the *first* 毕(结)业 conclusion.
        level: 层次 code: 01 02 04 05 06.
        serial: 1–999999.
    """

    school: str
    type_digit: str
    year: int
    level: str
    serial: int

    def __post_init__(self) -> None:
        if not 1 <= self.serial <= LAST_SERIAL:
            raise Refused(
                f"顺序号 {self.serial} 超出 000001–999999。",
                "这一年这一层次的证书编号已用完, 请与省教育厅联系。",
            )
        if _SHAPE.fullmatch(str(self)) is None:
            raise Refused(
                f"院校代码 {self.school}、办学类型 {self.type_digit}、年份 {self.year} "
                "不能组成证书编号。",
                "请在 printshop.toml 的 [school] 里填写本校的 code 和 type_digit。",
            )

    def __str__(self) -> str:
        return (
            f"{self.school}{self.type_digit}{self.year:04d}"
            f"{self.level}{self.serial:06d}"
        )

    @property
    def series(self) -> str:
        """The counter it comes from; spring and autumn share it."""
        return f"{self.school}-{self.type_digit}-{self.year:04d}-{self.level}"

    @classmethod
    def parse(cls, text: str) -> CertificateNumber:
        """Take a typed number apart.

        Raises:
            Refused: Not 18 digits of this shape.
        """
        digits = re.sub(r"[\s\-]", "", text.translate(_HALF_WIDTH))
        found = _SHAPE.fullmatch(digits)
        if found is None or found[5] == "000000":
            raise Refused(
                f"“{text}”不是合法的证书编号。",
                "证书编号是 18 位数字: 院校代码5+办学类型1+年份4+层次2+顺序号6。",
            )
        return cls(found[1], found[2], int(found[3]), found[4], int(found[5]))


def level_code(level: str) -> str:
    """The two digits of a 层次.

    Raises:
        Refused: The level has no code.
    """
    try:
        return LEVEL_CODES[level]
    except KeyError:
        raise Refused(
            f"层次“{level}”没有编号代码。", f"可用: {'、'.join(LEVEL_CODES)}。"
        ) from None


def series_name(school: str, type_digit: str, year: int, level: str) -> str:
    """The counter that certificates of this school, year and level come from."""
    return CertificateNumber(school, type_digit, year, level_code(level), 1).series


def shuffled(students: Sequence[Student], secret: bytes, series: str) -> list[Student]:
    """Keyed shuffle: leaked (person, number) pairs say nothing about anybody else.

    Fisher–Yates over the students in canonical order, driven by HMAC-SHA256 of a
    counter under a key of the series; rejection sampling keeps it uniform.
    """
    key = hmac.new(secret, f"number order\n{series}".encode(), sha256).digest()
    draw = _draws(key, sorted(s.id_number + s.student_no for s in students))
    order = sorted(students, key=lambda s: s.student_no)
    for last in range(len(order) - 1, 0, -1):
        pick = draw(last + 1)
        order[last], order[pick] = order[pick], order[last]
    return order


def _draws(key: bytes, cohort: Sequence[str]) -> Callable[[int], int]:
    # The cohort is part of the stream's seed: two batches of one series must not
    # be permuted alike, or the first batch's leaked order would give the second's.
    seed = hmac.new(key, "\n".join(cohort).encode(), sha256).digest()
    counter = 0

    def below(bound: int) -> int:
        nonlocal counter
        limit = (1 << 64) - (1 << 64) % bound
        while True:
            block = hmac.new(seed, counter.to_bytes(8, "big"), sha256).digest()
            counter += 1
            value = int.from_bytes(block[:8], "big")
            if value < limit:
                return value % bound

    return below


def ordered(
    students: Sequence[Student], method: str, secret: bytes, series: str
) -> list[Student]:
    """The order in which serials are given out.

    Args:
        students: Those who get a new number in this transaction.
        method: ``shuffle`` (default), ``id-ascending`` (the seed's H-college
            method: by 证件号, which hides little) or ``student-no``.
        secret: The office's number key.
        series: The counter, so that each year and level has its own shuffle.

    Raises:
        ValueError: No such method; it must not silently become another.
    """
    if method == "id-ascending":
        return sorted(students, key=lambda s: (s.id_number, s.student_no))
    if method == "student-no":
        return sorted(students, key=lambda s: s.student_no)
    if method == "shuffle":
        return shuffled(students, secret, series)
    raise ValueError(f"no such number order: {method}")
