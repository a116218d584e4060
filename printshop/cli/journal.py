"""``printshop journal``: gives who did what to which number, newest first."""

from __future__ import annotations

import click

from printshop.cli.context import Context, pass_context, reports
from printshop.cli.output import Out

COLUMNS = {
    "seq": "序号",
    "at": "时间",
    "actor": "经办人",
    "action": "做了什么",
    "subject": "对象",
    "details": "详情",
}


@click.command()
@click.option("--subject", help="只看这份文书 (完整 id) 或打印机。")
@click.option("--action", help="只看这种动作, 例 document.issued。")
@click.option("--limit", default=50, show_default=True, help="最多列多少条。")
@reports
@pass_context
def journal(
    context: Context, subject: str | None, action: str | None, limit: int, out: Out
) -> None:
    """日志: 谁在何时对哪个编号做了什么。完整性由 printshop doctor 核对。"""
    found = context.shop.upkeep.journal(subject=subject, action=action, limit=limit)
    rows = [
        {
            "seq": e.seq,
            "at": e.at,
            "actor": e.actor,
            "action": e.action,
            "subject": e.subject,
            "details": e.details,
        }
        for e in found
    ]
    out.rows(COLUMNS, rows, empty="日志是空的。")
