"""``printshop queue`` and ``worker``: takes job ids, gives states and decisions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from printshop.cli.context import Context, pass_context, reports
from printshop.cli.output import Out
from printshop.errors import PrinterError
from printshop.printers.reasons import explain
from printshop.printers.states import JobState
from printshop.queue.phases import Phase
from printshop.queue.tables import PrintJob

LIST = {
    "id": "任务",
    "printer": "打印机",
    "document": "文书",
    "position": "序",
    "state": "状态",
    "sentence": "说明",
}
SHOWN = LIST | {
    "document_id": "文书 id",
    "batch": "批次",
    "title": "任务名",
    "copies": "份数",
    "pages": "页数",
    "media": "纸张",
    "printer_job_id": "打印机的任务号",
    "attempts": "送过几次",
}
_job = click.argument("job", metavar="任务")


def job_data(job: PrintJob) -> dict[str, Any]:
    """One job as JSON values."""
    sentences = [
        JobState(job.state).sentence,
        *(reason.sentence for reason in explain(job.state_reasons)),
    ]
    return {
        "id": job.id,
        "printer": job.printer,
        "document": job.document_id[:12],
        "document_id": job.document_id,
        "batch": job.batch_id,
        "position": job.position,
        "state": job.state,
        "phase": job.phase,
        "reasons": job.state_reasons,
        "sentence": "".join(sentences),
        "title": job.title,
        "copies": job.copies,
        "pages": job.pages,
        "media": job.media,
        "printer_job_id": job.printer_job_id,
        "attempts": job.attempts,
    }


def show_outcome(jobs: Sequence[PrintJob], out: Out) -> None:
    """What became of jobs; anything but completed is an error to the shell.

    Raises:
        PrinterError: Something was not printed, or nobody knows.
    """
    good = [job for job in jobs if job.state == JobState.COMPLETED]
    rest = [job for job in jobs if job.state != JobState.COMPLETED]
    out.result(
        {"completed": len(good), "jobs": [job_data(job) for job in jobs]},
        f"已打印 {len(good)} / {len(jobs)} 个任务。",
    )
    if not rest:
        return
    if not out.as_json:
        out.rows(LIST, [job_data(job) for job in rest], title="没有打印完的")
    unknown = [job for job in rest if job.phase == Phase.UNKNOWN]
    if unknown:
        raise PrinterError(
            f"{len(unknown)} 个任务结果不明, 没有自动重打。",
            "请看出纸盘, 再用 printshop queue confirm 任务 --printed (或 --not-printed)"
            " 说明。",
        )
    raise PrinterError(
        f"{len(rest)} 个任务没有打印完。",
        "排除故障后运行 printshop worker --once 继续, 或 printshop queue retry。",
    )


@click.group()
def queue() -> None:
    """打印队列: 每一张都有下落。"""


@queue.command("list")
@click.option("--all", "everything", is_flag=True, help="包括已了结的。")
@reports
@pass_context
def list_(context: Context, everything: bool, out: Out) -> None:
    """列出任务。"""
    jobs = context.shop.printing.jobs(everything=everything)
    out.rows(LIST, [job_data(job) for job in jobs], empty="队列是空的。")


@queue.command()
@_job
@reports
@pass_context
def show(context: Context, job: str, out: Out) -> None:
    """一个任务的状态和说明。"""
    data = job_data(context.shop.printing.job(job))
    if out.as_json:
        out.data(data)
        return
    rows = [{"k": title, "v": data[key]} for key, title in SHOWN.items()]
    out.rows({"k": "项目", "v": "内容"}, rows)


@queue.command()
@_job
@reports
@pass_context
def hold(context: Context, job: str, out: Out) -> None:
    """暂不打印。"""
    data = job_data(context.shop.printing.hold(job, actor=context.actor))
    out.result(data, "已暂停。继续: printshop queue release。")


@queue.command()
@_job
@reports
@pass_context
def release(context: Context, job: str, out: Out) -> None:
    """继续打印暂停的任务。"""
    data = job_data(context.shop.printing.release(job, actor=context.actor))
    out.result(data, "已放行; 由 printshop worker 打印。")


@queue.command()
@_job
@reports
@pass_context
def cancel(context: Context, job: str, out: Out) -> None:
    """取消任务。"""
    found = context.shop.printing.cancel(job, actor=context.actor)
    word = "已请求打印机取消。" if found.cancel_requested else "已取消。"
    out.result(job_data(found), word)


@queue.command()
@_job
@click.option(
    "--printed/--not-printed",
    default=None,
    help="出纸盘里有这一张 / 没有这一张; 必须说明。",
)
@reports
@pass_context
def confirm(context: Context, job: str, printed: bool | None, out: Out) -> None:
    """看过出纸盘之后, 说明结果不明的任务到底打印了没有。"""
    # A flag that is "required" is no such thing to click: it would be taken as False,
    # and the sheet would be printed again without anybody having looked.
    if printed is None:
        raise click.UsageError("请看过出纸盘, 再写明 --printed 或 --not-printed。")
    found = context.shop.printing.confirm(job, printed=printed, actor=context.actor)
    word = {
        JobState.COMPLETED: "已记为打印完成。",
        JobState.CANCELED: "文书已不再有效或已另行打印, 任务就此了结。",
    }.get(JobState(found.state), "已重新排队; 由 printshop worker 打印。")
    out.result(job_data(found), word)


@queue.command()
@_job
@click.option("--printer", help="改用这台打印机。")
@reports
@pass_context
def retry(context: Context, job: str, printer: str | None, out: Out) -> None:
    """把取消或失败的任务再打一次。"""
    found = context.shop.printing.retry(job, printer=printer, actor=context.actor)
    out.result(job_data(found), "已重新排队; 由 printshop worker 打印。")


@click.command()
@click.option("--once", is_flag=True, help="队列空了就结束。")
@reports
@pass_context
def worker(context: Context, once: bool, out: Out) -> None:
    """打印进程: 接着上次做完, 然后一直打印队列里的任务。"""
    printing = context.shop.printing
    if once:
        context.shop.dispatching.run(trouble=out.warn)
        left = printing.jobs()
        show_outcome(left, out) if left else out.result({"left": 0}, "队列已空。")
        return
    out.say("正在等待任务; Ctrl-C 结束。")
    context.shop.dispatching.work()
