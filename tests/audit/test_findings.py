"""Every finding has a case that brings it about, and says what to do next."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import printshop.audit
from printshop.audit import Circumstances, audit, doubt
from printshop.errors import NotCleared
from printshop.records.model import (
    ClearanceItem,
    EventType,
    Mark,
    Photo,
    Programme,
    Status,
    StatusEvent,
    Student,
)

MakeStudent = Callable[..., Student]
MakeCase = Callable[..., Circumstances]

BEFORE = date(2026, 3, 1)
LEAVE = StatusEvent(EventType.SUSPENSION, date(2025, 3, 1), None)


def cleared_but(item: ClearanceItem, **changes: Any) -> Callable[[Student], Student]:
    def change(student: Student) -> Student:
        kept = [c for c in student.clearances if c.item is not item]
        found = student.clearance(item)
        assert found is not None
        return replace(student, clearances=(*kept, replace(found, **changes)))

    return change


def without(item: ClearanceItem) -> Callable[[Student], Student]:
    def change(student: Student) -> Student:
        kept = tuple(c for c in student.clearances if c.item is not item)
        return replace(student, clearances=kept)

    return change


def with_(**changes: Any) -> Callable[[Student], Student]:
    return lambda student: replace(student, **changes)


def with_marks(**changes: Any) -> Callable[[Student], Student]:
    return lambda student: replace(
        student, marks=tuple(replace(mark, **changes) for mark in student.marks)
    )


@dataclass(frozen=True)
class Example:
    """One way to earn one finding."""

    code: str
    kind: str
    change: Callable[[Student], Student]
    says: str
    case: dict[str, Any] = field(default_factory=dict)
    blocks: bool = True


_ITEMS = [
    example
    for item in ClearanceItem
    for example in (
        Example(f"{item.value}未审", "graduation", without(item), "没有审核记录"),
        Example(
            f"{item.value}未清",
            "graduation",
            cleared_but(item, cleared=False, note="差三项"),
            "没有清（差三项）",
        ),
        Example(
            f"{item.value}未清",
            "graduation",
            cleared_but(item, cleared=False),
            "没有清。",
        ),
        Example(
            f"{item.value}无审核人", "graduation", cleared_but(item, by=None), "审核人"
        ),
        Example(
            f"{item.value}无审核人", "graduation", cleared_but(item, by=" "), "审核人"
        ),
        Example(
            f"{item.value}无审核人",
            "graduation",
            cleared_but(item, on=None),
            "和日期",
        ),
    )
]

EXAMPLES = [
    *_ITEMS,
    Example("学分未定", "graduation", with_(credits_required=None), "应修学分"),
    Example("学分未定", "graduation", with_(credits_required=Decimal(0)), "应修学分"),
    Example(
        "学分不足",
        "graduation",
        with_(credits_required=Decimal("10.5")),
        "已得学分 6, 应修 10.5, 还差 4.5。",
    ),
    Example("学分不足", "graduation", with_marks(score="40"), "未通过: 高等数学、体育"),
    Example("结论未定", "graduation", with_(conclusion=None), "没有登记毕业结论"),
    Example("结论不符", "graduation", with_(conclusion="结业"), "毕业结论是“结业”"),
    Example("结论不符", "completion", with_(), "毕业结论是“毕业”, 不能发结业证书"),
    Example("结论不符", "attendance", with_(), "毕业结论是“毕业”, 不能发肄业证书"),
    Example("无毕业日期", "graduation", with_(graduated_on=None), "没有毕（结）业日期"),
    Example(
        "日期颠倒",
        "graduation",
        with_(graduated_on=date(2023, 9, 1)),
        "不晚于入学日期 2023-09-01",
    ),
    Example("未到毕业日期", "graduation", with_(), "早于毕业日期", {"on": BEFORE}),
    Example("无照片", "graduation", with_(photo=None), "没有照片"),
    Example(
        "照片存疑",
        "graduation",
        with_(photo=Photo("a" * 64, 100, 100, "x.jpg", ("比例不是 3:4。",))),
        "比例不是 3:4",
        blocks=False,
    ),
    Example(
        "异动无文号", "graduation", with_(events=(LEAVE,)), "休学没有文号", blocks=False
    ),
    Example(
        "状态不符", "graduation", with_(status=Status.SUSPENDED), "学籍状态是“休学”"
    ),
    Example(
        "状态不符",
        "enrollment",
        with_(status=Status.SUSPENDED),
        "不能开具在读证明",
        {"on": BEFORE},
    ),
    Example(
        "状态不符",
        "replacement",
        with_(status=Status.CANCELLED),
        "不能发毕业证明书",
        {"lost_certificate": True},
    ),
    Example("已离校", "enrollment", with_(), "已于 2026-06-30 毕业, 不能开具在读证明"),
    Example("已离校", "roll-status", with_(conclusion="肄业"), "已于 2026-06-30 肄业"),
    Example(
        "已离校",
        "form-transfer",
        with_(graduated_on=None),
        "已持有证书 100011202606000001",
        {"certificate_number": "100011202606000001"},
    ),
    Example("无成绩", "transcript", with_(marks=()), "没有任何成绩"),
    Example(
        "无拼音",
        "enrollment",
        with_(name_en=" "),
        "没有姓名拼音",
        {"language": "en", "on": BEFORE},
    ),
    Example(
        "专业无英文名",
        "education",
        with_(programme=Programme("510201", "计算机应用技术")),
        "专业“计算机应用技术”没有英文名",
        {"language": "en", "certificate_number": "100011202606000001"},
    ),
    Example(
        "院系无英文名",
        "enrollment",
        with_(college_en=None),
        "院系“信息工程学院”没有英文名",
        {"language": "en", "on": BEFORE},
    ),
    Example(
        "课程无英文名",
        "transcript",
        with_marks(course_en=None),
        "高等数学",
        {"language": "zh-en"},
    ),
    Example("无证书", "education", with_(), "没有这个人的毕（结）业证书"),
    Example("未挂失", "replacement", with_(), "没有已登记遗失的毕业证书"),
]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: f"{e.kind}-{e.code}")
def test_the_finding_comes_alone_and_says_what_to_do(
    example: Example, cleared: MakeStudent, case: MakeCase
) -> None:
    verdict = audit(example.change(cleared()), case(example.kind, **example.case))
    assert {f.code for f in verdict.findings} == {example.code}
    assert verdict.cleared is not example.blocks
    for finding in verdict.findings:
        assert example.says in finding.sentence
        assert finding.sentence.endswith("。")
        assert re.search("[一-鿿]", finding.remedy)


def test_every_finding_that_the_rules_know_has_an_example() -> None:
    folder = Path(printshop.audit.__file__).parent
    code = "".join(
        path.read_text(encoding="utf-8") for path in folder.glob("rules*.py")
    )
    known = set(re.findall(r'(?:Finding|doubt)\(\s*f?"([^"]+)"', code))
    shown = {example.code for example in EXAMPLES}
    for item in ClearanceItem:
        shown = {code.replace(item.value, "{name}", 1) for code in shown}
    assert known == shown


def test_the_cleared_student_passes_without_any_finding(
    cleared: MakeStudent, case: MakeCase
) -> None:
    verdict = audit(cleared(), case("graduation"))
    assert verdict.findings == ()
    assert verdict.cleared
    assert verdict.blocking == ()
    verdict.require()


def test_a_refusal_names_the_person_and_every_reason(
    cleared: MakeStudent, case: MakeCase
) -> None:
    student = without(ClearanceItem.TUITION)(cleared(photo=None))
    verdict = audit(student, case("graduation"))
    with pytest.raises(NotCleared) as refusal:
        verdict.require()
    assert refusal.value.message == ("2023010101 欧阳明: 学费没有审核记录。没有照片。")
    assert "请财务处审核" in refusal.value.remedy
    assert "毕业图像" in refusal.value.remedy


def test_findings_of_other_stages_are_judged_too_and_doubts_come_last(
    cleared: MakeStudent, case: MakeCase
) -> None:
    more = [doubt("罕用字", "䶮由后备字体画出。", "请对照证件。")]
    student = cleared(events=(LEAVE,), photo=None)
    verdict = audit(student, case("graduation"), more)
    assert [f.code for f in verdict.findings] == ["无照片", "异动无文号", "罕用字"]
    assert not verdict.cleared


def test_what_is_open_is_named_five_at_most(
    cleared: MakeStudent, case: MakeCase, mark: Callable[..., Mark]
) -> None:
    failed = tuple(
        mark(course_code=str(n), course=f"课程{n}", score="1") for n in range(7)
    )
    verdict = audit(cleared(marks=failed), case("graduation"))
    assert "课程0、课程1、课程2、课程3、课程4。" in verdict.findings[0].sentence


def test_an_education_proof_needs_no_english_college(
    cleared: MakeStudent, case: MakeCase
) -> None:
    asked = case("education", language="en", certificate_number="1" * 18)
    assert audit(cleared(college_en=None), asked).cleared


def test_a_bilingual_transcript_with_all_english_names_is_cleared(
    cleared: MakeStudent, case: MakeCase
) -> None:
    assert audit(cleared(), case("transcript", language="zh-en")).findings == ()


def test_a_leave_with_its_document_number_raises_no_doubt(
    cleared: MakeStudent, case: MakeCase
) -> None:
    final = replace(LEAVE, document_no="教学〔2025〕3号")
    assert audit(cleared(events=(final,)), case("graduation")).findings == ()


def test_the_graduate_is_sent_to_what_they_can_have(
    cleared: MakeStudent, case: MakeCase
) -> None:
    gone = audit(cleared(), case("enrollment")).findings[0]
    assert gone.remedy == "可以开具学历证明 (education)。"
    left = audit(cleared(conclusion="肄业"), case("enrollment")).findings[0]
    assert left.remedy == "可以开具成绩单 (transcript)。"


def test_until_the_day_of_graduation_one_is_a_student(
    cleared: MakeStudent, case: MakeCase
) -> None:
    assert audit(cleared(), case("enrollment", on=date(2026, 6, 29))).cleared
    assert not audit(cleared(), case("enrollment", on=date(2026, 6, 30))).cleared
    assert audit(cleared(conclusion=None), case("enrollment")).cleared
    assert audit(cleared(graduated_on=None), case("enrollment")).cleared


def test_a_graduate_still_gets_a_transcript(
    cleared: MakeStudent, case: MakeCase
) -> None:
    assert audit(cleared(), case("transcript", certificate_number="1" * 18)).cleared
