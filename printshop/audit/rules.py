"""The rules by kind: takes a student and the circumstances, gives findings.

Every rule is a small generator; ``RULES`` says which apply to which kind. A rule
never raises: that something may not be issued is an answer, not an exception.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from printshop.audit.credits import earned, failed
from printshop.audit.finding import Finding, doubt
from printshop.kinds import DocumentKind
from printshop.records.model import Clearance, ClearanceItem, Status, Student


@dataclass(frozen=True)
class Circumstances:
    """What a rule may know beside the student.

    Attributes:
        kind: The document kind asked for.
        language: The language asked for.
        on: The date the document would carry; leaves are judged on it.
        certificate_number: Number of the certificate the register holds, if any.
        lost_certificate: Whether the register holds one that is declared lost.
    """

    kind: DocumentKind
    language: str
    on: date
    certificate_number: str | None = None
    lost_certificate: bool = False


Rule = Callable[[Student, Circumstances], Iterator[Finding]]

_WHO = {
    ClearanceItem.CONDUCT: "学生处",
    ClearanceItem.MAKE_UP: "系部教务员",
    ClearanceItem.SKILL: "系部",
    ClearanceItem.TUITION: "财务处",
}


def cleared(*items: ClearanceItem) -> Rule:
    """Each item must be cleared, by a named person, on a named day."""

    def rule(student: Student, _case: Circumstances) -> Iterator[Finding]:
        for item in items:
            yield from _clearance_findings(item, student.clearance(item))

    return rule


def _clearance_findings(
    item: ClearanceItem, found: Clearance | None
) -> Iterator[Finding]:
    name, who = item.value, _WHO[item]
    if found is None:
        yield Finding(
            f"{name}未审", f"{name}没有审核记录。", f"请{who}审核后导入“审核”表。"
        )
    elif not found.cleared:
        note = f"（{found.note}）" if found.note else ""
        yield Finding(f"{name}未清", f"{name}没有清{note}。", f"请到{who}办理。")
    elif not found.by or found.on is None:
        yield Finding(
            f"{name}无审核人",
            f"{name}标为已清, 但没有写明审核人和日期。",
            "请在“审核”表补上审核人和审核日期。",
        )


def credits_complete(student: Student, _case: Circumstances) -> Iterator[Finding]:
    """The credits earned must reach those required."""
    required = student.credits_required
    if required is None:
        yield Finding(
            "学分未定",
            "没有登记应修学分, 无法核对是否修满。",
            "请在“审核”表填写“应修学分”。",
        )
        return
    got = earned(student.marks)
    if got < required:
        open_courses = "、".join(m.course for m in failed(student.marks)[:5])
        tail = f"未通过: {open_courses}。" if open_courses else ""
        yield Finding(
            "学分不足",
            f"已得学分 {_credits(got)}, 应修 {_credits(required)}, "
            f"还差 {_credits(required - got)}。{tail}",
            "补考或重修通过后, 请系部教务员更新“成绩”表。",
        )


def _credits(value: Decimal) -> str:
    return f"{value.normalize():f}"


def photo_present(student: Student, _case: Circumstances) -> Iterator[Finding]:
    """The holder's photo must be there; what was doubtful about it is repeated."""
    if student.photo is None:
        yield Finding("无照片", "没有照片。", "请导入与学信网一致的毕业图像。")
        return
    for warning in student.photo.warnings:
        yield doubt("照片存疑", warning, "请在照片核对表上看一眼。")


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


def conclusion_is(*wanted: str) -> Rule:
    """The planned 毕结业结论 must be that of the kind."""

    def rule(student: Student, case: Circumstances) -> Iterator[Finding]:
        if student.conclusion is None:
            yield Finding(
                "结论未定", "没有登记毕业结论。", "请在“审核”表填写“毕业结论”。"
            )
        elif student.conclusion not in wanted:
            yield Finding(
                "结论不符",
                f"毕业结论是“{student.conclusion}”, 不能发{case.kind.title}。",
                f"如应发{case.kind.title}, 请在“审核”表改正毕业结论。",
            )

    return rule


def dates_sane(student: Student, case: Circumstances) -> Iterator[Finding]:
    """There must be a date of graduation, after enrolment and not before its time."""
    end = student.graduated_on
    if end is None:
        yield Finding("无毕业日期", "没有毕（结）业日期。", "请填写“毕业日期”。")
        return
    if end <= student.enrolled_on:
        yield Finding(
            "日期颠倒",
            f"毕业日期 {end} 不晚于入学日期 {student.enrolled_on}。",
            "请改正其中错误的一个。",
        )
    if case.on < end:
        yield Finding(
            "未到毕业日期",
            f"发证日期 {case.on} 早于毕业日期 {end}。",
            "发证日期应与毕业日期一致, 换发时为换发之日。",
        )


def events_final(student: Student, _case: Circumstances) -> Iterator[Finding]:
    """An event without 文号 is not final; somebody must finish it."""
    for event in student.events:
        if not event.document_no:
            yield doubt(
                "异动无文号",
                f"{event.effective_on} 的{event.type.value}没有文号, 尚未生效。",
                "请补文号或删去该异动。",
            )


def marks_present(student: Student, _case: Circumstances) -> Iterator[Finding]:
    """A transcript needs marks."""
    if not student.marks:
        yield Finding("无成绩", "没有任何成绩。", "请先导入“成绩”表。")


def english_complete(student: Student, case: Circumstances) -> Iterator[Finding]:
    """What is written in English needs English names; none is ever invented."""
    if case.language == "zh":
        return
    if not student.name_en:
        yield Finding("无拼音", "没有姓名拼音。", "请在“学生”表填写“姓名拼音”。")
    if not student.programme.name_en:
        yield Finding(
            "专业无英文名",
            f"专业“{student.programme.name}”没有英文名。",
            "请在“学生”表填写“专业英文名”。",
        )
    if case.kind.code == "transcript":
        missing = sorted({m.course for m in student.marks if not m.course_en})
        if missing:
            yield Finding(
                "课程无英文名",
                f"这些课程没有英文名: {'、'.join(missing)}。",
                "请在“成绩”表填写“课程英文名”。",
            )


def holds_certificate(_student: Student, case: Circumstances) -> Iterator[Finding]:
    """学历证明 is only for somebody the register holds a certificate of."""
    if case.certificate_number is None:
        yield Finding(
            "无证书",
            "登记簿里没有这个人的毕（结）业证书。",
            "请先发证; 本系统之前的毕业生请先登记其证书。",
        )


def certificate_lost(_student: Student, case: Circumstances) -> Iterator[Finding]:
    """毕业证明书 stands in for a lost certificate, and for nothing else."""
    if not case.lost_certificate:
        yield Finding(
            "未挂失",
            "没有已登记遗失的毕业证书。",
            "请先用 printshop documents lost 登记遗失。",
        )


def not_struck_off(student: Student, case: Circumstances) -> Iterator[Finding]:
    """Nobody struck off the roll gets a certificate of any kind."""
    if student.status in (Status.EXPELLED, Status.CANCELLED, Status.DECEASED):
        yield Finding(
            "状态不符",
            f"学籍状态是“{student.status.value}”, 不能发{case.kind.title}。",
            "如状态有误, 请先更正异动。",
        )


@dataclass(frozen=True)
class RuleSet:
    """The rules of one kind, in the order their findings are shown."""

    rules: tuple[Rule, ...] = field(default_factory=tuple)

    def findings(self, student: Student, case: Circumstances) -> tuple[Finding, ...]:
        """All findings of one student."""
        return tuple(f for rule in self.rules for f in rule(student, case))


_ALL = tuple(ClearanceItem)
_ON_ROLL = (Status.ENROLLED, Status.SUSPENDED, Status.RETAINED)
_HINT = "可以开具学籍证明 (roll-status), 其中写明状态。"

RULES: dict[str, RuleSet] = {
    "graduation": RuleSet(
        (
            conclusion_is("毕业"),
            status_in(Status.ENROLLED, Status.COMPLETED, Status.GRADUATED),
            cleared(*_ALL),
            credits_complete,
            photo_present,
            dates_sane,
            events_final,
        )
    ),
    "completion": RuleSet(
        (
            conclusion_is("结业"),
            status_in(Status.ENROLLED, Status.COMPLETED),
            cleared(ClearanceItem.CONDUCT, ClearanceItem.TUITION),
            photo_present,
            dates_sane,
            events_final,
        )
    ),
    "attendance": RuleSet(
        (
            conclusion_is("肄业"),
            not_struck_off,
            status_in(Status.ENROLLED, Status.WITHDRAWN, Status.ATTENDED),
            cleared(ClearanceItem.CONDUCT, ClearanceItem.TUITION),
            photo_present,
            dates_sane,
            events_final,
        )
    ),
    "replacement": RuleSet((certificate_lost, photo_present)),
    "transcript": RuleSet((marks_present, english_complete)),
    "enrollment": RuleSet((status_in(Status.ENROLLED, hint=_HINT), english_complete)),
    "roll-status": RuleSet((status_in(*_ON_ROLL), english_complete)),
    "education": RuleSet((holds_certificate, photo_present, english_complete)),
    "form-suspension": RuleSet((status_in(Status.ENROLLED),)),
    "form-resumption": RuleSet((status_in(Status.SUSPENDED, Status.RETAINED),)),
    "form-withdrawal": RuleSet((status_in(*_ON_ROLL),)),
    "form-major-change": RuleSet((status_in(Status.ENROLLED),)),
    "form-transfer": RuleSet((status_in(Status.ENROLLED),)),
    "form-retention": RuleSet((status_in(Status.ENROLLED),)),
}
