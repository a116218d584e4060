"""The sample college: writes its workbook, photos and variants, from a seed.

Without ``--students`` it is the committed college with its special students; with
it, so many graduates who are all cleared::

    python samples/college.py --out samples
    python samples/college.py --students 300 --no-marks --out /tmp/cohort
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path
from random import Random

# A plain script has its folder on the path; an import by file name has not.
sys.path.insert(0, str(Path(__file__).resolve().parent))

from college_faces import face
from college_people import Person, cohort, showcase
from college_refused import refused_workbook, write_refused_photos
from college_sheets import save, workbook_of, write_csv, write_dbf

SEED = 20260630


def write_photos(people: Iterable[Person], folder: Path) -> int:
    """Draw the photo of everybody who has one; gives how many."""
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    for person in people:
        if person.photo is not None:
            # By the number and not by order: another student changes no face.
            data = face(Random(f"face {person.id_number}"), person.sex)
            (folder / person.photo).write_bytes(data)
            count += 1
    return count


def write_cohort(
    out: Path, students: int, seed: int = SEED, *, marks: bool = True
) -> list[Person]:
    """``college.xlsx`` and ``photos/`` of graduates who are all cleared."""
    out.mkdir(parents=True, exist_ok=True)
    people = list(cohort(seed, students, marks=marks))
    save(workbook_of(people), out / "college.xlsx")
    write_photos(people, out / "photos")
    return people


def write_showcase(out: Path, seed: int = SEED) -> list[Person]:
    """Everything that is committed: the college, its variants, what is refused."""
    out.mkdir(parents=True, exist_ok=True)
    people = showcase(seed)
    save(workbook_of(people), out / "college.xlsx")
    write_photos(people, out / "photos")
    few = [p for p in people if p.class_name == "计应2401"]
    rare = [p for p in people if p.name in ("刘䶮", "陈𬱖", "彭𬭸", "吕思源")]
    write_csv(out / "students-utf8.csv", few + rare, "utf-8-sig")
    write_csv(out / "students-gb18030.csv", few + rare, "gb18030")
    write_dbf(out / "students.dbf", few + rare)
    save(refused_workbook(people), out / "refused.xlsx")
    write_refused_photos(out / "refused-photos")
    return people


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True, help="folder to write into")
    parser.add_argument("--students", type=int, help="so many cleared graduates")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument(
        "--no-marks", action="store_true", help="with --students: one course each"
    )
    options = parser.parse_args()
    if options.students is None:
        people = write_showcase(options.out, options.seed)
    else:
        people = write_cohort(
            options.out, options.students, options.seed, marks=not options.no_marks
        )
    cleared = sum(person.cleared for person in people)
    print(f"{len(people)} students, {cleared} cleared, in {options.out}")


if __name__ == "__main__":
    main()
