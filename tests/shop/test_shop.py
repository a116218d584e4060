"""The use cases at their edges: what is missing, what waits, what is told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from offices import ACTOR, SAMPLES, Clock, OfficeFolder, correct, issue
from printshop.errors import (
    ArchiveError,
    InputError,
    NotFound,
    PrinterError,
    PrintshopError,
    Refused,
    RenderError,
)
from printshop.issue.tables import DocumentRow
from printshop.kinds import KINDS
from printshop.printers.contract import PrinterState, PrintOptions
from printshop.printers.folder import FolderPrinter
from printshop.printers.registry import PrinterSpec
from printshop.printers.states import DeviceState
from printshop.render.model import Page, PageRequest
from printshop.render.press import Press
from printshop.shop import Shop
from printshop.shop.documents import Filter
from printshop.shop.printing import PrintWish
from printshop.shop.recording import ImportWish
from printshop.shop.selection import Selection

GRADUATE, OTHER = "2023010115", "2023010116"
Pages = Iterator[tuple[str, Page | PrintshopError]]


@pytest.fixture
def shop(imported_office: OfficeFolder, shared_press: Press) -> Iterator[Shop]:
    with imported_office.shop(shared_press, Clock()) as opened:
        yield opened


@pytest.fixture
def issued(issued_office: OfficeFolder, shared_press: Press) -> Iterator[Shop]:
    with issued_office.shop(shared_press, Clock()) as opened:
        spec = PrinterSpec("夹", "folder", folder=str(issued_office.home / "out"))
        opened.printers.save(spec, actor=ACTOR)
        yield opened


# --- issuing --------------------------------------------------------------------------


def _photo_of(shop: Shop, student_no: str) -> Path:
    chosen = Selection(student_nos=(student_no,))
    photo = shop.recording.students(chosen)[0].photo
    assert photo is not None
    return next(shop.tools.photos.rglob(f"{photo.sha256}*"))


def test_a_photo_that_is_gone_spoils_only_its_own_certificate(shop: Shop) -> None:
    path = _photo_of(shop, GRADUATE)
    picture = path.read_bytes()
    path.unlink()
    report = issue(shop, "graduation", GRADUATE, OTHER)
    assert [row.facts["student_no"] for row in report.issued] == [OTHER]
    ((row, error),) = report.failed
    assert row.facts["student_no"] == GRADUATE
    assert "重新导入这张照片" in error.remedy
    shown, _ = shop.documents.shown(row.id)
    assert (shown.state, bool(shown.reason)) == ("reserved", True)
    path.write_bytes(picture)
    again = issue(shop, "graduation", GRADUATE, OTHER)
    assert [(r.id, r.number, r.reason) for r in again.issued] == [
        (row.id, row.number, None)
    ]
    assert (again.resumed, len(again.unchanged)) == (1, 1)


class Choosy:
    """A press that cannot draw one of them."""

    def __init__(self, press: Press) -> None:
        self._press = press

    def map(self, requests: Iterable[PageRequest]) -> Pages:
        for request in requests:
            if request.facts["student_no"] == GRADUATE:
                yield request.document_id, RenderError("排不下。", "换版式。")
            else:
                yield from self._press.map([request])


def test_a_page_that_cannot_be_drawn_is_told_and_keeps_its_number(
    imported_office: OfficeFolder, shared_press: Press
) -> None:
    with imported_office.shop(Choosy(shared_press), Clock()) as shop:
        report = issue(shop, "graduation", GRADUATE, OTHER)
        assert len(report.issued) == 1
        ((row, error),) = report.failed
        assert error.message == "排不下。"
        row, _ = shop.documents.shown(row.id)
        assert row.reason == "排不下。"
        with pytest.raises(ArchiveError, match="还没有归档"):
            shop.documents.pdf(row)


def test_orders_of_numbers(
    imported_seed: OfficeFolder, shared_press: Press, tmp_path: Path
) -> None:
    """Shuffled by key, by ID number, by student number: each as it says."""
    students = [f"20230101{n}" for n in range(14, 22)]
    orders: dict[str, list[str]] = {}
    for order in ("shuffle", "id-ascending", "student-no"):
        home = imported_seed.copy_to(tmp_path / order).home
        office = OfficeFolder(home, {"PRINTSHOP_NUMBERS__ORDER": order})
        with office.shop(shared_press, Clock()) as shop:
            rows = issue(shop, "graduation", *students).issued
            chosen = Selection(student_nos=tuple(students))
            ids = {s.student_no: s.id_number for s in shop.recording.students(chosen)}
        by_number = sorted(rows, key=lambda row: row.number or "")
        orders[order] = [row.facts["student_no"] for row in by_number]
    assert orders["student-no"] == students
    assert orders["id-ascending"] == sorted(students, key=ids.__getitem__)
    assert orders["shuffle"] not in (orders["student-no"], orders["id-ascending"])


def test_a_number_by_the_offices_pattern(
    imported_office: OfficeFolder, shared_press: Press
) -> None:
    variables = {"PRINTSHOP_NUMBERS__PATTERNS__ENROLLMENT": "读{year}第{serial:04d}号"}
    office = OfficeFolder(imported_office.home, variables)
    with office.shop(shared_press, Clock()) as shop:
        rows = issue(shop, "enrollment", "2024010104", "2024010105").issued
    numbers = sorted(row.number or "" for row in rows)
    assert numbers == ["读2026第0001号", "读2026第0002号"]


def test_a_character_that_no_font_draws_is_named_before_anything(
    shop: Shop,
) -> None:
    """U+2EBF0 came with Unicode 15.1, after GB 18030-2022."""
    correct(shop, "学生", GRADUATE, 姓名="王\U0002ebf0")
    report = issue(shop, "graduation", GRADUATE)
    assert (report.issued, report.failed) == ([], [])
    finding = next(f for f in report.refused[0][1] if f.code == "缺字")
    assert "U+2EBF0" in finding.sentence
    assert "姓名" in finding.sentence
    assert shop.documents.listed(Filter()) == []


def test_a_character_from_the_last_font_is_to_be_looked_at(shop: Shop) -> None:
    (row,) = issue(shop, "graduation", "2023010203").issued
    assert any("U+2A6A5" in sentence for sentence in row.review), row.review


# --- documents ------------------------------------------------------------------------


def _certificate(shop: Shop, student_no: str = GRADUATE) -> DocumentRow:
    (row,) = shop.documents.listed(Filter(kind="graduation", student_no=student_no))
    return row


def test_names_of_documents(issued: Shop) -> None:
    row = _certificate(issued)
    for name in (row.id, row.id[:8], row.number or ""):
        assert issued.documents.shown(name)[0].id == row.id
    with pytest.raises(NotFound, match="登记簿里没有"):
        issued.documents.shown("1999")
    with pytest.raises(NotFound):
        issued.documents.listed(Filter(student_no="1999"))
    whole = issued.documents.batches([row.batch_id, row.id, row.number or ""])
    positions = [one.position for one in whole]
    assert positions == list(range(1, len(whole) + 1)), "in stack order, each once"
    assert issued.documents.path(row).read_bytes() == issued.documents.pdf(row)
    few = issued.documents.listed(Filter(batch=row.batch_id[:6], limit=3))
    assert len(few) == 3


def test_of_two_with_one_number_the_one_in_force_is_meant(issued: Shop) -> None:
    row = _certificate(issued)
    (new,) = issued.documents.supersede(row.id, "换纸", actor=ACTOR).issued
    assert issued.documents.shown(row.number or "")[0].id == new.id
    issued.documents.revoke(new.id, "作废", actor=ACTOR)
    with pytest.raises(NotFound, match="2 份"):
        issued.documents.shown(row.number or "")


def test_a_withdrawn_certificate_cannot_be_lost(issued: Shop) -> None:
    row = _certificate(issued)
    issued.documents.revoke(row.id, "作废", actor=ACTOR)
    with pytest.raises(Refused):
        issued.documents.lose(row.id, "遗失", actor=ACTOR)


# --- sheets and records ---------------------------------------------------------------


def test_one_sheet_per_class(shop: Shop) -> None:
    verdicts = shop.auditing.verdicts(KINDS["graduation"], Selection(year=2026))
    pages = shop.sheets.audit_sheets(verdicts, "毕业证书")
    assert len(pages) == 3
    assert all(page.pdf.startswith(b"%PDF-") for page in pages)
    with pytest.raises(InputError, match="没有学生"):
        shop.sheets.audit_sheets([], "毕业证书")


class Broken:
    """A press that can draw nothing."""

    def map(self, requests: Iterable[PageRequest]) -> Pages:
        for request in requests:
            yield request.document_id, RenderError("画不出。")


def test_a_sheet_that_cannot_be_drawn_is_an_error(
    imported_office: OfficeFolder,
) -> None:
    with imported_office.shop(Broken(), Clock()) as shop:
        chosen = Selection(class_name="计应2302")
        verdicts = shop.auditing.verdicts(KINDS["graduation"], chosen)
        with pytest.raises(RenderError, match="画不出"):
            shop.sheets.audit_sheets(verdicts, "毕业证书")


def test_importing_nothing_is_an_error(shop: Shop) -> None:
    with pytest.raises(InputError, match="没有说明导入什么"):
        shop.recording.take_in(ImportWish(), actor=ACTOR)


def test_photos_alone(shop: Shop) -> None:
    wish = ImportWish(photos=SAMPLES / "photos")
    done = shop.recording.take_in(wish, actor=ACTOR)
    assert done.sheets == {}
    assert done.flawless
    assert done.photos is not None
    assert (done.photos.added, done.photos.replaced) == (0, 0)
    dry = shop.recording.take_in(replace(wish, dry_run=True), actor=ACTOR)
    assert dry.dry_run
    assert dry.rows is None


def test_an_update_keeps_its_history(shop: Shop) -> None:
    correct(shop, "学生", GRADUATE, 联系电话="10012345678")
    entry = shop.recording.history(GRADUATE)[-1]
    assert entry.after["phone"] == "10012345678"
    assert entry.actor == ACTOR
    deeds = shop.upkeep.journal(subject=None, action="records.imported", limit=5)
    assert (deeds[0].details["new"], deeds[0].details["changed"]) == (0, 1)


def test_exports_are_journalled(shop: Shop) -> None:
    shop.recording.export(Selection(grade="2024"), Path("名册.csv"), actor=ACTOR)
    (entry,) = shop.upkeep.journal(subject=None, action="records.exported", limit=5)
    assert (entry.actor, entry.details) == (ACTOR, {"count": 10})


def test_selections(shop: Shop) -> None:
    everybody = shop.recording.students(Selection())
    keys = [(s.class_name, s.student_no) for s in everybody]
    assert keys == sorted(keys)
    assert len(shop.recording.students(Selection(class_name="计应2302"))) == 20
    both = Selection(class_name="计应2302", student_nos=("2023010201", GRADUATE))
    assert [s.student_no for s in shop.recording.students(both)] == ["2023010201"]
    with pytest.raises(NotFound):
        shop.recording.students(Selection(year=1999))


# --- printing -------------------------------------------------------------------------


class Grumpy(FolderPrinter):
    """A folder that takes nothing until it is mended."""

    mended = False

    def submit_held(self, name: str, pdf: bytes, options: PrintOptions) -> str:
        if not self.mended:
            raise PrinterError("打印机没有纸。", "请加纸。")
        return super().submit_held(name, pdf, options)


def test_trouble_is_told_once_and_patience_has_an_end(
    issued: Shop, tmp_path: Path
) -> None:
    waited: list[float] = []
    printer = Grumpy(tmp_path / "tray")
    tools = replace(issued.tools, driver=lambda _spec: printer, pause=waited.append)
    shop = Shop(tools)
    printing = shop.printing
    (job,) = printing.queue([_certificate(issued).id], PrintWish("夹"), actor=ACTOR)
    told: list[str] = []
    seen: list[tuple[int, int]] = []

    def progress(done: int, total: int) -> None:
        seen.append((done, total))

    shop.dispatching.run([job.id], trouble=told.append, progress=progress, patience=1.5)
    assert len(told) == len(set(told)) == 1
    assert "没有纸" in told[0]
    assert set(seen) == {(0, 1)}
    assert waited == [0.25, 0.5], "more and more patient"
    entries = issued.upkeep.journal(subject=None, action="print-submitting", limit=99)
    assert len(entries) <= 4, "trouble must not fill the journal"
    assert printing.job(job.id).state == "pending"
    printer.mended = True
    shop.dispatching.run([job.id], progress=progress)
    assert seen[-1] == (1, 1)
    assert printing.job(job.id[:8]).state == "completed"


def test_a_worker_goes_on_until_it_is_told_to_stop(
    issued: Shop, issued_office: OfficeFolder
) -> None:
    issued.printing.queue([_certificate(issued).id], PrintWish("夹"), actor=ACTOR)
    waited: list[float] = []
    worker = Shop(replace(issued.tools, pause=waited.append))
    worker.dispatching.work(going=lambda: len(waited) < 3)
    assert len(waited) == 3
    assert len(list((issued_office.home / "out").glob("*.pdf"))) == 1
    looks = iter([True] * 60)
    worker.dispatching.work(going=lambda: next(looks, False))
    assert next(looks, None) is None


def test_jobs_by_the_beginning_of_their_id(issued: Shop) -> None:
    rows = issued.documents.listed(Filter(kind="graduation"))
    jobs = issued.printing.queue([r.id for r in rows], PrintWish("夹"), actor=ACTOR)
    assert issued.printing.job(jobs[0].id).id == jobs[0].id
    letters = [job.id[0] for job in jobs]
    common = next(letter for letter in letters if letters.count(letter) > 1)
    with pytest.raises(NotFound, match="不止一个"):
        issued.printing.job(common)
    with pytest.raises(NotFound):
        issued.printing.job("没有")
    with pytest.raises(NotFound):
        issued.printing.retry(jobs[0].id, printer="没有", actor=ACTOR)


def test_a_list_may_be_tried_again_freely(shop: Shop, tmp_path: Path) -> None:
    spec = PrinterSpec("夹", "folder", folder=str(tmp_path / "out"))
    shop.printers.save(spec, actor=ACTOR)
    chosen = Selection(class_name="计应2302")
    verdicts = shop.auditing.verdicts(KINDS["graduation"], chosen)
    pages = shop.sheets.audit_sheets(verdicts, "毕业证书")
    (job,) = shop.printing.queue_sheets(pages, PrintWish("夹"), actor=ACTOR)
    shop.printing.cancel(job.id, actor=ACTOR)
    shop.printing.retry(job.id, actor=ACTOR)
    shop.dispatching.run()
    assert shop.printing.job(job.id).state == "completed"
    assert shop.upkeep.scrub().sound


def test_a_printer_is_forgotten(issued: Shop) -> None:
    assert [spec.name for spec in issued.printers.listed()] == ["夹"]
    assert issued.printers.state("夹").state is DeviceState.IDLE
    issued.printers.remove("夹", actor=ACTOR)
    assert issued.printers.listed() == []
    with pytest.raises(NotFound):
        issued.printers.state("夹")
    with pytest.raises(NotFound):
        issued.printing.queue([_certificate(issued).id], PrintWish("夹"), actor=ACTOR)


# --- upkeep ---------------------------------------------------------------------------


class Stopped(FolderPrinter):
    """A printer that has stopped."""

    def state(self) -> PrinterState:
        return PrinterState(DeviceState.STOPPED, accepting=True)


def test_the_doctor_asks_the_printers(issued: Shop, tmp_path: Path) -> None:
    sick = Shop(replace(issued.tools, driver=lambda _spec: Stopped(tmp_path / "tray")))
    check = next(c for c in sick.upkeep.checks() if c.name == "打印机 夹")
    assert (check.good, check.grave) == (False, False)


def test_a_cups_server_that_cannot_be_reached(issued: Shop) -> None:
    nobody = PrinterSpec("证书机", "cups", host="127.0.0.1", port=9, queue="hp")
    issued.printers.save(nobody, actor=ACTOR)
    check = next(c for c in issued.upkeep.checks() if c.name == "打印机 证书机")
    assert (check.good, bool(check.remedy)) == (False, True)


def test_fonts_that_cannot_be_loaded(issued: Shop) -> None:
    def broken() -> None:
        raise RenderError("字体目录不完整。", "请运行 make setup。")

    sick = Shop(replace(issued.tools, fonts=broken))
    check = next(c for c in sick.upkeep.checks() if c.name == "字体")
    assert (check.good, check.grave) == (False, True)
    assert check.remedy == "请运行 make setup。"


# --- what must never be told ----------------------------------------------------------


def test_the_journal_and_the_queue_hold_no_personal_data(issued: Shop) -> None:
    rows = issued.documents.listed(Filter(kind="graduation"))
    issued.printing.queue([r.id for r in rows], PrintWish("夹"), actor=ACTOR)
    issued.dispatching.run()
    issued.documents.revoke(rows[0].id, "登记错误", actor=ACTOR)
    entries = issued.upkeep.journal(subject=None, action=None, limit=100_000)
    jobs = issued.printing.jobs(everything=True)
    everything = " ".join(map(str, [*entries, *(job.title for job in jobs)]))
    assert "document.revoked" in everything
    for student in issued.recording.students(Selection()):
        assert student.name not in everything
        assert student.id_number not in everything
        assert student.student_no not in everything


def test_no_code_is_left_in_the_register_once_issued(issued: Shop) -> None:
    rows = issued.documents.listed(Filter(limit=9999))
    assert {row.code for row in rows} == {None}
    assert all(len(row.code_sha256) == 64 for row in rows)
