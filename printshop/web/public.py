"""The public site: takes a verifier, gives the web application anybody may ask.

A code is never in a query, a log line or a redirect. What is typed by hand comes
by POST and is answered at once, so that it stays out of the browser's history too.
"""

from __future__ import annotations

import logging
from urllib.parse import parse_qs

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from printshop.errors import PrintshopError
from printshop.verify.service import Verifier
from printshop.web.public_pages import PAGES, SHARED_HEADERS, PublicPages

LARGEST_BODY = 8 * 1024
RETRY_SECONDS = 30

_logger = logging.getLogger(__name__)

_NOT_HERE = (
    ("没有这个页面", "Page not found"),
    (
        "请检查网址，或重新扫描文书上的二维码。",
        "Check the address, or scan the QR code on the document again.",
    ),
)
_NOT_NOW = (
    ("暂时无法核验", "Not available right now"),
    (
        "登记簿暂时查不到，这并不说明文书的真假。请过几分钟再试。",
        "The register cannot be reached. This says nothing about the document; "
        "please try again in a few minutes.",
    ),
)
_NOT_SO = (
    ("无法处理这个请求", "Request not understood"),
    (
        "请重新扫描文书上的二维码。",
        "Please scan the QR code on the document again.",
    ),
)


def public_app(verifier: Verifier) -> Starlette:
    """The application, complete and without any login.

    Args:
        verifier: Answers; also says whose site this is.
    """
    site = _Site(verifier)
    return Starlette(
        routes=[
            Route("/", site.enter, methods=["GET"]),
            Route("/", site.typed, methods=["POST"]),
            # The QR's path is upper case; people type it in lower case.
            Route("/C/{code}", site.scanned, methods=["GET"]),
            Route("/c/{code}", site.scanned, methods=["GET"]),
            Route("/icon.svg", site.icon, methods=["GET"]),
            Route("/healthz", site.health, methods=["GET"]),
            Route("/robots.txt", site.robots, methods=["GET"]),
        ],
        exception_handlers={
            HTTPException: site.refused,
            PrintshopError: site.unavailable,
            Exception: site.unavailable,
        },
        max_body_size=LARGEST_BODY,
    )


class _Site:
    def __init__(self, verifier: Verifier) -> None:
        self._verifier = verifier
        self._pages = PublicPages(verifier.office)
        self._icon = (PAGES / "icon.svg").read_bytes()

    async def enter(self, _request: Request) -> Response:
        return self._pages.enter()

    async def scanned(self, request: Request) -> Response:
        return await self._answer(request.path_params["code"])

    async def typed(self, request: Request) -> Response:
        body = (await request.body()).decode("utf-8", "replace")
        try:
            fields = parse_qs(body, max_num_fields=8)
        except ValueError:
            fields = {}
        return await self._answer(fields.get("code", [""])[0])

    async def _answer(self, text: str) -> Response:
        answer = await run_in_threadpool(self._verifier.code, text)
        _logger.info("verified state=%s", answer.state.value)
        return self._pages.answer(answer, self._verifier.today())

    async def icon(self, _request: Request) -> Response:
        headers = SHARED_HEADERS | {"Cache-Control": "public, max-age=86400"}
        return Response(self._icon, headers=headers, media_type="image/svg+xml")

    async def health(self, _request: Request) -> Response:
        await run_in_threadpool(self._verifier.database.ping)
        return PlainTextResponse("ok\n", headers=SHARED_HEADERS)

    async def robots(self, _request: Request) -> Response:
        text = "User-agent: *\nDisallow: /\n"
        return PlainTextResponse(text, headers=SHARED_HEADERS)

    async def refused(self, _request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 400
        words = _NOT_HERE if status == 404 else _NOT_SO
        return self._pages.problem(status, *words)

    async def unavailable(self, _request: Request, error: Exception) -> Response:
        """Say nothing of the inside; the reason is in the log."""
        _logger.error("cannot answer: %s", type(error).__name__)
        response = self._pages.problem(503, *_NOT_NOW)
        response.headers["Retry-After"] = str(RETRY_SECONDS)
        return response
