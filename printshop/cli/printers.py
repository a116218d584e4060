"""``printshop printers``: takes descriptions, registers printers and asks them."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from printshop.app import preview_page
from printshop.cli.context import Context, pass_context, reports
from printshop.cli.output import Out
from printshop.cli.queue import show_outcome
from printshop.errors import PrinterError
from printshop.printers.reasons import explain
from printshop.printers.registry import PrinterSpec
from printshop.render.preview import preview_request
from printshop.shop.printing import PrintWish

LIST = {
    "name": "名称",
    "backend": "方式",
    "where": "位置",
    "stock": "装的纸",
    "state": "状态",
}


@click.group()
def printers() -> None:
    """打印机: 登记、查看、移除。"""


@printers.command("list")
@reports
@pass_context
def list_(context: Context, out: Out) -> None:
    """列出登记的打印机和它们现在的状态。"""
    rows = [_row(context, spec) for spec in context.shop.printers.listed()]
    out.rows(LIST, rows, empty="还没有登记打印机; 见 printshop printers add --help。")


def _row(context: Context, spec: PrinterSpec) -> dict[str, Any]:
    where = spec.folder or f"{spec.host}:{spec.port}/{spec.queue}"
    try:
        state = context.shop.printers.state(spec.name)
        words = [state.state.sentence, *(r.sentence for r in explain(state.reasons))]
        shown = "".join(words)
    except PrinterError as error:
        shown = error.message
    return asdict(spec) | {"where": where, "state": shown}


@printers.command()
@click.argument("name", metavar="名称")
@click.option("--queue", help="CUPS 队列名 (lpstat -p 列出)。")
@click.option("--host", help="CUPS 服务器; 默认取设置 cups.host。")
@click.option("--port", type=int, help="CUPS 端口; 默认取设置 cups.port。")
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="没有 CUPS 时: “打印”到这个目录。",
)
@click.option("--media", default="", help="固定纸张, 例 iso_a4_210x297mm; 默认随文件。")
@click.option("--tray", default="", help="默认纸盒。")
@click.option("--stock", default="", help="装的是什么纸, 给人看。")
@click.option(
    "--no-impressions",
    is_flag=True,
    help="这台打印机不报告已打印张数 (则只凭 CUPS 的话认作完成)。",
)
@reports
@pass_context
def add(
    context: Context,
    name: str,
    queue: str | None,
    host: str | None,
    port: int | None,
    folder: Path | None,
    media: str,
    tray: str,
    stock: str,
    no_impressions: bool,
    out: Out,
) -> None:
    """登记一台打印机, 或改变它的登记。

    \b
      printshop printers add 证书机 --queue HP_LaserJet
      printshop printers add 文件夹 --folder ./打印输出
    """
    if (queue is None) == (folder is None):
        raise click.UsageError("请给出 --queue 或 --folder 之一。")
    cups = context.settings.cups
    spec = PrinterSpec(
        name,
        "cups" if queue else "folder",
        host=(host or cups.host) if queue else "",
        port=(port or cups.port) if queue else 0,
        queue=queue or "",
        folder=str(folder.resolve()) if folder else "",
        media=media,
        stock=stock,
        tray=tray,
        counts_impressions=not no_impressions,
    )
    context.shop.printers.save(spec, actor=context.actor)
    out.result(asdict(spec), f"已登记打印机 {name}。")


@printers.command()
@click.argument("name", metavar="名称")
@reports
@pass_context
def remove(context: Context, name: str, out: Out) -> None:
    """取消登记; 打印过的任务仍留在队列记录里。"""
    context.shop.printers.remove(name, actor=context.actor)
    out.result({"removed": name}, f"已取消登记 {name}。")


@printers.command()
@click.argument("name", metavar="名称")
@reports
@pass_context
def test(context: Context, name: str, out: Out) -> None:
    """打印一张带“样张”字样的样页: 看看纸张、位置和字是否正常。"""
    request = preview_request("enrollment", proof=True)
    page = preview_page(context.settings, request)
    printing = context.shop.printing
    jobs = printing.queue_sheets([page], PrintWish(name), actor=context.actor)
    context.shop.dispatching.run([job.id for job in jobs], trouble=out.warn)
    show_outcome([printing.job(job.id) for job in jobs], out)
