"""Rules of proofs: takes a student, gives what keeps a proof from being true."""

from __future__ import annotations

from collections.abc import Iterator

from printshop.audit.circumstances import Circumstances
from printshop.audit.finding import Finding
from printshop.records.model import Student


def marks_present(student: Student, _case: Circumstances) -> Iterator[Finding]:
    """A transcript needs marks."""
    if not student.marks:
        yield Finding("无成绩", "没有任何成绩。", "请先导入“成绩”表。")


def english_complete(student: Student, case: Circumstances) -> Iterator[Finding]:
    """What is written in English needs English names; none is ever invented."""
    if case.language == "zh":
        return
    if not (student.name_en or "").strip():
        yield Finding("无拼音", "没有姓名拼音。", "请在“学生”表填写“姓名拼音”。")
    if not (student.programme.name_en or "").strip():
        yield Finding(
            "专业无英文名",
            f"专业“{student.programme.name}”没有英文名。",
            "请在“学生”表填写“专业英文名”。",
        )
    if case.kind.code != "education" and not (student.college_en or "").strip():
        yield Finding(
            "院系无英文名",
            f"院系“{student.college}”没有英文名。",
            "请在“学生”表填写“院系英文名”。",
        )
    if case.kind.code == "transcript":
        unnamed = {m.course for m in student.marks if not (m.course_en or "").strip()}
        missing = sorted(unnamed)
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
