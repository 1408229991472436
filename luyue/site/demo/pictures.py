"""Small pictures drawn for the demo, so that no photo of anybody has to be shipped."""

from __future__ import annotations

import struct
import zlib
from functools import lru_cache

WIDTH, HEIGHT = 320, 240
SHADES = 5  # that many different pictures


@lru_cache(SHADES)
def photo(seed: int) -> bytes:
    """A PNG of 320 x 240: a device's outline before a background of its own shade."""
    rows = bytearray()
    for y in range(HEIGHT):
        rows.append(0)
        for x in range(WIDTH):
            rows += _pixel(x, y, seed)
    return _png(bytes(rows))


def _pixel(x: int, y: int, seed: int) -> bytes:
    shade = 205 + (y * 30) // HEIGHT - (seed % 5) * 6
    body = 70 <= x <= 250 and 70 <= y <= 190
    lens = (x - 160) ** 2 + (y - 130) ** 2
    if lens <= 34**2:
        tone = 24 + lens // 40
        return bytes((tone, tone + 6, tone + 14))
    if lens <= 44**2:
        return bytes((70, 74, 80))
    if body:
        return bytes((52 + seed % 7, 56, 62)) if not (96 <= x <= 118 and 84 <= y <= 96) else bytes((190, 44, 40))
    if 196 <= x <= 238 and 54 <= y < 70:
        return bytes((60, 64, 70))
    # A scratch on the table shows where the light falls.
    return bytes((shade, shade + 2, shade + 6)) if (x + 2 * y + seed * 13) % 97 else bytes((shade - 14, shade - 12, shade - 8))


def _png(raw: bytes) -> bytes:
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(raw, 9)) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
