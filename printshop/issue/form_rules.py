"""What a form asks for: takes a form kind and a reason, gives chain and attachments.

The chains are the union of what offices use (domain brief §8.1–8.4): who signs, in
which order, with what to check, whether with a seal. A school with a shorter chain
strikes boxes out by hand; a box that is missing from the paper cannot be signed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from printshop.errors import NotFound

_AGREE = ("同意", "不同意")
_COPIES = ("教务处", "学生处", "二级学院", "学生本人")


@dataclass(frozen=True)
class Approval:
    """One box of a chain.

    Attributes:
        title: Who signs.
        prompt: What is to be checked or filled in, printed in the box.
        choices: Words to tick.
        seal: Whether a seal is put beside the signature.
    """

    title: str
    prompt: str = ""
    choices: tuple[str, ...] = ()
    seal: bool = True


def _person(title: str, prompt: str = "", choices: tuple[str, ...] = ()) -> Approval:
    return Approval(title=title, prompt=prompt, choices=choices, seal=False)


def _sealed(title: str, prompt: str = "") -> Approval:
    return Approval(title=title, prompt=prompt, choices=_AGREE, seal=True)


_STUDENT = _person("学生本人", "以上内容及所附材料属实。")
_PARENT = _person(
    "家长（监护人）",
    "方式: 签字、书面意见、电话记录（辅导员在场）。",
    _AGREE,
)
_TUTOR = _person("班主任（辅导员）", "已与学生及家长谈话, 情况属实。", _AGREE)
_CLINIC = _sealed("校医务室", "因病办理的填写; 核对医院证明。")
_COLLEGE = _sealed("系部（二级学院）")
_STUDENT_OFFICE = _sealed("学生处")
_FINANCE = _sealed("财务处", "学费及代收费用是否结清。")
_ACADEMIC = _sealed("教务处", "核对学籍、学习年限; 批准文号: ")
_LEADER = _person("分管院领导", "", _AGREE)


@dataclass(frozen=True)
class FormRule:
    """What one form kind asks for.

    Attributes:
        approvals: The chain, in the order of signing.
        attachments: What must be handed in with it, whatever the reason.
        by_reason: Further attachments for one reason.
        copies: Who keeps one of the copies.
    """

    approvals: tuple[Approval, ...]
    attachments: tuple[str, ...] = ()
    by_reason: tuple[tuple[str, tuple[str, ...]], ...] = ()
    copies: tuple[str, ...] = _COPIES


def _suspension(level: str) -> FormRule:
    return FormRule(
        (
            _STUDENT,
            _PARENT,
            _TUTOR,
            _CLINIC,
            _COLLEGE,
            _STUDENT_OFFICE,
            _ACADEMIC,
            _LEADER,
        ),
        ("本人书面申请", "家长意见或电话记录"),
        (
            ("疾病", (f"{level}以上医院诊断证明及病历复印件",)),
            ("创业", ("营业执照复印件或创业项目证明",)),
            ("家庭", ("家庭情况证明",)),
        ),
    )


def _resumption(level: str) -> FormRule:
    return FormRule(
        (
            _STUDENT,
            _PARENT,
            _TUTOR,
            _CLINIC,
            _sealed("系部（二级学院）", "重新编班意见: 编入　　级　　　　班。"),
            _STUDENT_OFFICE,
            _FINANCE,
            _ACADEMIC,
            _LEADER,
        ),
        ("本人书面申请", "休学（保留学籍）批准文件"),
        (
            ("疾病", (f"{level}以上医院康复证明",)),
            ("应征入伍", ("退出现役证复印件",)),
        ),
    )


def _withdrawal(level: str) -> FormRule:
    return FormRule(
        (
            _STUDENT,
            _PARENT,
            _TUTOR,
            _COLLEGE,
            _STUDENT_OFFICE,
            _FINANCE,
            _ACADEMIC,
            _person("分管院领导", "校长办公会（专题会）意见: ", _AGREE),
        ),
        ("本人书面申请（学校处理的附事实材料）", "家长意见或电话记录", "学生证"),
        (("疾病", (f"{level}以上医院诊断证明",)),),
    )


def _major_change(_level: str) -> FormRule:
    return FormRule(
        (
            _STUDENT,
            _PARENT,
            _TUTOR,
            _sealed("转出系部（二级学院）"),
            _sealed("转入系部（二级学院）", "考核情况及编入年级、班级: "),
            _STUDENT_OFFICE,
            _sealed("教务处", "资格审核; 公示　　月　　日至　　月　　日, 有无异议: "),
            _LEADER,
        ),
        ("本人书面申请", "成绩单（教务处盖章）"),
        (
            ("退役复学", ("退出现役证复印件",)),
            ("创业", ("营业执照复印件或创业项目证明",)),
            ("疾病", ("医院诊断证明",)),
        ),
    )


def _transfer(level: str) -> FormRule:
    return FormRule(
        (
            _STUDENT,
            _person("家长（监护人）", "不满 18 周岁的必须签字。", _AGREE),
            _sealed("转出系部（二级学院）", "在校表现: "),
            _sealed("转出学校教务处", "学籍、成绩及转学条件审核: "),
            _sealed("转出学校", "校长办公会（专题会）意见: "),
            _sealed("转入系部（二级学院）"),
            _sealed("转入学校教务处", "公示　　月　　日至　　月　　日, 有无异议: "),
            _sealed("转入学校", "校长办公会（专题会）意见: "),
            _sealed("转出地省级教育行政部门", "跨省转学的填写。"),
            _sealed("转入地省级教育行政部门", "转学完成后 3 个月内备案。"),
        ),
        (
            "本人书面申请（不满 18 周岁的有监护人签名）",
            "在校表现鉴定",
            "每学期成绩单（教务处盖章）",
            "招生录取花名册复印件",
            "拟转入专业同生源地录取名册复印件",
        ),
        (
            ("疾病", (f"{level}以上医院诊断证明",)),
            ("特殊困难", ("特殊困难、特别需要的证明材料",)),
        ),
        ("转出学校", "转入学校", "省级教育行政部门", "学生本人"),
    )


def _retention(_level: str) -> FormRule:
    return FormRule(
        (
            _STUDENT,
            _PARENT,
            _TUTOR,
            _COLLEGE,
            _sealed("武装部", "应征入伍的填写; 核对入伍批准书。"),
            _STUDENT_OFFICE,
            _ACADEMIC,
            _LEADER,
        ),
        ("本人书面申请",),
        (
            ("应征入伍", ("入伍通知书复印件",)),
            ("跨校联合培养", ("联合培养协议复印件",)),
        ),
    )


_RULES: dict[str, Callable[[str], FormRule]] = {
    "form-suspension": _suspension,
    "form-resumption": _resumption,
    "form-withdrawal": _withdrawal,
    "form-major-change": _major_change,
    "form-transfer": _transfer,
    "form-retention": _retention,
}


def form_rule(kind: str, hospital: str = "县级") -> FormRule:
    """The rule of a form kind.

    Args:
        kind: Code of the form kind.
        hospital: Lowest level of a hospital whose proof counts: ``县级``, ``二甲``.

    Raises:
        NotFound: It is not a form.
    """
    make = _RULES.get(kind)
    if make is None:
        raise NotFound(f"“{kind}”不是学籍异动表。", f"可用的表: {'、'.join(_RULES)}。")
    return make(hospital)


def form_fields(
    kind: str, reason: str | None = None, hospital: str = "县级"
) -> dict[str, Any]:
    """The fields of ``FormFacts`` that the rule decides, as plain values.

    Without a reason (it is filled in by hand) every attachment is listed, each with
    the reason it is for, because nobody knows yet which will be needed.

    Raises:
        NotFound: It is not a form.
    """
    rule = form_rule(kind, hospital)
    if reason:
        chosen = dict(rule.by_reason).get(reason, ())
    else:
        chosen = tuple(
            f"{paper}（{why}）" for why, papers in rule.by_reason for paper in papers
        )
    return {
        "approvals": tuple(asdict(one) for one in rule.approvals),
        "attachments": rule.attachments + chosen,
        "copies": rule.copies,
    }
