"""Import of photos: takes a plan of it, gives every student their one photo.

``plan_photos`` says what would be done; ``apply_photos`` does it in the caller's
transaction: files first, durable, then the rows that speak of them.
"""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from pathlib import Path

from sqlalchemy.orm import Session

from printshop.errors import InputError
from printshop.records.photos_image import prepare
from printshop.records.photos_model import (
    Flawed,
    PhotoCounts,
    PhotoFlaw,
    PhotoNote,
    PhotoPlan,
    PhotoProblem,
    PlannedPhoto,
)
from printshop.records.photos_plan import Progress, plan_photos
from printshop.records.photos_source import PhotoSource, open_source
from printshop.records.photos_store import keep_photo, photo_bytes, sync_folder
from printshop.records.tables import ImportRow, PhotoRow, RecordChangeRow, StudentRow

__all__ = [
    "PhotoCounts",
    "PhotoFlaw",
    "PhotoNote",
    "PhotoPlan",
    "PhotoProblem",
    "PlannedPhoto",
    "apply_photos",
    "photo_bytes",
    "plan_photos",
]

_SOURCE_WIDTH = 255


def apply_photos(
    plan: PhotoPlan,
    session: Session,
    photos_dir: Path,
    *,
    import_id: str,
    at: datetime,
    actor: str,
    progress: Progress | None = None,
) -> PhotoCounts:
    """Store the photos of a plan and write them into the students' records.

    The caller's transaction decides: if it fails, files may lie in the folder that
    no row speaks of, which does no harm; a row without its file cannot happen.
    A plan with nothing new writes nothing.

    Args:
        plan: From ``plan_photos``, of the same source.
        session: In a transaction that writes.
        photos_dir: Where photos are kept.
        import_id: Id of this import, made by the caller.
        at: The instant of the import.
        actor: Who imports.
        progress: Called with (photos done, photos in all).

    Raises:
        InputError: The source changed since it was planned.
        ArchiveError: The photo folder cannot be written.
    """
    new = plan.new
    if new:
        _store(plan.source, new, photos_dir, progress)
        _ensure_import(plan, session, import_id, at, actor)
    replaced = sum(_record(photo, session, import_id, at) for photo in new)
    session.flush()
    return PhotoCounts(
        added=len(new) - replaced,
        replaced=replaced,
        unchanged=len(plan.photos) - len(new),
        refused=len(plan.problems),
        missing=len(plan.missing),
        changed=tuple(photo.student.student_no for photo in new),
    )


def _store(
    source: Path,
    photos: tuple[PlannedPhoto, ...],
    photos_dir: Path,
    progress: Progress | None,
) -> None:
    """Read the files again and keep them: a plan of ten thousand holds no pictures."""
    folders: set[Path] = set()
    with open_source(source) as opened:
        for done, photo in enumerate(photos, start=1):
            folders.add(keep_photo(photos_dir, _again(photo, opened)))
            if progress is not None:
                progress(done, len(photos))
    for folder in sorted(folders):
        sync_folder(folder)


def _again(photo: PlannedPhoto, source: PhotoSource) -> bytes:
    """The bytes to keep; nearly always those of the file, which need no decoding."""
    try:
        data = source.read(photo.key)
        if sha256(data).hexdigest() != photo.sha256:
            data = prepare(data).jpeg
    except Flawed:
        raise _changed(photo) from None
    if sha256(data).hexdigest() != photo.sha256:
        raise _changed(photo)
    return data


def _changed(photo: PlannedPhoto) -> InputError:
    return InputError(
        f"照片“{photo.file}”在检查之后被改动了。", "请等拷贝完成后重新导入。"
    )


def _ensure_import(
    plan: PhotoPlan, session: Session, import_id: str, at: datetime, actor: str
) -> None:
    # The spreadsheet of the same command may have made the row already.
    if session.get(ImportRow, import_id) is None:
        content = "\n".join(f"{p.student.student_no} {p.sha256}" for p in plan.photos)
        session.add(
            ImportRow(
                id=import_id,
                file_name=plan.source.name[:_SOURCE_WIDTH],
                file_sha256=sha256(content.encode()).hexdigest(),
                at=at,
                actor=actor,
                counts={"photos": len(plan.new), "refused": len(plan.problems)},
            )
        )
        session.flush()


def _record(
    photo: PlannedPhoto, session: Session, import_id: str, at: datetime
) -> bool:
    """Write one photo into one record; gives whether it replaces another."""
    row = session.get(PhotoRow, photo.sha256)
    if row is None:
        row = PhotoRow(
            sha256=photo.sha256,
            width=photo.width,
            height=photo.height,
            source=photo.file[-_SOURCE_WIDTH:],
            warnings=list(photo.warnings),
            stored_at=at,
        )
        session.add(row)
        session.flush()  # its row before the student's that points to it
    student = session.get_one(StudentRow, photo.student.id)
    before = student.photo_sha256
    student.photo_sha256 = photo.sha256
    student.version += 1
    session.add(
        RecordChangeRow(
            import_id=import_id,
            student_id=student.id,
            table="photo",
            key=photo.file[-200:],
            before={"photo_sha256": before} if before else None,
            after={"photo_sha256": photo.sha256},
        )
    )
    return before is not None
