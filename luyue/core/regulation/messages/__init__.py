"""The words of every problem: code, severity, what is wrong and what to write instead, in English and Chinese.

All of them in these tables, so that wording stays even and a test can ask for a page and a bad file of each code.
Words in braces are filled in by `problem`.
"""

from __future__ import annotations

from luyue.core.records import dataclass
from luyue.core.regulation.messages import flow, names, promises, text, times


@dataclass(frozen=True, slots=True)
class Message:
    code: str
    severity: str
    what: str
    remedy: str
    what_zh: str
    remedy_zh: str


MESSAGES: dict[str, Message] = {name: Message(*row) for rows in (text.ROWS, names.ROWS, times.ROWS, promises.ROWS, flow.ROWS) for name, row in rows.items()}
CODES: tuple[str, ...] = tuple(sorted({message.code for message in MESSAGES.values()}))
