"""What becomes of documents: revoked, lost, replaced, reissued, printed again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from offices import ACTOR, Clock, OfficeFolder, correct, issue
from printshop.errors import PrintshopError, Refused
from printshop.issue.compose import Particulars
from printshop.issue.tables import DocumentRow
from printshop.printers.registry import PrinterSpec
from printshop.render.press import Press
from printshop.seal.reader import read_page_codes
from printshop.shop import Shop
from printshop.shop.documents import Filter
from printshop.shop.printing import PrintWish
from printshop.verify import Answer

GRADUATE, OTHER, COMPLETED, ATTENDED = (
    "2023010101",
    "2023010102",
    "2023020101",
    "2023020104",
)
STUDENT = "2024010104"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def shop(
    issued_office: OfficeFolder, shared_press: Press, clock: Clock
) -> Iterator[Shop]:
    clock.turn(hours=1)
    with issued_office.shop(shared_press, clock) as opened:
        spec = PrinterSpec("夹", "folder", folder=str(issued_office.home / "out"))
        opened.printers.save(spec, actor=ACTOR)
        yield opened


def _all(shop: Shop, student_no: str, kind: str = "graduation") -> list[DocumentRow]:
    return shop.documents.listed(Filter(kind=kind, student_no=student_no))


def _one(shop: Shop, student_no: str, kind: str = "graduation") -> DocumentRow:
    (row,) = _all(shop, student_no, kind)
    return row


def _answer(shop: Shop, row: DocumentRow) -> Answer:
    """What somebody with a phone is told of the page."""
    ((text,), *_) = read_page_codes(shop.documents.pdf(row))
    return shop.verifying.code(text)


def _events(answer: Answer) -> list[str]:
    return [event.what for event in answer.events]


def test_revoked_is_said_to_be_revoked(shop: Shop) -> None:
    row = _one(shop, GRADUATE)
    assert _answer(shop, row).state.value == "valid"
    shop.documents.revoke(row.number or "", "学历核查不符", actor=ACTOR)
    answer = _answer(shop, row)
    assert (answer.state.value, _events(answer)) == ("revoked", ["issued", "revoked"])
    after, history = shop.documents.shown(row.id)
    assert (after.state, after.reason) == ("revoked", "学历核查不符")
    assert [e.action for e in history] == ["document.issued", "document.revoked"]
    assert history[1].details["reason"] == "学历核查不符"
    with pytest.raises(Refused, match="不是有效文书"):
        shop.documents.revoke(row.id, "再一次", actor=ACTOR)


@pytest.mark.parametrize("reason", ["", "   "])
def test_without_a_reason_nothing_is_withdrawn(shop: Shop, reason: str) -> None:
    row = _one(shop, GRADUATE)
    deeds = (shop.documents.revoke, shop.documents.lose, shop.documents.supersede)
    for deed in deeds:
        with pytest.raises(Refused, match="原因"):
            deed(row.id, reason, actor=ACTOR)
    assert _one(shop, GRADUATE).state == "issued"


def test_lost_and_replaced_by_a_certificate_of_proof(shop: Shop, clock: Clock) -> None:
    row = _one(shop, GRADUATE)
    with pytest.raises(Refused, match="不需要挂失"):
        shop.documents.lose(
            _all(shop, STUDENT, "enrollment")[0].id, "丢了", actor=ACTOR
        )
    assert issue(shop, "replacement", GRADUATE).refused[0][1][0].code == "未挂失"
    shop.documents.lose(row.id, "搬家遗失, 已登报", actor=ACTOR)
    assert _answer(shop, row).state.value == "lost"
    assert issue(shop, "graduation", GRADUATE).issued == [], "never a second one"
    clock.turn(days=3)
    (proof,) = issue(shop, "replacement", GRADUATE).issued
    assert (proof.number, proof.issued_on) == (row.number, date(2026, 7, 4))
    assert issue(shop, "replacement", GRADUATE).unchanged[0].id == proof.id
    old, new = _answer(shop, row), _answer(shop, proof)
    assert (old.state.value, new.state.value) == ("lost", "valid")
    assert _events(old) == ["issued", "lost", "replaced"]
    assert _events(new) == ["replaces", "issued"]
    assert new.document is not None
    assert new.document.title == "毕业证明书"
    # It is made out once: whoever loses that too is told so.
    shop.documents.lose(proof.id, "又遗失", actor=ACTOR)
    assert _answer(shop, proof).state.value == "lost"
    refused = issue(shop, "replacement", GRADUATE).refused[0][1][0]
    assert "已登记遗失, 不能再发" in refused.sentence
    # Two documents bear the number: which is meant must be said.
    with pytest.raises(PrintshopError, match="对应 2 份文书"):
        shop.documents.shown(row.number or "")


def test_completion_turned_into_graduation_keeps_its_number(
    shop: Shop, clock: Clock
) -> None:
    completion = _one(shop, COMPLETED, "completion")
    clock.turn(days=190)
    correct(
        shop,
        "审核",
        COMPLETED,
        补考="已清",
        补考审核人="教务科 陈静",
        补考审核日期=date(2027, 1, 4),
        毕业结论="毕业",
        毕业日期=date(2027, 1, 5),
    )
    unfinished = issue(shop, "graduation", COMPLETED).refused[0][1]
    assert [finding.code for finding in unfinished] == ["学分不足"]
    correct(shop, "成绩", COMPLETED, where={"成绩": "不及格"}, 重修成绩="合格")
    (row,) = issue(shop, "graduation", COMPLETED).issued
    assert row.number == completion.number
    assert row.issued_on == date(2027, 1, 5)
    assert row.replaces_id == completion.id
    old = _answer(shop, completion)
    assert (old.state.value, _events(old)) == ("replaced", ["issued", "replaced"])
    assert _answer(shop, row).state.value == "valid"
    assert shop.documents.shown(row.number or "")[0].id == row.id
    assert issue(shop, "completion", COMPLETED).issued == []


def test_a_corrected_name_needs_a_replacement(shop: Shop) -> None:
    row = _one(shop, GRADUATE)
    correct(shop, "学生", GRADUATE, 姓名="欧阳·买买提江·吐尔逊")
    report = issue(shop, "graduation", GRADUATE)
    assert report.issued == []
    assert "资料后来改过: 姓名" in report.refused[0][1][0].sentence
    (new,) = shop.documents.supersede(row.id, "姓名更正", actor=ACTOR).issued
    assert (new.number, new.facts["name"]) == (row.number, "欧阳·买买提江·吐尔逊")
    assert _answer(shop, row).state.value == "replaced"
    assert _answer(shop, new).state.value == "valid"
    _, history = shop.documents.shown(row.id)
    assert history[-1].action == "document.replaced"
    assert history[-1].details == {"by": new.id, "reason": "姓名更正"}
    with pytest.raises(Refused, match="不能换发"):
        shop.documents.supersede(row.id, "再换", actor=ACTOR)
    # What is frozen stays: the old page still says what it said.
    assert shop.documents.shown(row.id)[0].facts["name"] == "欧阳·买买提江·吐尔逊江"
    assert shop.upkeep.scrub().sound


def test_revoked_by_mistake_and_reissued(shop: Shop) -> None:
    row = _one(shop, GRADUATE)
    shop.documents.revoke(row.id, "点错了", actor=ACTOR)
    refused = issue(shop, "graduation", GRADUATE).refused
    assert "documents reissue" in refused[0][1][0].remedy
    (new,) = shop.documents.supersede(row.id, "误撤销, 恢复", actor=ACTOR).issued
    assert (new.number, new.id != row.id) == (row.number, True)
    assert _answer(shop, row).state.value == "revoked"
    assert _answer(shop, new).state.value == "valid"


def test_a_lost_certificate_is_not_replaced_in_silence(shop: Shop) -> None:
    row = _one(shop, GRADUATE)
    shop.documents.lose(row.id, "遗失", actor=ACTOR)
    with pytest.raises(Refused, match="毕业证明书"):
        shop.documents.supersede(row.id, "换一张", actor=ACTOR)


def test_another_layout_is_a_replacement_too(shop: Shop) -> None:
    row = _one(shop, GRADUATE)
    again = issue(shop, "graduation", GRADUATE, layout="285x210")
    assert (again.issued, len(again.unchanged)) == ([], 1)
    (new,) = shop.documents.supersede(
        row.id, "改用另一种证书纸", layout="285x210", actor=ACTOR
    ).issued
    assert (new.layout, new.number) == ("285x210", row.number)


def test_attendance_has_no_number(shop: Shop) -> None:
    row = _one(shop, ATTENDED, "attendance")
    assert row.number is None
    answer = _answer(shop, row)
    assert answer.document is not None
    assert (answer.state.value, answer.document.number) == ("valid", None)
    (job,) = shop.printing.queue([row.id], PrintWish("夹"), actor=ACTOR)
    assert job.accountable


def test_a_certificate_is_printed_twice_only_with_a_reason(
    shop: Shop, issued_office: OfficeFolder
) -> None:
    row = _one(shop, GRADUATE)
    shop.printing.queue([row.id], PrintWish("夹"), actor=ACTOR)
    with pytest.raises(Refused, match="已经打印过或正在打印"):
        shop.printing.queue([row.id], PrintWish("夹"), actor=ACTOR)
    shop.dispatching.run()
    with pytest.raises(Refused, match="只能打印一份"):
        shop.printing.queue([row.id], PrintWish("夹", copies=2), actor=ACTOR)
    wish = PrintWish("夹", reason="卡纸, 原页作废")
    shop.printing.queue([row.id], wish, actor=ACTOR)
    shop.dispatching.run()
    printed = list((issued_office.home / "out").glob("*.pdf"))
    assert [p.read_bytes() for p in printed] == [shop.documents.pdf(row)] * 2
    _, history = shop.documents.shown(row.id)
    reprint = next(e for e in history if e.action == "document.reprint")
    assert (reprint.actor, reprint.details["reason"]) == (ACTOR, "卡纸, 原页作废")


def test_a_canceled_job_is_no_second_way_to_print(shop: Shop) -> None:
    row = _one(shop, GRADUATE)
    (first,) = shop.printing.queue([row.id], PrintWish("夹"), actor=ACTOR)
    shop.printing.cancel(first.id, actor=ACTOR)
    shop.printing.queue([row.id], PrintWish("夹"), actor=ACTOR)
    shop.dispatching.run()
    with pytest.raises(Refused, match="打印过或正在打印"):
        shop.printing.retry(first.id, actor=ACTOR)
    other = _one(shop, OTHER)
    (job,) = shop.printing.queue([other.id], PrintWish("夹"), actor=ACTOR)
    shop.printing.cancel(job.id, actor=ACTOR)
    assert shop.printing.retry(job.id, printer="夹", actor=ACTOR).state == "pending"


def test_proofs_may_be_printed_as_often_as_wanted(shop: Shop) -> None:
    row = _all(shop, STUDENT, "enrollment")[0]
    for _ in range(2):
        shop.printing.queue([row.id], PrintWish("夹", copies=3), actor=ACTOR)
    shop.dispatching.run()
    assert {job.state for job in shop.printing.jobs(everything=True)} == {"completed"}


def test_autumn_goes_on_after_spring(shop: Shop, clock: Clock) -> None:
    """Those who were not cleared in June get the serials after June's."""
    june = {
        row.number or ""
        for kind in ("graduation", "completion")
        for row in shop.documents.listed(Filter(kind=kind))
    }
    serials = [int(number[-6:]) for number in june]
    late = ("2023010210", "2023020110")
    clock.turn(days=180)
    for student, item, day in (
        (late[0], "学费", date(2026, 12, 1)),
        (late[1], "技能证书", date(2026, 12, 2)),
    ):
        cells = {item: "已清", f"{item}审核人": "李敏", f"{item}审核日期": day}
        correct(shop, "审核", student, 毕业日期=date(2026, 12, 20), **cells)
    rows = issue(shop, "graduation", *late).issued
    numbers = sorted(row.number or "" for row in rows)
    assert [int(number[-6:]) for number in numbers] == [
        max(serials) + 1,
        max(serials) + 2,
    ]
    assert {number[:-6] for number in numbers} <= {number[:-6] for number in june}
    assert not june & set(numbers)


def test_a_proof_is_the_same_until_it_is_over_or_asked_for_again(
    shop: Shop, clock: Clock
) -> None:
    purpose = Particulars(purpose="办理签证")
    (first,) = issue(shop, "enrollment", STUDENT, particulars=purpose).issued
    again = issue(shop, "enrollment", STUDENT, particulars=purpose)
    assert ([r.id for r in again.unchanged], again.issued) == ([first.id], [])
    (second,) = issue(
        shop, "enrollment", STUDENT, particulars=purpose, again=True
    ).issued
    assert second.number != first.number
    assert _answer(shop, first).state.value == "valid"
    clock.turn(days=31)
    assert _answer(shop, second).state.value == "expired"
    (third,) = issue(shop, "enrollment", STUDENT, particulars=purpose).issued
    assert third.number not in (first.number, second.number)
    other = Particulars(purpose="办理贷款")
    assert len(issue(shop, "enrollment", STUDENT, particulars=other).issued) == 1


def test_a_withdrawn_proof_can_be_issued_anew(shop: Shop) -> None:
    (row,) = [d for d in _all(shop, STUDENT, "enrollment") if d.language == "zh"]
    shop.documents.revoke(row.id, "用途写错", actor=ACTOR)
    purpose = Particulars(purpose="求职")
    (new,) = issue(shop, "enrollment", STUDENT, particulars=purpose).issued
    assert new.number != row.number
    (newer,) = shop.documents.supersede(new.id, "换一份", actor=ACTOR).issued
    assert newer.number not in (row.number, new.number)
    assert _answer(shop, new).state.value == "replaced"


@pytest.mark.parametrize(
    ("kind", "student", "language", "words"),
    [
        ("enrollment", "2023010214", "zh", "学籍状态是“休学”"),
        ("enrollment", GRADUATE, "zh", "已于 2026-06-30 毕业"),
        ("roll-status", "2023020105", "zh", "学籍状态是“退学”"),
        ("enrollment", "2023020106", "zh", "roll-status"),
        ("form-resumption", STUDENT, "zh", "学籍状态是“在读”"),
        ("form-suspension", GRADUATE, "zh", "已于 2026-06-30 毕业"),
        ("education", STUDENT, "zh", "没有这个人的毕（结）业证书"),
        ("education", "2023020113", "en", "没有姓名拼音"),
        ("transcript", "2023020113", "zh-en", "没有姓名拼音"),
        ("transcript", "2024010103", "zh-en", "没有英文名"),
    ],
)
def test_what_is_refused_is_refused_in_words(
    shop: Shop, kind: str, student: str, language: str, words: str
) -> None:
    report = issue(shop, kind, student, language=language)
    assert report.issued == []
    ((_, findings),) = report.refused
    assert words in "".join(f"{f.sentence}{f.remedy}" for f in findings)
