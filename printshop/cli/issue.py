"""``printshop issue``: takes a kind and a selection, gives archived documents."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import click

from printshop.cli.context import Context, pass_context, progress_bar, reports
from printshop.cli.output import Out
from printshop.cli.selecting import KIND, KIND_LIST, selection, selects
from printshop.errors import NotCleared, RenderError
from printshop.issue.compose import Particulars
from printshop.issue.tables import DocumentRow
from printshop.kinds import DocumentKind, Family
from printshop.shop.issuing import IssueReport, Wish

ISSUED = {
    "number": "编号",
    "student_no": "学号",
    "name": "姓名",
    "pages": "页",
    "id": "文书 id",
    "review": "请看一眼",
}
_SHOWN = 20
_REASONS = 2


def _day(
    _ctx: click.Context, _param: click.Parameter, value: datetime | None
) -> date | None:
    return None if value is None else value.date()


@click.command(
    help=f"""开具: 审核、编号、排版、归档 KIND, 人人一份。

    不符合条件的不会编号, 只说明原因; 其余照常开具。中断后再运行一次, 接着做完,
    不会重号也不会重发; 已经开具且资料没有变的, 不再开具。

    \b
    KIND:
{KIND_LIST}

    \b
    例:
      printshop issue graduation --year 2026
      printshop issue graduation --class 计应2301 --layout a4-overprint
      printshop issue enrollment --student 2023010101 --purpose 办理签证 --lang en
    """
)
@click.argument("kind", type=KIND)
@selects
@click.option("--all", "everybody", is_flag=True, help="全体学生。")
@click.option("--layout", help="版式名; 见 printshop preview KIND --list。")
@click.option("--lang", "language", help="语种 (zh, en, zh-en)。")
@click.option(
    "--date",
    "on",
    type=click.DateTime(["%Y-%m-%d"]),
    callback=_day,
    help="文书日期; 证书默认为毕业日期, 其余默认为今天。",
)
@click.option("--purpose", help="用途, 印在证明上。")
@click.option("--reason", help="申请原因 (申请表)。")
@click.option(
    "--from",
    "from_on",
    type=click.DateTime(["%Y-%m-%d"]),
    callback=_day,
    help="起始日期 (申请表)。",
)
@click.option(
    "--until",
    "until_on",
    type=click.DateTime(["%Y-%m-%d"]),
    callback=_day,
    help="终止日期 (申请表)。",
)
@click.option("--target", help="拟转入的专业或学校 (申请表)。")
@click.option("--again", is_flag=True, help="证明: 已有内容相同且有效的也再开一份。")
@reports
@pass_context
def issue(
    context: Context,
    /,
    kind: DocumentKind,
    class_name: str | None,
    year: int | None,
    grade: str | None,
    students: tuple[str, ...],
    everybody: bool,
    layout: str | None,
    language: str | None,
    on: date | None,
    purpose: str | None,
    again: bool,
    out: Out,
    **typed: Any,
) -> None:
    """Issue; the help text is given above."""
    if not (class_name or year or grade or students or everybody):
        raise click.UsageError(
            "请说明给谁: --student、--class、--grade、--year 或 --all。"
        )
    values = {name: value for name, value in typed.items() if value is not None}
    if values and kind.family is not Family.FORM:
        raise click.UsageError("--reason --from --until --target 只用于申请表。")
    wish = Wish(
        kind,
        selection(class_name, year, grade, students),
        language or kind.languages[0],
        layout=layout,
        on=on,
        again=again,
        particulars=Particulars(purpose, values or None),
    )
    with progress_bar(f"开具{kind.title}", out) as progress:
        report = context.shop.issuing.issue(
            wish, actor=context.actor, progress=progress
        )
    show_report(report, out)


def show_report(report: IssueReport, out: Out) -> None:
    """Say what a run did; end with the exit code of what stood in the way.

    Raises:
        NotCleared: Somebody was refused and nobody was issued anything.
        RenderError: A page could not be made.
    """
    if out.as_json:
        out.data(report_data(report))
    else:
        _tell(report, out)
    if report.failed:
        raise RenderError(
            f"{len(report.failed)} 份排版没有成功, 编号保留着。",
            "改正后再运行同一命令, 用同一编号继续。",
        )
    if report.refused and not report.issued and not report.unchanged:
        raise NotCleared("没有人符合条件, 什么也没有开具。", "原因和办法见上面各行。")


def report_data(report: IssueReport) -> dict[str, Any]:
    """The report as JSON values."""
    return {
        "kind": report.kind.code,
        "batch": report.batch_id,
        "resumed": report.resumed,
        "issued": [row_data(row) for row in report.issued],
        "unchanged": [row_data(row) for row in report.unchanged],
        "refused": [
            {
                "student_no": student.student_no,
                "name": student.name,
                "findings": [
                    {"code": f.code, "sentence": f.sentence, "remedy": f.remedy}
                    for f in findings
                ],
            }
            for student, findings in report.refused
        ],
        "failed": [
            row_data(row) | {"message": error.message, "remedy": error.remedy}
            for row, error in report.failed
        ],
    }


def row_data(row: DocumentRow) -> dict[str, Any]:
    """One document as JSON values; no code, no ID number."""
    return {
        "id": row.id,
        "kind": row.kind,
        "language": row.language,
        "number": row.number,
        "student_no": row.facts["student_no"],
        "name": row.facts["name"],
        "issued_on": row.issued_on,
        "valid_until": row.valid_until,
        "state": row.state,
        "reason": row.reason,
        "pages": row.pages,
        "batch": row.batch_id,
        "position": row.position,
        "layout": row.layout,
        "pdf_sha256": row.pdf_sha256,
        "review": "; ".join(row.review or ()),
    }


def _tell(report: IssueReport, out: Out) -> None:
    title = report.kind.title
    if report.issued:
        shown = report.issued[:_SHOWN]
        out.rows(ISSUED, [row_data(row) for row in shown], title=f"已开具{title}")
        if len(report.issued) > _SHOWN:
            out.say(f"… 另有 {len(report.issued) - _SHOWN} 份。")
    for student, findings in report.refused:
        why = "".join(f"{f.sentence}{f.remedy}" for f in findings[:_REASONS])
        more = f" 另有 {len(findings) - _REASONS} 条。" if findings[_REASONS:] else ""
        out.say(f"✗ {student.student_no} {student.name}: {why}{more}")
    for row, error in report.failed:
        out.say(f"✗ {row.facts['student_no']} {row.facts['name']}: {error}")
    out.say(
        f"{title}: 新开具 {len(report.issued)} 份"
        + (f" (其中接着做完 {report.resumed} 份)" if report.resumed else "")
        + f", 原已开具 {len(report.unchanged)} 份, 不能开具 {len(report.refused)} 人"
        + (f", 排版未成 {len(report.failed)} 份" if report.failed else "")
        + "。"
    )
    if report.batch_id and report.issued:
        out.say(
            f"批次 {report.batch_id[:8]}; 打印: printshop print "
            f"{report.batch_id[:8]} --printer 打印机"
        )
