"""Files: takes a PDF or a picture of a page, gives what the register says of it.

Only the exact archived bytes are the original. Of anything else the codes on the
page are looked up, and it is said that the page itself was not compared.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from printshop.database import Database
from printshop.seal.sandbox import is_pdf, read_foreign_image, read_foreign_pdf
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
    database: Database,
    data: bytes,
    *,
    today: date,
    office_host: str,
    read_pdf: Callable[[bytes], list[list[str]]] = read_foreign_pdf,
    read_image: Callable[[bytes], list[str]] = read_foreign_image,
) -> Examined:
    """What the register says of a PDF, or of a photo or scan of a page.

    Args:
        database: Holds the register. No transaction stays open while a foreign file
            is being opened: that may take half a minute.
        data: The file, from anybody.
        today: The date in China.
        office_host: The host that genuine links lead to.
        read_pdf: Gives the QR texts on each page of a PDF.
        read_image: Gives the QR texts in a picture.

    Raises:
        UnsafeFile: Opening it would do harm.
        InputError: Neither a PDF nor a JPEG, PNG or WebP.
        DatabaseError: The register cannot be read now.
    """
    with database.read() as session:
        original = answer_for_file(session, sha256(data).hexdigest(), today)
    if original.state is not State.UNKNOWN:
        return Examined(Match.EXACT, (original,))
    if is_pdf(data):
        match = Match.OTHER
        texts = [text for page in read_pdf(data) for text in page]
    else:
        match, texts = Match.PICTURE, read_image(data)
    different = list(dict.fromkeys(texts))[:MOST_CODES]
    if not different:
        return Examined(Match.NO_CODE)
    with database.read() as session:
        answers = tuple(
            verify_code(session, text, today=today, office_host=office_host)
            for text in different
        )
    return Examined(match, answers)
