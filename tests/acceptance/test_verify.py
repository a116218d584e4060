"""A paper is verified the way people do it: typed, scanned, photographed, sent."""

from __future__ import annotations

import io
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import numpy as np
import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageDraw

from offices import Clock, OfficeFolder, issue
from printshop.render.press import Press
from printshop.seal.reader import read_page_codes
from printshop.seal.token import parse
from printshop.shop.documents import Filter

HOLDER = "2023010101"


@dataclass(frozen=True)
class Paper:
    """A certificate in somebody's hands."""

    number: str
    pdf: bytes
    link: str

    @property
    def code(self) -> str:
        found = parse(self.link).code
        assert found is not None
        return found


@pytest.fixture
def paper(issued_office: OfficeFolder) -> Paper:
    with issued_office.shop() as shop:
        wanted = Filter(kind="graduation", student_no=HOLDER)
        (row,) = shop.documents.listed(wanted)
        pdf = shop.documents.pdf(row)
    ((link,),) = read_page_codes(pdf)
    return Paper(row.number or "", pdf, link)


def _photo(pdf: bytes, *, angle: float = 8.0, seed: int = 1) -> bytes:
    """The page lying on a desk, from above and aslant, as a phone saves it."""
    with pypdfium2.PdfDocument(pdf) as document:
        page = document[0].render(scale=180 / 72).to_pil().convert("RGB")
    width, height = page.size
    desk = Image.new("RGB", (width + 400, height + 400), (96, 78, 62))
    desk.paste(page, (200, 200))
    lean = width * 0.06
    corners = (-lean, 0, 0, desk.height, desk.width, desk.height - lean)
    corners += (desk.width + lean, lean)
    aslant = desk.transform(
        desk.size, Image.Transform.QUAD, corners, Image.Resampling.BICUBIC
    )
    turned = aslant.rotate(angle, Image.Resampling.BICUBIC, expand=True)
    pixels = np.asarray(turned, dtype=float)
    shade = np.linspace(0.75, 1.0, pixels.shape[1])[None, :, None]
    noise = np.random.default_rng(seed).normal(0, 6, pixels.shape)
    out = io.BytesIO()
    taken = (pixels * shade + noise).clip(0, 255).astype("uint8")
    Image.fromarray(taken).save(out, "JPEG", quality=70)
    return out.getvalue()


def _altered(pdf: bytes) -> bytes:
    """The same page with another word on it, as a PDF editor would save it."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        opened.docinfo["/Title"] = "毕业证书 (改)"
        out = io.BytesIO()
        opened.save(out)
    return out.getvalue()


@pytest.mark.parametrize("how", ["link", "lower", "code", "by-hand", "no-scheme"])
def test_typed_or_scanned(issued_office: OfficeFolder, paper: Paper, how: str) -> None:
    spaced = " ".join(paper.code[i : i + 4] for i in range(0, 26, 4)).lower()
    text = {
        "link": paper.link,
        "lower": paper.link.lower(),
        "code": paper.code,
        "by-hand": spaced,
        "no-scheme": paper.link.removeprefix("HTTPS://"),
    }[how]
    ran = issued_office.walk("verify", text, "--json")
    (answer,) = ran.json()["answers"]
    assert (answer["state"], answer["foreign_host"]) == ("valid", None)
    assert answer["specimen"] is True
    assert answer["document"]["title"] == "毕业证书"
    assert paper.number not in ran.out, "the whole number is not for everybody"
    assert "买买提江" not in ran.out


def test_the_file_itself(issued_office: OfficeFolder, paper: Paper) -> None:
    Path("证书.pdf").write_bytes(paper.pdf)
    found = issued_office.walk("verify", "证书.pdf", "--json").json()
    assert (found["match"], found["answers"][0]["state"]) == ("exact", "valid")
    said = issued_office.walk("verify", "证书.pdf").out
    assert "与存档原件一致" in said
    assert "【样张】" in said
    assert "登记状态: 有效" in said


def test_from_a_pipe(issued_office: OfficeFolder, paper: Paper) -> None:
    done = subprocess.run(
        issued_office.command("verify", "-", "--json"),
        input=paper.pdf,
        capture_output=True,
        env=issued_office.environment,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert b'"exact"' in done.stdout


@pytest.mark.parametrize("angle", [-20.0, 8.0, 93.0])
def test_a_photo_of_the_page(
    issued_office: OfficeFolder, paper: Paper, angle: float
) -> None:
    Path("IMG_0001.jpg").write_bytes(_photo(paper.pdf, angle=angle))
    found = issued_office.walk("verify", "IMG_0001.jpg", "--json").json()
    assert (found["match"], found["answers"][0]["state"]) == ("picture", "valid")


def test_a_link_to_another_host_is_told(
    issued_office: OfficeFolder, paper: Paper
) -> None:
    link = f"https://verify.example.edu.cn.evil.example/C/{paper.code}"
    ran = issued_office.walk("verify", link, expect=5)
    assert "verify.example.edu.cn.evil.example" in ran.out
    assert "可能是伪造的" in ran.out


def test_an_altered_file_is_not_the_original(
    issued_office: OfficeFolder, paper: Paper
) -> None:
    Path("改.pdf").write_bytes(_altered(paper.pdf))
    ran = issued_office.walk("verify", "改.pdf", expect=5)
    assert "不是存档原件" in ran.out
    assert "不是存档原件" in ran.err
    ran = issued_office.walk("verify", "改.pdf", "--json", expect=5)
    assert ran.json()["match"] == "other"


def test_unknown_codes_and_papers(issued_office: OfficeFolder, paper: Paper) -> None:
    first = "0" if paper.code[0] != "0" else "1"
    for text in (first + paper.code[1:], "没有这样的码", "0" * 26):
        ran = issued_office.walk("verify", text, expect=5)
        assert "查无此文书" in ran.out
    blank = Image.new("RGB", (800, 600), "white")
    ImageDraw.Draw(blank).text((40, 40), "no code here", fill="black")
    blank.save("blank.png")
    assert "没有找到核验码" in issued_office.walk("verify", "blank.png", expect=5).err


@pytest.mark.parametrize("name", ["noise.jpg", "text.pdf", "bomb.png"])
def test_files_that_cannot_be_read_end_with_4(
    issued_office: OfficeFolder, name: str
) -> None:
    path = Path(name)
    if name == "bomb.png":
        Image.new("1", (20_000, 20_000)).save(path)
    else:
        path.write_bytes(b"%PDF-1.7\nnothing" if name == "text.pdf" else b"\0" * 9000)
    ran = issued_office.walk("verify", name, expect=4)
    assert "错误" in ran.err
    assert "Traceback" not in ran.err


def test_a_file_that_is_not_there(issued_office: OfficeFolder) -> None:
    assert "没有文件" in issued_office.walk("verify", "无.pdf", expect=4).err


def test_revoked_paper_ends_with_5(issued_office: OfficeFolder, paper: Paper) -> None:
    words = ("documents", "revoke", paper.number, "--reason", "学历核查不符")
    issued_office.walk(*words)
    ran = issued_office.walk("verify", paper.link, "--json", expect=5)
    (answer,) = ran.json()["answers"]
    assert answer["state"] == "revoked"
    assert [event["what"] for event in answer["events"]] == ["issued", "revoked"]
    assert '"error": "Refused"' in ran.err


# --- the public page ----------------------------------------------------------------


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def real_office(
    imported_office: OfficeFolder, shared_press: Press
) -> tuple[OfficeFolder, str, str]:
    """An office that prints no 样张; a certificate's number and link."""
    config = imported_office.home / "printshop.toml"
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace("specimen = true", "specimen = false"), "utf-8")
    with imported_office.shop(shared_press, Clock()) as shop:
        (row,) = issue(shop, "graduation", HOLDER).issued
        ((link,),) = read_page_codes(shop.documents.pdf(row))
    return imported_office, row.number or "", link


@pytest.fixture
def site(real_office: tuple[OfficeFolder, str, str]) -> Iterator[str]:
    """The address of a running site."""
    office, _, _ = real_office
    port = _free_port()
    process = office.start("serve", "--port", str(port))
    try:
        while process.poll() is None and not _answers(port):
            try:
                process.wait(timeout=0.05)
            except subprocess.TimeoutExpired:
                continue
        assert process.poll() is None, "the site ended by itself"
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=30)


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _get(address: str, status: int = 200) -> str:
    with httpx.Client(trust_env=False) as client:
        answer = client.get(address)
    assert answer.status_code == status
    return answer.text


def test_the_public_page_follows_the_register(
    real_office: tuple[OfficeFolder, str, str], site: str
) -> None:
    office, number, link = real_office
    path = link.split("/", 3)[3]
    page = _get(f"{site}/{path}")
    assert "有效" in page
    assert "买买提江" not in page
    assert "有效" in _get(f"{site}/{path.lower()}")
    assert "查无此文书" in _get(f"{site}/C/{'0' * 26}", 404)
    office.run("documents", "revoke", number, "--reason", "学历核查不符")
    page = _get(f"{site}/{path}")
    assert "已撤销" in page
    assert "学历核查不符" not in page, "the reason is not for everybody"
    with office.shop() as shop:
        assert shop.upkeep.journal(subject=None, action="document.revoked", limit=9)
