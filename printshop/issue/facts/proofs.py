"""Facts of 在读证明, 学籍证明 and 学历证明 (zh and en share one facts class)."""

from __future__ import annotations

from datetime import date

from printshop.issue.facts.base import Person, fact, optional


class ProofFacts(Person):
    """What all proofs say of the issuing office."""

    number: str | None = optional("文号", "证明〔2026〕00001号")
    school_en: str = fact("学校英文名", "Sample Vocational College")
    office: str = fact("开具部门", "教务处")
    office_en: str = fact("开具部门英文名", "Academic Affairs Office")
    address: str | None = optional("学校地址", "示例省示例市示例路 1 号")
    address_en: str | None = optional(
        "学校地址的英文, 英文证明用", "1 Sample Road, Sample City, Sample Province"
    )
    phone: str | None = optional("核实电话", "000-00000000")
    id_masked: str | None = optional("证件号, 掩码（只露后四位）", "**************1234")
    purpose: str | None = optional("用途", "办理签证")
    purpose_en: str | None = optional("用途的英文, 英文证明用", "visa application")


class EnrollmentFacts(ProofFacts):
    """在读证明 and 学籍证明."""

    college: str = fact("院系", "信息工程学院")
    college_en: str | None = optional("院系英文名", "School of Information Engineering")
    class_name: str = fact("班级", "计应2301")
    grade: str = fact("年级", "2023")
    expected_on: date | None = optional("预计毕业日期", date(2026, 6, 30))
    status: str = fact("学籍状态", "在读")
    status_since: date | None = optional("该状态自何日起（休学、保留学籍）", None)
    status_until: date | None = optional("该状态至何日止（休学、保留学籍）", None)
    status_document_no: str | None = optional("该状态的批准文号", None)
    valid_until: date = fact("有效期至", date(2026, 7, 30))


class EducationFacts(ProofFacts):
    """学历证明, for alumni."""

    graduated_on: date = fact("毕业日期", date(2026, 6, 30))
    conclusion: str = fact("毕（结）业结论", "毕业")
    certificate_number: str | None = fact("证书编号; 肄业者没有", "999991202606000001")


def missing_english(facts: ProofFacts) -> list[str]:
    """What an English proof would lack, one sentence for the office per item.

    An empty list means that the English proof can be written. The college is left
    out where it has no English name.
    """
    needed = (
        ("姓名", facts.name, facts.name_en, "拼音"),
        ("专业", facts.programme, facts.programme_en, "英文名"),
    )
    return [
        f"{what}“{value}”没有{form}, 不能出英文证明。"
        for what, value, english, form in needed
        if not (english or "").strip()
    ]
