"""``printshop preview``: takes a kind and a layout, gives a sample page to look at."""

from __future__ import annotations

from pathlib import Path

import click

from printshop.app import preview_page
from printshop.cli.context import Context, pass_context, reports
from printshop.cli.output import Out
from printshop.cli.selecting import KIND
from printshop.kinds import DocumentKind
from printshop.render.design import layouts_of
from printshop.render.preview import picture, preview_request

COLUMNS = {
    "name": "版式",
    "title": "名称",
    "variant": "方式",
    "width": "宽 mm",
    "height": "高 mm",
}


@click.command()
@click.argument("kind", type=KIND)
@click.option("--list", "listing", is_flag=True, help="列出这种文书的版式。")
@click.option("--layout", help="版式名。")
@click.option("--lang", "language", help="语种。")
@click.option("--worst", is_flag=True, help="用最长的姓名和专业。")
@click.option("--guides", is_flag=True, help="画出盖章位置等参考线。")
@click.option(
    "--to",
    type=click.Path(path_type=Path, dir_okay=False),
    help="写到这个文件 (.pdf 或 .png); 默认 KIND.pdf。",
)
@reports
@pass_context
def preview(
    context: Context,
    kind: DocumentKind,
    listing: bool,
    layout: str | None,
    language: str | None,
    worst: bool,
    guides: bool,
    to: Path | None,
    out: Out,
) -> None:
    """样页: 用样例数据排一页看看, 不编号也不归档, 必带“样张”字样。"""
    if listing:
        rows = [
            {
                "name": info.name,
                "title": info.title,
                "variant": info.variant,
                "width": info.width_mm,
                "height": info.height_mm,
            }
            for info in layouts_of(kind.code)
        ]
        out.rows(COLUMNS, rows)
        return
    path = to or Path(f"{kind.code}.pdf")
    request = preview_request(kind.code, layout, language, worst=worst, proof=guides)
    page = preview_page(context.settings, request)
    as_picture = path.suffix.lower() == ".png"
    path.write_bytes(picture(page.pdf) if as_picture else page.pdf)
    out.result(
        {"path": path, "pages": page.pages, "review": page.review},
        *(f"请看一眼: {sentence}" for sentence in page.review),
        f"样页已写入 {path}。",
    )
