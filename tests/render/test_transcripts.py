"""成绩单: every course in order, in blocks that end alike, on enough pages."""

from __future__ import annotations

import io
import random
import re
from collections.abc import Callable
from typing import Any

import pytest
import zxingcpp
from PIL import Image

from printshop.issue.facts import CourseFact, Printed, TermFact, TranscriptFacts
from printshop.issue.facts.transcript import missing_english
from printshop.render.design import load_design
from printshop.render.model import Page
from printshop.render.preview import SAMPLE_QR, picture

Draw = Callable[[str, str, Printed], Page]
Text = Callable[[Page], str]
Written = Callable[[str, str, Printed], str]
Glyphs = Callable[[Page], list[list[tuple[str, float, float, float, float]]]]

LANGUAGES = ("zh", "zh-en")
LONG = "智能网联汽车新能源动力电池管理系统故障诊断与维修综合实训课程设计一"
LONG_EN = "Comprehensive Practice of Diagnosis and Maintenance of Battery Systems"
ENGLISH = {
    "高等数学": "Advanced Mathematics",
    "大学英语": "College English",
    "体育": "Physical Education",
    "习近平新时代中国特色社会主义思想概论": "Introduction to Xi Jinping Thought on "
    "Socialism with Chinese Characteristics for a New Era",
    "C语言程序设计": "C Programming",
    "Web前端开发技术（HTML5与CSS3）": "Web Front-end Development (HTML5 and CSS3)",
    "数据库原理与应用": "Principles and Application of Databases",
    "大学生职业发展与就业指导": "Career Development and Employment Guidance",
    "军事理论与军事技能训练": "Military Theory and Training",
    LONG: LONG_EN,
}
NAMES = tuple(ENGLISH)
# The transcript has no photo.
UNPRINTED = {"photo"}


def terms(years: int, per_term: int, first: int = 2021) -> tuple[TermFact, ...]:
    """So many courses in each term, each with a score and a name of its own."""
    chosen = random.Random(years * 100 + per_term)
    count = iter(range(10_000))

    def another() -> CourseFact:
        number = next(count)
        name = NAMES[number % len(NAMES)]
        values: dict[str, Any] = {
            "course": f"{name}{number}",
            "course_en": f"{ENGLISH[name]} {number}",
            "nature": chosen.choice(["必修", "选修"]),
            "assessment": chosen.choice(["考试", "考查"]),
            "credits": "3.0",
            "score": chosen.choice(["85", "78.5", "优", "及格", "合格"]),
            "point": "3.7",
        }
        return CourseFact(**values)

    return tuple(
        TermFact(
            year=f"{first + year}-{first + year + 1}",
            term=term,
            courses=tuple(another() for _ in range(per_term)),
        )
        for year in range(years)
        for term in (1, 2)
    )


def sample(**changes: object) -> TranscriptFacts:
    return TranscriptFacts.sample(**changes)


def flat(text: str) -> str:
    return re.sub(r"\s", "", text)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("years", "per_term"), [(3, 10), (4, 8), (5, 7)])
def test_every_course_comes_out_in_the_order_of_terms(
    language: str, years: int, per_term: int, draw: Draw, text_of: Text
) -> None:
    facts = sample(terms=terms(years, per_term))
    text = flat(text_of(draw("transcript", language, facts)))
    courses = [course for term in facts.terms for course in term.courses]
    assert len(courses) == years * 2 * per_term
    at = -1
    for course in courses:
        english = flat(course.course_en or "") if language == "zh-en" else ""
        wanted = flat(course.course) + english + course.nature
        found = text.find(wanted, at + 1)
        assert found > at, course.course
        at = found


@pytest.mark.parametrize(
    ("language", "years", "per_term", "pages"),
    [
        ("zh", 3, 3, 1),
        ("zh", 3, 8, 1),
        ("zh", 3, 10, 1),
        ("zh", 4, 3, 2),
        ("zh", 4, 8, 2),
        ("zh", 5, 6, 2),
        ("zh-en", 3, 3, 1),
        ("zh-en", 3, 4, 1),
        ("zh-en", 4, 6, 2),
        ("zh-en", 5, 6, 2),
    ],
)
def test_three_years_are_one_page_and_more_are_two(
    language: str, years: int, per_term: int, pages: int, draw: Draw, text_of: Text
) -> None:
    page = draw("transcript", language, sample(terms=terms(years, per_term)))
    assert page.pages == pages
    text = flat(text_of(page))
    for number in range(1, pages + 1):
        assert f"第{number}页共{pages}页" in text
    assert text.count("（续）") == pages - 1


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("years", "per_term"), [(3, 15), (1, 40), (10, 6)])
def test_what_does_not_fit_goes_on_and_nothing_is_lost(
    language: str, years: int, per_term: int, draw: Draw, text_of: Text
) -> None:
    facts = sample(terms=terms(years, per_term, first=2015))
    page = draw("transcript", language, facts)
    text = flat(text_of(page))
    assert page.pages > 1
    for term in facts.terms:
        for course in term.courses:
            assert flat(course.course) in text


def course(name: str, english: str) -> CourseFact:
    return CourseFact.model_validate(
        {
            "course": name,
            "course_en": english,
            "nature": "必修",
            "assessment": "考试",
            "credits": "3.0",
            "score": "85",
        }
    )


@pytest.mark.parametrize("per_term", [3, 8])
@pytest.mark.parametrize("language", LANGUAGES)
def test_terms_side_by_side_are_planned_equally_high(
    language: str, per_term: int, written: Written
) -> None:
    html = written("transcript", language, sample(terms=terms(3, per_term)))
    tables = html.split('<table class="term">')[1:]
    heights = [sum(map(int, re.findall(r'<tr class="t(\d+)', one))) for one in tables]
    assert len(heights) == 6
    assert heights[0::2] == heights[1::2]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_row_is_as_high_as_planned(
    language: str, name: str, draw: Draw, written: Written, glyphs_of: Glyphs
) -> None:
    """A name on many lines against plain rows of the same planned height."""
    here = course(name, ENGLISH[name])
    plain, end = course("短名", "Short"), course("终", "End")
    left = TermFact(year="2023-2024", term=1, courses=(here, here, end))
    html = written("transcript", language, sample(terms=[left]))
    halves = int(re.findall(r'<tr class="t(\d+)', html)[0])
    right = TermFact(year="2023-2024", term=2, courses=(*[plain] * halves, end))
    (glyphs,) = glyphs_of(draw("transcript", language, sample(terms=[left, right])))
    tops = sorted(top for char, _, top, _, _ in glyphs if char == "终")
    assert len(tops) == 2
    assert tops[1] - tops[0] < 0.1


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_name_leaves_its_column(
    language: str, draw: Draw, glyphs_of: Glyphs
) -> None:
    facts = sample(terms=terms(3, 8), number="成绩单〔2026〕00001号")
    for glyphs in glyphs_of(draw("transcript", language, facts)):
        assert min(left for _, left, _, _, _ in glyphs) > 11.9
        assert max(right for _, _, _, right, _ in glyphs) < 198.1
        assert max(bottom for _, _, _, _, bottom in glyphs) < 297 - 4
        narrow = {"zh": 50.0, "zh-en": 46.6}[language]
        for char, left, _, right, _ in glyphs:
            if char in "智网联故障诊断":
                half = 12 if left < 105 else 105
                assert right - half < narrow + 0.5, char


def test_a_long_name_takes_two_lines(draw: Draw, glyphs_of: Glyphs) -> None:
    long = course(LONG, LONG_EN)
    assert len(LONG) > 30
    term = TermFact(year="2023-2024", term=1, courses=(long,) * 4)
    facts = sample(terms=[term, *terms(2, 3, first=2024)])
    (glyphs,) = glyphs_of(draw("transcript", "zh", facts))
    rows = {round(top) for char, left, top, _, _ in glyphs if char in "智障"}
    # Two lines for each, or three where the setting is roomy.
    assert 8 <= len(rows) <= 12 + 2


def test_make_up_and_retaken_scores_are_marked(draw: Draw, text_of: Text) -> None:
    base = {
        "nature": "必修",
        "assessment": "考试",
        "credits": "3.0",
        "course_en": "Some Course",
    }
    courses = [
        base | {"course": "甲", "score": "52", "make_up": "65"},
        base | {"course": "乙", "score": "40", "make_up": "50", "retake": "70"},
        base | {"course": "丙", "score": "不及格", "make_up": "及格"},
        base | {"course": "丁", "score": "88"},
    ]
    facts = sample(terms=[{"year": "2023-2024", "term": 1, "courses": courses}])
    text = flat(text_of(draw("transcript", "zh", facts)))
    assert "甲必修考试3.065(补)" in text
    assert "乙必修考试3.070(重)" in text
    assert "丙必修考试3.0及格(补)" in text
    assert "丁必修考试3.088" in text
    assert "注“(补)”的为补考成绩，注“(重)”的为重修成绩" in text
    both = text_of(draw("transcript", "zh-en", facts))
    assert "score of a make-up examination" in both.replace("\n", " ")
    assert "Pass" in both


def test_the_foot_has_what_an_employer_looks_for(draw: Draw, text_of: Text) -> None:
    text = flat(text_of(draw("transcript", "zh", sample())))
    for wanted in (
        "已得总学分132.5",
        "平均绩点3.42",
        "绩点算法step4",
        "绩点对照（step4）：90–100:4.0;85–89:3.7;…",
        "毕（结）业结论毕业",
        "证书编号999991202606000001",
        "经办人：",
        "示例职业技术学院教务处（章）",
        "二〇二六年六月三十日",
        "核实电话：000-00000000",
        "扫码核验verify.example.edu.cn",
    ):
        assert wanted in text, wanted


def test_the_bilingual_page_has_both_languages(draw: Draw, text_of: Text) -> None:
    text = text_of(draw("transcript", "zh-en", sample()))
    for wanted in (
        "Academic Transcript",
        "WANG Xiaoming",
        "School of Information Engineering",
        "Computer Application Technology",
        "March 9, 2005",
        "Fall 2023",
        "Spring 2024",
        "Advanced Mathematics",
        "Excellent",
        "Required",
        "Graduated",
        "Credits earned",
        "June 30, 2026",
    ):
        assert wanted in text, wanted


def test_a_year_with_one_term_says_so(draw: Draw, text_of: Text) -> None:
    late = terms(1, 1)[1]
    text = flat(text_of(draw("transcript", "zh", sample(terms=[late]))))
    assert "第二学期" in text
    assert "第一学期" not in text
    assert "本学期无成绩" in text
    assert text.index("本学期无成绩") < text.index("第二学期")


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_drawn_without_any_optional_field(
    language: str, draw: Draw, text_of: Text
) -> None:
    empty = {
        name: None
        for name, field in TranscriptFacts.model_fields.items()
        if not field.is_required() and field.default is None
    }
    text = text_of(draw("transcript", language, sample(**empty)))
    assert "None" not in text
    assert "王晓明" in text


@pytest.mark.parametrize(
    "field",
    [n for n, f in TranscriptFacts.model_fields.items() if not f.is_required()],
)
def test_each_optional_field_may_be_absent(field: str, written: Written) -> None:
    for language in LANGUAGES:
        html = written("transcript", language, sample(**{field: None}))
        assert "None" not in html


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_longest_and_rarest_texts_come_out_whole(
    language: str, draw: Draw, text_of: Text
) -> None:
    facts = sample(
        name="买买提江·阿卜杜热合曼·吐尔逊江·艾则孜·依明江䶮𬱖𬭸",
        school="示例省示例市示例民族职业技术师范高等专科学校",
        college="智能制造与新能源汽车工程现代产业学院",
        programme="智能网联汽车技术与新能源动力电池管理系统应用工程方向",
        class_name="智能网联汽车技术2301班（中高职贯通）",
        terms=terms(5, 7),
    )
    page = draw("transcript", language, facts)
    text = flat(text_of(page))
    # English names need lines of their own.
    assert page.pages == {"zh": 2, "zh-en": 3}[language]
    for field in ("school", "college", "programme", "class_name"):
        assert getattr(facts, field) in text, field
    assert text.count(facts.name) == page.pages


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_code_reads_back_from_the_page(language: str, draw: Draw) -> None:
    pdf = draw("transcript", language, sample(terms=terms(4, 8))).pdf
    image = Image.open(io.BytesIO(picture(pdf, 300)))
    assert [found.text for found in zxingcpp.read_barcodes(image)] == [SAMPLE_QR]


def test_every_field_is_used_or_left_out_on_purpose() -> None:
    sources = "".join(
        text
        for language in LANGUAGES
        for text in load_design("transcript", None, language).sources.values()
    )
    used = set(re.findall(r"\bfacts\.(\w+)", sources))
    assert set(TranscriptFacts.model_fields) - used == UNPRINTED
    assert set(CourseFact.model_fields) <= set(re.findall(r"\bcourse\.(\w+)", sources))
    assert set(TermFact.model_fields) <= set(re.findall(r"\bterm\.(\w+)", sources)) | {
        "year"
    }
    for facts in (TranscriptFacts, CourseFact, TermFact):
        for name, field in facts.model_fields.items():
            assert field.description, name
            assert field.examples, name


def test_what_english_lacks_names_the_course() -> None:
    assert missing_english(sample()) == []
    first, second = terms(1, 2)
    nameless = first.courses[0].model_copy(update={"course_en": None})
    again = second.model_copy(update={"courses": (nameless,)})
    facts = sample(
        terms=[first.model_copy(update={"courses": (nameless,)}), again],
        name_en=None,
        programme_en="",
        college_en=None,
    )
    assert missing_english(facts) == [
        "姓名“王晓明”没有拼音, 不能出中英文成绩单。",
        "专业“计算机应用技术”没有英文名, 不能出中英文成绩单。",
        "课程“高等数学0”（2021-2022 学年第 1 学期）没有英文名, 不能出中英文成绩单。",
    ]
