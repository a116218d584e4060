"""Pages of the public site: takes an answer, gives HTML and its headers.

Everything is in one response, style sheet included, so that a phone on a slow line
needs one round trip. The content security policy names the style's own hash.
"""

from __future__ import annotations

from base64 import b64encode
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from printshop.issue.office import Office
from printshop.kinds import KINDS
from printshop.verify.answer import Answer, Event, State

PAGES = Path(__file__).with_name("pages")

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_HISTORY = {
    "issued": ("出具本文书", "This document was issued"),
    "expired": ("有效期结束", "Its validity ended"),
    "revoked": ("本文书被撤销", "This document was revoked"),
    "lost": ("本文书登记遗失", "This document was reported lost"),
    "replaces": ("曾出具{kind}，由本文书取代", "{kind_en} issued, replaced by this"),
    "replaced": ("另出具{kind}，取代本文书", "{kind_en} issued in its place"),
}


class PublicPages:
    """Renders the pages of one office's public site."""

    def __init__(self, office: Office) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(PAGES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters |= {"zh_date": zh_date, "en_date": en_date}
        self._environment.globals["office"] = office
        style = self._environment.get_template("style.css").render()
        digest = b64encode(sha256(style.encode()).digest()).decode("ascii")
        self.headers = SHARED_HEADERS | {
            "Content-Security-Policy": (
                f"default-src 'none'; style-src 'sha256-{digest}'; img-src 'self'; "
                "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
            )
        }

    def enter(self) -> HTMLResponse:
        """The page where a code is typed."""
        return self._response("enter.html", 200)

    def answer(self, answer: Answer, today: date) -> HTMLResponse:
        """What the register says; 404 for a code it does not know."""
        unknown = answer.state is State.UNKNOWN
        return self._response(
            "answer.html",
            404 if unknown else 200,
            words=answer.words,
            look="specimen" if answer.specimen else answer.state.value,
            document=answer.document,
            state=answer.state if answer.specimen else None,
            history=_history(answer),
            today=today,
        )

    def problem(
        self, status: int, titles: tuple[str, str], hints: tuple[str, str]
    ) -> HTMLResponse:
        """A page for what went wrong: title and hint, each in two languages."""
        return self._response(
            "problem.html",
            status,
            zh=titles[0],
            en=titles[1],
            hint=hints[0],
            hint_en=hints[1],
        )

    def _response(self, name: str, status: int, **context: Any) -> HTMLResponse:
        html = self._environment.get_template(name).render(**context)
        return HTMLResponse(html, status, headers=self.headers)


SHARED_HEADERS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=31536000",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}


def zh_date(day: date) -> str:
    """2026年6月30日."""
    return f"{day.year}年{day.month}月{day.day}日"


def en_date(day: date) -> str:
    """30 June 2026, whatever the locale of the machine."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def _history(answer: Answer) -> list[dict[str, Any]]:
    """The events in words; nothing where there was only the issuing."""
    if len(answer.events) < 2:
        return []
    return [_told(event) for event in answer.events]


def _told(event: Event) -> dict[str, Any]:
    zh, en = _HISTORY[event.what]
    kind = KINDS[event.kind] if event.kind else None
    names = {
        "kind": kind.title if kind else "",
        "kind_en": kind.title_en if kind else "",
    }
    return {"on": event.on, "zh": zh.format(**names), "en": en.format(**names)}
