"""The pages of staff, one file a page."""
