"""The import of photos as a whole: whose they are, what is stored, what is told."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from sqlalchemy import func, select

from printshop.database import Base, Database, connect
from printshop.errors import ArchiveError, InputError, NotFound
from printshop.records.photos import (
    PhotoCounts,
    PhotoFlaw,
    PhotoPlan,
    apply_photos,
    photo_bytes,
    plan_photos,
)
from printshop.records.photos_match import StudentIndex
from printshop.records.photos_model import Flawed, StudentRef
from printshop.records.photos_store import keep_photo, photo_path, sync_folder
from printshop.records.tables import (
    ImportRow,
    PhotoRow,
    ProgrammeRow,
    RecordChangeRow,
    StudentRow,
)

NOW = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)
PEOPLE = {
    "2023010101": ("张三", "23990104110001", "118801200501010015"),
    "2023010102": ("李四", "23990104110002", "11880120050101002X"),
    "2023010103": ("欧阳·买买提江", "23990104110003", "118801200501010031"),
    "2023010104": ("王五", None, "118801200501010040"),
}


def face(shade: int) -> bytes:
    """A photo that differs from others by the shade of its face."""
    image = Image.new("RGB", (480, 640), (100, 197, 255))
    draw = ImageDraw.Draw(image)
    draw.ellipse((130, 90, 350, 430), fill=(255 - shade, 200 - shade, 160))
    draw.ellipse((20, 460, 460, 900), fill=(40, 50, shade))
    for x in range(0, 480, 2):
        draw.line((x, 500, x, 640), fill=(90, shade, x % 255))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=92, dpi=(300, 300))
    return out.getvalue()


@pytest.fixture
def register(database_url: str) -> Iterator[Database]:
    opened = connect(database_url)
    Base.metadata.create_all(opened.engine)
    with opened.write() as session:
        programme = ProgrammeRow(code="510201", name="计算机应用技术")
        session.add(programme)
        session.flush()
        for number, (name, exam_no, id_number) in PEOPLE.items():
            session.add(
                StudentRow(
                    id=f"s{number}",
                    student_no=number,
                    exam_no=exam_no,
                    name=name,
                    sex="男",
                    birth_date=date(2005, 1, 1),
                    id_type="居民身份证",
                    id_number=id_number,
                    programme_id=programme.id,
                    level="专科",
                    study_form="普通全日制",
                    duration="3",
                    college="信息工程学院",
                    class_name="计应2301",
                    grade="2023",
                    enrolled_on=date(2023, 9, 1),
                    base_status="在读",
                )
            )
    yield opened
    opened.close()


def folder(root: Path, files: dict[str, bytes]) -> Path:
    place = root / f"photos{len(list(root.iterdir()))}"
    for name, data in files.items():
        path = place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return place


def planned(register: Database, source: Path) -> PhotoPlan:
    with register.read() as session:
        return plan_photos(source, session)


def imported(
    register: Database, source: Path, photos_dir: Path, import_id: str = "import-1"
) -> PhotoCounts:
    with register.write() as session:
        plan = plan_photos(source, session)
        return apply_photos(
            plan, session, photos_dir, import_id=import_id, at=NOW, actor="李敏"
        )


def hashes(register: Database) -> dict[str, str | None]:
    with register.read() as session:
        query = select(StudentRow.student_no, StudentRow.photo_sha256)
        return {number: digest for number, digest in session.execute(query)}


def rows(register: Database) -> list[int]:
    with register.read() as session:
        return [
            session.scalar(select(func.count()).select_from(table)) or 0
            for table in (PhotoRow, ImportRow, RecordChangeRow)
        ]


def flaws(plan: PhotoPlan) -> dict[str, PhotoFlaw]:
    return {problem.file: problem.flaw for problem in plan.problems}


def test_photos_are_matched_stored_and_recorded(
    register: Database, tmp_path: Path
) -> None:
    source = folder(
        tmp_path,
        {
            "计应2301/2023010101.jpg": face(10),
            "23990104110002.JPG": face(20),
            "118801200501010031.jpeg": face(30),
        },
    )
    plan = planned(register, source)
    assert {p.student.student_no: p.matched_by for p in plan.photos} == {
        "2023010101": "学号",
        "2023010102": "考生号",
        "2023010103": "证件号码",
    }
    assert [s.student_no for s in plan.missing] == ["2023010104"]
    assert plan.problems == plan.notes == plan.extra == ()

    photos_dir = tmp_path / "office"
    counts = imported(register, source, photos_dir)
    assert counts == PhotoCounts(
        added=3, missing=1, changed=("2023010101", "2023010102", "2023010103")
    )
    digest = hashes(register)["2023010101"]
    assert digest is not None
    assert photo_bytes(photos_dir, digest) == face(10)
    assert photo_path(photos_dir, digest).parent.name == digest[:2]
    with register.read() as session:
        photo = session.get_one(PhotoRow, digest)
        assert (photo.width, photo.height) == (480, 640)
        assert (photo.source, photo.warnings) == ("计应2301/2023010101.jpg", [])
        student = session.get_one(StudentRow, "s2023010101")
        assert student.version == 2
        change = session.scalars(
            select(RecordChangeRow).where(RecordChangeRow.student_id == student.id)
        ).one()
        assert (change.table, change.before) == ("photo", None)
        assert change.after == {"photo_sha256": digest}


def test_the_same_import_twice_changes_nothing(
    register: Database, tmp_path: Path
) -> None:
    source = folder(tmp_path, {"2023010101.jpg": face(10), "2023010102.jpg": face(20)})
    photos_dir = tmp_path / "office"
    imported(register, source, photos_dir)
    before = (hashes(register), rows(register), sorted(photos_dir.rglob("*")))
    counts = imported(register, source, photos_dir, "import-2")
    assert counts == PhotoCounts(unchanged=2, missing=2)
    assert (hashes(register), rows(register), sorted(photos_dir.rglob("*"))) == before


def test_another_photo_replaces_with_its_history(
    register: Database, tmp_path: Path
) -> None:
    photos_dir = tmp_path / "office"
    imported(register, folder(tmp_path, {"2023010101.jpg": face(10)}), photos_dir)
    old = hashes(register)["2023010101"]
    second = folder(tmp_path, {"2023010101.jpg": face(50)})
    assert imported(register, second, photos_dir, "import-2").replaced == 1
    new = hashes(register)["2023010101"]
    assert old is not None
    assert new != old
    with register.read() as session:
        change = session.scalars(
            select(RecordChangeRow).where(RecordChangeRow.import_id == "import-2")
        ).one()
        assert change.before == {"photo_sha256": old}
        assert change.after == {"photo_sha256": new}
    assert photo_bytes(photos_dir, old) == face(10)


def test_photos_join_the_import_of_their_spreadsheet(
    register: Database, tmp_path: Path
) -> None:
    with register.write() as session:
        session.add(
            ImportRow(
                id="import-1",
                file_name="学生.xlsx",
                file_sha256="0" * 64,
                at=NOW,
                actor="李敏",
                counts={},
            )
        )
    source = folder(tmp_path, {"2023010101.jpg": face(10)})
    imported(register, source, tmp_path / "office")
    with register.read() as session:
        assert session.get_one(ImportRow, "import-1").file_name == "学生.xlsx"


def test_a_zip_is_imported_like_a_folder(register: Database, tmp_path: Path) -> None:
    path = tmp_path / "照片.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("班/2023010101-张三.jpg", face(10))
        archive.writestr("../../2023010102.jpg", face(20))
    steps: list[tuple[int, int]] = []
    with register.write() as session:
        plan = plan_photos(path, session, progress=lambda *step: steps.append(step))
        assert flaws(plan) == {"../../2023010102.jpg": PhotoFlaw.UNSAFE_NAME}
        apply_photos(
            plan,
            session,
            tmp_path / "office",
            import_id="i",
            at=NOW,
            actor="李敏",
            progress=lambda *step: steps.append(step),
        )
    assert steps == [(1, 1), (1, 1)]
    assert [n for n, digest in hashes(register).items() if digest] == ["2023010101"]


def test_one_picture_under_two_students_is_refused_for_both(
    register: Database, tmp_path: Path
) -> None:
    again = io.BytesIO()
    Image.open(io.BytesIO(face(10))).save(again, "PNG")
    source = folder(
        tmp_path,
        {
            "2023010101.jpg": face(10),
            "2023010102.png": again.getvalue(),
            "2023010103.jpg": face(30),
        },
    )
    plan = planned(register, source)
    assert flaws(plan) == {
        "2023010101.jpg": PhotoFlaw.SHARED,
        "2023010102.png": PhotoFlaw.SHARED,
    }
    assert "李四（学号 2023010102）" in plan.problems[0].why
    assert [p.student.student_no for p in plan.photos] == ["2023010103"]


def test_the_same_picture_twice_for_one_student_is_kept_once(
    register: Database, tmp_path: Path
) -> None:
    source = folder(
        tmp_path, {"2023010101.jpg": face(10), "23990104110001.jpg": face(10)}
    )
    plan = planned(register, source)
    assert [p.file for p in plan.photos] == ["2023010101.jpg"]
    assert plan.problems == ()
    assert [(n.file, n.student_no) for n in plan.notes] == [
        ("23990104110001.jpg", "2023010101")
    ]


def test_two_pictures_of_one_student_are_both_refused(
    register: Database, tmp_path: Path
) -> None:
    source = folder(
        tmp_path, {"2023010101.jpg": face(10), "2023010101-张三.jpg": face(11)}
    )
    plan = planned(register, source)
    assert set(flaws(plan).values()) == {PhotoFlaw.TWO_PHOTOS}
    assert len(plan.problems) == 2
    assert plan.photos == ()


def test_a_picture_that_another_student_holds_is_refused(
    register: Database, tmp_path: Path
) -> None:
    photos_dir = tmp_path / "office"
    imported(register, folder(tmp_path, {"2023010101.jpg": face(10)}), photos_dir)
    plan = planned(register, folder(tmp_path, {"2023010102.jpg": face(10)}))
    assert flaws(plan) == {"2023010102.jpg": PhotoFlaw.SHARED}


def test_what_is_converted_is_converted_alike_when_applied(
    register: Database, tmp_path: Path
) -> None:
    out = io.BytesIO()
    Image.open(io.BytesIO(face(10))).save(out, "PNG")
    source = folder(tmp_path, {"2023010101.png": out.getvalue()})
    plan = planned(register, source)
    assert [n.what for n in plan.notes] == ["已由 PNG 转为 JPEG"]
    imported(register, source, tmp_path / "office")
    digest = hashes(register)["2023010101"]
    assert digest == plan.photos[0].sha256
    assert photo_bytes(tmp_path / "office", digest).startswith(b"\xff\xd8")
    again = imported(register, source, tmp_path / "office", "import-2")
    assert again.unchanged == 1


def test_two_swapped_photos_can_be_swapped_back(
    register: Database, tmp_path: Path
) -> None:
    photos_dir = tmp_path / "office"
    swapped = {"2023010101.jpg": face(20), "2023010102.jpg": face(10)}
    imported(register, folder(tmp_path, swapped), photos_dir)
    right = {"2023010101.jpg": face(10), "2023010102.jpg": face(20)}
    counts = imported(register, folder(tmp_path, right), photos_dir, "import-2")
    assert counts.replaced == 2


def test_a_refusal_may_cause_the_next(register: Database, tmp_path: Path) -> None:
    photos_dir = tmp_path / "office"
    first = {f"202301010{n}.jpg": face(10 * n) for n in (1, 2, 3)}
    imported(register, folder(tmp_path, first), photos_dir)
    # 1 takes the photo of 2, 2 that of 3, but 3 brings none: nobody moves.
    chain = {"2023010101.jpg": face(20), "2023010102.jpg": face(30)}
    plan = planned(register, folder(tmp_path, chain))
    assert plan.photos == ()
    assert set(flaws(plan).values()) == {PhotoFlaw.SHARED}


def test_every_refused_file_is_named_with_a_remedy(
    register: Database, tmp_path: Path
) -> None:
    source = folder(
        tmp_path,
        {
            "2099999999.jpg": face(1),
            "2023010101.jpg": face(10)[:5000],
            "2023010102.gif": b"GIF89a",
            "2023010103.jpg": b"not a picture",
            "readme.txt": b"hello",
        },
    )
    plan = planned(register, source)
    assert flaws(plan) == {
        "2099999999.jpg": PhotoFlaw.NO_STUDENT,
        "2023010101.jpg": PhotoFlaw.UNREADABLE,
        "2023010102.gif": PhotoFlaw.NOT_A_PHOTO,
        "2023010103.jpg": PhotoFlaw.NOT_A_PHOTO,
        "readme.txt": PhotoFlaw.NOT_A_PHOTO,
    }
    assert plan.extra == ("2099999999.jpg",)
    assert all(p.why.endswith("。") and p.remedy for p in plan.problems)
    assert len(plan.missing) == 4


def test_a_thousand_copies_of_one_picture_are_told_briefly(
    register: Database, tmp_path: Path
) -> None:
    source = folder(tmp_path, {f"{number}.jpg": face(10) for number in PEOPLE})
    plan = planned(register, source)
    assert len(plan.problems) == 4
    many = folder(tmp_path, {f"{n}_2023010101.jpg": face(n) for n in range(5)})
    assert "等 5 张" in planned(register, many).problems[0].why


def test_a_source_that_changes_meanwhile_is_refused_whole(
    register: Database, tmp_path: Path
) -> None:
    source = folder(tmp_path, {"2023010101.jpg": face(10)})
    plan = planned(register, source)
    for data in (face(11), b"half a fi"):
        (source / "2023010101.jpg").write_bytes(data)
        with pytest.raises(InputError, match="被改动"), register.write() as session:
            apply_photos(
                plan,
                session,
                tmp_path / "office",
                import_id="i",
                at=NOW,
                actor="李敏",
            )
    assert rows(register) == [0, 0, 0]


def ref(number: str, name: str = "张三", **numbers: str) -> StudentRef:
    return StudentRef(
        f"id-{number}",
        number,
        numbers.get("exam_no"),
        numbers.get("id_number", f"ID{number}"),
        name,
        "计应2301",
        None,
    )


@pytest.mark.parametrize(
    "file",
    [
        "2023010101.jpg",
        "班级/2023010101.JPG",
        "2023010101-张三.jpg",
        "2023010101_张三.jpeg",
        "张三_2023010101.png",
        "张三2023010101.jpg",
        "计应2301-2023010101-张三(1).jpg",
        "２０２３０１０１０１.jpg",
        "2023010101 蓝底.jpg",
        "张三（2023010101）.jpg",
    ],
)
def test_numbers_are_found_in_names(file: str) -> None:
    match = StudentIndex([ref("2023010101"), ref("2023010102", "李四")]).match(file)
    assert match.student.student_no == "2023010101"
    assert match.doubt is None


def test_an_id_number_may_end_with_a_small_x() -> None:
    index = StudentIndex([ref("1", id_number="11880120050101002X")])
    assert index.match("11880120050101002x.jpg").by == "证件号码"


def test_names_with_dots_of_any_kind_are_the_same_name() -> None:
    index = StudentIndex([ref("2023010103", "欧阳·买买提江")])
    for dot in "·•・.":
        assert index.match(f"2023010103-欧阳{dot}买买提江.jpg").doubt is None


@pytest.mark.parametrize(
    ("file", "flaw"),
    [
        ("2023010101_2023010102.jpg", PhotoFlaw.AMBIGUOUS),
        ("77.jpg", PhotoFlaw.AMBIGUOUS),
        ("2023010101-李四.jpg", PhotoFlaw.WRONG_NAME),
        ("张三.jpg", PhotoFlaw.NO_STUDENT),
        ("2023010101.exe", PhotoFlaw.NOT_A_PHOTO),
        ("2023010101", PhotoFlaw.NOT_A_PHOTO),
    ],
)
def test_doubtful_names_are_refused(file: str, flaw: PhotoFlaw) -> None:
    people = [
        ref("2023010101", exam_no="77"),
        ref("2023010102", "李四", id_number="77"),
    ]
    with pytest.raises(Flawed) as caught:
        StudentIndex(people).match(file)
    assert caught.value.flaw is flaw


def test_a_name_that_differs_is_a_doubt() -> None:
    match = StudentIndex([ref("2023010101", "张三峰")]).match("2023010101-张三丰.jpg")
    assert match.doubt == "照片文件名里的“张三丰”与姓名“张三峰”不同"


def test_a_stored_photo_that_was_changed_or_lost_is_told(tmp_path: Path) -> None:
    keep_photo(tmp_path, b"one")
    digest = next(tmp_path.rglob("*.jpg")).stem
    path = photo_path(tmp_path, digest)
    path.write_bytes(b"two")
    with pytest.raises(ArchiveError, match="被改动过"):
        photo_bytes(tmp_path, digest)
    keep_photo(tmp_path, b"one")
    assert photo_bytes(tmp_path, digest) == b"one"
    path.unlink()
    with pytest.raises(ArchiveError, match="读不出来"):
        photo_bytes(tmp_path, digest)
    with pytest.raises(NotFound):
        photo_bytes(tmp_path, "../../etc/passwd")


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "office").write_bytes(b"a file where a folder should be")
    with pytest.raises(ArchiveError, match="写不进去"):
        keep_photo(tmp_path / "office", b"one")
    with pytest.raises(ArchiveError, match="写不进去"):
        sync_folder(tmp_path / "gone")


def test_a_write_that_fails_leaves_nothing_half_written(tmp_path: Path) -> None:
    digest = sha256(b"one").hexdigest()
    photo_path(tmp_path, digest).mkdir(parents=True)  # a folder in the file's place
    with pytest.raises(ArchiveError, match="写不进去"):
        keep_photo(tmp_path, b"one")
    assert [p.name for p in (tmp_path / digest[:2]).iterdir()] == [f"{digest}.jpg"]
