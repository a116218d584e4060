"""Facts of 成绩单: every course as registered, 补考 and 重修 always marked."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, ConfigDict

from printshop.issue.facts.base import Person, fact, optional


class CourseFact(BaseModel):
    """One line of a transcript."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    course: str = fact("课程名称", "高等数学")
    course_en: str | None = optional("课程英文名", "Advanced Mathematics")
    nature: str = fact("课程性质", "必修")
    assessment: str = fact("考核方式", "考试")
    credits: str = fact("学分", "4.0")
    score: str = fact("成绩, 登记的原样", "85")
    make_up: str | None = optional("补考成绩", None)
    retake: str | None = optional("重修成绩", None)
    point: str | None = optional("绩点", "3.7")


_SAMPLE_COURSES = (
    {
        "course": "高等数学",
        "course_en": "Advanced Mathematics",
        "nature": "必修",
        "assessment": "考试",
        "credits": "4.0",
        "score": "85",
        "point": "3.7",
    },
    {
        "course": "大学英语",
        "course_en": "College English",
        "nature": "必修",
        "assessment": "考试",
        "credits": "4.0",
        "score": "52",
        "make_up": "65",
        "point": "1.0",
    },
    {
        "course": "体育",
        "course_en": "Physical Education",
        "nature": "必修",
        "assessment": "考查",
        "credits": "2.0",
        "score": "良",
        "point": "3.3",
    },
)


class TermFact(BaseModel):
    """One term with its courses in register order."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    year: str = fact("学年", "2023-2024")
    term: int = fact("学期 1 或 2", 1)
    courses: tuple[CourseFact, ...] = fact("课程", _SAMPLE_COURSES)


class TranscriptFacts(Person):
    """成绩单 (zh; bilingual zh/en)."""

    number: str | None = optional("文号", "成绩单〔2026〕00001号")
    school_en: str = fact("学校英文名", "Sample Vocational College")
    office: str = fact("开具部门", "教务处")
    office_en: str = fact("开具部门英文名", "Academic Affairs Office")
    address: str | None = optional("学校地址", "示例省示例市示例路 1 号")
    phone: str | None = optional("核实电话", "000-00000000")
    college: str = fact("院系", "信息工程学院")
    college_en: str | None = optional("院系英文名", "School of Information Engineering")
    class_name: str = fact("班级", "计应2301")
    graduated_on: date | None = optional("毕（结）业日期", date(2026, 6, 30))
    conclusion: str | None = optional("毕（结）业结论", "毕业")
    certificate_number: str | None = optional("证书编号", "999991202606000001")
    terms: tuple[TermFact, ...] = fact(
        "各学期",
        tuple(
            {"year": f"{y}-{y + 1}", "term": t, "courses": _SAMPLE_COURSES}
            for y in (2023, 2024, 2025)
            for t in (1, 2)
        ),
    )
    credits_earned: str = fact("已得总学分", "132.5")
    gpa: str = fact("平均绩点", "3.42")
    gpa_rule: str = fact("绩点算法名称", "step4")
    gpa_table: str = fact("绩点对照说明", "90–100: 4.0; 85–89: 3.7; …")


def missing_english(facts: TranscriptFacts) -> list[str]:
    """What a bilingual transcript would lack, one sentence for the office per item.

    An empty list means that the bilingual transcript can be printed. A course is
    named once, with the first term it stands in; the college stays Chinese where it
    has no English name.
    """
    needed = [
        ("姓名", facts.name, facts.name_en, "拼音"),
        ("专业", facts.programme, facts.programme_en, "英文名"),
    ]
    sentences = [
        f"{what}“{value}”没有{form}, 不能出中英文成绩单。"
        for what, value, english, form in needed
        if not (english or "").strip()
    ]
    unnamed: dict[str, str] = {}
    for term in facts.terms:
        for course in term.courses:
            if not (course.course_en or "").strip():
                where = f"{term.year} 学年第 {term.term} 学期"
                unnamed.setdefault(course.course, where)
    sentences += [
        f"课程“{course}”（{where}）没有英文名, 不能出中英文成绩单。"
        for course, where in unnamed.items()
    ]
    return sentences
