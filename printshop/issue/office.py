"""Who issues and by which rules: takes the settings' words, gives one frozen value."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta, timezone

# China has one zone and, since 1991, no daylight saving time.
CHINA = timezone(timedelta(hours=8), "CST")


@dataclass(frozen=True)
class Office:
    """The issuing school and its rules.

    Attributes:
        number_order: ``shuffle``, ``id-ascending`` or ``student-no``.
        number_patterns: 文号 pattern by kind; ``""`` holds the default.
        verify_url: Scheme and host that the QR code leads to.
        gpa: Name of the grade point rule.
        specimen: Whether everything carries the 样张 mark.
        address_en: The address as English proofs give it.
    """

    code: str
    name: str
    name_en: str
    principal: str | None = None
    principal_title: str = "校（院）长"
    office: str = "教务处"
    office_en: str = "Academic Affairs Office"
    address: str | None = None
    phone: str | None = None
    type_digit: str = "1"
    number_order: str = "shuffle"
    number_patterns: dict[str, str] = field(
        default_factory=lambda: {"": "{title}〔{year}〕{serial:05d}号"}
    )
    verify_url: str = "HTTPS://VERIFY.EXAMPLE.EDU.CN"
    gpa: str = "step4"
    specimen: bool = False
    address_en: str | None = None

    @property
    def verify_at(self) -> str:
        """The host as printed in words beside the code, so that people compare."""
        return self.verify_url.split("://", 1)[1].lower()
