"""``printshop records``: takes spreadsheets and photos, gives the student register."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from printshop.cli.context import Context, pass_context, progress_bar, reports
from printshop.cli.output import Out
from printshop.cli.selecting import selection, selects
from printshop.errors import InputError
from printshop.records.columns import SheetKind
from printshop.records.model import Student
from printshop.records.report import write_report
from printshop.shop.recording import Imported, ImportWish

SHEETS = {
    "sheet": "工作表",
    "rows": "行",
    "new": "新增",
    "changed": "更新",
    "unchanged": "未变",
    "refused": "不收",
}
PROBLEMS = {"level": "级别", "where": "位置", "value": "内容", "why": "问题与办法"}
STUDENTS = {
    "student_no": "学号",
    "name": "姓名",
    "class": "班级",
    "programme": "专业",
    "status": "状态",
    "conclusion": "结论",
    "photo": "照片",
}
_SHOWN = 40


@click.group()
def records() -> None:
    """名册: 导入、查看、导出学生, 成绩, 审核和异动。"""


@records.command("import")
@click.argument(
    "file",
    required=False,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
)
@click.option(
    "--photos",
    type=click.Path(path_type=Path, exists=True),
    help="照片目录或 ZIP; 文件名是学号、考生号或证件号。",
)
@click.option("--dry-run", is_flag=True, help="只检查, 什么也不改。")
@click.option(
    "--report",
    type=click.Path(path_type=Path, dir_okay=False, writable=True),
    help="把问题写成 .xlsx 或 .csv; 默认有问题时写 “文件名.问题.xlsx”。",
)
@click.option(
    "--sheet",
    "sheets",
    multiple=True,
    metavar="表名=种类",
    help="指明工作表是 学生、审核、成绩 还是 异动; CSV、DBF 写 =种类。",
)
@click.option("--accept-dots", is_flag=True, help="把其他间隔号一律当作 “·”(已核对)。")
@click.option(
    "--accept-id-change",
    multiple=True,
    metavar="学号",
    help="此人的证件号码确已更正 (有法定证明)。",
)
@reports
@pass_context
def import_(
    context: Context,
    file: Path | None,
    photos: Path | None,
    dry_run: bool,
    report: Path | None,
    sheets: tuple[str, ...],
    accept_dots: bool,
    accept_id_change: tuple[str, ...],
    out: Out,
) -> None:
    """导入 FILE: XLSX、CSV 或 DBF, 含工作表 学生、审核、成绩、异动 中的任意几张。

    列名认中文和学信网代码 (学号/XH, 姓名/XM, 证件号码/SFZH …), 次序随意, 多余的列保留。
    好的行收下, 有问题的行不收, 每一个问题都说明在哪一格、为什么、怎么办。
    同一文件再导入一次不会改变任何东西; 有变化的行按更新处理, 旧值留在历史里。

    有行没有收下时退出码为 4。
    """
    wish = ImportWish(
        file,
        photos,
        _kinds(sheets),
        accept_dots,
        frozenset(accept_id_change),
        dry_run,
    )
    with progress_bar("导入照片", out) as progress:
        done = context.shop.recording.take_in(
            wish, actor=context.actor, progress=progress
        )
    path = report or _default_report(file or photos, done)
    if path is not None:
        write_report(done.rows, path, done.photo_plan)
    if out.as_json:
        out.data(_data(done, path))
    else:
        _tell(done, path, out)
    if not done.flawless:
        raise InputError(
            "有内容没有收下; 其余的" + ("可以收下。" if dry_run else "都已收下。"),
            f"请按 {path} 改正后再导入一次。",
        )


def _kinds(sheets: tuple[str, ...]) -> Mapping[str, SheetKind]:
    kinds = {}
    for text in sheets:
        name, equals, word = text.partition("=")
        try:
            kinds[name] = SheetKind(word if equals else name)
        except ValueError:
            known = "、".join(kind.value for kind in SheetKind)
            raise click.BadParameter(
                f"“{text}”: 种类只能是 {known}。", param_hint="--sheet"
            ) from None
        if not equals:
            kinds[""] = kinds.pop(name)
    return kinds


def _default_report(source: Path | None, done: Imported) -> Path | None:
    if source is None or done.flawless:
        return None
    return Path(f"{source.stem}.问题.xlsx")


def _data(done: Imported, report: Path | None) -> dict[str, Any]:
    data: dict[str, Any] = {"dry_run": done.dry_run, "sheets": done.sheets}
    if done.rows is not None:
        data["problems"] = [problem.as_dict() for problem in done.rows.problems]
    if done.photo_plan is not None:
        plan = done.photo_plan
        data["photos"] = {
            "good": len(plan.photos),
            "new": len(plan.new),
            "problems": [
                {
                    "file": p.file,
                    "flaw": p.flaw.name,
                    "student_no": p.student_no,
                    "why": p.why,
                    "remedy": p.remedy,
                }
                for p in plan.problems
            ],
            "notes": [
                {"file": n.file, "student_no": n.student_no, "what": n.what}
                for n in plan.notes
            ],
            "missing": [ref.student_no for ref in plan.missing],
            "extra": list(plan.extra),
        }
    data["report"] = report
    return data


def _tell(done: Imported, report: Path | None, out: Out) -> None:
    if done.rows is not None:
        rows = [
            {"sheet": name} | counts
            for name, counts in done.sheets.items()
            if counts["rows"]
        ]
        out.rows(SHEETS, rows, empty="文件里没有数据行。")
        problems = [
            {
                "level": p.severity.value,
                "where": p.where,
                "value": p.value,
                "why": f"{p.why}{p.remedy}",
            }
            for p in done.rows.problems
        ]
        _some(problems, PROBLEMS, out)
    if done.photo_plan is not None:
        _tell_photos(done, out)
    if report is not None:
        out.say(f"问题报告已写入 {report}: 在里面改正后可以直接再导入。")
    if done.dry_run:
        out.say("这是试运行, 什么也没有改。")


def _some(rows: list[dict[str, Any]], columns: Mapping[str, str], out: Out) -> None:
    if rows:
        out.rows(columns, rows[:_SHOWN])
    if len(rows) > _SHOWN:
        out.say(f"… 另有 {len(rows) - _SHOWN} 条, 见问题报告。")


def _tell_photos(done: Imported, out: Out) -> None:
    plan = done.photo_plan
    assert plan is not None  # noqa: S101 - the caller looked
    new = len(plan.new) if done.photos is None else done.photos.added
    out.say(
        f"照片: {len(plan.photos)} 张可用 (新增 {new} 张), "
        f"{len(plan.problems)} 个文件不收, {len(plan.missing)} 人没有照片。"
    )
    problems = [
        {"file": p.file, "flaw": p.flaw.value, "why": f"{p.why}{p.remedy}"}
        for p in plan.problems
    ]
    _some(problems, {"file": "文件", "flaw": "类别", "why": "问题与办法"}, out)
    notes = [
        {"file": n.file, "student": n.student_no, "what": n.what} for n in plan.notes
    ]
    _some(notes, {"file": "文件", "student": "学号", "what": "说明"}, out)
    if plan.missing:
        shown = "、".join(f"{r.student_no} {r.name}" for r in plan.missing[:_SHOWN])
        more = " …" if len(plan.missing) > _SHOWN else ""
        out.say(f"没有照片的: {shown}{more}")


@records.command()
@selects
@click.option("--history", "with_history", is_flag=True, help="每次导入改了什么。")
@reports
@pass_context
def show(
    context: Context,
    class_name: str | None,
    year: int | None,
    grade: str | None,
    students: tuple[str, ...],
    with_history: bool,
    out: Out,
) -> None:
    """查看名册。证件号码只显示后四位。"""
    chosen = selection(class_name, year, grade, students)
    found = context.shop.recording.students(chosen)
    if not with_history:
        out.rows(STUDENTS, [_student(s) for s in found], empty="名册是空的。")
        out.say(f"共 {len(found)} 人。")
        return
    rows = [
        {
            "student_no": student.student_no,
            "at": entry.at,
            "actor": entry.actor,
            "table": entry.table,
            "before": entry.before,
            "after": entry.after,
        }
        for student in found
        for entry in context.shop.recording.history(student.student_no)
    ]
    columns = {
        "student_no": "学号",
        "at": "时间",
        "actor": "经办人",
        "table": "表",
        "before": "原来",
        "after": "改为",
    }
    out.rows(columns, rows, empty="没有变更历史。")


def _student(student: Student) -> dict[str, Any]:
    return {
        "student_no": student.student_no,
        "name": student.name,
        "class": student.class_name,
        "programme": student.programme.name,
        "status": student.status.value,
        "conclusion": student.conclusion,
        "photo": student.photo is not None,
        "marks": len(student.marks),
        "graduated_on": student.graduated_on,
    }


@records.command()
@selects
@click.option(
    "--to",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False, writable=True),
    help="写到这个 .xlsx (四张表) 或 .csv (学生表)。",
)
@reports
@pass_context
def export(
    context: Context,
    class_name: str | None,
    year: int | None,
    grade: str | None,
    students: tuple[str, ...],
    to: Path,
    out: Out,
) -> None:
    """导出名册。含完整证件号码: 请妥善保管; 导出记入日志。"""
    chosen = selection(class_name, year, grade, students)
    count = context.shop.recording.export(chosen, to, actor=context.actor)
    out.result({"students": count, "path": to}, f"已导出 {count} 人到 {to}。")
