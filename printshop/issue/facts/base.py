"""The frozen facts of a document: what is printed, and nothing else.

Takes plain values, gives an immutable model that serialises to canonical JSON.
Every field has a help text and a sample; previews, the template documentation and
the tests are made from them. Dates are ISO texts on the wire, never formatted:
how a date is written is the template's business.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field


def fact(help_text: str, sample: Any, **constraints: Any) -> Any:
    """A required field with its help text and sample value."""
    return Field(description=help_text, examples=[sample], **constraints)


def optional(help_text: str, sample: Any, default: Any = None) -> Any:
    """A field that may be absent; templates must cope with its default."""
    return Field(default, description=help_text, examples=[sample])


class Printed(BaseModel):
    """Values frozen for paper: made of samples for previews, plain for templates."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @classmethod
    def sample(cls, **changes: Any) -> Self:
        """An instance made of the samples, for previews and tests."""
        values = {
            name: field.examples[0]
            for name, field in cls.model_fields.items()
            if field.examples
        }
        return cls.model_validate(values | changes)

    def plain(self) -> dict[str, Any]:
        """JSON values only; what is hashed, stored and handed to the template."""
        return self.model_dump(mode="json")


class Facts(Printed):
    """What every kind has in common."""

    name: str = fact("姓名, 与录取数据一致", "王晓明", min_length=1, max_length=100)
    student_no: str = fact("学号", "2023010101")
    school: str = fact("学校全称", "示例职业技术学院")
    number: str | None = optional("证书编号或文号; 肄业证书没有", "999991202606000001")
    issued_on: date = fact("发证（开具）日期", date(2026, 6, 30))


class Person(Facts):
    """A holder identified by sex and birth date, and where they study."""

    name_en: str | None = optional("姓名拼音（GB/T 28039）", "WANG Xiaoming")
    sex: str = fact("性别: 男 或 女", "男", pattern="^[男女]$")
    birth_date: date = fact("出生日期", date(2005, 3, 9))
    programme: str = fact("专业名称, 录取时的名称", "计算机应用技术")
    programme_en: str | None = optional("专业英文名", "Computer Application Technology")
    level: str = fact("层次", "专科")
    duration: str = fact("学制（年）", "3")
    study_form: str = fact("学习形式", "普通全日制")
    enrolled_on: date = fact("入学日期", date(2023, 9, 1))
    photo: str | None = optional("照片的 SHA-256", None)
