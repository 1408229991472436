"""Why a file is not taken: the words for people, and a code for programs."""

from __future__ import annotations

from luyue.core.procedure.state import Invalid

TOO_LARGE, WRONG_TYPE, BAD_NAME, DAMAGED, TOO_MANY, UNKNOWN, EMPTY, BOMB = (
    "too-large", "wrong-type", "bad-name", "damaged", "too-many", "unknown-file", "empty", "expands-too-far",
)  # fmt: skip


class FileRefused(Invalid):
    """A file or a list of files that cannot be taken. `words` name the file, what is wrong and what to do.

    A kind of malformed input, so a page shows it beside the field (422); `too-large` may become 413.
    """

    def __init__(self, code: str, words: str, *, field: str = "files") -> None:
        super().__init__({field: words})
        self.code = code
        self.words = words


class StoreFull(OSError):
    """There is no room for the file. Nothing was kept; the sender should come back later (507)."""
