"""``printshop audit``: takes a kind and a selection, gives the findings."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import click
from pypdf import PdfWriter

from printshop.audit import Verdict
from printshop.cli.context import Context, pass_context, reports
from printshop.cli.output import Out
from printshop.cli.selecting import KIND, selection, selects
from printshop.errors import NotCleared
from printshop.kinds import DocumentKind
from printshop.records import spreadsheet
from printshop.render.model import Page
from printshop.shop.printing import PrintWish

COLUMNS = {
    "student_no": "学号",
    "name": "姓名",
    "class": "班级",
    "cleared": "可发",
    "findings": "审核意见",
}


@click.command()
@click.argument("kind", type=KIND, default="graduation")
@selects
@click.option("--lang", "language", help="文书的语种 (zh, en, zh-en)。")
@click.option(
    "--report",
    type=click.Path(path_type=Path, dir_okay=False, writable=True),
    help="把审核意见写成 CSV 文件。",
)
@click.option(
    "--sheet",
    type=click.Path(path_type=Path, dir_okay=False, writable=True),
    help="生成毕业资格审核表 (PDF), 供签字。",
)
@click.option("--printer", help="把毕业资格审核表打印到这台打印机。")
@click.option("--blocked", is_flag=True, help="只列出不能发的。")
@click.option("--strict", is_flag=True, help="有人不能发时以退出码 5 结束。")
@reports
@pass_context
def audit(
    context: Context,
    kind: DocumentKind,
    class_name: str | None,
    year: int | None,
    grade: str | None,
    students: tuple[str, ...],
    language: str | None,
    report: Path | None,
    sheet: Path | None,
    printer: str | None,
    blocked: bool,
    strict: bool,
    out: Out,
) -> None:
    """审核: 这些学生可以发 KIND 吗? 每一条意见是一句话, 并说明找谁办。

    KIND 是文书种类, 默认 graduation (毕业证书)。审核不改变任何数据。
    """
    chosen = selection(class_name, year, grade, students)
    verdicts = context.shop.auditing.verdicts(kind, chosen, language=language)
    shown = [v for v in verdicts if not (blocked and v.cleared)]
    rows = [_row(v) for v in shown]
    out.rows(COLUMNS, rows, empty="没有要列出的学生。", title=f"{kind.title}审核")
    good = sum(v.cleared for v in verdicts)
    out.say(
        f"共 {len(verdicts)} 人: 可发 {good} 人, 不能发 {len(verdicts) - good} 人。"
    )
    if report is not None:
        _write_report(report, rows)
        out.say(f"审核意见已写入 {report}。")
    if sheet is not None or printer is not None:
        _sheets(context, verdicts, kind, sheet, printer, out)
    if strict and good < len(verdicts):
        raise NotCleared(
            f"{len(verdicts) - good} 人不能发{kind.title}。", "原因见上表。"
        )


def _sheets(
    context: Context,
    verdicts: list[Verdict],
    kind: DocumentKind,
    path: Path | None,
    printer: str | None,
    out: Out,
) -> None:
    pages = context.shop.sheets.audit_sheets(verdicts, kind.title)
    count = sum(page.pages for page in pages)
    if path is not None:
        write_pages(pages, path)
        out.say(f"审核表 {count} 页, 已写入 {path}。")
    if printer is not None:
        printing = context.shop.printing
        jobs = printing.queue_sheets(pages, PrintWish(printer), actor=context.actor)
        context.shop.dispatching.run([job.id for job in jobs], trouble=out.warn)
        out.say(f"审核表 {count} 页, 已交打印机 {printer}。")


def write_pages(pages: list[Page], path: Path) -> None:
    """One PDF of several, in order."""
    whole = PdfWriter()
    for page in pages:
        whole.append(io.BytesIO(page.pdf))
    whole.write(path)


def _row(verdict: Verdict) -> dict[str, Any]:
    student = verdict.student
    return {
        "student_no": student.student_no,
        "name": student.name,
        "class": student.class_name,
        "cleared": verdict.cleared,
        "findings": "\n".join(
            f"{'✗' if f.blocks else '?'} {f.sentence}{f.remedy}"
            for f in verdict.findings
        ),
        "codes": [f.code for f in verdict.findings],
    }


def _write_report(path: Path, rows: list[dict[str, Any]]) -> None:
    cells = [row | {"cleared": "是" if row["cleared"] else "否"} for row in rows]
    body = [[str(cell[key]) for key in COLUMNS] for cell in cells]
    page = spreadsheet.Page("审核意见", tuple(COLUMNS.values()), body)
    path.write_bytes(spreadsheet.csv_bytes(page))
