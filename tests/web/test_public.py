"""The public site over HTTP: words, statuses, headers, and what is never said."""

from __future__ import annotations

import asyncio
import logging
import re
from datetime import date
from html.parser import HTMLParser
from types import ModuleType
from typing import Any

import httpx
import pytest

from printshop.database import Database, connect
from printshop.verify import State, Verifier
from printshop.web.public import public_app
from printshop.web.public_pages import en_date, zh_date


class TestClient:
    """Asks the application itself, without a network; follows no redirect."""

    __test__ = False

    def __init__(self, verifier: Verifier) -> None:
        self._app = public_app(verifier)

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(self._app, raise_app_exceptions=False)
            async with httpx.AsyncClient(
                transport=transport, base_url="http://verify.test"
            ) as client:
                return await client.request(method, path, **options)

        return asyncio.run(ask())

    def get(self, path: str) -> httpx.Response:
        return self.request("GET", path)

    def post(self, path: str, **options: Any) -> httpx.Response:
        return self.request("POST", path, **options)


@pytest.fixture
def client(verifier: Verifier) -> TestClient:
    return TestClient(verifier)


class Text(HTMLParser):
    """What a reader sees, and the tags that are open for it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.hidden = 0
        self.feed(html)

    def handle_starttag(self, tag: str, _attrs: object) -> None:
        self.hidden += tag in ("style", "title")

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in ("style", "title")

    def handle_data(self, data: str) -> None:
        if not self.hidden and data.strip():
            self.seen.append(data.strip())


def words(html: str) -> str:
    return " ".join(Text(html).seen)


@pytest.mark.parametrize(
    ("number", "status", "title", "title_en"),
    [
        (1, 200, "有效", "Valid"),
        (2, 200, "已撤销", "Revoked"),
        (3, 200, "已换发", "Replaced"),
        (4, 200, "有效", "Valid"),
        (5, 200, "已过期", "Expired"),
        (6, 200, "已挂失", "Reported lost"),
        (7, 200, "有效", "Valid"),
        (8, 200, "样张", "Specimen"),
        (9, 404, "查无此文书", "Not found"),
        (77, 404, "查无此文书", "Not found"),
    ],
)
def test_every_state_has_its_page(
    client: TestClient,
    papers: ModuleType,
    number: int,
    status: int,
    title: str,
    title_en: str,
) -> None:
    answer = client.get(f"/C/{papers.code(number)}")
    assert answer.status_code == status
    assert re.search(rf"<h1[^>]*>{title} <span[^>]*>{title_en}</span>", answer.text)
    seen = words(answer.text)
    assert "verify.example.edu.cn" in seen
    assert "www.chsi.com.cn" in seen
    assert ("欧阳**" in seen or "O***** X*****" in seen) == (status == 200)


def test_a_specimen_is_called_valid_nowhere(
    client: TestClient, papers: ModuleType
) -> None:
    html = client.get(f"/C/{papers.code(8)}").text
    assert "有效 <" not in html
    assert "Valid<" not in html


def test_both_papers_of_an_exchange_tell_both_events(
    client: TestClient, papers: ModuleType
) -> None:
    old = words(client.get(f"/C/{papers.code(3)}").text)
    new = words(client.get(f"/C/{papers.code(4)}").text)
    assert "另出具毕业证书，取代本文书" in old
    assert "5 January 2027" in old
    assert "曾出具结业证书，由本文书取代" in new
    assert "2026年6月30日" in new


def test_nothing_private_is_on_any_page(client: TestClient, papers: ModuleType) -> None:
    for number in range(1, 10):
        html = client.get(f"/C/{papers.code(number)}").text
        for private in ("修文", "Xiuwen", papers.ID_NUMBER, "2023010101", "2005"):
            assert private not in html
        assert papers.code(number) not in html


@pytest.mark.parametrize("path", ["/C/{0}", "/c/{1}", "/c/{0}", "/C/{1}"])
def test_the_path_answers_in_either_case(
    client: TestClient, papers: ModuleType, path: str
) -> None:
    code = papers.code(2)
    answer = client.get(path.format(code, code.lower()))
    assert answer.status_code == 200
    assert "已撤销" in answer.text


def test_a_code_typed_by_hand_is_answered_without_leaving_a_trace(
    client: TestClient, papers: ModuleType
) -> None:
    code = papers.code(2)
    for typed in (code, f" {code[:8].lower()}-{code[8:]} ", f"HTTPS://X.CN/C/{code}"):
        answer = client.post("/", data={"code": typed})
        assert answer.status_code == 200
        assert "已撤销" in answer.text
        assert code not in answer.text


def test_unknown_and_malformed_look_alike_to_the_byte(
    client: TestClient, papers: ModuleType
) -> None:
    pages = [client.get(f"/C/{papers.code(77)}"), client.get("/C/nonsense")]
    pages += [
        client.post("/", data={"code": "?"}),
        client.post("/"),
        client.get("/c/9"),
    ]
    assert {(page.status_code, page.content) for page in pages} == {
        (404, pages[0].content)
    }
    sizes = [len(client.get(f"/C/{papers.code(n)}").content) for n in range(1, 10)]
    assert max(sizes) < 1.2 * min(sizes)


def test_the_entry_page_asks_by_post(client: TestClient) -> None:
    html = client.get("/").text
    assert '<form class="entry" method="post" action="/">' in html
    assert '<label for="code">' in html


@pytest.mark.parametrize(
    "path", ["/", "/C/x", "/nothing", "/healthz", "/robots.txt", "/icon.svg"]
)
def test_every_answer_carries_the_same_guards(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-robots-tag"].startswith("noindex")
    assert "max-age" in headers["strict-transport-security"]
    assert "set-cookie" not in headers
    if path != "/icon.svg":
        assert headers["cache-control"] == "no-store"


def test_the_policy_allows_our_own_style_and_nothing_else(client: TestClient) -> None:
    answer = client.get("/")
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert "script" not in policy
    for banned in ("<script", " style=", " onload=", "javascript:"):
        assert banned not in answer.text
    links = re.findall(r"""(?:src|href|action)=["']([^"']*)""", answer.text)
    assert links
    assert all(link.startswith("/") for link in links)


def test_pages_say_their_languages_and_landmarks(
    client: TestClient, papers: ModuleType
) -> None:
    html = client.get(f"/C/{papers.code(3)}").text
    assert '<html lang="zh-CN">' in html
    for landmark in ("<header", "<main", "<footer"):
        assert html.count(landmark) == 1
    assert html.count("<h1") == 1
    assert 'aria-hidden="true"' in html


def test_names_from_the_register_are_escaped(
    client: TestClient, database: Database, papers: ModuleType
) -> None:
    facts = {"name": "<b>&x", "programme": "<script>alert(1)</script>"}
    with database.write() as session:
        papers.Papers(session).add(50, facts=facts)
    html = client.get(f"/C/{papers.code(50)}").text
    assert "<script" not in html
    assert "&lt;script&gt;" in html


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing", 404),
        ("GET", "/C/a/b", 404),
        ("GET", "/C", 404),
        ("DELETE", "/", 405),
        ("POST", "/C/x", 405),
    ],
)
def test_what_is_not_here_is_said_in_words(
    client: TestClient, method: str, path: str, status: int
) -> None:
    answer = client.request(method, path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "二维码" in words(answer.text)


def test_too_much_is_refused(client: TestClient) -> None:
    assert client.post("/", data={"code": "x" * 9000}).status_code == 413
    many = "&".join(f"a{n}=1" for n in range(50))
    assert client.post("/", content=many).status_code == 404


def test_health_and_robots(client: TestClient) -> None:
    assert client.get("/healthz").text == "ok\n"
    assert client.get("/robots.txt").text == "User-agent: *\nDisallow: /\n"
    assert client.request("HEAD", "/").status_code == 200


def test_a_register_that_is_gone_says_nothing_about_the_paper(
    verifier: Verifier,
) -> None:
    empty = connect("sqlite:///:memory:")
    client = TestClient(Verifier(empty, verifier.office, verifier.today))
    answer = client.get("/C/x")
    empty.close()
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "30"
    assert "这并不说明文书的真假" in words(answer.text)
    assert "table" not in answer.text


def test_a_fault_of_ours_shows_nothing_of_the_inside(verifier: Verifier) -> None:
    def broken() -> date:
        raise RuntimeError("the inside")

    client = TestClient(Verifier(verifier.database, verifier.office, broken))
    answer = client.get("/C/x")
    assert answer.status_code == 503
    assert "inside" not in answer.text
    assert answer.headers["referrer-policy"] == "no-referrer"


def test_the_log_holds_states_and_no_codes(
    client: TestClient, papers: ModuleType, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG, "printshop"):
        for number in (1, 2, 77):
            client.get(f"/C/{papers.code(number)}")
            client.post("/", data={"code": papers.code(number)})
    ours = [r.getMessage() for r in caplog.records if r.name.startswith("printshop")]
    assert ours == [
        f"verified state={state}"
        for state in ("valid", "valid", "revoked", "revoked", "unknown", "unknown")
    ]


def test_dates_in_both_languages() -> None:
    assert zh_date(date(2026, 6, 3)) == "2026年6月3日"
    assert en_date(date(2026, 6, 3)) == "3 June 2026"
    assert [en_date(date(2026, m, 1)).split()[1][:3] for m in (1, 5, 12)] == [
        "Jan",
        "May",
        "Dec",
    ]


def _luminance(colour: str) -> float:
    if len(colour) == 4:
        colour = "#" + "".join(c * 2 for c in colour[1:])
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (
        p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts
    )
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_pair_of_colours_can_be_read(client: TestClient, scheme: str) -> None:
    """WCAG 2.2 AA asks for 4.5; small grey text here has no less."""
    style = re.search(r"<style>(.*?)</style>", client.get("/").text, re.DOTALL)
    assert style
    light, dark = style[1].split("@media (prefers-color-scheme: dark)", 1)
    rules = light if scheme == "light" else dark.split("*, *::before", 1)[0]
    blocks = {
        name: dict(re.findall(r"--(\w+): (#\w+);", body))
        for name, body in re.findall(r"([:.][\w., ]+?) \{([^}]*)\}", rules)
    }
    root = blocks[":root"]
    for text in ("ink", "soft", "brand"):
        for ground in ("paper", "card"):
            assert _contrast(root[text], root[ground]) >= 4.5
    looks = {s.value for s in State} | {"specimen"}
    for names, colours in blocks.items():
        if names == ":root":
            continue
        looks -= set(names.replace(".", "").split(", "))
        assert _contrast(colours["tone"], colours["tint"]) >= 4.5
        assert _contrast(root["ink"], colours["tint"]) >= 4.5
        assert _contrast(root["card"], colours["tone"]) >= 4.5
    assert looks == set()
