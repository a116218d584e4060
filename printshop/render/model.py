"""What goes into a page and what comes out of it: values only, safe to pickle."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import date
from functools import cached_property
from typing import Any


@dataclass(frozen=True)
class Design:
    """What is said and where it sits, frozen with each issued document.

    Attributes:
        kind: Code of the document kind.
        layout: Name of the layout.
        language: Language the document is written in.
        sources: Template and style files by name; all that this page needs.
        geometry: The layout file's TOML text.
    """

    kind: str
    layout: str
    language: str
    sources: dict[str, str]
    geometry: str

    @cached_property
    def sha256(self) -> str:
        """Over canonical JSON: two designs print alike if and only if it is equal."""
        text = json.dumps(
            asdict(self), ensure_ascii=False, sort_keys=True, separators=(",", ":")
        )
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class PageRequest:
    """One document to draw.

    Attributes:
        document_id: Identifies the document; becomes the PDF's fixed identifier.
        kind: Code of the document kind.
        language: Language the document is written in.
        facts: The frozen facts as JSON values.
        design: The frozen design.
        qr: The text of the QR symbol, or None for a page without one.
        verify_at: The host that is printed beside the symbol, for people.
        photo: The holder's JPEG as imported, or None.
        date: The document's date; the PDF's dates are made of it.
        specimen: Whether 样张 is printed across the page.
        proof: Whether anchors, boxes and cut lines are shown, for adjusting.
    """

    document_id: str
    kind: str
    language: str
    facts: dict[str, Any]
    design: Design
    qr: str | None
    verify_at: str
    photo: bytes | None
    date: date
    specimen: bool = False
    proof: bool = False


@dataclass(frozen=True)
class Page:
    """A finished document.

    Attributes:
        pdf: PDF/A bytes, the same for the same request.
        sha256: Of the bytes.
        pages: Number of pages.
        width_mm: Width of the sheet.
        height_mm: Height of the sheet.
        review: What a person should look at before it is handed out.
    """

    pdf: bytes
    sha256: str
    pages: int
    width_mm: float
    height_mm: float
    review: tuple[str, ...] = ()
