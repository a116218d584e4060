"""Composing: what each kind says of a realistic student."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from printshop.issue.compose import Particulars, Precedent, compose, masked
from printshop.issue.facts import FACTS, Facts
from printshop.issue.form_rules import form_rule
from printshop.issue.grade_points import RULES
from printshop.issue.office import Office
from printshop.kinds import KINDS, Family
from printshop.records.model import EventType, Mark, Status, StatusEvent, Student

MakeStudent = Callable[..., Student]
MakeMark = Callable[..., Mark]
ON = date(2026, 6, 30)
NUMBER = "100011202606000001"
HELD = Precedent("d1", "graduation", NUMBER, date(2026, 6, 30))
FORMS = [code for code, kind in KINDS.items() if kind.family is Family.FORM]


@pytest.fixture
def made(office: Office, student: MakeStudent) -> Callable[..., dict[str, Any]]:
    """Composes a kind for the student with changes; gives the plain facts."""

    def make(
        kind: str,
        on: date = ON,
        office: Office = office,
        number: str | None = None,
        precedent: Precedent | None = None,
        particulars: Particulars | None = None,
        **changes: Any,
    ) -> dict[str, Any]:
        facts = compose(
            KINDS[kind],
            student(**changes),
            office,
            on,
            number=number,
            precedent=precedent,
            particulars=particulars,
        )
        assert type(facts) is FACTS[kind]
        return facts.plain()

    return make


Made = Callable[..., dict[str, Any]]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_says_who_it_is_about_as_registered(kind: str, made: Made) -> None:
    facts = made(kind, number="N1", precedent=HELD)
    assert facts["name"] == "欧阳明"
    assert facts["student_no"] == "2023010101"
    assert facts["school"] == "示例职业技术学院"
    assert facts["number"] == "N1"
    assert facts["issued_on"] == "2026-06-30"
    assert facts["programme"] == "计算机应用技术"
    assert facts["level"] == "专科"
    assert facts["duration"] == "3"
    assert facts["enrolled_on"] == "2023-09-01"
    assert facts["photo"] == ("a" * 64 if KINDS[kind].photo else None)


def test_a_certificate(made: Made) -> None:
    facts = made("graduation", number=NUMBER)
    assert facts["graduated_on"] == "2026-06-30"
    assert facts["principal"] == "李示例"
    assert facts["principal_title"] == "校（院）长"


def test_a_principal_who_signs_by_hand(made: Made, office: Office) -> None:
    assert made("graduation", office=replace(office, principal=None))["principal"] is (
        None
    )


def test_without_a_day_of_graduation_the_day_of_issue_stands(made: Made) -> None:
    facts = made("completion", graduated_on=None)
    assert facts["graduated_on"] == "2026-06-30"
    assert facts["shortfall"] == "部分课程成绩不合格"


def test_without_a_photo_none_is_named(made: Made) -> None:
    assert made("graduation", photo=None)["photo"] is None


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (date(2023, 9, 1), date(2023, 9, 1), "学习不满一年"),
        (date(2023, 9, 1), date(2024, 8, 31), "学习不满一年"),
        (date(2023, 9, 1), date(2024, 9, 1), "学习满一年"),
        (date(2023, 9, 1), date(2025, 8, 31), "学习满一年"),
        (date(2023, 9, 1), date(2025, 9, 1), "学习满两年"),
        (date(2023, 9, 1), date(2026, 6, 30), "学习满两年"),
        (date(2023, 9, 1), date(2026, 9, 1), "学习满三年"),
        (date(2020, 2, 29), date(2021, 2, 28), "学习不满一年"),
        (date(2020, 2, 29), date(2021, 3, 1), "学习满一年"),
        (date(2018, 9, 1), date(2026, 9, 1), "学习满八年"),
        (date(2010, 9, 1), date(2021, 9, 1), "学习满11年"),
    ],
)
def test_how_long_somebody_studied(
    start: date, end: date, words: str, made: Made
) -> None:
    facts = made("attendance", enrolled_on=start, graduated_on=end)
    assert facts["studied"] == words
    assert facts["number"] is None


def test_why_somebody_left(made: Made) -> None:
    left = StatusEvent(EventType.WITHDRAWAL, date(2025, 9, 1), "教〔2025〕1号")
    assert made("attendance")["reason"] == "退学"
    assert made("attendance", events=(left,))["reason"] == "退学"
    ill = replace(left, reason="因病退学")
    assert made("attendance", events=(left, ill))["reason"] == "因病退学"


def test_a_replacement_names_the_day_of_the_lost_certificate(made: Made) -> None:
    facts = made("replacement", date(2028, 3, 1), number=NUMBER, precedent=HELD)
    assert facts["original_issued_on"] == "2026-06-30"
    assert facts["issued_on"] == "2028-03-01"
    assert facts["number"] == NUMBER


def test_a_replacement_of_nothing_is_an_error(made: Made) -> None:
    with pytest.raises(ValidationError, match="original_issued_on"):
        made("replacement")


# Proofs


def test_an_enrollment_proof(made: Made) -> None:
    particulars = Particulars(purpose="办理签证", purpose_en="visa application")
    facts = made("enrollment", date(2026, 3, 1), particulars=particulars)
    assert facts["id_masked"] == "**************1234"
    assert facts["purpose"] == "办理签证"
    assert facts["purpose_en"] == "visa application"
    assert facts["college"] == "信息工程学院"
    assert facts["class_name"] == "计应2301"
    assert facts["grade"] == "2023"
    assert facts["expected_on"] == "2026-06-30"
    assert facts["status"] == "在读"
    assert facts["status_since"] is None
    assert facts["valid_until"] == "2026-03-31"
    assert facts["school_en"] == "Sample Vocational College"
    assert facts["address_en"] == "1 Sample Road"


@pytest.mark.parametrize(
    ("status", "event"),
    [
        (Status.SUSPENDED, EventType.SUSPENSION),
        (Status.RETAINED, EventType.RETENTION),
    ],
)
def test_a_leave_is_named_from_when_until_when_and_by_which_paper(
    status: Status, event: EventType, made: Made
) -> None:
    first = StatusEvent(event, date(2024, 3, 1), "1号", until=date(2025, 2, 28))
    back = StatusEvent(EventType.RESUMPTION, date(2025, 3, 1), "2号")
    now = StatusEvent(event, date(2025, 9, 1), "3号", until=date(2026, 8, 31))
    facts = made("roll-status", status=status, events=(first, back, now))
    assert facts["status"] == status.value
    assert facts["status_since"] == "2025-09-01"
    assert facts["status_until"] == "2026-08-31"
    assert facts["status_document_no"] == "3号"


def test_a_leave_that_is_over_is_not_named(made: Made) -> None:
    over = StatusEvent(EventType.SUSPENSION, date(2024, 3, 1), "1号")
    facts = made("roll-status", events=(over,))
    assert facts["status_since"] is None
    assert facts["status_document_no"] is None


def test_a_leave_without_its_event_has_no_dates(made: Made) -> None:
    assert made("roll-status", status=Status.SUSPENDED)["status_since"] is None


@pytest.mark.parametrize(
    ("held", "conclusion"), [("graduation", "毕业"), ("completion", "结业")]
)
def test_a_proof_of_education_says_what_the_certificate_says(
    held: str, conclusion: str, made: Made
) -> None:
    facts = made("education", precedent=replace(HELD, kind=held))
    assert facts["conclusion"] == conclusion
    assert facts["certificate_number"] == NUMBER
    assert facts["graduated_on"] == "2026-06-30"
    assert "valid_until" not in facts


def test_a_proof_of_education_without_a_certificate_is_an_error(made: Made) -> None:
    with pytest.raises(ValidationError, match="conclusion"):
        made("education")


@pytest.mark.parametrize(
    ("plain", "hidden"),
    [
        ("110105200503091234", "**************1234"),
        ("11010520050309123X", "**************123X"),
        ("E12345678", "*****5678"),
        ("C123456", "****456"),
        ("A1", "*1"),
        ("", ""),
    ],
)
def test_an_id_number_shows_its_end_and_never_more_than_half(
    plain: str, hidden: str
) -> None:
    assert masked(plain) == hidden


# Transcripts


def test_a_transcript_has_every_course_as_registered(
    made: Made, mark: MakeMark
) -> None:
    marks = (
        mark(year="2024-2025", term=1, course="操作系统", score="50", make_up="65"),
        mark(term=2, course="体育", score="良", credits=Decimal("1.5")),
        mark(course="军事理论", score="免修", in_gpa=False, credits=Decimal(2)),
        mark(course="英语", score="50", make_up="55", retake="80"),
    )
    facts = made("transcript", marks=marks)
    assert [(t["year"], t["term"], len(t["courses"])) for t in facts["terms"]] == [
        ("2023-2024", 1, 2),
        ("2023-2024", 2, 1),
        ("2024-2025", 1, 1),
    ]
    exempt, english = facts["terms"][0]["courses"]
    assert exempt["score"] == "免修"
    assert exempt["point"] is None
    assert exempt["credits"] == "2.0"
    assert (english["score"], english["make_up"], english["retake"]) == (
        "50",
        "55",
        "80",
    )
    assert english["point"] == "2.3"
    assert facts["terms"][1]["courses"][0]["credits"] == "1.5"
    assert facts["terms"][2]["courses"][0]["make_up"] == "65"


def test_totals_of_a_transcript(made: Made) -> None:
    facts = made("transcript")
    # 4 credits at 85 (3.7), 2 credits at 良 (3.3): 21.4 / 6 = 3.5666…
    assert facts["gpa"] == "3.57"
    assert facts["credits_earned"] == "6.0"
    assert facts["gpa_rule"] == "step4"
    assert facts["gpa_table"] == RULES["step4"].table + "; 四舍五入取两位小数"


@pytest.mark.parametrize(
    ("gpa", "point", "mean"),
    [
        ("linear5", "3.5", "3.50"),
        ("step5", "4.5", "4.50"),
        ("step4", "3.7", "3.70"),
        ("std4", "3", "3.00"),
        ("pku", "3.58", "3.58"),  # 3.578125
    ],
)
def test_points_by_the_rule_of_the_office(
    gpa: str, point: str, mean: str, made: Made, office: Office, mark: MakeMark
) -> None:
    facts = made("transcript", office=replace(office, gpa=gpa), marks=(mark(),))
    assert facts["terms"][0]["courses"][0]["point"] == point
    assert facts["gpa"] == mean


def test_a_transcript_of_a_student_names_no_certificate(made: Made) -> None:
    facts = made("transcript")
    assert facts["graduated_on"] is None
    assert facts["conclusion"] is None
    assert facts["certificate_number"] is None


def test_a_transcript_of_a_graduate_names_it(made: Made) -> None:
    facts = made("transcript", precedent=HELD)
    assert facts["graduated_on"] == "2026-06-30"
    assert facts["conclusion"] == "毕业"
    assert facts["certificate_number"] == NUMBER


# Forms


@pytest.mark.parametrize("kind", FORMS)
def test_a_form_is_filled_in_from_the_record(kind: str, made: Made) -> None:
    facts = made(kind)
    assert facts["id_number"] == "110105200503091234"
    assert facts["guardian"] == "王大明"
    assert facts["guardian_phone"] == "13900000000"
    assert facts["phone"] == "13800000000"
    assert facts["address"] == "示例省示例市"
    assert facts["ethnicity"] == "汉"
    assert facts["leaves_before"] == 0
    titles = [box["title"] for box in facts["approvals"]]
    assert titles == [box.title for box in form_rule(kind).approvals]
    assert facts["reason"] is None
    assert facts["from_on"] is None


def test_a_reason_decides_what_is_to_be_handed_in(made: Made) -> None:
    open_form = made("form-suspension")["attachments"]
    typed = Particulars(values={"reason": "疾病", "from_on": date(2026, 3, 1)})
    facts = made("form-suspension", particulars=typed)
    assert facts["reason"] == "疾病"
    assert facts["from_on"] == "2026-03-01"
    assert any("诊断证明" in paper for paper in facts["attachments"])
    assert not any("营业执照" in paper for paper in facts["attachments"])
    assert any("营业执照" in paper for paper in open_form)


def test_a_resumption_names_the_leave_it_ends(made: Made) -> None:
    leave = StatusEvent(
        EventType.SUSPENSION, date(2025, 3, 1), "3号", until=date(2026, 2, 28)
    )
    away = {"status": Status.SUSPENDED, "events": (leave,)}
    facts = made("form-resumption", **away)
    assert facts["from_on"] == "2025-03-01"
    assert facts["until_on"] == "2026-02-28"
    assert facts["prior_document_no"] == "3号"
    assert facts["leaves_before"] == 1
    other = made("form-withdrawal", **away)
    assert other["from_on"] is None
    assert other["leaves_before"] == 1


@pytest.mark.parametrize("kind", FORMS)
def test_marks_stand_on_the_forms_that_ask_for_them(kind: str, made: Made) -> None:
    asked = kind in ("form-major-change", "form-transfer")
    facts = made(kind)
    assert facts["gpa"] == ("3.57" if asked else None)
    assert facts["credits_earned"] == ("6.0" if asked else None)


def test_a_field_that_no_form_has_is_an_error(made: Made) -> None:
    with pytest.raises(ValidationError, match="colour"):
        made("form-transfer", particulars=Particulars(values={"colour": "red"}))


def test_facts_are_frozen(office: Office, student: MakeStudent) -> None:
    facts: Facts = compose(KINDS["graduation"], student(), office, ON)
    with pytest.raises(ValidationError):
        facts.name = "别人"  # type: ignore[misc]


def test_the_host_is_printed_as_people_read_it(office: Office) -> None:
    assert office.verify_at == "verify.example.edu.cn"
