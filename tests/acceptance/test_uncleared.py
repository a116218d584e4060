"""Who is not cleared gets nothing, whichever door is tried."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import func, select

from offices import ACTOR, Clock, OfficeFolder, correct, issue
from printshop.errors import NotFound, PrintshopError, Refused
from printshop.issue.tables import DocumentRow
from printshop.printers.registry import PrinterSpec
from printshop.render.model import Page, PageRequest
from printshop.render.press import Press
from printshop.shop import Shop
from printshop.shop.documents import Filter
from printshop.shop.printing import PrintWish
from printshop.shop.selection import Selection

UNCLEARED = {
    "2023010210": "学费未清",
    "2023010211": "补考未清",
    "2023010212": "无照片",
    "2023010213": "学分不足",
    "2023010214": "状态不符",
    "2023020101": "结论不符",
    "2023020104": "结论不符",
    "2023020105": "结论未定",
    "2023020109": "奖惩未清",
    "2023020110": "技能证书未清",
    "2023020111": "奖惩未审",
    "2023020112": "学费未审",
    "2024010101": "结论未定",
}
GOOD = "2023010115"


@pytest.fixture
def shop(imported_office: OfficeFolder, shared_press: Press) -> Iterator[Shop]:
    with imported_office.shop(shared_press, Clock()) as opened:
        spec = PrinterSpec("夹", "folder", folder=str(imported_office.home / "out"))
        opened.printers.save(spec, actor=ACTOR)
        yield opened


@pytest.fixture
def issued(issued_office: OfficeFolder, shared_press: Press) -> Iterator[Shop]:
    with issued_office.shop(shared_press, Clock()) as opened:
        spec = PrinterSpec("夹", "folder", folder=str(issued_office.home / "out"))
        opened.printers.save(spec, actor=ACTOR)
        yield opened


def _count(shop: Shop) -> int:
    with shop.tools.database.read() as session:
        return session.scalar(select(func.count()).select_from(DocumentRow)) or 0


def _of(shop: Shop, student_no: str, kind: str = "graduation") -> DocumentRow:
    found = shop.documents.listed(Filter(kind=kind, student_no=student_no))
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize(("student_no", "why"), UNCLEARED.items())
def test_one_by_one(shop: Shop, student_no: str, why: str) -> None:
    report = issue(shop, "graduation", student_no)
    assert (report.issued, report.unchanged, report.failed) == ([], [], [])
    ((student, findings),) = report.refused
    assert student.student_no == student_no
    assert why in {finding.code for finding in findings}
    assert all(finding.sentence and finding.remedy for finding in findings)
    assert _count(shop) == 0


def test_by_class_by_year_and_all_at_once(
    issued_seed: OfficeFolder, issued_office: OfficeFolder
) -> None:
    with issued_seed.shop() as shop:
        holders = {
            row.facts["student_no"]
            for row in shop.documents.listed(Filter(kind="graduation"))
        }
        assert holders.isdisjoint(UNCLEARED)
        assert GOOD in holders
    for chosen in (("--class", "计应2302"), ("--year", "2026"), ("--all",)):
        report = issued_office.walk("issue", "graduation", *chosen, "--json").json()
        assert report["issued"] == []
        refused = {one["student_no"] for one in report["refused"]}
        assert "2023010210" in refused
        assert all(one["findings"] for one in report["refused"])


def test_the_command_ends_with_5(imported_office: OfficeFolder) -> None:
    words = ("issue", "graduation", "--student", "2023010210")
    ran = imported_office.walk(*words, expect=5)
    assert "学费没有清（欠 2025-2026 学年学费）。请到财务处办理。" in ran.out
    strict = ("audit", "graduation", "--student", "2023010210", "--strict")
    assert "不能发毕业证书" in imported_office.walk(*strict, expect=5).err


def test_other_certificates_are_no_way_round(shop: Shop) -> None:
    for kind in ("completion", "attendance", "replacement", "education"):
        report = issue(shop, kind, "2023010210")
        assert report.issued == []
        assert len(report.refused) == 1
    assert _count(shop) == 0


def test_a_certificate_is_not_replaced_by_an_uncleared_one(issued: Shop) -> None:
    row = _of(issued, GOOD)
    correct(issued, "审核", GOOD, 学费="未清")
    for _ in range(2):
        report = issued.documents.supersede(row.id, "写错了字", actor=ACTOR)
        assert (report.issued, len(report.refused)) == ([], 1)
    assert _of(issued, GOOD).state == "issued"


def test_a_revoked_certificate_is_not_reissued_to_an_uncleared(issued: Shop) -> None:
    row = _of(issued, GOOD)
    issued.documents.revoke(row.id, "误操作", actor=ACTOR)
    correct(issued, "审核", GOOD, 学费="未清")
    report = issued.documents.supersede(row.id, "误撤销", actor=ACTOR)
    assert (report.issued, len(report.refused)) == ([], 1)
    assert _of(issued, GOOD).state == "revoked"
    again = issue(issued, "graduation", GOOD)
    assert (again.issued, len(again.refused)) == ([], 1)


class _Meanwhile:
    """A press during whose work something happens at the office."""

    def __init__(self, press: Press, deed: Callable[[], None]) -> None:
        self._press, self._deed = press, deed

    def __enter__(self) -> _Meanwhile:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def map(
        self, requests: Iterator[PageRequest]
    ) -> Iterator[tuple[str, Page | PrintshopError]]:
        drawn = list(self._press.map(requests))
        self._deed()
        yield from drawn


def _with_press(shop: Shop, press: Callable[[], _Meanwhile]) -> Shop:
    return Shop(replace(shop.tools, press=press))


def test_a_clearance_taken_back_while_the_page_is_drawn_counts(
    shop: Shop, shared_press: Press
) -> None:
    def deed() -> None:
        correct(shop, "审核", GOOD, 学费="未清")

    busy = _with_press(shop, lambda: _Meanwhile(shared_press, deed))
    report = issue(busy, "graduation", GOOD, "2023010116")
    assert [row.facts["student_no"] for row in report.issued] == ["2023010116"]
    ((student, findings),) = report.refused
    assert (student.student_no, findings[0].code) == (GOOD, "学费未清")
    row = _of(shop, GOOD)
    assert (row.state, row.pdf_sha256) == ("reserved", None)
    assert "学费" in (row.reason or "")
    assert shop.upkeep.scrub().stray == []
    # Cleared again, it goes on with the number that it has.
    correct(shop, "审核", GOOD)
    after = issue(shop, "graduation", GOOD)
    assert [(one.id, one.number) for one in after.issued] == [(row.id, row.number)]


def test_a_name_corrected_while_the_page_is_drawn_is_not_archived_wrong(
    shop: Shop, shared_press: Press
) -> None:
    """Another run takes the document up with the new name: the old page is waste."""

    def deed() -> None:
        correct(shop, "学生", GOOD, 姓名="王更名")
        assert len(issue(shop, "graduation", GOOD).issued) == 1

    busy = _with_press(shop, lambda: _Meanwhile(shared_press, deed))
    report = issue(busy, "graduation", GOOD)
    assert report.issued == []
    assert report.refused[0][1][0].code == "资料已改"
    row = _of(shop, GOOD)
    assert (row.state, row.facts["name"]) == ("issued", "王更名")
    assert len(list(shop.tools.archive.root.glob("??/*.pdf"))) == 1
    assert shop.upkeep.scrub().sound


class _Broken:
    """A press that breaks before the first page."""

    def __enter__(self) -> _Broken:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def map(self, _requests: object) -> Iterator[tuple[str, Page | PrintshopError]]:
        raise KeyboardInterrupt


def test_reserved_then_uncleared_stays_out(shop: Shop) -> None:
    broken = Shop(replace(shop.tools, press=_Broken))
    with pytest.raises(KeyboardInterrupt):
        issue(broken, "graduation", GOOD)
    reserved = _of(shop, GOOD)
    assert reserved.state == "reserved"
    with pytest.raises(Refused, match="还没有开具完成"):
        shop.printing.queue([reserved.id], PrintWish("夹"), actor=ACTOR)
    with pytest.raises(PrintshopError, match="还没有归档"):
        shop.documents.path(reserved)
    for deed in (shop.documents.revoke, shop.documents.lose):
        with pytest.raises(Refused, match="不是有效文书"):
            deed(reserved.id, "试试", actor=ACTOR)
    with pytest.raises(Refused, match="不能换发"):
        shop.documents.supersede(reserved.id, "试试", actor=ACTOR)
    assert shop.verifying.code(reserved.code or "").state.value == "unknown"
    correct(shop, "审核", GOOD, 奖惩="未清")
    report = issue(shop, "graduation", GOOD)
    assert (report.issued, report.resumed, len(report.refused)) == ([], 0, 1)
    assert _of(shop, GOOD).state == "reserved"
    assert list(shop.tools.archive.root.glob("??/*.pdf")) == []
    check = next(c for c in shop.upkeep.checks() if c.name == "开具")
    assert (check.good, "1 份" in check.sentence) == (False, True)


def test_what_is_not_in_force_is_not_printed(issued: Shop) -> None:
    row = _of(issued, GOOD)
    issued.documents.revoke(row.id, "登记错误", actor=ACTOR)
    with pytest.raises(Refused, match="已撤销"):
        issued.printing.queue([row.id], PrintWish("夹"), actor=ACTOR)
    # Nor is the batch that it belongs to: all or none.
    with pytest.raises(Refused, match="已撤销"):
        issued.printing.queue([row.batch_id], PrintWish("夹"), actor=ACTOR)
    assert issued.printing.jobs(everything=True) == []


def test_queued_and_then_revoked_is_not_printed(
    issued: Shop, issued_office: OfficeFolder
) -> None:
    row, other = _of(issued, GOOD), _of(issued, "2023010116")
    queued = issued.printing.queue([row.id, other.id], PrintWish("夹"), actor=ACTOR)
    issued.documents.revoke(row.id, "登记错误", actor=ACTOR)
    issued.dispatching.run()
    states = {j.document_id: j.state for j in issued.printing.jobs(everything=True)}
    assert states == {row.id: "canceled", other.id: "completed"}
    assert len(list((issued_office.home / "out").glob("*.pdf"))) == 1
    job = next(j for j in queued if j.document_id == row.id)
    with pytest.raises(Refused, match="已撤销"):
        issued.printing.retry(job.id[:10], actor=ACTOR)


def test_a_date_before_graduation_is_refused(shop: Shop) -> None:
    report = issue(shop, "graduation", GOOD, on=date(2026, 6, 1))
    assert report.issued == []
    assert "未到毕业日期" in {f.code for f in report.refused[0][1]}


def test_unknown_people_and_languages(shop: Shop) -> None:
    with pytest.raises(NotFound):
        issue(shop, "graduation", "1999010101")
    with pytest.raises(NotFound):
        issue(shop, "graduation", selection=Selection(class_name="没有这个班"))
    with pytest.raises(Refused, match="没有语种"):
        issue(shop, "graduation", GOOD, language="en")
    with pytest.raises(NotFound):
        issue(shop, "graduation", GOOD, layout="没有这个版式")
    assert _count(shop) == 0
