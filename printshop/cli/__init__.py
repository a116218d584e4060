"""The command line: takes words, gives use cases their arguments; decides nothing.

One noun per file; commands are listed in the order of the way from spreadsheet to
paper.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from printshop import __version__
from printshop.cli.audit import audit
from printshop.cli.context import Context, Serve, current_user
from printshop.cli.demo import demo
from printshop.cli.documents import documents
from printshop.cli.issue import issue
from printshop.cli.journal import journal
from printshop.cli.output import show_error
from printshop.cli.preview import preview
from printshop.cli.print import print_
from printshop.cli.printers import printers
from printshop.cli.queue import queue, worker
from printshop.cli.records import records
from printshop.cli.upkeep import doctor, init, scrub
from printshop.cli.verify import serve, verify
from printshop.errors import PrintshopError


class _InOrder(click.Group):
    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(self.commands)


@click.group(cls=_InOrder, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False),
    help="办公室数据目录 (默认 $PRINTSHOP_HOME 或 ./office)。",
)
@click.option("--as", "actor", default=current_user, help="经办人, 记入日志。")
@click.version_option(__version__, prog_name="printshop")
@click.pass_context
def cli(ctx: click.Context, home: Path | None, actor: str) -> None:
    """学籍证书与证明: 从电子表格和照片到编号、归档、可核验的纸张。

    \b
    一批毕业证书的全过程:
      printshop init                                       建立办公室
      printshop records import 学生.xlsx --photos 照片/     导入名册、审核、成绩和照片
      printshop audit graduation                           毕业资格审核
      printshop issue graduation --year 2026               编号、排版、归档
      printshop print 批次 --printer 打印机                 排队并打印
      printshop verify 页面照片.jpg                         核验
    """
    ctx.obj = Context(home, actor, ctx.obj)
    ctx.call_on_close(ctx.obj.close)


for _command in (
    init,
    doctor,
    demo,
    records,
    audit,
    issue,
    documents,
    print_,
    queue,
    worker,
    printers,
    verify,
    serve,
    journal,
    scrub,
    preview,
):
    cli.add_command(_command)


def main(serve: Serve, words: Sequence[str] | None = None) -> None:
    """Run the command line; refusals become a message, a remedy and an exit code.

    Args:
        serve: Runs the public page.
        words: What was typed after ``printshop``; by default the process's own.
    """
    typed = sys.argv[1:] if words is None else list(words)
    try:
        cli(typed, prog_name="printshop", standalone_mode=False, obj=serve)
    except PrintshopError as error:
        show_error(error, as_json="--json" in typed)
        sys.exit(error.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("已中断; 已完成的部分都已保存, 再运行一次即可继续。", err=True)
        sys.exit(130)
    except BrokenPipeError:
        sys.exit(141)
