"""The words of a photo import: takes nothing, gives the values that a plan is made of.

A *flaw* is why one file cannot be used; a *problem* is a flaw of a named file; a
*note* is something that was done to a file, or with it, that does not stop it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path


class PhotoFlaw(Enum):
    """Why a file is not taken; value = the short word on lists."""

    UNSAFE_NAME = "文件名不安全"
    TOO_LARGE = "文件过大"
    BOMB = "压缩炸弹"
    UNREADABLE = "文件损坏"
    NOT_A_PHOTO = "不是照片"
    NO_STUDENT = "查无此人"
    AMBIGUOUS = "对应不唯一"
    WRONG_NAME = "姓名不符"
    TWO_PHOTOS = "一人两张"
    SHARED = "两人同图"
    LANDSCAPE = "横版照片"
    TOO_SMALL = "像素不足"
    BLANK = "空白照片"


class Flawed(Exception):
    """Carries a flaw from where it is seen to where the file's name is known.

    It never leaves the photo import, so it is no part of the tree of errors.
    """

    def __init__(self, flaw: PhotoFlaw, why: str, remedy: str) -> None:
        super().__init__(why)
        self.flaw = flaw
        self.why = why
        self.remedy = remedy


@dataclass(frozen=True)
class PhotoProblem:
    """A file that is not taken.

    Attributes:
        file: Its name in the folder or ZIP, made harmless for showing.
        flaw: Which kind of problem.
        why: A sentence for the office.
        remedy: What to do next.
        student_no: Whose it would have been, where that is known.
    """

    file: str
    flaw: PhotoFlaw
    why: str
    remedy: str
    student_no: str | None = None


@dataclass(frozen=True)
class PhotoNote:
    """What was done to a file that is taken, or why it is not needed twice."""

    file: str
    student_no: str
    what: str


@dataclass(frozen=True)
class StudentRef:
    """A student as the photo import needs to know them."""

    id: str
    student_no: str
    exam_no: str | None
    id_number: str
    name: str
    class_name: str
    photo_sha256: str | None


@dataclass(frozen=True)
class PlannedPhoto:
    """A file that will become a student's photo.

    Attributes:
        student: Whose it is.
        file: Name of the file, for showing.
        key: Name of the file inside its source, for reading it again.
        matched_by: 学号, 考生号 or 证件号码.
        sha256: Of the bytes as they will be stored.
        pixels: Digest of the decoded picture; equal for the same picture saved twice.
        width: Pixels, after turning it upright.
        height: Pixels.
        warnings: What a person should look at; kept with the photo.
    """

    student: StudentRef
    file: str
    key: str
    matched_by: str
    sha256: str
    pixels: str
    width: int
    height: int
    warnings: tuple[str, ...] = ()

    @property
    def new(self) -> bool:
        """Whether the student has another photo now, or none."""
        return self.student.photo_sha256 != self.sha256


@dataclass(frozen=True)
class PhotoPlan:
    """What an import of photos would do; nothing is written yet.

    Attributes:
        source: The folder or ZIP.
        photos: Files that will be students' photos, by student number.
        problems: Files that are not taken, and why.
        notes: Conversions and repetitions.
        missing: Students who will still have no photo, by class and number.
    """

    source: Path
    photos: tuple[PlannedPhoto, ...]
    problems: tuple[PhotoProblem, ...]
    notes: tuple[PhotoNote, ...]
    missing: tuple[StudentRef, ...]

    @property
    def new(self) -> tuple[PlannedPhoto, ...]:
        """Photos that are not yet the student's."""
        return tuple(photo for photo in self.photos if photo.new)

    @property
    def extra(self) -> tuple[str, ...]:
        """Files that belong to no student."""
        return tuple(p.file for p in self.problems if p.flaw is PhotoFlaw.NO_STUDENT)


@dataclass(frozen=True)
class PhotoCounts:
    """What an import of photos did."""

    added: int = 0
    replaced: int = 0
    unchanged: int = 0
    refused: int = 0
    missing: int = 0
    changed: tuple[str, ...] = field(default=())
