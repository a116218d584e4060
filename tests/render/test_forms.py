"""The six status-change forms: the whole chain, what to hand in, room to write."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest
import zxingcpp
from PIL import Image

from printshop.errors import NotFound
from printshop.issue.facts import FACTS, FormFacts, Printed
from printshop.issue.facts.forms import ApprovalFact
from printshop.issue.form_rules import form_fields, form_rule
from printshop.kinds import KINDS, Family
from printshop.render.design import load_design
from printshop.render.model import Page
from printshop.render.preview import SAMPLE_QR, picture

Draw = Callable[[str, str, Printed], Page]
Text = Callable[[Page], str]
Written = Callable[[str, str, Printed], str]
Glyphs = Callable[[Page], list[list[tuple[str, float, float, float, float]]]]

FORMS = [kind.code for kind in KINDS.values() if kind.family is Family.FORM]
PAGES = dict.fromkeys(FORMS, 1) | {"form-withdrawal": 2}
# No photo, no English; and fields that only one or two of the forms ask for.
NEVER = {"photo", "name_en", "programme_en"}
ONLY = {
    "prior_document_no": {"form-resumption"},
    "from_on": {"form-suspension", "form-resumption", "form-retention"},
    "until_on": {"form-suspension", "form-resumption", "form-retention"},
    "leaves_before": {"form-suspension", "form-resumption"},
    "target": {"form-major-change", "form-transfer"},
    "target_programme": {"form-transfer"},
    "target_college": {"form-major-change", "form-transfer"},
    "target_class": {"form-resumption", "form-major-change"},
    "gpa": {"form-major-change", "form-transfer"},
    "credits_earned": {"form-major-change", "form-transfer"},
}
OPTIONAL = [n for n, f in FormFacts.model_fields.items() if f.default is None]


def sample(kind: str, **changes: object) -> Printed:
    return FACTS[kind].sample(**changes)


def flat(text: str) -> str:
    return re.sub(r"\s", "", text)


@pytest.mark.parametrize("kind", FORMS)
def test_the_chain_is_printed_in_the_order_of_signing(
    kind: str, draw: Draw, text_of: Text
) -> None:
    page = draw(kind, "zh", sample(kind))
    text = flat(text_of(page))
    assert page.pages == PAGES[kind]
    chain = form_rule(kind).approvals
    at = -1
    for number, one in enumerate(chain, start=1):
        found = text.find(f"{number}.{one.title}", at + 1)
        assert found > at, one.title
        at = found
    assert text.count("签字：") >= len(chain)
    assert text.count("（盖章）") == sum(one.seal for one in chain)
    assert text.count("不同意") == sum("不同意" in one.choices for one in chain)


@pytest.mark.parametrize("kind", FORMS)
def test_what_must_be_handed_in_can_be_ticked(
    kind: str, draw: Draw, text_of: Text
) -> None:
    facts = sample(kind)
    text = flat(text_of(draw(kind, "zh", facts)))
    assert facts.attachments
    for one in facts.attachments:
        assert flat(one) in text
    assert "本表一式四份" in text
    assert f"{KINDS[kind].title}" in text
    assert "110105200503091234" in text


@pytest.mark.parametrize(
    ("kind", "titles"),
    [
        (
            "form-suspension",
            "学生本人 家长 班主任 校医务室 系部 学生处 教务处 分管院领导",
        ),
        ("form-resumption", "学生本人 家长 班主任 校医务室 系部 学生处 财务处 教务处"),
        (
            "form-withdrawal",
            "学生本人 家长 班主任 系部 学生处 财务处 教务处 分管院领导",
        ),
        ("form-major-change", "学生本人 家长 班主任 转出系部 转入系部 学生处 教务处"),
        (
            "form-transfer",
            "学生本人 家长 转出系部 转出学校教务处 转出学校 转入系部 转入学校教务处 "
            "转入学校 转出地省级 转入地省级",
        ),
        ("form-retention", "学生本人 家长 班主任 系部 武装部 学生处 教务处"),
    ],
)
def test_the_chain_is_the_union_of_the_brief(kind: str, titles: str) -> None:
    chain = [one.title for one in form_rule(kind).approvals]
    for title, wanted in zip(chain, titles.split(), strict=False):
        assert title.startswith(wanted)
    assert len(chain) >= len(titles.split())


def test_the_hospital_and_the_reason_decide_the_attachments() -> None:
    ill = form_fields("form-suspension", "疾病", hospital="二甲")["attachments"]
    assert "二甲以上医院诊断证明及病历复印件" in ill
    assert "家庭情况证明" not in ill
    business = form_fields("form-suspension", "创业")["attachments"]
    assert not any("医院" in one for one in business)
    unknown = form_fields("form-suspension")["attachments"]
    assert "县级以上医院诊断证明及病历复印件（疾病）" in unknown
    assert "家庭情况证明（家庭）" in unknown
    assert form_fields("form-suspension", "出国")["attachments"] == (
        "本人书面申请",
        "家长意见或电话记录",
    )


def test_only_forms_have_a_chain() -> None:
    with pytest.raises(NotFound, match="enrollment") as refusal:
        form_rule("enrollment")
    assert "form-transfer" in refusal.value.remedy


def test_a_bare_title_becomes_a_box_and_persons_use_no_seal() -> None:
    facts = FormFacts.sample(approvals=("学生本人", "家长", "教务处"))
    assert [one.seal for one in facts.approvals] == [False, False, True]
    assert all(isinstance(one, ApprovalFact) for one in facts.approvals)
    with pytest.raises(ValueError, match="approvals"):
        FormFacts.sample(approvals="教务处")


@pytest.mark.parametrize(
    ("kind", "reason", "ticked"),
    [
        ("form-suspension", "疾病", ["疾病"]),
        ("form-suspension", "出国", ["其他：出国"]),
        ("form-suspension", None, []),
        ("form-resumption", "应征入伍", ["应征入伍"]),
        ("form-withdrawal", "本人申请", ["本人申请"]),
        (
            "form-withdrawal",
            "超过学校规定期限未注册而又未履行暂缓注册手续",
            ["学校处理", "（五）超过学校规定期限未注册而又未履行暂缓注册手续"],
        ),
        ("form-withdrawal", "家庭迁居", []),
        ("form-retention", "跨校联合培养", ["跨校联合培养"]),
    ],
)
def test_the_reason_is_ticked(
    kind: str, reason: str | None, ticked: list[str], draw: Draw, text_of: Text
) -> None:
    text = flat(text_of(draw(kind, "zh", sample(kind, reason=reason))))
    assert text.count("√") == len(ticked)
    for one in ticked:
        assert f"√{one}" in text
    if reason:
        assert reason in text


def test_a_withdrawal_tells_of_the_right_to_appeal(draw: Draw, text_of: Text) -> None:
    text = flat(text_of(draw("form-withdrawal", "zh", sample("form-withdrawal"))))
    assert "接到决定书之日起10日内，向学校学生申诉处理委员会提出书面申诉" in text
    assert "陈述和申辩的权利" in text
    assert "送达回证" in text
    assert "写实性学习证明" in text
    assert text.count("（续）王晓明") == 1


@pytest.mark.parametrize("kind", FORMS)
def test_what_is_not_known_is_left_to_write(
    kind: str, draw: Draw, text_of: Text
) -> None:
    page = draw(kind, "zh", sample(kind, **dict.fromkeys(OPTIONAL)))
    text = text_of(page)
    assert page.pages == PAGES[kind]
    assert "None" not in text
    assert "王晓明" in text
    if kind in ONLY["from_on"]:
        assert "年月日起至年月日止" in flat(text)


@pytest.mark.parametrize("field", OPTIONAL)
@pytest.mark.parametrize("kind", FORMS)
def test_each_optional_field_may_be_absent(
    kind: str, field: str, written: Written
) -> None:
    html = written(kind, "zh", sample(kind, **{field: None}))
    assert "None" not in html


@pytest.mark.parametrize("kind", FORMS)
def test_the_longest_and_rarest_texts_come_out_whole(
    kind: str, draw: Draw, text_of: Text, glyphs_of: Glyphs
) -> None:
    facts = sample(
        kind,
        name="买买提江·阿卜杜热合曼·吐尔逊江·艾则孜·依明江䶮𬱖𬭸",
        school="示例省示例市示例民族职业技术师范高等专科学校",
        programme="智能网联汽车技术与新能源动力电池管理系统应用工程方向",
        college="智能制造与新能源汽车工程现代产业学院",
        class_name="智能网联汽车技术2301班（中高职贯通）",
        address="示例省示例自治州示例市示例区示例大道东段北侧一万零八十六号示例高等"
        "职业教育园区示例校区行政楼二层二百一十三室教务处学籍科窗口",
        phone="13800000000、0000-00000000",
        guardian="阿卜杜热合曼·吐尔逊江",
    )
    page = draw(kind, "zh", facts)
    text = flat(text_of(page))
    assert page.pages <= 2
    for field in ("name", "school", "programme", "college", "class_name", "address"):
        assert getattr(facts, field) in text, field
    for glyphs in glyphs_of(page):
        assert min(left for _, left, _, _, _ in glyphs) > 21.9
        assert max(right for _, _, _, right, _ in glyphs) < 195.1
        assert max(bottom for _, _, _, _, bottom in glyphs) < 297 - 4


@pytest.mark.parametrize("kind", FORMS)
def test_the_code_reads_back_from_the_page(kind: str, draw: Draw) -> None:
    image = Image.open(io.BytesIO(picture(draw(kind, "zh", sample(kind)).pdf, 300)))
    assert [found.text for found in zxingcpp.read_barcodes(image)] == [SAMPLE_QR]


@pytest.mark.parametrize("kind", FORMS)
def test_every_field_is_used_or_left_out_on_purpose(kind: str) -> None:
    sources = "".join(load_design(kind, None, "zh").sources.values())
    used = set(re.findall(r"\bfacts\.(\w+)", sources))
    left_out = NEVER | {field for field, kinds in ONLY.items() if kind not in kinds}
    assert set(FACTS[kind].model_fields) - used == left_out
    assert set(ApprovalFact.model_fields) == set(re.findall(r"\bone\.(\w+)", sources))
    for facts in (FACTS[kind], ApprovalFact):
        for name, field in facts.model_fields.items():
            assert field.description, name
            assert field.examples, name
