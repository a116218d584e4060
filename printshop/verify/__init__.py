"""Verifying: takes what a phone read or somebody sent, gives an answer with reasons."""

from printshop.verify.answer import Answer, Event, Match, Shown, State
from printshop.verify.files import Examined, verify_file
from printshop.verify.lookup import verify_code
from printshop.verify.service import Verifier

__all__ = [
    "Answer",
    "Event",
    "Examined",
    "Match",
    "Shown",
    "State",
    "Verifier",
    "verify_code",
    "verify_file",
]
