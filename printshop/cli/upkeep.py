"""``init``, ``doctor`` and ``scrub``: take an office, make it, look at it."""

from __future__ import annotations

from dataclasses import asdict

import click

from printshop.app import initialise
from printshop.archive.scrub import ScrubReport
from printshop.cli.context import Context, pass_context, progress_bar, reports
from printshop.cli.output import Out
from printshop.errors import ArchiveError, PrintshopError, Tampered
from printshop.settings import describe, known_names, starter_text

CHECKS = {"mark": "", "name": "项目", "sentence": "情况", "remedy": "怎么办"}


@click.command()
@reports
@pass_context
def init(context: Context, out: Out) -> None:
    """建立办公室: 目录、密钥、数据库和配置文件; 已有的一概保留。

    软件升级之后也用它升级数据库 (请先备份)。
    """
    done = initialise(context.settings, starter_text())
    home = context.settings.home
    out.result(
        {"home": home, "done": done},
        *(f"✓ {sentence}" for sentence in done or ["一切都已就绪, 什么也没有改。"]),
        f"下一步: 在 {home}/printshop.toml 填写学校信息, 再导入学生名册。",
    )


@click.command()
@click.option("--settings", "show_settings", is_flag=True, help="列出全部设置。")
@click.option("--scrub", "with_archive", is_flag=True, help="同时核对归档的每个文件。")
@reports
@pass_context
def doctor(context: Context, show_settings: bool, with_archive: bool, out: Out) -> None:
    """体检: 数据库、日志链、字体、打印机、未完成的工作, 有问题就说怎么办。"""
    if show_settings:
        help_texts = known_names()
        rows = [
            {"name": name, "value": value, "help": help_texts.get(name, "")}
            for name, value in describe(context.settings).items()
        ]
        out.rows({"name": "设置", "value": "现值", "help": "含义"}, rows)
        return
    checks = context.shop.upkeep.checks()
    rows = [
        asdict(check)
        | {
            "mark": "✓" if check.good else "✗" if check.grave else "!",
            "remedy": "" if check.good else check.remedy,
        }
        for check in checks
    ]
    broken = next((c for c in checks if c.name == "日志" and not c.good), None)
    report = None
    if with_archive and broken is None:
        report = _scrubbed(context, out)
    if out.as_json:
        archive = None if report is None else asdict(report)
        out.data({"checks": rows, "archive": archive})
    else:
        out.rows(CHECKS, rows)
    if broken is not None:
        raise Tampered(broken.sentence, broken.remedy)
    if report is not None:
        _tell(report, out)
    if any(check.grave and not check.good for check in checks):
        raise PrintshopError("有需要处理的问题。", "见上表。")


@click.command()
@reports
@pass_context
def scrub(context: Context, out: Out) -> None:
    """核对归档: 每个文件都在, 内容没变, 没有来历不明的文件。"""
    report = _scrubbed(context, out)
    if out.as_json:
        out.data(asdict(report))
    _tell(report, out)


def _scrubbed(context: Context, out: Out) -> ScrubReport:
    with progress_bar("核对归档", out) as progress:
        return context.shop.upkeep.scrub(progress)


def _tell(report: ScrubReport, out: Out) -> None:
    trouble = [
        *((sha, "内容被改动") for sha in report.changed),
        *((sha, "文件不见了") for sha in report.missing),
        *((name, "来历不明") for name in report.stray),
        *((name, "中断留下的临时文件") for name in report.tmp),
        *((name, "文书没有归档记录") for name in report.unrecorded),
    ]
    if trouble and not out.as_json:
        rows = [{"name": str(name), "what": what} for name, what in trouble]
        out.rows({"name": "文件", "what": "问题"}, rows)
    out.say(f"核对了 {report.checked} 个归档文件, 问题 {len(trouble)} 个。")
    if not report.sound:
        lost = len(report.missing) + len(report.unrecorded)
        raise ArchiveError(
            f"归档有 {len(report.changed)} 个文件被改动, {lost} 个不见了。",
            "请从备份恢复这些文件; 恢复前不要重印有关文书。",
        )
    if report.stray:
        raise ArchiveError(
            f"归档目录有 {len(report.stray)} 个来历不明的文件。",
            "请查明来历后移出归档目录。",
        )
