"""Setting a document in type: a process of its own that turns plain data and pictures into a PDF, and is gone afterwards."""
