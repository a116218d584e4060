"""Printers: one contract; CUPS; a folder as the embedded default; a stand-in."""
