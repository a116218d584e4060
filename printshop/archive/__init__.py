"""The archive: takes PDF bytes, keeps them once, for ever, under their SHA-256."""

from printshop.archive.folder import Archive
from printshop.archive.scrub import ScrubReport, scrub
from printshop.archive.tables import ArchivedObjectRow, record

__all__ = ["Archive", "ArchivedObjectRow", "ScrubReport", "record", "scrub"]
