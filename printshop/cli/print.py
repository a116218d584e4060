"""``printshop print``: takes batches and documents, queues them and sees them out."""

from __future__ import annotations

import click

from printshop.cli.context import Context, pass_context, progress_bar, reports
from printshop.cli.output import Out
from printshop.cli.queue import job_data, show_outcome
from printshop.shop.printing import PrintWish


@click.command("print")
@click.argument("names", nargs=-1, required=True, metavar="批次|文书...")
@click.option("--printer", required=True, help="打印机的登记名。")
@click.option(
    "--copies",
    default=1,
    show_default=True,
    type=click.IntRange(1, 99),
    help="份数; 证书只能一份。",
)
@click.option("--reason", default="", help="再次打印证书的原因 (原页作废等)。")
@click.option("--tray", default="", help="纸盒, 用打印机自己的名称, 例 tray-2。")
@click.option("--duplex", is_flag=True, help="双面, 长边装订。")
@click.option("--urgent", is_flag=True, help="排在批次前面 (窗口业务)。")
@click.option("--queue-only", is_flag=True, help="只排队; 由 printshop worker 打印。")
@reports
@pass_context
def print_(
    context: Context,
    names: tuple[str, ...],
    printer: str,
    copies: int,
    reason: str,
    tray: str,
    duplex: bool,
    urgent: bool,
    queue_only: bool,
    out: Out,
) -> None:
    """打印: 把批次或文书按叠放顺序排队并打印, 原样 100% 不缩放。

    任务名不含个人信息。打印结果不明的任务不会自动重打: 会停下来, 请人看出纸盘。
    """
    printing = context.shop.printing
    wish = PrintWish(
        printer,
        copies=copies,
        reason=reason,
        tray=tray,
        sides="two-sided-long-edge" if duplex else "one-sided",
        priority=80 if urgent else 50,
    )
    jobs = printing.queue(names, wish, actor=context.actor)
    if queue_only:
        out.result(
            {"jobs": [job_data(job) for job in jobs]}, f"已排队 {len(jobs)} 个任务。"
        )
        return
    out.say(f"已排队 {len(jobs)} 个任务, 正在打印 …")
    with progress_bar("打印", out) as progress:
        context.shop.dispatching.run(
            [job.id for job in jobs], progress=progress, trouble=out.warn
        )
    show_outcome([printing.job(job.id) for job in jobs], out)
