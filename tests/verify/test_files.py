"""Files: the original, an altered copy, a photo, and what has no code at all."""

from __future__ import annotations

import io
from datetime import date
from hashlib import sha256
from types import ModuleType
from typing import Any

import pytest
import qrcode
from PIL import Image

from printshop.database import Database
from printshop.errors import InputError
from printshop.issue.office import Office
from printshop.seal.token import link
from printshop.verify import Examined, Match, State, Verifier

OFFICE = Office(code="99999", name="示例职业技术学院", name_en="Sample College")
TODAY = date(2026, 7, 2)


@pytest.fixture
def verifier(database: Database) -> Verifier:
    return Verifier(database, OFFICE, lambda: TODAY)


def page(*texts: str) -> Image.Image:
    sheet = Image.new("L", (1754, 1240), 255)
    for place, text in enumerate(texts):
        code = qrcode.QRCode(border=4)
        code.add_data(text)
        symbol = code.make_image().get_image().convert("L").resize((300, 300))
        sheet.paste(symbol, (100 + 400 * place, 800))
    return sheet


def as_bytes(image: Image.Image, kind: str) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind)
    return buffer.getvalue()


@pytest.fixture
def issued(database: Database, papers: ModuleType) -> bytes:
    """The archived PDF of document 1."""
    pdf = as_bytes(page(link(OFFICE.verify_url, papers.code(1))), "PDF")
    with database.write() as session:
        register = papers.Papers(session)
        register.add(1, pdf_sha256=sha256(pdf).hexdigest())
        register.add(2, state="revoked")
    return pdf


def test_the_original(verifier: Verifier, issued: bytes) -> None:
    examined = verifier.file(issued)
    assert examined.match is Match.EXACT
    assert [a.state for a in examined.answers] == [State.VALID]
    assert examined.authentic


def test_one_byte_more_is_not_the_original(verifier: Verifier, issued: bytes) -> None:
    examined = verifier.file(issued + b"\n")
    assert examined.match is Match.OTHER
    assert [a.state for a in examined.answers] == [State.VALID]
    assert not examined.authentic


def test_the_original_of_a_revoked_document_is_not_authentic(
    verifier: Verifier, database: Database, papers: ModuleType
) -> None:
    with database.write() as session:
        sha = sha256(b"%PDF revoked").hexdigest()
        papers.Papers(session).add(3, state="revoked", pdf_sha256=sha)
    examined = verifier.file(b"%PDF revoked")
    assert (examined.match, examined.authentic) == (Match.EXACT, False)


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_photo(
    verifier: Verifier, issued: bytes, papers: ModuleType, kind: str
) -> None:
    photo = page(link(OFFICE.verify_url, papers.code(1))).rotate(8, fillcolor=230)
    examined = verifier.file(as_bytes(photo, kind))
    assert examined.match is Match.PICTURE
    assert [a.state for a in examined.answers] == [State.VALID]
    assert not examined.authentic


def test_several_codes_on_one_page(
    verifier: Verifier, issued: bytes, papers: ModuleType
) -> None:
    texts = [link(OFFICE.verify_url, papers.code(n)) for n in (1, 2)]
    examined = verifier.file(as_bytes(page(*texts), "PNG"))
    states = {a.state for a in examined.answers}
    assert states == {State.VALID, State.REVOKED}


def test_a_look_alike_domain_on_the_page(
    verifier: Verifier, issued: bytes, papers: ModuleType
) -> None:
    text = link("https://verify.examp1e.edu.cn", papers.code(1))
    examined = verifier.file(as_bytes(page(text), "PNG"))
    assert [a.foreign_host for a in examined.answers] == ["verify.examp1e.edu.cn"]


def test_a_foreign_qr_code_is_unknown_and_its_host_named(verifier: Verifier) -> None:
    examined = verifier.file(as_bytes(page("https://example.com/menu"), "PNG"))
    assert [a.state for a in examined.answers] == [State.UNKNOWN]
    assert [a.foreign_host for a in examined.answers] == ["example.com"]


@pytest.mark.parametrize("kind", ["PDF", "PNG"])
def test_a_page_without_a_code(verifier: Verifier, kind: str) -> None:
    data = as_bytes(Image.new("L", (600, 400), 255), kind)
    assert verifier.file(data) == Examined(Match.NO_CODE)


def test_neither_pdf_nor_picture(verifier: Verifier) -> None:
    with pytest.raises(InputError):
        verifier.file(b"GIF89a and so on")


def test_codes_are_looked_up_by_the_service_too(
    verifier: Verifier, issued: bytes, papers: ModuleType
) -> None:
    answers: list[Any] = [verifier.code(papers.code(n)).state for n in (1, 2, 3)]
    assert answers == [State.VALID, State.REVOKED, State.UNKNOWN]
