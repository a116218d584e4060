"""毕业资格审核表: the whole class, each check, the conclusion and its reasons."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from printshop.issue.facts import AuditLine, AuditSheetFacts, ClearanceFact, Printed
from printshop.kinds import LISTS
from printshop.render.design import load_design
from printshop.render.model import Page

Draw = Callable[[str, str, Printed], Page]
Text = Callable[[Page], str]
Glyphs = Callable[[Page], list[list[tuple[str, float, float, float, float]]]]

ITEMS = ("奖惩", "补考", "技能证书", "学费")
NAMES = ("王晓明", "欧阳小红", "䶮", "张𬱖", "李𬭸", "买买提江·吐尔逊江")
LONG = "买买提江·阿卜杜热合曼·吐尔逊江·艾则孜·依明江尔"


def line(number: int, *, cleared: bool = True, name: str | None = None) -> AuditLine:
    states = dict.fromkeys(ITEMS, "通过")
    reasons: tuple[str, ...] = ()
    if not cleared:
        states |= {"补考": "未通过", "学费": "未审核"}
        reasons = (
            "补考没有清（尚欠《高等数学》补考）。",
            "学费没有审核记录。",
            "已得学分 118, 应修 130, 还差 12。未通过: 高等数学、大学英语。",
            "没有照片。",
        )
    return AuditLine.model_validate(
        {
            "student_no": f"2023{number:06d}",
            "name": name or NAMES[number % len(NAMES)],
            "sex": "男" if number % 2 else "女",
            "clearances": [
                {
                    "item": item,
                    "state": state,
                    "by": None if state == "未审核" else f"审{number:03d}",
                    "on": None if state == "未审核" else "2026-06-01",
                    "note": "尚欠《高等数学》" if state == "未通过" else None,
                }
                for item, state in states.items()
            ],
            "credits_earned": "132.5" if cleared else "118.0",
            "credits_required": "130.0" if number % 5 else None,
            "photo": cleared,
            "status": "在读",
            "issuable": cleared,
            "reasons": reasons,
        }
    )


def flat(text: str) -> str:
    return re.sub(r"\s", "", text)


@pytest.fixture(scope="module")
def class_of_45(draw: Draw) -> tuple[AuditSheetFacts, Page]:
    facts = AuditSheetFacts.sample(
        lines=tuple(line(number, cleared=number % 4 != 0) for number in range(1, 46))
    )
    return facts, draw("audit-sheet", "zh", facts)


def test_everybody_is_listed_once_in_order(
    class_of_45: tuple[AuditSheetFacts, Page], text_of: Text
) -> None:
    facts, page = class_of_45
    text = flat(text_of(page))
    at = -1
    for one in facts.lines:
        found = text.find(f"{one.student_no}{one.name}{one.sex}", at + 1)
        assert found > at, one.student_no
        at = found
        assert text.count(one.student_no) == 1


def test_the_conclusion_has_its_reasons_and_the_class_its_sum(
    class_of_45: tuple[AuditSheetFacts, Page], text_of: Text
) -> None:
    facts, page = class_of_45
    text = flat(text_of(page))
    barred = len(facts.lines) - facts.issuable
    assert barred == 11
    assert f"共45人：可发证{facts.issuable}人，不可发证{barred}人" in text
    assert text.count("不可发证补考没有清（尚欠《高等数学》补考）。") == barred
    assert text.count("还差12。未通过:高等数学、大学英语。") == barred
    assert text.count("审00") + text.count("审01") > 9 * 4
    assert "132.5／130.0" in text
    assert "132.5／未定" in text


def test_the_head_stands_on_every_page_and_pages_are_counted(
    class_of_45: tuple[AuditSheetFacts, Page], text_of: Text
) -> None:
    _, page = class_of_45
    text = flat(text_of(page))
    assert page.pages >= 3
    assert (page.width_mm, page.height_mm) == (297, 210)
    assert text.count("不可发证的原因") == page.pages
    assert text.count("计应23012026年6月15日") == page.pages
    for number in range(1, page.pages + 1):
        assert f"第{number}页共{page.pages}页" in text
    for signature in (
        "班主任：",
        "系部教务员：",
        "学生处：",
        "财务处：",
        "教务处审核人：",
    ):
        assert text.count(signature) == 1
    assert page.review == ()


def test_nothing_leaves_the_paper(
    class_of_45: tuple[AuditSheetFacts, Page], glyphs_of: Glyphs
) -> None:
    for glyphs in glyphs_of(class_of_45[1]):
        assert min(left for _, left, _, _, _ in glyphs) > 17.9
        assert max(right for _, _, _, right, _ in glyphs) < 285.1
        assert max(bottom for _, _, _, _, bottom in glyphs) < 206


def test_the_longest_name_and_an_empty_class(draw: Draw, text_of: Text) -> None:
    facts = AuditSheetFacts.sample(lines=(line(1, name=LONG),), programme=LONG)
    text = flat(text_of(draw("audit-sheet", "zh", facts)))
    assert text.count(LONG) == 2
    nobody = AuditSheetFacts.sample(lines=(), grade=None)
    page = draw("audit-sheet", "zh", nobody)
    assert page.pages == 1
    assert "共0人：可发证0人，不可发证0人" in flat(text_of(page))
    assert "年级" not in text_of(page)


def test_every_field_is_used_and_explained() -> None:
    assert set(LISTS) == {"audit-sheet"}
    source = load_design("audit-sheet", None, "zh").sources["audit-sheet/full.zh.html"]
    for facts, word in (
        (AuditSheetFacts, "facts"),
        (AuditLine, "one"),
        (ClearanceFact, "check"),
    ):
        used = set(re.findall(rf"\b{word}\.(\w+)", source))
        assert set(facts.model_fields) <= used
        for name, field in facts.model_fields.items():
            assert field.description, name
            assert field.examples, name
