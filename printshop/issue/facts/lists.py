"""Facts of lists about many people: 毕业资格审核表 of one class.

A list is not a document of a person: it has no number, no code and no register
entry. It says what the office knew when it was printed.
"""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, ConfigDict

from printshop.issue.facts.base import Printed, fact, optional


class ClearanceFact(BaseModel):
    """One of the four checks of one student."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    item: str = fact("审核项目", "奖惩")
    state: str = fact(
        "结果: 通过、未通过 或 未审核", "通过", pattern="^(通过|未通过|未审核)$"
    )
    by: str | None = optional("审核人", "张老师")
    on: date | None = optional("审核日期", date(2026, 6, 1))
    note: str | None = optional("说明", None)


def _checks(*states: str) -> tuple[dict[str, object], ...]:
    items = ("奖惩", "补考", "技能证书", "学费")
    return tuple(
        {
            "item": item,
            "state": state,
            "by": None if state == "未审核" else "张老师",
            "on": None if state == "未审核" else "2026-06-01",
        }
        for item, state in zip(items, states, strict=True)
    )


class AuditLine(BaseModel):
    """One student of the class, with the conclusion and its reasons."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    student_no: str = fact("学号", "2023010101")
    name: str = fact("姓名", "王晓明")
    sex: str = fact("性别", "男")
    clearances: tuple[ClearanceFact, ...] = fact(
        "奖惩、补考、技能证书、学费四项, 依此次序",
        _checks("通过", "通过", "通过", "通过"),
    )
    credits_earned: str = fact("已得学分", "132.5")
    credits_required: str | None = optional("应得学分; 空=未规定", "130.0")
    photo: bool = fact("是否有毕业照片", True)
    status: str = fact("学籍状态", "在读")
    issuable: bool = fact("可否发证", True)
    reasons: tuple[str, ...] = optional("不可发证的原因, 一条一句", (), ())


class AuditSheetFacts(Printed):
    """毕业资格审核表: one class, every student, in student-number order."""

    title: str = optional("表名", "毕业资格审核表", "毕业资格审核表")
    school: str = fact("学校全称", "示例职业技术学院")
    office: str = fact("审核部门", "教务处")
    college: str = fact("院系", "信息工程学院")
    programme: str = fact("专业名称", "计算机应用技术")
    class_name: str = fact("班级", "计应2301")
    grade: str | None = optional("年级", "2023")
    certificate: str = fact("拟发的证书", "毕业证书")
    issued_on: date = fact("制表日期", date(2026, 6, 15))
    lines: tuple[AuditLine, ...] = fact(
        "各学生",
        (
            {
                "student_no": "2023010101",
                "name": "王晓明",
                "sex": "男",
                "clearances": _checks("通过", "通过", "通过", "通过"),
                "credits_earned": "132.5",
                "credits_required": "130.0",
                "photo": True,
                "status": "在读",
                "issuable": True,
            },
            {
                "student_no": "2023010102",
                "name": "欧阳小红",
                "sex": "女",
                "clearances": _checks("通过", "未通过", "通过", "未审核"),
                "credits_earned": "118.0",
                "credits_required": "130.0",
                "photo": False,
                "status": "在读",
                "issuable": False,
                "reasons": (
                    "补考未通过。",
                    "学费尚未审核。",
                    "已得学分 118.0, 少于应得的 130.0。",
                    "没有毕业照片。",
                ),
            },
        ),
    )

    @property
    def issuable(self) -> int:
        """How many of the class may be given the certificate."""
        return sum(line.issuable for line in self.lines)
