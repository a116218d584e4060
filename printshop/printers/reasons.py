"""State reasons: takes IPP keywords, gives sentences: what it is and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

SEVERITIES = ("-error", "-warning", "-report")


@dataclass(frozen=True)
class Reason:
    """One state reason.

    Attributes:
        keyword: IPP's word without its severity, or one of our own.
        meaning: What happened.
        remedy: What to do; empty where nothing is to be done.
        stops: Whether printing waits until somebody acts.
    """

    keyword: str
    meaning: str
    remedy: str = ""
    stops: bool = False

    @property
    def sentence(self) -> str:
        """Meaning and remedy in one line."""
        return f"{self.meaning} {self.remedy}".strip()


def _stop(keyword: str, meaning: str, remedy: str) -> Reason:
    return Reason(keyword, meaning, remedy, stops=True)


_LOOK = "请到出纸盘查看, 再用 printshop queue confirm 说明出纸与否。"

REASONS: dict[str, Reason] = {
    reason.keyword: reason
    for reason in (
        _stop("media-empty", "纸盒缺纸。", "请加入任务要求的纸, 打印会自动继续。"),
        _stop("media-needed", "打印机在等纸。", "请放入任务要求的纸。"),
        _stop("media-jam", "卡纸。", "请取出卡住的纸并数清张数, 再合上机盖。"),
        _stop("cover-open", "机盖开着。", "请合上机盖。"),
        _stop("door-open", "侧门开着。", "请合上侧门。"),
        _stop("interlock-open", "机门没有扣好。", "请把机门扣紧。"),
        _stop("input-tray-missing", "纸盒没有装好。", "请把纸盒推到底。"),
        _stop("output-area-full", "出纸盘满了。", "请取走出纸盘里的纸。"),
        _stop("output-tray-missing", "出纸盘没有装好。", "请装好出纸盘。"),
        _stop("toner-empty", "碳粉用完了。", "请更换碳粉盒。"),
        _stop("marker-supply-empty", "墨粉或墨水用完了。", "请更换耗材。"),
        _stop("developer-empty", "显影剂用完了。", "请联系维修。"),
        _stop("opc-life-over", "感光鼓已到寿命。", "请更换感光鼓。"),
        _stop("fuser-over-temp", "定影器过热。", "请等它冷却。"),
        _stop("offline", "打印机离线。", "请检查电源、网线和面板。"),
        _stop("shutdown", "打印机已关机。", "请开机。"),
        _stop("paused", "打印机已被暂停。", "请在面板或 CUPS 里恢复打印。"),
        _stop("stopped-partly", "部分打印单元已停止。", "请查看打印机面板。"),
        _stop("timed-out", "打印机没有回应。", "请检查电源和网络。"),
        _stop("connecting-to-device", "正在连接打印机。", "一直连不上时请检查网络。"),
        _stop("cups-insecure-filter", "CUPS 拒绝运行驱动程序。", "请联系管理员。"),
        Reason("cups-waiting-for-job-completed", "等待打印机打完。"),
        Reason("job-printing", "正在打印。"),
        Reason("processing-to-stop-point", "打印机正在收尾。"),
        Reason("job-completed-successfully", "打印成功。"),
        Reason("media-low", "纸快用完了。", "请准备加纸。"),
        Reason("toner-low", "碳粉快用完了。", "请准备碳粉盒。"),
        Reason("marker-supply-low", "耗材快用完了。", "请准备耗材。"),
        Reason("output-area-almost-full", "出纸盘快满了。", "请取走一部分纸。"),
        Reason("opc-near-eol", "感光鼓快到寿命。", "请准备感光鼓。"),
        Reason("spool-area-full", "打印服务器磁盘满了。", "请清理磁盘空间。", True),
        Reason("job-hold-until-specified", "任务被暂停。", "需要时请放行。"),
        Reason("job-canceled-by-user", "任务被人取消。"),
        Reason("job-canceled-at-device", "任务在打印机面板上被取消。"),
        Reason("aborted-by-system", "CUPS 中止了任务。", "请看 CUPS 的错误日志。"),
        Reason("document-format-error", "打印机不接受这种文件。", "请换一台打印机。"),
        Reason("document-unprintable-error", "打印机不能打印这份文件。"),
        Reason("cups-ipp-missing-job-history", "打印机没有留下这个任务的记录。", _LOOK),
        Reason("printshop-history-lost", "CUPS 里找不到已放行的任务。", _LOOK),
        Reason("printshop-duplicate-name", "CUPS 里有多个同名任务。", _LOOK),
        Reason("printshop-impressions-short", "报告的印面数少于应印的面数。", _LOOK),
        Reason("printshop-printed-twice", "打印机报告把它打了不止一次。", _LOOK),
        Reason("printshop-held-after-start", "任务开始打印后又被扣下。", _LOOK),
        Reason("printshop-ended-after-release", "任务放行后被取消或中止。", _LOOK),
        Reason("printshop-seen-printed", "人工确认: 已出纸。"),
        Reason("printshop-seen-not-printed", "人工确认: 没有出纸。"),
        Reason("printshop-rejected", "打印机拒绝接收。", "请按提示改正后重试。"),
        Reason(
            "printshop-document-altered",
            "归档的文件和入队时不一样, 没有打印。",
            "请运行 printshop scrub。",
        ),
    )
}


_STOPPING = {reason.keyword for reason in REASONS.values() if reason.stops}


def bare(keyword: str) -> str:
    """The keyword without its severity suffix."""
    for severity in SEVERITIES:
        keyword = keyword.removesuffix(severity)
    return keyword


def explain(keywords: Iterable[str]) -> list[Reason]:
    """Sentences for state reasons, most pressing first; unknown words stay visible."""
    found = [
        REASONS.get(bare(word), Reason(bare(word), f"打印机报告: {word}。"))
        for word in keywords
        if word != "none"
    ]
    return sorted(dict.fromkeys(found), key=lambda reason: not reason.stops)


def stopping(keywords: Iterable[str]) -> bool:
    """Whether one of the reasons makes a printer at work wait for a person.

    A ``-warning`` counts where the reason does: printers (and ``ippeveprinter``)
    say ``media-empty-warning`` while they stand still. One that has another tray
    may say it too and go on; it is then shown as stopped until its page is out.
    """
    return any(
        word.endswith("-error")
        or (not word.endswith("-report") and bare(word) in _STOPPING)
        for word in keywords
        if bare(word) != "connecting-to-device"
    )
