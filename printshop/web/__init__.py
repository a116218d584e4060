"""The web doors: take requests, give pages; they decide nothing."""
