"""Backups: snapshots of an installation in a folder of their own, checked, and put back into an empty place."""
