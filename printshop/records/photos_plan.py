"""Planning an import of photos: takes a folder or ZIP, gives what would be done.

Files are matched to students, checked and compared with each other and with the
register; nothing is written.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from itertools import chain
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from printshop.records.photos_image import PreparedPhoto, prepare
from printshop.records.photos_match import StudentIndex
from printshop.records.photos_model import (
    Flawed,
    PhotoFlaw,
    PhotoNote,
    PhotoPlan,
    PhotoProblem,
    PlannedPhoto,
    StudentRef,
)
from printshop.records.photos_source import PhotoSource, SourceFile, open_source
from printshop.records.tables import StudentRow

Progress = Callable[[int, int], None]


def plan_photos(
    source: Path, session: Session, *, progress: Progress | None = None
) -> PhotoPlan:
    """Find out whose photos the files are and which can be taken.

    Args:
        source: A folder or a ZIP file.
        session: To read the students with; nothing is written.
        progress: Called with (files done, files in all).

    Raises:
        NotFound: There is nothing at that path.
        InputError: Neither a folder nor a ZIP, or an encrypted one.
        UnsafeFile: Too many files, or more bytes than any school has photos of.
    """
    students = _students(session)
    draft = _Draft(StudentIndex(students))
    with open_source(source) as opened:
        draft.problems += opened.problems
        for done, file in enumerate(opened.files, start=1):
            draft.take(opened, file)
            if progress is not None:
                progress(done, len(opened.files))
    draft.refuse_rivals()
    draft.refuse_shared(students)
    return draft.plan(source, students)


def _students(session: Session) -> list[StudentRef]:
    query = select(
        StudentRow.id,
        StudentRow.student_no,
        StudentRow.exam_no,
        StudentRow.id_number,
        StudentRow.name,
        StudentRow.class_name,
        StudentRow.photo_sha256,
    ).order_by(StudentRow.class_name, StudentRow.student_no)
    return [StudentRef(*row) for row in session.execute(query)]


class _Draft:
    """A plan while its files are being read."""

    def __init__(self, index: StudentIndex) -> None:
        self.index = index
        self.photos: dict[str, PlannedPhoto] = {}
        self.problems: list[PhotoProblem] = []
        self.notes: dict[str, list[PhotoNote]] = {}

    def take(self, source: PhotoSource, file: SourceFile) -> None:
        """Match and check one file."""
        student_no: str | None = None
        try:
            match = self.index.match(file.name)
            student_no = match.student.student_no
            ready = prepare(source.read(file.key))
        except Flawed as flawed:
            self._refuse(file.name, flawed, student_no)
            return
        doubts = (match.doubt,) if match.doubt else ()
        self.photos[file.key] = _planned(
            file, match.student, match.by, ready, (*ready.warnings, *doubts)
        )
        self.notes[file.key] = [
            PhotoNote(file.name, student_no, what) for what in ready.notes
        ]

    def _refuse(self, file: str, flawed: Flawed, student_no: str | None) -> None:
        self.problems.append(
            PhotoProblem(file, flawed.flaw, flawed.why, flawed.remedy, student_no)
        )

    def refuse_rivals(self) -> None:
        """One picture per student: the same one twice is kept once, two are none."""
        for files in self._grouped(lambda p: p.student.id):
            first, *others = sorted(files, key=lambda p: p.new)
            if {p.pixels for p in others} <= {first.pixels}:
                for other in others:
                    self._drop(other)
                    what = f"与“{first.file}”是同一张照片, 只保留后者"
                    note = PhotoNote(other.file, other.student.student_no, what)
                    self.notes[other.key] = [note]
                continue
            names = _few([f"“{p.file}”" for p in files], "张")
            for photo in files:
                self._drop(
                    photo,
                    PhotoFlaw.TWO_PHOTOS,
                    f"学生{photo.student.name}有 {len(files)} 张不同的照片: {names}。",
                    "请只留下与学信网一致的一张。",
                )

    def refuse_shared(self, students: Iterable[StudentRef]) -> None:
        """One student per picture, among the files and against the register."""
        for files in self._grouped(lambda p: p.pixels):
            if len(files) > 1:
                for photo in files:
                    self._drop_shared(photo, files)
        kept = [student for student in students if student.photo_sha256]
        # Refusing one photo leaves its student with the old one, which may be
        # what another file brings for somebody else: repeat until nothing moves.
        while self._refuse_held(kept):
            pass

    def _refuse_held(self, kept: Iterable[StudentRef]) -> bool:
        moving = {photo.student.id for photo in self.photos.values()}
        holder = {s.photo_sha256: s for s in kept if s.id not in moving}
        held = [photo for photo in self.photos.values() if photo.sha256 in holder]
        for photo in held:
            self._drop_shared(photo, [photo], holder[photo.sha256])
        return bool(held)

    def _drop_shared(
        self,
        photo: PlannedPhoto,
        files: list[PlannedPhoto],
        holder: StudentRef | None = None,
    ) -> None:
        others = [p.student for p in files if p is not photo]
        others += [holder] if holder else []
        who = _few([f"{s.name}（学号 {s.student_no}）" for s in others], "人")
        self._drop(
            photo,
            PhotoFlaw.SHARED,
            f"与{who}的照片是同一张图。",
            "请核对照片是谁的, 只留给本人。",
        )

    def _grouped(self, key: Callable[[PlannedPhoto], str]) -> list[list[PlannedPhoto]]:
        groups: dict[str, list[PlannedPhoto]] = defaultdict(list)
        for photo in self.photos.values():
            groups[key(photo)].append(photo)
        return list(groups.values())

    def _drop(
        self,
        photo: PlannedPhoto,
        flaw: PhotoFlaw | None = None,
        why: str = "",
        remedy: str = "",
    ) -> None:
        del self.photos[photo.key]
        self.notes.pop(photo.key, None)
        if flaw is not None:
            self._refuse(
                photo.file, Flawed(flaw, why, remedy), photo.student.student_no
            )

    def plan(self, source: Path, students: Iterable[StudentRef]) -> PhotoPlan:
        """The finished plan, in a stable order."""
        served = {photo.student.id for photo in self.photos.values()}
        missing = [s for s in students if s.photo_sha256 is None and s.id not in served]
        return PhotoPlan(
            source,
            tuple(sorted(self.photos.values(), key=lambda p: p.student.student_no)),
            tuple(sorted(self.problems, key=lambda p: p.file)),
            tuple(sorted(chain(*self.notes.values()), key=lambda n: n.file)),
            tuple(missing),
        )


def _planned(
    file: SourceFile,
    student: StudentRef,
    by: str,
    ready: PreparedPhoto,
    warnings: tuple[str, ...],
) -> PlannedPhoto:
    return PlannedPhoto(
        student=student,
        file=file.name,
        key=file.key,
        matched_by=by,
        sha256=ready.sha256,
        pixels=ready.pixels,
        width=ready.width,
        height=ready.height,
        warnings=warnings,
    )


def _few(names: list[str], unit: str) -> str:
    """The first three: a folder of one picture three thousand times is one fault."""
    tail = f" 等 {len(names)} {unit}" if len(names) > 3 else ""
    return "、".join(names[:3]) + tail
