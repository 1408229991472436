"""One message: code, severity, what is wrong and what to write instead, in English and in Chinese."""

from __future__ import annotations

Row = tuple[str, str, str, str, str, str]

E, W, I = "error", "warning", "info"  # noqa: E741 - columns of the tables
