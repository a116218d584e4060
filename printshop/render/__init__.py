"""An issued document goes in, PDF bytes come out; no database, clock or network."""
