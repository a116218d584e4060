"""Every way printshop refuses, each with what to do next.

Takes nothing, gives the error tree; one message for the person, one remedy, an
exit code for the shell and an HTTP status for the web.

::

    PrintshopError               1   500
    ├── SettingsError            3   500   a setting is missing, unknown or malformed
    ├── InputError               4   400   the file, photo or argument is not usable
    │   ├── UnsafeFile           4   413   bomb, traversal, foreign format
    │   └── NotFound             4   404   no such student, document, printer, job
    ├── Refused                  5   409   the rules of the office forbid it
    │   └── NotCleared           5   409   the audit has findings
    ├── RenderError              6   422   the page cannot be made as it must be
    │   ├── MissingGlyph         6   422   no listed font draws the character
    │   ├── DoesNotFit           6   422   text does not fit its box by any rule
    │   └── UnreadableCode       6   422   the QR code did not read back from the page
    ├── StoreError               7   503   database or archive cannot be used now
    │   ├── DatabaseError        7   503
    │   └── ArchiveError         7   503   a file is missing, changed or unwritable
    ├── PrinterError             8   503   a printer or CUPS cannot be used now
    │   └── JobRejected          8   422   the printer will never take this job
    └── Tampered                 9   500   journal, archive or register was altered
"""

from __future__ import annotations

from typing import ClassVar


class PrintshopError(Exception):
    """Base of all refusals.

    Attributes:
        message: What is wrong, in the words of the office (Chinese by default).
        remedy: What to do next; may be empty where nothing can be done.
        exit_code: Process exit code of the command line.
        http_status: Status of the web answer.
    """

    exit_code: ClassVar[int] = 1
    http_status: ClassVar[int] = 500

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".strip()

    def __reduce__(self) -> tuple[type[PrintshopError], tuple[str, str]]:
        # Errors cross process borders (render pool); keep message and remedy apart.
        return type(self), (self.message, self.remedy)


class SettingsError(PrintshopError):
    """A setting is missing, unknown or malformed."""

    exit_code = 3


class InputError(PrintshopError):
    """What was handed in cannot be used as it is."""

    exit_code = 4
    http_status = 400


class UnsafeFile(InputError):
    """A file that would do harm if it were opened: bomb, traversal, odd format."""

    http_status = 413


class NotFound(InputError):
    """No student, document, batch, printer or job of that name."""

    http_status = 404


class Refused(PrintshopError):
    """The rules of the office forbid it."""

    exit_code = 5
    http_status = 409


class NotCleared(Refused):
    """The audit has findings: nothing may be issued."""


class RenderError(PrintshopError):
    """The page cannot be made as it must be."""

    exit_code = 6
    http_status = 422


class MissingGlyph(RenderError):
    """No listed font draws a character, or draws it blank."""


class DoesNotFit(RenderError):
    """A text does not fit its box by any rule of the layout."""


class UnreadableCode(RenderError):
    """The QR code could not be read back from the rendered page."""


class StoreError(PrintshopError):
    """Database or archive cannot be used now."""

    exit_code = 7
    http_status = 503


class DatabaseError(StoreError):
    """The database is missing, locked, or of another version."""


class ArchiveError(StoreError):
    """An archived file is missing, changed or cannot be written."""


class PrinterError(PrintshopError):
    """A printer or its server cannot be used now."""

    exit_code = 8
    http_status = 503


class JobRejected(PrinterError):
    """A printer will not take this job, now or later; nothing was printed."""

    http_status = 422


class Tampered(PrintshopError):
    """Journal, register or archive was altered outside printshop."""

    exit_code = 9
