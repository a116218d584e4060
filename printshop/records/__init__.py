"""The records: takes rows and photo files, gives the register; or why not."""
