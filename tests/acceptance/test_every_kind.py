"""Every kind in every language on every layout, issued from the samples and judged.

By our own rules, by PDFBox Preflight, by qpdf and poppler, and by two QR decoders
that see what poppler draws at 300 dpi.
"""

from __future__ import annotations

import importlib.util
import subprocess
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest
from PIL import Image

from offices import ACTOR, Clock, OfficeFolder, issue
from printshop.errors import PrintshopError
from printshop.issue.compose import Particulars
from printshop.issue.tables import DocumentRow
from printshop.kinds import KINDS
from printshop.render import conformance
from printshop.render.design import layouts_of
from printshop.render.fonts import FontSet
from printshop.render.model import Page, PageRequest
from printshop.render.press import Press
from printshop.seal.code import code_hash
from printshop.seal.reader import read_codes, read_codes_zbar
from printshop.seal.token import parse
from printshop.settings import bundled
from printshop.shop import Shop
from printshop.shop.issuing import IssueReport

# One process makes what all of them look at.
pytestmark = pytest.mark.xdist_group("every-kind")

WHOM = {
    "graduation": "2023010101",
    "completion": "2023020101",
    "attendance": "2023020104",
    "replacement": "2023010102",
    "transcript": "2022010118",
    "education": "2023010103",
    "enrollment": "2024010104",
    "roll-status": "2023020106",
    "form-suspension": "2024010104",
    "form-resumption": "2023020107",
    "form-withdrawal": "2024010105",
    "form-major-change": "2024010106",
    "form-transfer": "2024010107",
    "form-retention": "2024010108",
}
CASES = [
    (kind.code, language, layout.name)
    for kind in KINDS.values()
    for language in kind.languages
    for layout in layouts_of(kind.code)
]


@dataclass(frozen=True)
class Made:
    """One issued document, its file, and the same page made once more."""

    row: DocumentRow
    path: Path
    again: str

    @property
    def pdf(self) -> bytes:
        return self.path.read_bytes()


def test_every_kind_has_somebody_to_take_it() -> None:
    assert set(WHOM) == set(KINDS)
    assert len(CASES) >= 25


class Twice:
    """A press that remembers what it drew, to draw it once more."""

    def __init__(self, press: Press) -> None:
        self._press = press
        self._asked: list[PageRequest] = []

    def map(
        self, requests: Iterable[PageRequest]
    ) -> Iterator[tuple[str, Page | PrintshopError]]:
        batch = list(requests)
        self._asked += batch
        return self._press.map(batch)

    def again(self) -> dict[str, str]:
        """Hash by document id of all pages, drawn anew in another order."""
        pages = self._press.map(self._asked[::-1])
        return {name: page.sha256 for name, page in pages if isinstance(page, Page)}


@pytest.fixture(scope="module")
def made(
    imported_seed: OfficeFolder,
    shared_press: Press,
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, Made]:
    """All cases; a second layout of a certificate replaces the first."""
    folder = tmp_path_factory.mktemp("every-kind")
    office = imported_seed.copy_to(folder / "office")
    press = Twice(shared_press)
    rows: dict[str, DocumentRow] = {}
    with office.shop(press, Clock()) as shop:
        (lost,) = issue(shop, "graduation", WHOM["replacement"]).issued
        shop.documents.lose(lost.id, "遗失", actor=ACTOR)
        issue(shop, "graduation", WHOM["education"])
        held: dict[str, DocumentRow] = {}
        for code, language, layout in CASES:
            report = _issued(shop, code, language, layout, held.get(code))
            (row,) = report.issued
            rows[f"{code} {language} {layout}"] = row
            if KINDS[code].accountable:
                held[code] = row
            path = folder / f"{code}-{language}-{layout}.pdf"
            path.write_bytes(shop.documents.pdf(row))
    again = press.again()
    return {
        name: Made(row, folder / f"{name.replace(' ', '-')}.pdf", again[row.id])
        for name, row in rows.items()
    }


def _issued(
    shop: Shop, code: str, language: str, layout: str, held: DocumentRow | None
) -> IssueReport:
    if held is not None:
        return shop.documents.supersede(held.id, "换版式", layout=layout, actor=ACTOR)
    return issue(
        shop,
        code,
        WHOM[code],
        language=language,
        layout=layout,
        again=True,
        particulars=Particulars(purpose="求职"),
    )


def test_all_cases_were_issued(made: dict[str, Made]) -> None:
    assert set(made) == {" ".join(case) for case in CASES}
    assert {one.row.state for one in made.values()} == {"issued"}
    assert len({one.row.pdf_sha256 for one in made.values()}) == len(CASES)


def test_archival_by_our_rules(made: dict[str, Made]) -> None:
    fonts = FontSet.load(bundled("fonts"))
    findings = {name: conformance.check(one.pdf, fonts) for name, one in made.items()}
    assert {name: found for name, found in findings.items() if found} == {}


def test_archival_by_preflight(made: dict[str, Made], tmp_path: Path) -> None:
    validator = _validator()
    pdfs = {name: one.pdf for name, one in made.items()}
    verdicts = validator.findings(pdfs, tmp_path)
    assert {name: found for name, found in verdicts.items() if found} == {}
    assert set(verdicts) == set(made)


def _validator() -> ModuleType:
    path = Path(__file__).parents[1] / "render" / "pdfa_validator.py"
    spec = importlib.util.spec_from_file_location("pdfa_validator", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, capture_output=True, text=True, check=False)


def test_qpdf_has_nothing_to_say(made: dict[str, Made]) -> None:
    for name, one in made.items():
        done = _run("qpdf", "--check", str(one.path))
        assert done.returncode == 0, (name, done.stdout, done.stderr)
        assert "No syntax or stream encoding errors" in done.stdout


def test_only_listed_fonts_and_all_of_them_embedded(made: dict[str, Made]) -> None:
    fonts = FontSet.load(bundled("fonts"))
    # The layout engine names a face in the file by its family, spaces as dashes.
    known = {name.replace(" ", "-") for font in fonts.fonts for name in font.names}
    for name, one in made.items():
        lines = _run("pdffonts", str(one.path)).stdout.splitlines()[2:]
        assert lines, name
        for line in lines:
            words = line.split()
            family = words[0].split("+", 1)[-1]
            plain = family.removesuffix("-Bold").removesuffix("-Medium")
            assert {family, plain} & known, (name, line)
            emb, sub, uni = words[-5:-2]
            assert (emb, sub, uni) == ("yes", "yes", "yes"), (name, line)


def test_poppler_reads_name_and_number(made: dict[str, Made]) -> None:
    for name, one in made.items():
        text = "".join(_run("pdftotext", "-layout", str(one.path), "-").stdout.split())
        facts = one.row.facts
        wanted = [facts["name_en"] if one.row.language == "en" else facts["name"]]
        wanted += [one.row.number] if one.row.number else []
        for word in wanted:
            assert word.replace(" ", "") in text, (name, word)


def _raster(job: tuple[Path, Path]) -> list[Path]:
    pdf, folder = job
    target = folder / pdf.stem
    target.mkdir()
    _run("pdftoppm", "-r", "300", "-gray", str(pdf), str(target / "page"))
    return sorted(target.glob("page-*.pgm"))


def _opened(path: Path) -> Image.Image:
    with Image.open(path) as picture:
        return picture.convert("L")


def test_two_decoders_read_the_code_from_popplers_picture(
    made: dict[str, Made], tmp_path: Path
) -> None:
    with ThreadPoolExecutor(2) as pool:
        jobs = [(one.path, tmp_path) for one in made.values()]
        pictures = dict(zip(made, pool.map(_raster, jobs), strict=True))
    for name, one in made.items():
        pages = [_opened(path) for path in pictures[name]]
        assert len(pages) == one.row.pages, name
        for decode in (read_codes, read_codes_zbar):
            texts = {text for page in pages for text in decode(page)}
            assert len(texts) == 1, (name, decode.__name__, texts)
            (text,) = texts
            assert parse(text).host == "verify.example.edu.cn", text
            code = parse(text).code
            assert code is not None, text
            assert one.row.code_sha256 == code_hash(code), (name, decode.__name__)


def test_the_same_bytes_again(made: dict[str, Made]) -> None:
    assert {n for n, one in made.items() if one.again != one.row.pdf_sha256} == set()


def test_fonts_are_what_the_register_says(made: dict[str, Made]) -> None:
    fonts = FontSet.load(bundled("fonts"))
    assert {one.row.fonts_sha256 for one in made.values()} == {fonts.fingerprint}
