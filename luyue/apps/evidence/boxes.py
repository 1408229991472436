"""Films, recordings and HEIC photos: files made of boxes (ISO/IEC 14496-12), cleaned where they stand.

Boxes that tell where and by whom a film was taken are renamed `free` and filled with zeros; the Exif and XMP items of a HEIC photo are
filled with zeros. No byte moves, so no offset inside the file has to change, and a film of 200 MB is never read whole.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from luyue.apps.evidence.pictures import Damaged

MAX_BOXES = 20_000  # a film has a few hundred; more is somebody's idea of a joke
MAX_META_BYTES = 4_000_000
_CONTAINERS = frozenset((b"moov", b"trak", b"mdia", b"minf", b"stbl", b"moof", b"traf"))
_PRIVATE = frozenset((b"udta", b"meta", b"uuid"))


@dataclass(frozen=True, slots=True)
class Box:
    name: bytes
    start: int
    body: int
    end: int


def boxes(file: BinaryIO, start: int, end: int) -> Iterator[Box]:
    """The boxes between two offsets. raises Damaged when one is longer than its place."""
    at, seen = start, 0
    while at + 8 <= end:
        file.seek(at)
        length, name = struct.unpack(">I4s", file.read(8))
        body = at + 8
        if length == 1:
            length, body = int.from_bytes(file.read(8)), at + 16
        elif length == 0:
            length = end - at
        seen += 1
        if length < body - at or at + length > end or seen > MAX_BOXES:
            raise Damaged("a box longer than its place")
        yield Box(name, at, body, at + length)
        at += length


def clean_film(file: BinaryIO, size: int) -> None:
    """Blank place, owner and comments of a film or recording. raises Damaged when there is no film in it."""
    found = False
    for box in boxes(file, 0, size):
        if box.name == b"moov":
            found = True
            _blank_private(file, box, depth=0)
        elif box.name in (b"uuid", b"meta", b"udta"):
            _blank(file, box)
    if not found:
        raise Damaged("no film")


def _blank_private(file: BinaryIO, parent: Box, depth: int) -> None:
    for box in boxes(file, parent.body, parent.end):
        if box.name in _PRIVATE:
            _blank(file, box)
        elif box.name in _CONTAINERS and depth < 6:
            _blank_private(file, box, depth + 1)


def _blank(file: BinaryIO, box: Box) -> None:
    file.seek(box.start + 4)
    file.write(b"free")
    _zero(file, box.body, box.end)


def _zero(file: BinaryIO, start: int, end: int) -> None:
    file.seek(start)
    left = end - start
    while left > 0:
        left -= file.write(bytes(min(left, 1 << 20)))


# ------------------------------------------------------------------------------------------------ HEIC


def clean_heic(file: BinaryIO, size: int) -> tuple[int, int]:
    """Zero the Exif and XMP items and give (width, height) of the largest picture in the file.

    raises  Damaged when there is no picture, or an item claims bytes outside the file.
    """
    meta = next((box for box in boxes(file, 0, size) if box.name == b"meta"), None)
    if meta is None or meta.end - meta.body > MAX_META_BYTES:
        raise Damaged("no picture")
    parts = {box.name: box for box in boxes(file, meta.body + 4, meta.end)}
    if b"iloc" in parts and b"iinf" in parts:
        private = _private_items(file, parts[b"iinf"])
        inside = parts.get(b"idat")  # small items may stand in the table itself
        for method, start, length in _places(_read(file, parts[b"iloc"]), private):
            start += inside.body if method == 1 and inside else 0
            if method > 1 or start + length > size:
                raise Damaged("an item outside the file")
            _zero(file, start, start + length)
    return _largest_picture(file, parts)


def _read(file: BinaryIO, box: Box) -> bytes:
    file.seek(box.body)
    return file.read(box.end - box.body)


def _private_items(file: BinaryIO, iinf: Box) -> frozenset[int]:
    file.seek(iinf.body)
    first = iinf.body + (6 if file.read(1) == b"\0" else 8)
    found = set()
    for box in boxes(file, first, iinf.end):
        data = _read(file, box)
        if box.name != b"infe" or len(data) < 12 or data[0] not in (2, 3):
            continue
        id_bytes = 2 if data[0] == 2 else 4
        if data[4 + id_bytes + 2 : 4 + id_bytes + 6] in (b"Exif", b"mime", b"uri "):
            found.add(int.from_bytes(data[4 : 4 + id_bytes]))
    return frozenset(found)


class _Numbers:
    """Big-endian numbers of given widths, one after another; width 0 is the number 0."""

    def __init__(self, data: bytes, at: int) -> None:
        self.data, self.at = data, at

    def take(self, width: int) -> int:
        if self.at + width > len(self.data):
            raise Damaged("a table cut off")
        number = int.from_bytes(self.data[self.at : self.at + width])
        self.at += width
        return number


def _places(iloc: bytes, items: frozenset[int]) -> list[tuple[int, int, int]]:
    """(method, offset, length) of every extent of `items`; method 0 counts from the file's beginning, 1 from the `idat` box's."""
    if len(iloc) < 8:
        raise Damaged("a table cut off")
    version, offset_bytes, length_bytes = iloc[0], iloc[4] >> 4, iloc[4] & 15
    base_bytes, index_bytes = iloc[5] >> 4, iloc[5] & 15 if version in (1, 2) else 0
    wide = 4 if version == 2 else 2
    numbers = _Numbers(iloc, 6)
    found = []
    for _ in range(min(numbers.take(wide), MAX_BOXES)):
        item = numbers.take(wide)
        method = numbers.take(2) & 15 if version in (1, 2) else 0
        numbers.take(2)
        base = numbers.take(base_bytes)
        for _ in range(min(numbers.take(2), MAX_BOXES)):
            numbers.take(index_bytes)
            offset, length = numbers.take(offset_bytes), numbers.take(length_bytes)
            if item in items:
                found.append((method, base + offset, length))
    return found


def _largest_picture(file: BinaryIO, parts: dict[bytes, Box]) -> tuple[int, int]:
    sizes = []
    if b"iprp" in parts:
        for group in boxes(file, parts[b"iprp"].body, parts[b"iprp"].end):
            if group.name == b"ipco":
                sizes = [_read(file, box)[4:12] for box in boxes(file, group.body, group.end) if box.name == b"ispe"]
    measured = [struct.unpack(">II", size) for size in sizes if len(size) == 8]
    if not measured:
        raise Damaged("no picture")
    return max(measured, key=lambda size: size[0] * size[1])
