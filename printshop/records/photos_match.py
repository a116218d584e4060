"""Whose photo a file is: takes its name and the students, gives one student.

The name is tried whole, then in pieces, against 学号, 考生号 and 证件号码. Whatever
fits two people is refused: a certificate with a stranger's face is worse than none.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from printshop.records.photos_model import Flawed, PhotoFlaw, StudentRef

EXTENSIONS = (".jpg", ".jpeg", ".png")
_SEPARATORS = re.compile(r"[\s_\-—–+,，、()（）\[\]【】]+")
_IN_LATIN = re.compile(r"[0-9A-Z]+")
_HAN_NAME = re.compile(r"[\u3007\u3400-\u9fff\U00020000-\U000323af·]{2,50}")
_DOTS = str.maketrans(dict.fromkeys("•・‧･．.∙⋅•", "·"))
# What people write beside a number that is not a name.
_NOT_NAMES = frozenset(
    ("照片", "毕业照", "证件照", "登记照", "免冠照", "蓝底", "白底", "副本")
)


@dataclass(frozen=True)
class Match:
    """A student, by which of the numbers, and what is odd about the name."""

    student: StudentRef
    by: str
    doubt: str | None = None


class StudentIndex:
    """All students by their numbers and names."""

    def __init__(self, students: Iterable[StudentRef]) -> None:
        self._numbers: dict[str, dict[str, tuple[str, StudentRef]]] = {}
        self._names: set[str] = set()
        for student in students:
            # In this order: of two numbers that are alike the first one counts.
            self._add(student.student_no, "学号", student)
            self._add(student.exam_no, "考生号", student)
            self._add(student.id_number, "证件号码", student)
            self._names.add(_folded(student.name))

    def _add(self, number: str | None, by: str, student: StudentRef) -> None:
        if number:
            found = self._numbers.setdefault(_folded(number), {})
            found.setdefault(student.id, (by, student))

    def match(self, file: str) -> Match:
        """Find the one student a file is named for.

        Raises:
            Flawed: No student, more than one, a foreign extension, or a name that
                is another student's.
        """
        path = PurePosixPath(file)
        if path.suffix.lower() not in EXTENSIONS:
            raise Flawed(
                PhotoFlaw.NOT_A_PHOTO,
                f"扩展名“{path.suffix}”不是照片的。",
                "照片应为 .jpg、.jpeg 或 .png 文件; 其他文件请移出目录。",
            )
        stem = _folded(path.stem)
        by, student = self._only(stem)
        return Match(student, by, self._name_doubt(stem, student))

    def _only(self, stem: str) -> tuple[str, StudentRef]:
        for tokens in ((stem,), tuple(_tokens(stem))):
            found: dict[str, tuple[str, StudentRef]] = {}
            for token in tokens:
                for key, hit in self._numbers.get(token, {}).items():
                    found.setdefault(key, hit)
            if len(found) == 1:
                return next(iter(found.values()))
            if found:
                who = "、".join(
                    f"{s.name}（{by} 相符, 学号 {s.student_no}）"
                    for by, s in found.values()
                )
                raise Flawed(
                    PhotoFlaw.AMBIGUOUS,
                    f"文件名同时对应 {len(found)} 个学生: {who}。",
                    "请只用学号给这张照片命名。",
                )
        raise Flawed(
            PhotoFlaw.NO_STUDENT,
            "文件名里没有任何在库学生的学号、考生号或证件号码。",
            "请核对文件名, 或先导入这名学生的记录。",
        )

    def _name_doubt(self, stem: str, student: StudentRef) -> str | None:
        own = _folded(student.name)
        names = [t for t in _SEPARATORS.split(stem) if _HAN_NAME.fullmatch(t)]
        if own in stem or not names:
            return None
        strangers = [name for name in names if name in self._names]
        if strangers:
            raise Flawed(
                PhotoFlaw.WRONG_NAME,
                f"文件名里的姓名是“{strangers[0]}”, "
                f"而学号 {student.student_no} 是“{student.name}”。",
                "请核对照片是谁的, 再改正文件名。",
            )
        if len(names) == 1 and names[0] not in _NOT_NAMES:
            return f"照片文件名里的“{names[0]}”与姓名“{student.name}”不同"
        return None


def _tokens(stem: str) -> Iterator[str]:
    for piece in _SEPARATORS.split(stem):
        yield piece
        yield from _IN_LATIN.findall(piece)


def _folded(text: str) -> str:
    """Full-width digits and lower-case x as the register writes them."""
    narrow = "".join(
        unicodedata.normalize("NFKC", c) if "\uff01" <= c <= "\uff5e" else c
        for c in unicodedata.normalize("NFC", text)
    )
    return narrow.upper().translate(_DOTS).strip()
