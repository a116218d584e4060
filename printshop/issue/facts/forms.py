"""Facts of the six status-change forms: prefilled identity, boxes for the rest."""

from __future__ import annotations

from datetime import date

from printshop.issue.facts.base import Person, fact, optional


class FormFacts(Person):
    """休学、复学、退学、转专业、转学、保留学籍申请表 (domain brief §8)."""

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
    from_on: date | None = optional("起始日期", date(2026, 3, 1))
    until_on: date | None = optional("终止日期", date(2027, 2, 28))
    leaves_before: int = optional("此前休学次数", 0, 0)
    prior_document_no: str | None = optional("休学批准文号（复学用）", None)
    target: str | None = optional("拟转入的专业或学校", None)
    approvals: tuple[str, ...] = fact(
        "审批链, 依次签署", ("学生本人", "家长", "班主任（辅导员）", "教务处")
    )
    attachments: tuple[str, ...] = optional("须交附件", ("医院证明",), ())
