"""Photos: how many pixels they unfold to, and a copy without what they tell about the person who took them.

A phone writes its place, time, owner and serial number into every photo. Customers send photos of a broken light, not of where they live;
the copy kept here has none of it (ASVS 5.0 14.2.8). The picture itself is not touched: no decoding, no loss. Only the way up is kept.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

MAX_PIXELS = 220_000_000  # the largest phone camera has 200 million
MAX_SIDE = 20_000

_JPEG_END_OF_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_SOI, _EOI, _SOS, _COM = 0xD8, 0xD9, 0xDA, 0xFE
_SIZES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_PNG_PRIVATE = frozenset((b"eXIf", b"tEXt", b"iTXt", b"zTXt", b"tIME"))
_ORIENTATION = 0x0112


class Damaged(ValueError):
    """The bytes do not hold together as the type they begin as."""


def fits(width: int, height: int) -> bool:
    """Whether a browser can unfold the picture without harm."""
    return 0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE and width * height <= MAX_PIXELS


# ------------------------------------------------------------------------------------------------ JPEG


def _jpeg_segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """(marker, start, end) of every segment up to and with the end of image; a scan's coded data belongs to its segment."""
    at = 2
    while True:
        if at + 2 > len(data):
            return  # cut off after the last scan, as some cameras leave it
        if data[at] != 0xFF:
            raise Damaged("no marker where a segment should begin")
        while at + 1 < len(data) and data[at + 1] == 0xFF:
            at += 1
        marker = data[at + 1] if at + 1 < len(data) else _EOI
        if marker == _EOI:
            return
        if at + 4 > len(data):
            raise Damaged("cut off inside a segment")
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4])
        if end > len(data) or end < at + 4:
            raise Damaged("a segment longer than the file")
        if marker == _SOS:
            following = _JPEG_END_OF_SCAN.search(data, end)
            end = following.start() if following else len(data)
        yield marker, at, end
        at = end


def jpeg_size(data: bytes) -> tuple[int, int]:
    """(width, height) in pixels. raises Damaged when there is no frame or the parts do not fit."""
    for marker, start, end in _jpeg_segments(data):
        if marker in _SIZES and end - start >= 9:
            height, width = struct.unpack(">HH", data[start + 5 : start + 9])
            return width, height
    raise Damaged("no frame")


def jpeg_without_traces(data: bytes) -> bytes:
    """The same picture with JFIF, colour profile and Adobe marks only, and its way up if it is turned.

    Whatever stands behind the end of the picture (a second picture, a film, somebody's archive) is left out.
    """
    orientation, kept, has_scan = 1, [], False
    for marker, start, end in _jpeg_segments(data):
        body = data[start + 4 : end]
        if marker == 0xE1 and body.startswith(b"Exif\0\0"):
            orientation = _orientation(body[6:]) or orientation
        has_scan |= marker == _SOS
        if _worth_keeping(marker, body):
            kept.append((marker, data[start:end]))
    if not has_scan:
        raise Damaged("no picture data")
    lead = [part for marker, part in kept if marker == 0xE0]
    rest = [part for marker, part in kept if marker != 0xE0]
    turned = [_exif_with(orientation)] if 1 < orientation <= 8 else []
    return b"".join([data[:2], *lead, *turned, *rest, b"\xff\xd9"])


def _worth_keeping(marker: int, body: bytes) -> bool:
    if marker == 0xE0:
        return body.startswith(b"JFIF\0")
    if marker == 0xE2:
        return body.startswith(b"ICC_PROFILE\0")
    if marker == 0xEE:
        return body.startswith(b"Adobe")
    return not (0xE0 <= marker <= 0xEF or marker == _COM)


def _orientation(tiff: bytes) -> int | None:
    """The way up (1-8) that an Exif block names, or None; a broken block names none."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None or len(tiff) < 14:
        return None
    try:
        (first,) = struct.unpack_from(order + "I", tiff, 4)
        (count,) = struct.unpack_from(order + "H", tiff, first)
        for number in range(min(count, 200)):
            tag, kind, _, value = struct.unpack_from(order + "HHIH", tiff, first + 2 + 12 * number)
            if tag == _ORIENTATION and kind == 3:
                return int(value)
    except struct.error:
        pass
    return None


def _exif_with(orientation: int) -> bytes:
    tiff = b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, _ORIENTATION, 3, 1, orientation, 0, 0)
    body = b"Exif\0\0" + tiff
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body


# ------------------------------------------------------------------------------------------------ PNG


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    at = 8
    while at + 12 <= len(data):
        length = int.from_bytes(data[at : at + 4])
        end = at + 12 + length
        if end > len(data):
            raise Damaged("a chunk longer than the file")
        yield data[at + 4 : at + 8], at, end
        if data[at + 4 : at + 8] == b"IEND":
            return
        at = end
    raise Damaged("no end chunk")


def png_size(data: bytes) -> tuple[int, int]:
    width, height = struct.unpack(">II", data[16:24])
    return width, height


def png_without_traces(data: bytes) -> bytes:
    return data[:8] + b"".join(data[start:end] for name, start, end in _png_chunks(data) if name not in _PNG_PRIVATE)


# ------------------------------------------------------------------------------------------------ GIF and WebP


def gif_size(data: bytes) -> tuple[int, int]:
    width, height = struct.unpack("<HH", data[6:10])
    return width, height


def _webp_chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    at, stop = 12, min(len(data), 8 + int.from_bytes(data[4:8], "little"))
    while at + 8 <= stop:
        length = int.from_bytes(data[at + 4 : at + 8], "little")
        end = at + 8 + length + length % 2
        if at + 8 + length > len(data):
            raise Damaged("a chunk longer than the file")
        yield data[at : at + 4], at, min(end, len(data))
        at = end


def webp_size(data: bytes) -> tuple[int, int]:
    for name, start, _ in _webp_chunks(data):
        body = data[start + 8 : start + 18]
        if name == b"VP8X":
            return 1 + int.from_bytes(body[4:7], "little"), 1 + int.from_bytes(body[7:10], "little")
        if name == b"VP8 " and body[3:6] == b"\x9d\x01\x2a":
            width, height = struct.unpack("<HH", body[6:10])
            return width & 0x3FFF, height & 0x3FFF
        if name == b"VP8L" and body[:1] == b"\x2f":
            bits = int.from_bytes(body[1:5], "little")
            return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    raise Damaged("no picture data")


def webp_without_traces(data: bytes) -> bytes:
    parts = []
    for name, start, end in _webp_chunks(data):
        if name in (b"EXIF", b"XMP "):
            continue
        part = data[start:end]
        if name == b"VP8X":  # its flags may not promise what is gone
            part = part[:8] + bytes([part[8] & ~0b1100]) + part[9:]
        parts.append(part)
    body = b"".join(parts)
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body
