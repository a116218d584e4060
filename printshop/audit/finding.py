"""A finding: takes nothing, gives one sentence on why a document may not be issued."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One reason against (or one doubt about) issuing.

    Attributes:
        code: Stable name, for filters and tests.
        sentence: What is the matter, in the words of the office.
        remedy: What to do, and who does it.
        blocks: Whether it forbids issuing; otherwise a person should look.
    """

    code: str
    sentence: str
    remedy: str = ""
    blocks: bool = True


def doubt(code: str, sentence: str, remedy: str = "") -> Finding:
    """A finding that does not block."""
    return Finding(code, sentence, remedy, blocks=False)
