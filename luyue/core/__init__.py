"""What the regulation means, in pure Python: no Django, no files, no clock of its own."""
