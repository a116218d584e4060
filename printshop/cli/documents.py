"""``printshop documents``: takes a document's name, gives or changes its line."""

from __future__ import annotations

from pathlib import Path

import click

from printshop.cli.context import Context, pass_context, reports
from printshop.cli.issue import row_data, show_report
from printshop.cli.output import Out
from printshop.issue.tables import DocumentRow, DocumentState
from printshop.kinds import KINDS, kind_of
from printshop.shop.documents import Filter

LIST = {
    "id": "文书 id",
    "title": "种类",
    "number": "编号",
    "student_no": "学号",
    "name": "姓名",
    "issued_on": "日期",
    "state": "状态",
}
STATES = {
    DocumentState.RESERVED.value: "已编号未完成",
    DocumentState.ISSUED.value: "有效",
    DocumentState.REPLACED.value: "已换发",
    DocumentState.REVOKED.value: "已撤销",
    DocumentState.LOST.value: "已挂失",
}

_reason = click.option("--reason", required=True, help="原因, 记入登记簿和日志。")
_name = click.argument("name", metavar="文书")


def _shown(row: DocumentRow) -> dict[str, object]:
    return row_data(row) | {
        "title": KINDS[row.kind].title,
        "state": STATES[row.state],
        "state_code": row.state,
    }


@click.group()
def documents() -> None:
    """登记簿: 已开具的文书, 及其撤销、挂失、换发和导出。

    “文书”可以写编号, 也可以写文书 id 的开头几位。
    """


@documents.command("list")
@click.option("--kind", help="只列这一种。")
@click.option(
    "--state",
    type=click.Choice([s.value for s in DocumentState]),
    help="只列这种状态的。",
)
@click.option("--student", metavar="学号", help="只列这个学生的。")
@click.option("--batch", help="只列这个批次的。")
@click.option("--limit", default=1000, show_default=True, help="最多列多少份。")
@reports
@pass_context
def list_(
    context: Context,
    kind: str | None,
    state: str | None,
    student: str | None,
    batch: str | None,
    limit: int,
    out: Out,
) -> None:
    """列出文书。"""
    code = kind_of(kind).code if kind else None
    rows = context.shop.documents.listed(Filter(code, state, student, batch, limit))
    out.rows(LIST, [_shown(row) for row in rows], empty="没有这样的文书。")


@documents.command()
@_name
@reports
@pass_context
def show(context: Context, name: str, out: Out) -> None:
    """一份文书的全部登记内容和经过。"""
    row, history = context.shop.documents.shown(name)
    data = _shown(row) | {
        "facts": row.facts,
        "design_sha256": row.design_sha256,
        "fonts_sha256": row.fonts_sha256,
        "history": [
            {"at": e.at, "actor": e.actor, "action": e.action, **e.details}
            for e in history
        ],
    }
    if out.as_json:
        out.data(data)
        return
    out.say(f"{KINDS[row.kind].title} {row.number or '(无编号)'} — {STATES[row.state]}")
    if row.reason:
        out.say(f"说明: {row.reason}")
    facts = {
        key: value
        for key, value in row.facts.items()
        if isinstance(value, str | int) and key not in ("photo", "id_number")
    }
    out.rows(
        {"field": "项目", "value": "内容"},
        [{"field": k, "value": v} for k, v in facts.items()],
    )
    out.rows(
        {"at": "时间", "actor": "经办人", "action": "经过"},
        [{"at": e.at, "actor": e.actor, "action": e.action} for e in history],
        title="经过",
    )


@documents.command()
@_name
@_reason
@reports
@pass_context
def revoke(context: Context, name: str, reason: str, out: Out) -> None:
    """撤销一份文书: 此后核验答“已撤销”。"""
    row = context.shop.documents.revoke(name, reason, actor=context.actor)
    out.result(_shown(row), f"{row.number or row.id} 已撤销。")


@documents.command()
@_name
@_reason
@reports
@pass_context
def lost(context: Context, name: str, reason: str, out: Out) -> None:
    """登记证书遗失: 此后可以补办毕业证明书 (issue replacement)。"""
    row = context.shop.documents.lose(name, reason, actor=context.actor)
    out.result(
        _shown(row),
        f"{row.number or row.id} 已登记遗失。",
        f"补办: printshop issue replacement --student {row.facts['student_no']}",
    )


@documents.command()
@_name
@_reason
@click.option("--layout", help="换用别的版式。")
@reports
@pass_context
def replace(
    context: Context, name: str, reason: str, layout: str | None, out: Out
) -> None:
    """换发: 按现在的资料重新开具, 原件即答“已换发”。证书编号不变。

    用于交付之前发现的错误。先用 records import 更正资料, 再换发。
    """
    report = context.shop.documents.supersede(
        name, reason, layout=layout, actor=context.actor
    )
    show_report(report, out)


documents.add_command(
    click.Command(
        "reissue",
        params=replace.params,
        callback=replace.callback,
        help="重新开具一份被误撤销的文书 (同 replace)。",
    )
)


@documents.command("open")
@_name
@reports
@pass_context
def open_(context: Context, name: str, out: Out) -> None:
    """用本机的 PDF 阅读器打开归档的文件。"""
    row, _ = context.shop.documents.shown(name)
    path = context.shop.documents.path(row)
    click.launch(str(path))
    out.result({"path": path}, f"已打开 {path}")


@documents.command()
@click.argument("names", nargs=-1, required=True, metavar="文书|批次...")
@click.option(
    "--to",
    required=True,
    type=click.Path(path_type=Path, file_okay=False, writable=True),
    help="导出到这个目录。",
)
@reports
@pass_context
def export(context: Context, names: tuple[str, ...], to: Path, out: Out) -> None:
    """导出 PDF: 文件名是文书 id, 不含姓名和证件号。"""
    to.mkdir(parents=True, exist_ok=True)
    written = []
    for row in context.shop.documents.batches(names):
        path = to / f"{row.kind}-{row.id[:12]}.pdf"
        path.write_bytes(context.shop.documents.pdf(row))
        written.append({"path": path, "number": row.number, "id": row.id})
    out.result({"files": written}, f"已导出 {len(written)} 份到 {to}。")
