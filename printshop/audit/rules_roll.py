"""Rules of the roll: takes a student, gives what their status or record forbids."""

from __future__ import annotations

from collections.abc import Iterator

from printshop.audit.circumstances import Circumstances, Rule
from printshop.audit.finding import Finding, doubt
from printshop.records.model import Status, Student


def status_in(*allowed: Status, hint: str = "") -> Rule:
    """The 学籍状态 must be one of those."""

    def rule(student: Student, case: Circumstances) -> Iterator[Finding]:
        if student.status not in allowed:
            yield Finding(
                "状态不符",
                f"学籍状态是“{student.status.value}”, 不能开具{case.kind.title}。",
                hint or f"{case.kind.title}只开给: {_words(allowed)}。",
            )

    return rule


def _words(states: tuple[Status, ...]) -> str:
    return "、".join(state.value for state in states)


def not_struck_off(student: Student, case: Circumstances) -> Iterator[Finding]:
    """Nobody struck off the roll gets a certificate of any kind."""
    if student.status in (Status.EXPELLED, Status.CANCELLED, Status.DECEASED):
        yield Finding(
            "状态不符",
            f"学籍状态是“{student.status.value}”, 不能发{case.kind.title}。",
            "如状态有误, 请先更正异动。",
        )


def photo_present(student: Student, _case: Circumstances) -> Iterator[Finding]:
    """The holder's photo must be there; what was doubtful about it is repeated."""
    if student.photo is None:
        yield Finding("无照片", "没有照片。", "请导入与学信网一致的毕业图像。")
        return
    for warning in student.photo.warnings:
        yield doubt("照片存疑", warning, "请在照片核对表上看一眼。")


def events_final(student: Student, _case: Circumstances) -> Iterator[Finding]:
    """An event without 文号 is not final; somebody must finish it."""
    for event in student.events:
        if not event.document_no:
            yield doubt(
                "异动无文号",
                f"{event.effective_on} 的{event.type.value}没有文号, 尚未生效。",
                "请补文号或删去该异动。",
            )


def not_graduated(student: Student, case: Circumstances) -> Iterator[Finding]:
    """Who has left with a certificate is no student any more.

    The roll may still say 在读: it is the date of the conclusion, or a certificate
    in force, that ends the 学籍.
    """
    end, conclusion = student.graduated_on, student.conclusion
    if conclusion is not None and end is not None and end <= case.on:
        what = f"已于 {end} {conclusion}"
    elif case.certificate_number is not None:
        what = f"已持有证书 {case.certificate_number}"
    else:
        return
    yield Finding(
        "已离校",
        f"{what}, 不能开具{case.kind.title}。",
        "可以开具成绩单 (transcript)。"
        if conclusion == "肄业"
        else "可以开具学历证明 (education)。",
    )
