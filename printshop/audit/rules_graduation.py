"""Rules of the graduation audit: takes a student, gives what is not cleared."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from printshop.audit.circumstances import Circumstances, Rule
from printshop.audit.credits import earned, failed
from printshop.audit.finding import Finding
from printshop.records.model import Clearance, ClearanceItem, Student

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
    elif not (found.by or "").strip() or found.on is None:
        yield Finding(
            f"{name}无审核人",
            f"{name}标为已清, 但没有写明审核人和日期。",
            "请在“审核”表补上审核人和审核日期。",
        )


def credits_complete(student: Student, _case: Circumstances) -> Iterator[Finding]:
    """The credits earned must reach those required."""
    required = student.credits_required
    if required is None or required <= 0:
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
