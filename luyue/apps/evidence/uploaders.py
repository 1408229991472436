"""By what word an upload is remembered until it is claimed. Nobody but its sender may see or use it before that."""

from __future__ import annotations

import hashlib


def form_word(channel: str, external_id: str) -> str:
    """For files that come with a form of somebody we do not know yet: bound to that one form, whose id cannot be guessed."""
    return "form:" + hashlib.sha256(f"{channel}\0{external_id}".encode()).hexdigest()[:32]
