"""在读证明, 学籍证明 and 学历证明: what they say in both languages; that it fits."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import date

import pytest
import zxingcpp
from PIL import Image

from printshop.issue.facts import FACTS, EducationFacts, EnrollmentFacts, Printed
from printshop.issue.facts.proofs import missing_english
from printshop.render.design import load_design
from printshop.render.model import Page
from printshop.render.preview import SAMPLE_QR, picture

Draw = Callable[[str, str, Printed], Page]
Text = Callable[[Page], str]
Written = Callable[[str, str, Printed], str]
Glyphs = Callable[[Page], list[list[tuple[str, float, float, float, float]]]]

KINDS = ("enrollment", "roll-status", "education")
BOTH = [(kind, language) for kind in KINDS for language in ("zh", "en")]

# The photo is a picture, placed by the engine; a 在读证明 is only for 在读.
UNPRINTED = {
    "enrollment": {
        "photo",
        "status",
        "status_since",
        "status_until",
        "status_document_no",
    },
    "roll-status": {"photo"},
    "education": {"photo"},
}

WORST = {
    "name": "买买提江·阿卜杜热合曼·吐尔逊江·艾则孜·依明江尔",
    "name_en": "MAIMAITIJIANG Abudureheman Tuersunjiang Aizezi Yimingjiang",
    "school": "示例省示例市示例民族职业技术师范高等专科学校",
    "school_en": "Sample National Vocational and Technical Teachers College",
    "programme": "智能网联汽车技术与新能源动力电池管理系统应用工程方向",
    "programme_en": "Intelligent Connected Vehicles and Battery Management Systems",
    "college": "智能制造与新能源汽车工程现代产业学院",
    "class_name": "智能网联汽车技术2301班（中高职贯通）",
    "address": "示例省示例自治州示例市示例区示例大道东段北侧一万零八十六号示例高等职业"
    "教育园区示例校区行政楼二层二百一十三室教务处学籍科窗口",
    "purpose": "办理赴境外升学的签证与学历认证及家庭所在地学生资助手续",
}


def sample(kind: str, **changes: object) -> Printed:
    known = FACTS[kind].model_fields
    return FACTS[kind].sample(**{k: v for k, v in changes.items() if k in known})


def optional_fields(kind: str) -> list[str]:
    return [
        name
        for name, field in FACTS[kind].model_fields.items()
        if not field.is_required() and field.default is None
    ]


def flat(text: str) -> str:
    return re.sub(r"\s", "", text)


def lines_joined(text: str) -> str:
    return text.replace("\n", " ")


@pytest.mark.parametrize(("kind", "language"), BOTH)
def test_it_is_one_page_with_number_and_name(
    kind: str, language: str, draw: Draw, text_of: Text
) -> None:
    page = draw(kind, language, sample(kind))
    text = flat(text_of(page))
    assert page.pages == 1
    assert page.review == ()
    assert "王晓明" in text
    assert "证明〔2026〕00001号" in text
    assert "verify.example.edu.cn" in text


@pytest.mark.parametrize("name", ["䶮", "𬱖", "李𬭸", WORST["name"]])
@pytest.mark.parametrize(("kind", "language"), BOTH)
def test_the_longest_and_rarest_texts_come_out_whole(
    kind: str, language: str, name: str, draw: Draw, text_of: Text
) -> None:
    facts = sample(kind, **(WORST | {"name": name}))
    page = draw(kind, language, facts)
    text = flat(text_of(page))
    assert page.pages == 1
    wanted = ["name", "school", "number"]
    wanted += ["programme", "address", "purpose"] if language == "zh" else ["name_en"]
    for field in wanted:
        assert flat(getattr(facts, field)) in text, field


@pytest.mark.parametrize(("kind", "language"), BOTH)
def test_it_is_drawn_without_any_optional_field(
    kind: str, language: str, draw: Draw, text_of: Text
) -> None:
    page = draw(kind, language, sample(kind, **dict.fromkeys(optional_fields(kind))))
    text = text_of(page)
    assert page.pages == 1
    assert "None" not in text
    assert "（）" not in text
    assert "王晓明" in text


@pytest.mark.parametrize(
    ("kind", "field"),
    [(kind, field) for kind in KINDS for field in optional_fields(kind)],
)
def test_each_optional_field_may_be_absent(
    kind: str, field: str, written: Written
) -> None:
    for language in ("zh", "en"):
        html = written(kind, language, sample(kind, **{field: None}))
        assert "None" not in html
        assert "王晓明" in html


def test_a_proof_of_enrollment_says_what_the_office_says(
    draw: Draw, text_of: Text
) -> None:
    text = flat(text_of(draw("enrollment", "zh", sample("enrollment"))))
    assert (
        "兹证明王晓明，男，2005年3月9日出生，证件号码尾号1234，学号2023010101，"
        "于2023年9月进入我校信息工程学院计算机应用技术专业学习，层次专科，学制三年，"
        "学习形式普通全日制，现为我校2023级计应2301班在籍在读学生，预计2026年6月毕业。"
        "特此证明。"
    ) in text
    assert "示例职业技术学院教务处（盖章）二〇二六年六月三十日" in text
    assert "用途：办理签证。本证明有效期至2026年7月30日。" in text


@pytest.mark.parametrize(("sex", "he"), [("男", "He"), ("女", "She")])
def test_the_english_letter_says_he_or_she(
    sex: str, he: str, draw: Draw, text_of: Text
) -> None:
    page = draw("enrollment", "en", sample("enrollment", sex=sex))
    text = lines_joined(text_of(page))
    assert "Certificate of Enrollment" in text
    assert "To Whom It May Concern:" in text
    assert "WANG Xiaoming (王晓明)" in text
    assert "born on March 9, 2005" in text
    assert f"{he} is currently a registered student" in text
    assert f"issued at {'his' if sex == '男' else 'her'} request" in text
    assert "visa application" in text
    assert "Valid until July 30, 2026." in text


@pytest.mark.parametrize(
    ("status", "zh", "en"),
    [
        ("在读", "注册学籍（在读）", "is currently enrolled"),
        ("休学", "现学籍状态为休学，目前不在校学习", "granted a leave of absence"),
        ("保留学籍", "现学籍状态为保留学籍", "has had student status retained"),
    ],
)
def test_a_proof_of_status_is_worded_by_the_status(
    status: str, zh: str, en: str, draw: Draw, text_of: Text
) -> None:
    facts = sample(
        "roll-status",
        status=status,
        status_since=date(2026, 3, 1),
        status_until=date(2027, 2, 28),
        status_document_no="示例教〔2026〕15号",
    )
    assert zh in flat(text_of(draw("roll-status", "zh", facts)))
    text = lines_joined(text_of(draw("roll-status", "en", facts)))
    assert en in text
    if status != "在读":
        chinese = flat(text_of(draw("roll-status", "zh", facts)))
        assert "（示例教〔2026〕15号）" in chinese
        assert "自2026年3月1日起至2027年2月28日止" in chinese
        assert "预计" not in chinese
        assert "from March 1, 2026 until February 28, 2027" in text
        assert "currently enrolled" not in text


@pytest.mark.parametrize(
    ("conclusion", "zh", "en"),
    [
        (
            "毕业",
            "成绩合格，于2026年6月30日毕业，毕业证书编号",
            "Graduation Certificate",
        ),
        ("结业", "未达到毕业要求，于2026年6月30日结业", "Completion Certificate No."),
        ("肄业", "于2026年6月30日肄业", "before completing the program"),
    ],
)
def test_a_proof_of_education_is_worded_by_the_conclusion(
    conclusion: str, zh: str, en: str, draw: Draw, text_of: Text
) -> None:
    number = None if conclusion == "肄业" else "999991202606000001"
    facts = sample("education", conclusion=conclusion, certificate_number=number)
    assert zh in flat(text_of(draw("education", "zh", facts)))
    text = lines_joined(text_of(draw("education", "en", facts)))
    assert en in text
    assert ("graduated on" in text) == (conclusion == "毕业")


def test_the_id_number_is_never_more_than_its_end(draw: Draw, text_of: Text) -> None:
    for kind, language in BOTH:
        text = text_of(draw(kind, language, sample(kind, id_masked="***123")))
        assert "*" not in text
        assert "123" in text


@pytest.mark.parametrize(("kind", "language"), BOTH)
def test_the_code_reads_back_from_the_page(
    kind: str, language: str, draw: Draw
) -> None:
    image = Image.open(io.BytesIO(picture(draw(kind, language, sample(kind)).pdf, 300)))
    assert [found.text for found in zxingcpp.read_barcodes(image)] == [SAMPLE_QR]


@pytest.mark.parametrize(("kind", "language"), BOTH)
def test_every_glyph_stands_inside_the_margins(
    kind: str, language: str, draw: Draw, glyphs_of: Glyphs
) -> None:
    (glyphs,) = glyphs_of(draw(kind, language, sample(kind, **WORST)))
    assert len(glyphs) > 200
    assert min(left for _, left, _, _, _ in glyphs) > 27.5
    assert max(right for _, _, _, right, _ in glyphs) < 182.5
    assert max(bottom for _, _, _, _, bottom in glyphs) < 285


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_is_used_or_left_out_on_purpose(kind: str) -> None:
    sources = "".join(
        text
        for language in ("zh", "en")
        for text in load_design(kind, None, language).sources.values()
    )
    used = set(re.findall(r"\bfacts\.(\w+)", sources))
    assert set(FACTS[kind].model_fields) - used == UNPRINTED[kind]
    for name, field in FACTS[kind].model_fields.items():
        assert field.description, name
        assert field.examples, name


def test_what_english_lacks_is_named_in_chinese() -> None:
    whole = EnrollmentFacts.sample()
    assert missing_english(whole) == []
    assert missing_english(EnrollmentFacts.sample(college_en=None)) == []
    assert missing_english(EducationFacts.sample(name_en=None, programme_en=" ")) == [
        "姓名“王晓明”没有拼音, 不能出英文证明。",
        "专业“计算机应用技术”没有英文名, 不能出英文证明。",
    ]
