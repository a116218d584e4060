"""Facts of 毕业、结业、肄业证书 and 毕业证明书 (domain: 教学〔1993〕12号 第六条)."""

from __future__ import annotations

from datetime import date

from printshop.issue.facts.base import Person, fact, optional


class CertificateFacts(Person):
    """毕业证书: the fields that must match the electronic registration exactly."""

    graduated_on: date = fact("毕（结、肄）业日期, 学习的终止年月", date(2026, 6, 30))
    principal: str | None = optional("校（院）长姓名; 空=手签", "李示例")
    principal_title: str = optional("校（院）长的职务称呼", "校（院）长", "校（院）长")


class CompletionFacts(CertificateFacts):
    """结业证书."""

    shortfall: str = optional(
        "未达到毕业要求之处", "部分课程成绩不合格", "部分课程成绩不合格"
    )


class AttendanceFacts(CertificateFacts):
    """肄业证书: has no number."""

    studied: str = fact("已完成的学习", "学习满两年")
    reason: str = optional("离校原因", "退学", "退学")


class ReplacementFacts(CertificateFacts):
    """毕业证明书: replaces a lost certificate, keeps its number (第三十八条)."""

    original_issued_on: date = fact("原证书发证日期", date(2026, 6, 30))
