"""``verify`` and ``serve``: take a token, PDF or photo, give the register's word."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from printshop.cli.context import Context, pass_context, reports
from printshop.cli.output import Out
from printshop.errors import InputError, Refused
from printshop.verify.answer import Answer, Match, State
from printshop.verify.files import Examined


@click.command()
@click.argument("what", metavar="核验码|网址|文件|-")
@reports
@pass_context
def verify(context: Context, what: str, out: Out) -> None:
    """核验: 二维码里的网址、手抄的核验码、PDF, 或页面的照片 (JPEG, PNG, WebP)。

    “-”从标准输入读文件。有效时退出码 0; 已过期、换发、撤销、挂失、查无此文书,
    或 PDF 不是存档的原件时退出码 5。学历本身请在学信网核验。
    """
    data = _file(what)
    if data is None:
        examined = Examined(Match.PICTURE, (context.shop.verifying.code(what),))
    else:
        examined = context.shop.verifying.file(data)
    if out.as_json:
        out.data(_data(examined, from_file=data is not None))
    else:
        _tell(examined, out, from_file=data is not None)
    if not _genuine(examined):
        raise Refused(
            _verdict(examined), "如有疑问, 请与学校核实; 学历请在学信网查询。"
        )


def _file(what: str) -> bytes | None:
    """The bytes of a file, or None where the argument is a token."""
    if what == "-":
        return sys.stdin.buffer.read()
    path = Path(what)
    if path.is_file():
        return path.read_bytes()
    if path.suffix.lower() in (".pdf", ".jpg", ".jpeg", ".png", ".webp"):
        raise InputError(f"没有文件“{what}”。", "请检查路径。")
    return None


def _genuine(examined: Examined) -> bool:
    """Whether every code counts; a PDF must be the archived one to the last byte."""
    return (
        bool(examined.answers)
        and examined.match is not Match.OTHER
        and all(
            answer.state is State.VALID and answer.foreign_host is None
            for answer in examined.answers
        )
    )


def _verdict(examined: Examined) -> str:
    if not examined.answers or examined.match is Match.OTHER:
        return examined.match.words.title + "。"
    return "、".join(answer.state.words.title for answer in examined.answers) + "。"


def _data(examined: Examined, *, from_file: bool) -> dict[str, Any]:
    return {
        "match": examined.match.value if from_file else None,
        "answers": [answer_data(answer) for answer in examined.answers],
    }


def answer_data(answer: Answer) -> dict[str, Any]:
    """One answer as JSON values."""
    shown = answer.document
    return {
        "state": answer.state.value,
        "words": answer.words.title,
        "sentence": answer.words.sentence,
        "specimen": answer.specimen,
        "foreign_host": answer.foreign_host,
        "document": None
        if shown is None
        else {
            "kind": shown.kind,
            "title": shown.title,
            "name": shown.name,
            "number": shown.number,
            "issued_on": shown.issued_on,
            "valid_until": shown.valid_until,
        },
        "events": [{"what": e.what, "on": e.on} for e in answer.events],
    }


def _tell(examined: Examined, out: Out, *, from_file: bool) -> None:
    if from_file:
        out.say(f"{examined.match.words.title}: {examined.match.words.sentence}")
    for answer in examined.answers:
        out.say(f"【{answer.words.title}】{answer.words.sentence}")
        if answer.specimen:
            out.say(f"登记状态: {answer.state.words.title}。")
        if answer.foreign_host is not None:
            out.say(
                f"【注意】二维码指向 {answer.foreign_host}, 不是本校的核验网址: "
                "可能是伪造的。"
            )
        shown = answer.document
        if shown is not None:
            rows = [
                ("种类", shown.title),
                ("姓名", shown.name),
                ("编号", shown.number),
                ("日期", shown.issued_on),
                ("有效期至", shown.valid_until),
            ]
            out.rows(
                {"k": "项目", "v": "内容"},
                [{"k": key, "v": value} for key, value in rows if value is not None],
            )


@click.command()
@click.option("--host", help="监听的地址; 默认取设置 verify.host。")
@click.option("--port", type=int, help="监听的端口; 默认取设置 verify.port。")
@pass_context
def serve(context: Context, host: str | None, port: int | None) -> None:
    """核验网页: 扫码的人看到 有效 / 已过期 / 已换发 / 已撤销 / 已挂失 / 查无此文书。

    只监听本机; 对外请放在带 TLS 的反向代理后面。
    """
    settings = context.settings.verify
    where = host or settings.host, settings.port if port is None else port
    verifier = context.shop.verifying
    click.echo(f"核验页面: http://{where[0]}:{where[1]}/ (Ctrl-C 结束)", err=True)
    context.serve(verifier, *where)
