"""Adopted editions and the rulebooks cases are pinned to."""
