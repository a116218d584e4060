"""Files: takes a PDF or a picture of a page, gives what the register says of it.

Only the exact archived bytes are the original. Of anything else the codes on the
page are looked up, and it is said that the page itself was not compared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from sqlalchemy.orm import Session

from printshop.seal.sandbox import read_foreign_image, read_foreign_pdf
from printshop.verify.answer import Answer, Match, State
from printshop.verify.lookup import answer_for_file, verify_code

MOST_CODES = 10


@dataclass(frozen=True)
class Examined:
    """What is said about a file.

    Attributes:
        match: How it relates to the archived original.
        answers: One for each different code on it, in order of appearance.
    """

    match: Match
    answers: tuple[Answer, ...] = ()

    @property
    def authentic(self) -> bool:
        """Whether it is the original of a document in force."""
        return self.match is Match.EXACT and all(a.in_force for a in self.answers)


def verify_file(
    session: Session,
    pdf: bytes,
    *,
    today: date,
    office_host: str,
    read: Callable[[bytes], list[list[str]]] = read_foreign_pdf,
) -> Examined:
    """What the register says of a PDF.

    Args:
        session: Reads the register.
        pdf: The file, from anybody.
        today: The date in China.
        office_host: The host that genuine links lead to.
        read: Gives the QR texts on each page.

    Raises:
        UnsafeFile: Opening it would do harm.
        InputError: Not a readable PDF.
    """
    original = answer_for_file(session, sha256(pdf).hexdigest(), today)
    if original.state is not State.UNKNOWN:
        return Examined(Match.EXACT, (original,))
    texts = (text for page in read(pdf) for text in page)
    return _by_codes(session, Match.OTHER, texts, today, office_host)


def verify_image(
    session: Session,
    image: bytes,
    *,
    today: date,
    office_host: str,
    read: Callable[[bytes], list[str]] = read_foreign_image,
) -> Examined:
    """What the register says of a photo or scan of a page.

    Raises:
        UnsafeFile: Opening it would do harm.
        InputError: Not a readable picture.
    """
    return _by_codes(session, Match.PICTURE, read(image), today, office_host)


def _by_codes(
    session: Session,
    match: Match,
    texts: Iterable[str],
    today: date,
    office_host: str,
) -> Examined:
    different = list(dict.fromkeys(texts))[:MOST_CODES]
    if not different:
        return Examined(Match.NO_CODE)
    return Examined(
        match,
        tuple(
            verify_code(session, text, today=today, office_host=office_host)
            for text in different
        ),
    )
