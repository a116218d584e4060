"""``printshop demo``: takes the samples, walks the whole way, says where to look."""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import click

from printshop.app import initialise
from printshop.cli.context import Context, pass_context, progress_bar, reports
from printshop.cli.output import Out
from printshop.errors import PrinterError, PrintshopError
from printshop.issue.compose import Particulars
from printshop.kinds import KINDS, kind_of
from printshop.printers.registry import PrinterSpec
from printshop.printers.simulated import Received, SimulatedPrintShop
from printshop.seal.reader import read_page_codes
from printshop.settings import bundled
from printshop.shop import Shop
from printshop.shop.documents import Filter
from printshop.shop.issuing import IssueReport, Wish
from printshop.shop.printing import PrintWish
from printshop.shop.recording import ImportWish
from printshop.shop.selection import Selection

PRINTER = "模拟打印机"
FOLDER_PRINTER = "文件夹"
COUNTER = (
    ("enrollment", "zh", "在读"),
    ("enrollment", "en", "在读"),
    ("roll-status", "zh", "休学"),
    ("transcript", "zh", "毕业"),
    ("transcript", "zh-en", "毕业"),
    ("education", "zh", "毕业"),
    ("form-suspension", "zh", "在读"),
)
"""One of each at the counter: kind, language, and whom to take it for."""


@dataclass(frozen=True)
class Verified:
    """One sheet as the printer got it, and what verification says of its code."""

    received: Received
    number: str | None
    state: str
    same_bytes: bool


@click.command()
@reports
@pass_context
def demo(context: Context, out: Out) -> None:
    """演示全过程: 样例名册和照片 → 审核 → 编号 → 归档 → 打印 → 从印出的页面核验。

    在数据目录 (默认 ./office) 里建立一个示例办公室, 一切输出都有“样张”字样。
    再运行一次不会多出任何东西。
    """
    samples = bundled("samples")
    config = (samples / "office.toml").read_text(encoding="utf-8")
    for sentence in initialise(context.settings, config):
        out.say(f"  {sentence}")
    del context.settings  # the configuration was only just written
    shop = context.shop
    try:
        verified = _walk(shop, samples, context.actor, out)
    finally:
        shop.close()
    _farewell(context.settings.home, verified, out)


def _walk(shop: Shop, samples: Path, actor: str, out: Out) -> list[Verified]:
    out.say("① 导入名册、审核、成绩、异动和照片")
    wish = ImportWish(samples / "college.xlsx", samples / "photos")
    with progress_bar("照片", out) as progress:
        imported = shop.recording.take_in(wish, actor=actor, progress=progress)
    for name, counts in imported.sheets.items():
        out.say(
            f"  {name}: 新增 {counts['new']}, 更新 {counts['changed']}, "
            f"未变 {counts['unchanged']}, 不收 {counts['refused']}"
        )

    out.say("② 毕业资格审核")
    everybody = Selection()
    verdicts = shop.auditing.verdicts(kind_of("graduation"), everybody)
    for verdict in verdicts:
        if not verdict.cleared and verdict.student.conclusion == "毕业":
            why = verdict.blocking[0].sentence
            out.say(f"  ✗ {verdict.student.student_no} {verdict.student.name}: {why}")
    out.say(f"  可发证 {sum(v.cleared for v in verdicts)} 人, 共 {len(verdicts)} 人。")

    out.say("③ 编号、排版、读回二维码、归档")
    for kind in ("graduation", "completion", "attendance"):
        _say(_issue(shop, kind, "zh", everybody, actor, out), out)
    for kind, language, group in COUNTER:
        chosen = _one(shop, kind, language, group)
        if chosen is not None:
            _say(_issue(shop, kind, language, chosen, actor, out), out)

    out.say("④ 在模拟的 IPP 打印机上打印 (真正的 CUPS)")
    return _print_and_verify(shop, actor, out)


def _issue(
    shop: Shop, kind: str, language: str, chosen: Selection, actor: str, out: Out
) -> IssueReport:
    wish = Wish(KINDS[kind], chosen, language, particulars=Particulars(purpose=None))
    with progress_bar(KINDS[kind].title, out) as progress:
        report = shop.issuing.issue(wish, actor=actor, progress=progress)
    if report.failed:
        raise report.failed[0][1]
    return report


def _say(report: IssueReport, out: Out) -> None:
    out.say(
        f"  {report.kind.title}: 新开具 {len(report.issued)} 份, "
        f"原已开具 {len(report.unchanged)} 份。"
    )


def _one(shop: Shop, kind: str, language: str, group: str) -> Selection | None:
    """The first student of a group to whom the kind may be issued."""
    verdicts = shop.auditing.verdicts(KINDS[kind], Selection(), language=language)
    for verdict in verdicts:
        student = verdict.student
        if verdict.cleared and group in (student.status.value, student.conclusion):
            return Selection(student_nos=(student.student_no,))
    return None


def _print_and_verify(shop: Shop, actor: str, out: Out) -> list[Verified]:
    home = shop.tools.archive.root.parent
    with SimulatedPrintShop(home / "simulated-printer") as simulated:
        server = simulated.server
        spec = PrinterSpec(
            PRINTER,
            "cups",
            host=server.host,
            port=server.port,
            queue="press",
            stock="模拟纸",
        )
        shop.printers.save(spec, actor=actor)
        printed = {
            job.document_id for job in shop.printing.jobs(everything=True, limit=100000)
        }
        waiting = [
            row.id
            for row in shop.documents.listed(Filter(state="issued", limit=100000))
            if row.id not in printed
        ]
        jobs = []
        if waiting:
            jobs = shop.printing.queue(waiting, PrintWish(PRINTER), actor=actor)
        with progress_bar("打印", out) as progress:
            ids = [job.id for job in jobs]
            shop.dispatching.run(ids, progress=progress, trouble=out.warn)
        received = simulated.received()
    # It is gone now; the folder stays for whoever wants to try printing.
    shop.printers.save(replace(spec, enabled=False), actor=actor)
    folder = PrinterSpec(FOLDER_PRINTER, "folder", folder=str(home / "printed"))
    shop.printers.save(folder, actor=actor)
    out.say(f"  打印机收到 {len(received)} 份, 其中这一次 {len(waiting)} 份。")
    out.say("⑤ 从打印机收到的页面上读出二维码, 逐份核验")
    return [_verify(shop, one) for one in received]


def _verify(shop: Shop, received: Received) -> Verified:
    """Judge a sheet by the code on it alone, as somebody with a phone would."""
    pdf = received.path.read_bytes()
    codes = [text for page in read_page_codes(pdf) for text in page]
    answer = shop.verifying.code(codes[0] if codes else "")
    shown = answer.document
    same = shop.tools.archive.get(received.sha256) == pdf
    return Verified(received, shown.number if shown else None, answer.state.value, same)


def _command() -> str:
    """How this very program can be started from here."""
    if shutil.which("printshop"):
        return "printshop"
    started = Path(sys.argv[0]).resolve()
    here = Path.cwd()
    return str(started.relative_to(here) if started.is_relative_to(here) else started)


def _farewell(home: Path, verified: list[Verified], out: Out) -> None:
    good = [v for v in verified if v.state == "valid" and v.same_bytes]
    data = {
        "printed": len(verified),
        "verified": len(good),
        "home": home,
        "documents": [
            {
                "file": v.received.path,
                "number": v.number,
                "state": v.state,
                "same_bytes": v.same_bytes,
            }
            for v in verified
        ],
    }
    command = f"{_command()} --home {home}"
    out.result(
        data,
        f"  {len(good)} / {len(verified)} 份核验有效, 字节与归档完全一致。",
        "",
        "看这里:",
        f"  打印机收到的页面   {verified[0].received.path.parent if verified else '-'}",
        f"  归档的 PDF         {home / 'archive'}",
        f"  登记簿             {command} documents list",
        f"  一份文书的经过     {command} documents show 编号",
        f"  再打印一份         {command} print 文书id --printer {FOLDER_PRINTER}",
        f"  核验网页           {command} serve",
        f"  体检               {command} doctor --scrub",
    )
    if not verified:
        raise PrinterError("打印机什么也没有收到。", "请看上面的提示。")
    if len(good) != len(verified):
        raise PrintshopError("有印出的页面没有核验为有效。", "请用 --json 看是哪些。")
