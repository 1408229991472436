"""Word and Excel files: looked at from outside. Nothing is unpacked, so nothing can unfold here."""

from __future__ import annotations

import zipfile
from typing import BinaryIO

from luyue.apps.evidence.kinds import DOCX, XLSX, Kind
from luyue.apps.evidence.pictures import Damaged

MAX_PARTS = 5_000
MAX_UNFOLDED_BYTES = 300_000_000
MAX_RATIO = 300
_BODY = {DOCX: "word/document.xml", XLSX: "xl/workbook.xml"}
# What an office program would run or fetch when the file is opened.
_ACTIVE = ("vbaproject.bin", "vbadata.xml", "activex", ".exe", ".dll", ".js", ".vbs", ".bat", ".ps1", "oleobject")


class Unfolds(ValueError):
    """Small outside, enormous inside."""


def office_kind(file: BinaryIO, size: int) -> Kind | None:
    """Which of the two it is, or None for any other archive, and for one with macros.

    raises  Damaged when its table of contents does not hold together; Unfolds for an archive that is a trap.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
        raise Damaged("not an archive") from error
    unfolded = sum(part.file_size for part in parts)
    if len(parts) > MAX_PARTS or unfolded > MAX_UNFOLDED_BYTES or unfolded > MAX_RATIO * max(size, 10_000):
        raise Unfolds
    names = {part.filename for part in parts}
    if any(mark in name.lower() for name in names for mark in _ACTIVE) or any(_leaves(name) for name in names):
        return None
    if "[Content_Types].xml" not in names:
        return None
    return next((kind for kind, body in _BODY.items() if body in names), None)


def _leaves(name: str) -> bool:
    return name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/") or ":" in name
