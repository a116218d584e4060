"""Facts of the six status-change forms: prefilled identity, boxes for the rest."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, field_validator

from printshop.issue.facts.base import Person, fact, optional
from printshop.issue.form_rules import form_fields

# They sign with their own hand; everybody else on a form also puts a seal.
PERSONS = ("学生本人", "家长", "班主任", "辅导员")


class ApprovalFact(BaseModel):
    """One box of the approval chain."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str = fact("由谁签署", "系部（二级学院）")
    prompt: str = optional("框内的提示, 说明要核对什么", "", "")
    choices: tuple[str, ...] = optional("供打钩的选项", ("同意", "不同意"), ())
    seal: bool = optional("是否盖章", True, True)

    @classmethod
    def of(cls, value: Any) -> Any:
        """A bare title as a box, with a seal unless it is a person's."""
        if isinstance(value, str):
            return cls(title=value, seal=not value.startswith(PERSONS))
        return value


class FormFacts(Person):
    """休学、复学、退学、转专业、转学、保留学籍申请表 (domain brief §8)."""

    kind: ClassVar[str] = "form-suspension"
    story: ClassVar[dict[str, Any]] = {}

    number: str | None = optional("文号", "申请〔2026〕00001号")
    office: str = fact("受理部门", "教务处")
    id_number: str = fact("证件号码, 申请表上为全号", "110105200503091234")
    ethnicity: str | None = optional("民族", "汉")
    college: str = fact("院系", "信息工程学院")
    class_name: str = fact("班级", "计应2301")
    grade: str = fact("年级", "2023")
    phone: str | None = optional("联系电话", "13800000000")
    address: str | None = optional("家庭住址", "示例省示例市示例路 1 号")
    guardian: str | None = optional("家长姓名", "王大明")
    guardian_phone: str | None = optional("家长电话", "13900000000")
    status: str = fact("当前学籍状态", "在读")
    reason: str | None = optional("申请原因, 空=手写", "疾病")
    from_on: date | None = optional(
        "起始日期: 拟休学或保留学籍的, 复学表上为已批准的", date(2026, 3, 1)
    )
    until_on: date | None = optional(
        "终止日期: 拟休学或保留学籍的, 复学表上为已批准的", date(2027, 2, 28)
    )
    leaves_before: int = optional("此前休学次数", 0, 0)
    prior_document_no: str | None = optional("休学批准文号（复学用）", None)
    target: str | None = optional("拟转入的专业或学校", None)
    target_programme: str | None = optional("拟转入学校的专业（转学用）", None)
    target_college: str | None = optional("拟转入的院系（转专业、转学用）", None)
    target_class: str | None = optional("拟编入的年级、班级（复学、转专业用）", None)
    gpa: str | None = optional("已修课程平均绩点（转专业、转学用）", None)
    credits_earned: str | None = optional("已得学分（转专业、转学用）", None)
    approvals: tuple[ApprovalFact, ...] = fact(
        "审批链, 依次签署", ("学生本人", "家长", "班主任（辅导员）", "教务处")
    )
    attachments: tuple[str, ...] = optional("须交附件", ("医院证明",), ())
    copies: tuple[str, ...] = optional(
        "一式几份, 各由谁留存",
        ("教务处", "学生处", "二级学院", "学生本人"),
        ("教务处", "学生处", "二级学院", "学生本人"),
    )

    @field_validator("approvals", mode="before")
    @classmethod
    def _boxes(cls, value: Any) -> Any:
        if isinstance(value, str) or not isinstance(value, Iterable):
            return value
        return tuple(ApprovalFact.of(item) for item in value)

    @classmethod
    def sample(cls, **changes: Any) -> Self:
        """A sample with the chain and the attachments of its kind."""
        values = cls.story | changes
        reason = values.get("reason", "疾病")
        return super().sample(**(form_fields(cls.kind, reason) | values))


class SuspensionFacts(FormFacts):
    """休学申请表."""


class ResumptionFacts(FormFacts):
    """复学申请表."""

    kind = "form-resumption"
    story: ClassVar[dict[str, Any]] = {
        "status": "休学",
        "leaves_before": 1,
        "prior_document_no": "示例教〔2026〕15号",
        "target_class": "2024级计应2401班",
    }


class WithdrawalFacts(FormFacts):
    """退学申请表."""

    kind = "form-withdrawal"
    story: ClassVar[dict[str, Any]] = {"reason": "本人申请"}


class MajorChangeFacts(FormFacts):
    """转专业申请表."""

    kind = "form-major-change"
    story: ClassVar[dict[str, Any]] = {
        "reason": "兴趣特长",
        "target": "大数据技术",
        "target_college": "信息工程学院",
        "target_class": "2023级大数据2301班",
        "gpa": "3.42",
        "credits_earned": "42.0",
    }


class TransferFacts(FormFacts):
    """转学申请表."""

    kind = "form-transfer"
    story: ClassVar[dict[str, Any]] = {
        "target": "示例科技职业学院",
        "target_programme": "计算机应用技术",
        "target_college": "计算机学院",
        "gpa": "3.42",
        "credits_earned": "42.0",
    }


class RetentionFacts(FormFacts):
    """保留学籍申请表."""

    kind = "form-retention"
    story: ClassVar[dict[str, Any]] = {
        "reason": "应征入伍",
        "from_on": date(2026, 9, 1),
        "until_on": date(2030, 8, 31),
    }


FORMS: dict[str, type[FormFacts]] = {
    one.kind: one
    for one in (
        SuspensionFacts,
        ResumptionFacts,
        WithdrawalFacts,
        MajorChangeFacts,
        TransferFacts,
        RetentionFacts,
    )
}
