"""Files that prove an item: stored, hashed, sniffed."""
