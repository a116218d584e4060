"""``printshop preview``: takes a kind and a layout, gives a sample page to look at."""

from __future__ import annotations

import time
from pathlib import Path

import click

from printshop.app import preview_page
from printshop.cli.context import Context, pass_context, reports
from printshop.cli.output import Out, show_error
from printshop.cli.selecting import KIND
from printshop.errors import RenderError
from printshop.kinds import DocumentKind
from printshop.render.design import LAYOUTS, TEMPLATES, layouts_of
from printshop.render.model import PageRequest
from printshop.render.preview import picture, preview_request

_LOOK = 0.5
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
@click.option("--watch", is_flag=True, help="模板或版式一改就重排, Ctrl-C 结束。")
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
    watch: bool,
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
    seen = 0.0
    while True:
        if (changed := _newest()) > seen:
            seen = changed
            request = preview_request(
                kind.code, layout, language, worst=worst, proof=guides
            )
            _draw(context, request, path, out, patient=watch)
        if not watch:
            return
        time.sleep(_LOOK)


def _newest() -> float:
    """When a template or layout was last changed."""
    files = (f for folder in (TEMPLATES, LAYOUTS) for f in folder.rglob("*"))
    return max(f.stat().st_mtime for f in files if f.is_file())


def _draw(
    context: Context, request: PageRequest, path: Path, out: Out, *, patient: bool
) -> None:
    """Draw once; who is watching sees the error and goes on editing."""
    try:
        page = preview_page(context.settings, request)
    except RenderError as error:
        if not patient:
            raise
        show_error(error, as_json=out.as_json)
        return
    as_picture = path.suffix.lower() == ".png"
    path.write_bytes(picture(page.pdf) if as_picture else page.pdf)
    out.result(
        {"path": path, "pages": page.pages, "review": page.review},
        *(f"请看一眼: {sentence}" for sentence in page.review),
        f"样页已写入 {path}。",
    )
