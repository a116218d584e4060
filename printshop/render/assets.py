"""Names of pictures go in, our own bytes come out; everything else is refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from weasyprint.urls import URLFetcher, URLFetcherResponse

from printshop.errors import RenderError

SCHEME = "asset:"
_TYPES = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg"}


class Refusal(ValueError):
    """A page asked for something that is not its own."""


class OwnAssets(URLFetcher):  # type: ignore[misc]
    """Serves the pictures of one page from memory; opens no file and no socket.

    Attributes:
        refused: Addresses that were asked for and denied.
    """

    def __init__(self, assets: Mapping[str, bytes]) -> None:
        # Not even the base class's handlers for file:, http: and data: are made.
        super().__init__(allowed_protocols=(), allow_redirects=False)
        self.handlers: list[Any] = []
        self._assets = dict(assets)
        self.refused: list[str] = []

    def fetch(
        self,
        url: str,
        headers: Any = None,  # noqa: ARG002 (WeasyPrint's signature)
    ) -> URLFetcherResponse:
        """Give the bytes of one of our own pictures.

        Raises:
            Refusal: Anything else; WeasyPrint logs it and the page is not made.
        """
        data = self._assets.get(url)
        if data is None:
            self.refused.append(url)
            raise Refusal(f"not an asset of this page: {url[:80]}")
        return URLFetcherResponse(url, data, {"Content-Type": _type_of(url, data)})


def _type_of(url: str, data: bytes) -> str:
    if url.endswith(".svg"):
        return "image/svg+xml"
    for magic, kind in _TYPES.items():
        if data.startswith(magic):
            return kind
    raise RenderError(f"图片 {url} 的格式不能用。", "只能用 JPEG、PNG 和 SVG。")
