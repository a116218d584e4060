"""printshop: from a spreadsheet and photos to paper that can be trusted for life."""

__version__ = "0.1.0"
