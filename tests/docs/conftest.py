"""Offices that walk the whole way; see ``tests/support/offices.py``."""

from __future__ import annotations

from offices import (
    elsewhere,
    empty_office,
    empty_seed,
    imported_office,
    imported_seed,
    issued_office,
    issued_seed,
    new_office,
    offices_root,
    shared_press,
)

__all__ = [
    "elsewhere",
    "empty_office",
    "empty_seed",
    "imported_office",
    "imported_seed",
    "issued_office",
    "issued_seed",
    "new_office",
    "offices_root",
    "shared_press",
]
