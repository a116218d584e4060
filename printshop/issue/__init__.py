"""Issue: takes an audited record, gives a numbered line in the register."""
