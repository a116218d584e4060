"""The students of the sample college: takes a seed, gives all that is known of them.

``showcase`` is the college of the committed sample, whose special students are the
table ``SPECIAL``; ``cohort`` is any number of graduates who are all cleared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from random import Random

from college_courses import Course, Result, changed, required, results
from college_names import Numbers, exam_no, ordinary_name
from college_special import SPECIAL, Special

GRADUATED = date(2026, 6, 30)
ITEMS = ("奖惩", "补考", "技能证书", "学费")
_AUDITORS = {
    "奖惩": ("学生处 王敏", date(2026, 5, 18)),
    "补考": ("教务科 陈静", date(2026, 6, 8)),
    "技能证书": ("实训中心 刘洋", date(2026, 5, 25)),
    "学费": ("财务处 赵丽", date(2026, 6, 3)),
}


@dataclass(frozen=True)
class Programme:
    """A major and where it is taught."""

    code: str
    name: str
    name_en: str
    college: str
    college_en: str


PROGRAMMES = {
    "计应": Programme(
        "510201",
        "计算机应用技术",
        "Computer Application Technology",
        "信息工程学院",
        "School of Information Engineering",
    ),
    "会计": Programme(
        "530302",
        "大数据与会计",
        "Big Data and Accounting",
        "经济管理学院",
        "School of Economics and Management",
    ),
}


@dataclass(frozen=True)
class Class:
    """One class of the college: name, prefix of its 学号, students, last term taken."""

    name: str
    prefix: str
    size: int
    terms: int = 6

    @property
    def grade(self) -> int:
        """Year of admission."""
        return int(self.prefix[:4])


CLASSES = (
    Class("计应2301", "20230101", 22),
    Class("计应2302", "20230102", 20),
    Class("会计2301", "20230201", 20),
    Class("计应2401", "20240101", 10, terms=4),
)


@dataclass(frozen=True)
class Check:
    """One item of the graduation audit."""

    cleared: bool
    by: str
    on: date
    note: str = ""


@dataclass(frozen=True)
class Event:
    """One line of the 异动 sheet."""

    type: str
    on: date
    document_no: str = ""
    reason: str = ""
    until: date | None = None
    note: str = ""


@dataclass
class Person:
    """One student with everything that the four sheets and the photo need."""

    order: int
    student_no: str
    exam_no: str
    name: str
    name_en: str
    sex: str
    born: date
    id_type: str
    id_number: str
    ethnicity: str
    politics: str
    programme: Programme
    class_name: str
    grade: int
    enrolled: date
    expected: date
    guardian: str
    status: str = "在读"
    conclusion: str = ""
    graduated: date | None = None
    checks: dict[str, Check] = field(default_factory=dict)
    credits: float | None = None
    marks: list[Result] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    photo: str | None = None
    note: str = ""

    @property
    def cleared(self) -> bool:
        """Whether a 毕业证书 may be issued, as far as the four checks go."""
        return self.conclusion == "毕业" and all(
            item in self.checks and self.checks[item].cleared for item in ITEMS
        )


def school_terms(grade: int, count: int) -> list[tuple[str, int]]:
    """School year and term of the first terms of a grade."""
    years = [f"{year}-{year + 1}" for year in range(grade, grade + 3)]
    return [(year, term) for year in years for term in (1, 2)][:count]


class _College:
    """Fills classes from one random generator, student by student."""

    def __init__(self, seed: int, *, marks: bool = True) -> None:
        self.random = Random(seed)
        self.numbers = Numbers(Random(seed + 1))
        self.marks = Random(seed + 2) if marks else None
        self.order = 0

    def student(
        self, place: Class, number: int, special: Special | None = None
    ) -> Person:
        random = self.random
        self.order += 1
        sex = special.sex if special else random.choice("男女")
        name, latin = ordinary_name(random, sex)
        region = self.numbers.region()
        if special and special.region:
            region = special.region
        born = self.numbers.birth_date(place.grade)
        programme = PROGRAMMES[place.name[:2]]
        student_no = f"{place.prefix}{number:02d}"
        person = Person(
            order=self.order,
            student_no=student_no,
            exam_no=exam_no(place.grade, region, self.order),
            name=special.name if special and special.name else name,
            name_en=special.name_en if special and special.name else latin,
            sex=sex,
            born=born,
            id_type="港澳台居民居住证" if region[0] == "8" else "居民身份证",
            id_number=self.numbers.id_number(region, born, sex),
            ethnicity=special.ethnicity if special else "汉族",
            politics=random.choice(("共青团员", "共青团员", "群众", "中共预备党员")),
            programme=programme,
            class_name=place.name,
            grade=place.grade,
            enrolled=date(place.grade, 9, 1),
            expected=date(place.grade + 3, 6, 30),
            guardian=ordinary_name(random, "男")[0],
            photo=f"{student_no}.jpg",
        )
        self._studies(person, place.terms)
        if place.terms == 6:
            _graduates(person)
        if special:
            person.note = special.why
            for deed in special.deeds:
                DEEDS[deed](person)
        return person

    def _studies(self, person: Person, terms: int) -> None:
        if self.marks is not None:
            person.marks = results(
                self.marks, person.programme.code, school_terms(person.grade, terms)
            )


def _graduates(person: Person) -> None:
    person.conclusion, person.graduated = "毕业", GRADUATED
    person.credits = required(person.programme.code)
    person.checks = {item: Check(True, *_AUDITORS[item]) for item in ITEMS}


def showcase(seed: int) -> list[Person]:
    """The committed college: ordinary students around the special ones."""
    college = _College(seed)
    found = []
    for place in CLASSES:
        special = [s for s in SPECIAL if s.place == place.name]
        for index in range(place.size):
            chosen = special[index] if index < len(special) else None
            found.append(college.student(place, index + 1, chosen))
    _name_photos(found)
    return found


def _name_photos(people: list[Person]) -> None:
    """As files come back: mostly by 学号, some by 考生号 or 证件号码, some by hand."""
    for person in people:
        last = int(person.student_no[-2:])
        if person.photo is None:
            continue
        if person.class_name == "计应2302" and last <= 5:
            person.photo = f"{person.exam_no}.JPG"
        elif person.class_name == "会计2301" and last <= 5:
            person.photo = f"{person.id_number}.jpg"
        elif person.class_name == "计应2401" and last <= 2:
            person.photo = f"{person.student_no}-{person.name}.jpeg"
        elif person.class_name == "计应2401" and last == 3:
            person.photo = f"{person.name}_{person.student_no}.jpg"


def newcomers(seed: int, place: Class) -> list[Person]:
    """A class of people who are not in the college."""
    college = _College(seed, marks=False)
    return [college.student(place, n) for n in range(1, place.size + 1)]


def cohort(seed: int, students: int, *, marks: bool = True) -> Iterator[Person]:
    """Graduates in classes of forty, all of them cleared."""
    college = _College(seed, marks=marks)
    for index in range(students):
        kind = ("计应", "会计")[index // 40 % 2]
        place = Class(
            f"{kind}23{index // 40 + 1:02d}", f"20239{index // 40 + 1:03d}", 40
        )
        person = college.student(place, index % 40 + 1)
        if not marks:
            _only_internship(person)
        yield person


def _only_internship(person: Person) -> None:
    """One course each: an audit without any credits required finds fault."""
    courses = results(Random(0), person.programme.code, school_terms(person.grade, 6))
    person.marks = [r for r in courses if r.course.name == "岗位实习"]
    person.credits = sum(result.course.credits for result in person.marks)


# --- what sets a special student apart -----------------------------------------


def _check(person: Person, item: str, note: str) -> None:
    person.checks[item] = Check(False, *_AUDITORS[item], note)


def _unpaid(person: Person) -> None:
    _check(person, "学费", "欠 2025-2026 学年学费")


def _make_up_open(person: Person) -> None:
    person.marks = changed(person.marks, "JY3102", score="45", make_up="52")
    _check(person, "补考", "MySQL数据库应用补考未通过")


def _under_sanction(person: Person) -> None:
    _check(person, "奖惩", "记过处分尚未解除")
    person.marks = changed(person.marks, "KJ2202", score="作弊", retake="66")


def _no_skill_certificate(person: Person) -> None:
    _check(person, "技能证书", "未取得初级会计或 1+X 证书")


def _not_audited(person: Person) -> None:
    person.checks = {}


def _half_audited(person: Person) -> None:
    del person.checks["学费"], person.checks["技能证书"]


def _credits_short(person: Person) -> None:
    person.marks = [r for r in person.marks if r.course.code != "JY5101"]


def _no_photo(person: Person) -> None:
    person.photo = None


def _completes(person: Person) -> None:
    person.conclusion = "结业"
    last = next(
        r for r in reversed(person.marks) if r.course.name.startswith("毕业设计")
    )
    person.marks = changed(person.marks, last.course.code, score="不及格")
    _check(person, "补考", "毕业设计不及格")


def _completes_owing_courses(person: Person) -> None:
    person.conclusion = "结业"
    for code in ("KJ1201", "KJ3202"):
        person.marks = changed(
            person.marks, code, score="41", make_up="50", retake="55"
        )
    _check(person, "补考", "两门课程重修未通过")


def _leaves_early(person: Person, day: date, document_no: str, reason: str) -> None:
    years = (
        f"{person.grade}-{person.grade + 1}",
        f"{person.grade + 1}-{person.grade + 2}",
    )
    person.marks = [r for r in person.marks if r.year in years]
    person.status = "退学"
    person.events.append(Event("退学", day, document_no, reason))


def _attends(person: Person) -> None:
    day = date(2025, 9, 12)
    _leaves_early(person, day, "示职教〔2025〕47号", "本人申请退学")
    person.conclusion, person.graduated = "肄业", day


def _withdrawn(person: Person) -> None:
    _leaves_early(person, date(2025, 10, 20), "示职教〔2025〕61号", "逾期未注册")
    _not_planned(person)


def _expelled(person: Person) -> None:
    _leaves_early(person, date(2025, 11, 5), "示职教〔2025〕66号", "")
    person.status = "开除学籍"
    person.events = [Event("开除学籍", date(2025, 11, 5), "示职教〔2025〕66号", "违纪")]
    _not_planned(person)


def _not_planned(person: Person) -> None:
    person.conclusion, person.graduated, person.credits = "", None, None
    person.checks = {}


def _suspended(person: Person) -> None:
    person.status = "休学"
    person.events = [
        Event(
            "休学", date(2026, 6, 15), "示职教〔2026〕21号", "疾病", date(2027, 6, 14)
        )
    ]


def _suspended_unplanned(person: Person) -> None:
    person.status = "休学"
    person.events = [
        Event("休学", date(2026, 3, 2), "示职教〔2026〕9号", "疾病", date(2027, 2, 28))
    ]
    person.marks = [r for r in person.marks if (r.year, r.term) != ("2025-2026", 2)]
    _not_planned(person)


def _in_the_army(person: Person) -> None:
    person.status = "保留学籍"
    person.events = [
        Event(
            "保留学籍",
            date(2025, 9, 15),
            "示职教〔2025〕50号",
            "应征入伍",
            date(2029, 9, 15),
        )
    ]
    person.marks = [r for r in person.marks if r.year != "2025-2026"]
    _not_planned(person)


def _four_years(person: Person) -> None:
    """Admitted a year before the class, away for a year after the third term."""
    person.student_no = "2022010118"
    person.photo = "2022010118.jpg"
    person.enrolled = date(2022, 9, 1)
    person.events = [
        Event("休学", date(2024, 3, 1), "示职教〔2024〕8号", "疾病", date(2025, 2, 28)),
        Event(
            "复学", date(2025, 2, 24), "示职教〔2025〕5号", "康复", note="编入计应2301"
        ),
    ]
    terms = [("2022-2023", 1), ("2022-2023", 2), ("2023-2024", 1)]
    terms += [("2024-2025", 2), ("2025-2026", 1), ("2025-2026", 2)]
    moved = dict(zip(school_terms(person.grade, 6), terms, strict=True))
    person.marks = [
        Result(r.course, *moved[r.year, r.term], r.score, r.make_up, r.retake)
        for r in person.marks
    ]


def _changed_major(person: Person) -> None:
    person.events = [
        Event(
            "转专业",
            date(2024, 2, 26),
            "示职教〔2024〕6号",
            "个人志趣",
            note="由大数据与会计转入计算机应用技术",
        )
    ]


def _event_without_number(person: Person) -> None:
    person.events = [Event("转专业", date(2026, 9, 7), "", "个人志趣", note="待发文")]


def _exempt(person: Person) -> None:
    person.marks = changed(person.marks, "GB1002", score="免修")
    person.marks = changed(person.marks, "JY2104", score="缓考", make_up="81")
    person.marks = changed(
        person.marks, "JY3102", score="缺考", make_up="58", retake="72"
    )


def _no_english_course(person: Person) -> None:
    course = Course(4, "GX0001", "茶艺与茶文化", "", 1, "任选", "g")
    person.marks.append(Result(course, "2025-2026", 2, "优"))


def _no_pinyin(person: Person) -> None:
    person.name_en = ""


def _resumed(person: Person) -> None:
    person.events = [
        Event("休学", date(2025, 3, 3), "示职教〔2025〕7号", "创业", date(2025, 8, 31)),
        Event("复学", date(2025, 9, 1), "示职教〔2025〕44号", "休学期满"),
    ]


DEEDS: dict[str, Callable[[Person], None]] = {
    "学费未清": _unpaid,
    "补考未清": _make_up_open,
    "奖惩未清": _under_sanction,
    "技能证书未清": _no_skill_certificate,
    "未审": _not_audited,
    "只审两项": _half_audited,
    "学分不足": _credits_short,
    "无照片": _no_photo,
    "结业": _completes,
    "结业欠课": _completes_owing_courses,
    "肄业": _attends,
    "退学": _withdrawn,
    "开除": _expelled,
    "休学": _suspended,
    "休学未定": _suspended_unplanned,
    "入伍": _in_the_army,
    "四年": _four_years,
    "转专业": _changed_major,
    "异动无文号": _event_without_number,
    "免修缓考": _exempt,
    "无拼音": _no_pinyin,
    "课程无英文名": _no_english_course,
    "休学期满复学": _resumed,
}
