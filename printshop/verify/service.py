"""The verifier: takes the wired register and the date, gives the doors one object."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from printshop.database import Database
from printshop.issue.office import Office
from printshop.verify.answer import Answer
from printshop.verify.files import Examined, verify_file
from printshop.verify.lookup import verify_code


@dataclass(frozen=True)
class Verifier:
    """Answers for one office.

    Attributes:
        database: Holds the register; only read.
        office: Whose documents these are, and where their links lead.
        today: The date in China.
    """

    database: Database
    office: Office
    today: Callable[[], date]

    def code(self, text: str) -> Answer:
        """What the register says of a scanned link or typed code.

        Raises:
            DatabaseError: The register cannot be read now.
        """
        with self.database.read() as session:
            return verify_code(
                session, text, today=self.today(), office_host=self.office.verify_at
            )

    def file(self, data: bytes) -> Examined:
        """What the register says of a PDF, or of a photo or scan of a page.

        Raises:
            UnsafeFile: Opening it would do harm.
            InputError: Neither a PDF nor a JPEG, PNG or WebP.
            DatabaseError: The register cannot be read now.
        """
        return verify_file(
            self.database,
            data,
            today=self.today(),
            office_host=self.office.verify_at,
        )
