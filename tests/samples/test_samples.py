"""The sample college: made as committed, valid where it should be, and only there."""

from __future__ import annotations

import importlib.util
import io
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from openpyxl import load_workbook
from PIL import Image, ImageChops, ImageStat
from sqlalchemy import func, select

from printshop.audit import Circumstances, audit
from printshop.database import Base, Database, connect
from printshop.kinds import KINDS
from printshop.records import importer
from printshop.records.id_number import birth_of, check_digit, sex_of
from printshop.records.importer import ImportPlan, Options
from printshop.records.names import check_name
from printshop.records.photos import PhotoPlan, apply_photos, plan_photos
from printshop.records.photos_source import shown
from printshop.records.store import load_student
from printshop.records.tables import StudentRow
from printshop.records.workbook import read_workbook
from printshop.settings import bundled, load

SAMPLES = bundled("samples")
TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


def _college() -> ModuleType:
    spec = importlib.util.spec_from_file_location("college", SAMPLES / "college.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


college = _college()


def take_in(database: Database, path: Path) -> ImportPlan:
    ids = count()
    options = Options(today=TODAY)
    drafts = importer.check(read_workbook(path), options)
    with database.write() as session:
        plan = importer.plan(drafts, session, options)
        importer.apply(
            plan,
            session,
            import_id=f"{path.name}-{NOW:%H%M}",
            file_name=path.name,
            file_sha256="0" * 64,
            actor="李敏",
            at=NOW,
            new_id=lambda: f"s{next(ids)}",
        )
    return plan


def take_photos(database: Database, source: Path, photos_dir: Path) -> PhotoPlan:
    with database.write() as session:
        plan = plan_photos(source, session)
        apply_photos(
            plan,
            session,
            photos_dir,
            import_id=f"photos-{source.name}",
            at=NOW,
            actor="李敏",
        )
    return plan


def opened(place: Path) -> Database:
    database = connect(f"sqlite:///{place / 'printshop.db'}")
    Base.metadata.create_all(database.engine)
    return database


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """The register after the sample college and its photos were imported."""
    place = tmp_path_factory.mktemp("college")
    database = opened(place)
    plan = take_in(database, SAMPLES / "college.xlsx")
    assert plan.errors == ()
    assert plan.refused == ()
    photos = take_photos(database, SAMPLES / "photos", place / "photos")
    assert photos.problems == ()
    yield database
    database.close()


@pytest.fixture(scope="module")
def remade(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Any]]:
    """The samples as the generator makes them now, and the people in them."""
    place = tmp_path_factory.mktemp("remade")
    return place, college.write_showcase(place)


def files(folder: Path) -> set[str]:
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and not {"__pycache__", "pages"} & set(path.parts)
    }


def cells(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    book = load_workbook(path)
    return {sheet.title: list(sheet.values) for sheet in book}


def test_the_generator_makes_what_is_committed(remade: tuple[Path, list[Any]]) -> None:
    place, _ = remade
    made = files(place)
    generated = {f for f in files(SAMPLES) if Path(f).suffix not in (".py", ".md")}
    assert made == generated - {"office.toml"}
    for name in ("college.xlsx", "refused.xlsx"):
        assert cells(place / name) == cells(SAMPLES / name)
    for name in ("students-utf8.csv", "students-gb18030.csv", "students.dbf"):
        assert (place / name).read_bytes() == (SAMPLES / name).read_bytes()


def test_the_faces_are_those_that_are_committed(
    remade: tuple[Path, list[Any]],
) -> None:
    # Pixels and not bytes: another libjpeg may pack the same picture differently.
    place, _ = remade
    for path in sorted((SAMPLES / "photos").iterdir()):
        with Image.open(path) as old, Image.open(place / "photos" / path.name) as new:
            difference = ImageStat.Stat(ImageChops.difference(old, new))
            assert max(difference.mean) < 1, path.name


def test_the_same_seed_gives_the_same_workbook(tmp_path: Path) -> None:
    for name in ("one", "two"):
        college.write_cohort(tmp_path / name, 3, seed=7)
    one, two = (files(tmp_path / name) for name in ("one", "two"))
    assert one == two
    assert all(
        (tmp_path / "one" / f).read_bytes() == (tmp_path / "two" / f).read_bytes()
        for f in one
    )


def test_every_file_is_named_in_the_readme() -> None:
    readme = (SAMPLES / "README.md").read_text(encoding="utf-8")
    for name in sorted(files(SAMPLES) - {"README.md"}):
        top = name.split("/")[0]
        wanted = f"{top}/" if top == "photos" else Path(name).name
        assert f"`{wanted}`" in readme, name


def test_every_special_student_is_explained_in_the_readme(
    remade: tuple[Path, list[Any]],
) -> None:
    readme = (SAMPLES / "README.md").read_text(encoding="utf-8")
    special = [person for person in remade[1] if person.note]
    assert len(special) > 40
    for person in special:
        line = (person.class_name, person.student_no, person.name, person.note)
        assert f"| {' | '.join(line)} |" in readme


def test_all_of_it_is_small_enough_to_commit() -> None:
    assert sum((SAMPLES / f).stat().st_size for f in files(SAMPLES)) < 3_000_000


def test_the_people_are_valid_and_nobody_real(remade: tuple[Path, list[Any]]) -> None:
    people = remade[1]
    assert len(people) >= 60
    assert len({p.class_name for p in people}) >= 3
    assert len({p.programme.code for p in people}) == 2
    assert len({p.status for p in people}) >= 4
    for key in ("student_no", "exam_no", "id_number"):
        assert len({getattr(p, key) for p in people}) == len(people)
    for person in people:
        number = person.id_number
        assert check_digit(number[:17]) == number[17]
        assert birth_of(number) == person.born
        assert sex_of(number) == person.sex
        assert number[2:4] == "88" or number.startswith("810000")
        assert check_name(person.name).faults == ()


@pytest.mark.parametrize(
    "name",
    [
        "欧阳·买买提江·吐尔逊江",
        "刘䶮",
        "陈𬱖",
        "彭𬭸",
        "李想",
        "诸葛明远",
        "吕思源",
        "阿卜杜热合曼·买买提吐尔逊·艾合买提尼亚孜·阿不都克里木",
    ],
)
def test_the_names_that_break_other_systems_are_there(
    register: Database, name: str
) -> None:
    with register.read() as session:
        query = select(func.count()).where(StudentRow.name == name)
        assert session.scalar(query) == 1


@pytest.mark.parametrize(
    "name",
    ["college.xlsx", "students-utf8.csv", "students-gb18030.csv", "students.dbf"],
)
def test_importing_again_in_any_format_changes_nothing(
    register: Database, name: str
) -> None:
    plan = take_in(register, SAMPLES / name)
    assert plan.is_empty
    assert plan.errors == ()
    assert sum(plan.unchanged.values()) >= 14


def test_each_refused_row_is_refused_for_its_reason(register: Database) -> None:
    path = SAMPLES / "refused.xlsx"
    expected: dict[tuple[str, int], str] = {}
    for title, rows in cells(path).items():
        at = rows[0].index("应报")
        for number, row in enumerate(rows[1:], start=2):
            expected[title, number] = row[at]
    plan = take_in(register, path)
    found: dict[tuple[str, int], set[str]] = defaultdict(set)
    for problem in plan.errors:
        assert problem.why
        assert problem.remedy
        assert problem.row is not None
        found[problem.sheet, problem.row].add(problem.code.name)
    assert {place: {code} for place, code in expected.items()} == dict(found)
    assert len(set(expected.values())) > 55
    assert plan.is_empty


def test_each_refused_photo_is_refused_for_its_reason(register: Database) -> None:
    from college_refused import PHOTO_FLAWS, ZIP_FLAWS

    for source, flaws in (
        ("refused-photos", PHOTO_FLAWS),
        ("refused-photos.zip", ZIP_FLAWS),
    ):
        with register.read() as session:
            plan = plan_photos(SAMPLES / source, session)
        assert plan.photos == ()
        assert {p.file: p.flaw.name for p in plan.problems} == {
            shown(name): flaw for name, flaw in flaws.items()
        }


def test_photos_follow_the_standard_and_match_in_all_three_ways(
    register: Database,
) -> None:
    with register.read() as session:
        plan = plan_photos(SAMPLES / "photos", session)
    assert plan.new == plan.problems == plan.notes == ()
    assert {p.matched_by for p in plan.photos} == {"学号", "考生号", "证件号码"}
    assert [s.name for s in plan.missing] == ["彭乐"]
    for photo in plan.photos:
        assert photo.warnings == ()
        data = (SAMPLES / "photos" / photo.file).read_bytes()
        assert 20_000 <= len(data) <= 40_000
        with Image.open(io.BytesIO(data)) as image:
            assert (image.size, image.mode) == ((480, 640), "RGB")
            assert image.info["dpi"] == (300, 300)


def verdict_codes(database: Database, kind: str, number: str) -> list[str]:
    with database.read() as session:
        student = load_student(session, number, on=TODAY)
    verdict = audit(student, Circumstances(KINDS[kind], "zh", TODAY))
    return [finding.code for finding in verdict.blocking]


def test_who_must_not_graduate_has_exactly_the_reason_that_is_told(
    register: Database, remade: tuple[Path, list[Any]]
) -> None:
    reasons = {
        "不得发证: 学费未清": ["学费未清"],
        "不得发证: 补考未通过": ["补考未清", "学分不足"],
        "不得发证: 没有照片": ["无照片"],
        "不得发证: 四项都清, 但少一门课的学分": ["学分不足"],
        "不得发证: 审核全清, 但学籍状态是休学": ["状态不符"],
        "不得发证: 处分未解除; 一门课作弊后重修通过": ["奖惩未清"],
        "不得发证: 没有技能证书": ["技能证书未清"],
        "不得发证: 一项也没有审": ["奖惩未审", "补考未审", "技能证书未审", "学费未审"],
        "不得发证: 只审了两项": ["技能证书未审", "学费未审"],
    }
    seen = set()
    for person in remade[1]:
        codes = verdict_codes(register, "graduation", person.student_no)
        if person.note in reasons:
            assert codes == reasons[person.note], person.note
            seen.add(person.note)
        elif person.conclusion == "毕业":
            assert codes == [], person.student_no
        else:
            assert codes, person.student_no
    assert seen == set(reasons)


def test_completion_and_attendance_have_their_people(
    register: Database, remade: tuple[Path, list[Any]]
) -> None:
    outcome = {
        person.note: verdict_codes(register, kind, person.student_no)
        for person in remade[1]
        for kind, conclusion in (("completion", "结业"), ("attendance", "肄业"))
        if person.conclusion == conclusion
    }
    assert outcome == {
        "结业: 毕业设计不及格": [],
        "结业: 两门课程重修仍不及格": [],
        "结业, 但学费未清: 结业证书也不得发": ["学费未清"],
        "肄业: 学满两年后退学": [],
    }


def test_one_student_has_marks_of_four_school_years(register: Database) -> None:
    with register.read() as session:
        student = load_student(session, "2022010118", on=TODAY)
    assert len({mark.year for mark in student.marks}) == 4
    assert max(len(mark.course) for mark in student.marks) > 30
    assert student.status.value == "在读"


@pytest.mark.parametrize("marks", [True, False])
def test_a_cohort_of_any_size_is_wholly_cleared(tmp_path: Path, *, marks: bool) -> None:
    people = college.write_cohort(tmp_path, 45, marks=marks)
    database = opened(tmp_path)
    plan = take_in(database, tmp_path / "college.xlsx")
    assert plan.problems == ()
    photos = take_photos(database, tmp_path / "photos", tmp_path / "kept")
    assert len(photos.new) == 45
    assert photos.problems == photos.missing == ()
    for person in people:
        assert verdict_codes(database, "graduation", person.student_no) == []
    database.close()


def test_the_office_is_one_that_watermarks(tmp_path: Path) -> None:
    config = (SAMPLES / "office.toml").read_text(encoding="utf-8")
    (tmp_path / "printshop.toml").write_text(config, encoding="utf-8")
    settings = load(tmp_path, {})
    assert settings.specimen
    assert settings.school.code == "99999"
    assert settings.school.name == "示例职业技术学院"
