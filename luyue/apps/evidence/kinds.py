"""Which kinds of file are evidence, how large each may be, and how a kind is told from its first bytes.

The name a file comes with says nothing: the type is what its bytes are. puremagic proposes, and the file must also open the way its
type says; what is neither is refused. Nothing on the list can run in a browser or on a colleague's computer by being opened.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import puremagic

MB = 1_000_000
HEAD_BYTES = 65_536  # enough for every signature below

PHOTO, VIDEO, RECORDING, FILE = "photo", "video", "recording", "file"
MAX_BYTES = {PHOTO: 20 * MB, VIDEO: 200 * MB, RECORDING: 60 * MB, FILE: 20 * MB}
LARGEST_BYTES = max(MAX_BYTES.values())
KIND_WORDS = {PHOTO: "照片", VIDEO: "视频", RECORDING: "录音", FILE: "文件"}


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of file. `extensions` starts with the one shown to people; `brands` are those of its ISO container, if it is one."""

    kind: str
    media_type: str
    extensions: tuple[str, ...]
    begins: tuple[tuple[int, bytes], ...] = ()  # (offset, bytes), all of them
    brands: frozenset[bytes] = frozenset()
    proposed: frozenset[str] = frozenset()  # extensions by which puremagic means this type

    @property
    def max_bytes(self) -> int:
        return MAX_BYTES[self.kind]

    def opens(self, head: bytes) -> bool:
        """Whether the first bytes are those of this type."""
        if self.brands:
            return head[4:8] == b"ftyp" and head[8:12] in self.brands
        return all(head[at : at + len(mark)] == mark for at, mark in self.begins)


def _kind(kind: str, media_type: str, extensions: str, *begins: tuple[int, bytes], brands: str = "", proposed: str = "") -> Kind:
    names = tuple(extensions.split())
    own_brands = frozenset(brand.ljust(4).encode() for brand in brands.split())
    return Kind(kind, media_type, names, begins, own_brands, frozenset(f".{name}" for name in (*names, *proposed.split())))


TEXT = Kind(FILE, "text/plain", ("txt",))
DOCX = _kind(FILE, "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx", (0, b"PK\x03\x04"), proposed="zip")
XLSX = _kind(FILE, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx", (0, b"PK\x03\x04"), proposed="zip")
JPEG = _kind(PHOTO, "image/jpeg", "jpg jpeg jpe jfif", (0, b"\xff\xd8\xff"))
PNG = _kind(PHOTO, "image/png", "png", (0, b"\x89PNG\r\n\x1a\n"), (12, b"IHDR"), proposed="apng")
WEBP = _kind(PHOTO, "image/webp", "webp", (0, b"RIFF"), (8, b"WEBP"))
GIF = _kind(PHOTO, "image/gif", "gif", (0, b"GIF8"))
HEIC = _kind(PHOTO, "image/heic", "heic heif", brands="heic heix heim heis mif1", proposed="heics")
MP4 = _kind(
    VIDEO,
    "video/mp4",
    "mp4 m4v",
    brands="isom iso2 iso4 iso5 iso6 mp41 mp42 avc1 M4V dash MSNV 3gp4 3gp5 3gp6",
    proposed="3gp 3g2 3ga mov f4v",
)
MOV = _kind(VIDEO, "video/quicktime", "mov qt", brands="qt", proposed="qtvr 3gp")
M4A = _kind(RECORDING, "audio/mp4", "m4a", brands="M4A M4B", proposed="f4a m4b mp4")
MP3 = _kind(RECORDING, "audio/mpeg", "mp3", proposed="mpga koz mp2")
WAV = _kind(RECORDING, "audio/wav", "wav", (0, b"RIFF"), (8, b"WAVE"))
PDF = _kind(FILE, "application/pdf", "pdf", (0, b"%PDF-1."))

KINDS: tuple[Kind, ...] = (JPEG, PNG, WEBP, GIF, HEIC, MP4, MOV, M4A, MP3, WAV, PDF, DOCX, XLSX, TEXT)
EXTENSIONS = frozenset(extension for kind in KINDS for extension in kind.extensions)
ACCEPT = ",".join([*sorted({kind.media_type for kind in KINDS}), ".heic", ".docx", ".xlsx"])  # for <input accept>

_MARKUP = (b"<!doctype", b"<html", b"<svg", b"<?xml", b"<script", b"<?php", b"<head", b"<body", b"<iframe", b"#!")


def sniff(head: bytes, extension: str = "") -> Kind | None:
    """The kind of a file that begins with `head` (up to HEAD_BYTES), or None when it is none of ours.

    extension   only decides between docx and xlsx, which begin alike; the caller looks inside them afterwards.
    """
    proposed = _proposed(head)
    # puremagic knows only some of the many brands of film; where it knows nothing our own signature decides, where it knows better it wins.
    fits = [kind for kind in KINDS if kind is not TEXT and kind.opens(head) and (kind.proposed & proposed or not proposed)]
    fits = [kind for kind in fits if kind is not MP3 or _opens_as_mp3(head)]
    if not fits:
        return TEXT if _is_text(head) else None
    return next((kind for kind in fits if extension in kind.extensions), fits[0])


def _proposed(head: bytes) -> frozenset[str]:
    try:
        return frozenset(match.extension.lower() for match in puremagic.magic_string(head))
    except (puremagic.PureError, ValueError):
        return frozenset()


def _opens_as_mp3(head: bytes) -> bool:
    """A tag, or a frame of layer III; the empty signature of MP3 alone would fit everything."""
    return head[:3] == b"ID3" or (len(head) > 3 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2)


def _is_text(head: bytes) -> bool:
    """Words in UTF-8 or GB 18030 without control characters, and nothing that a browser would read as a page."""
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_MARKUP):
        return False
    return any(_reads_as(head, encoding) for encoding in ("utf-8", "gb18030"))


def _reads_as(head: bytes, encoding: str) -> bool:
    for cut in range(4):  # the last character may be cut in two
        try:
            text = head[: len(head) - cut].decode(encoding)
        except UnicodeDecodeError:
            continue
        return bool(text) and not any((ord(char) < 32 and char not in "\t\r\n\f") or ord(char) == 127 for char in text)
    return False


def accepted_words(kinds: Sequence[Kind] = KINDS) -> str:
    """What may be sent, for people: `jpg、png…`."""
    return "、".join(kind.extensions[0] for kind in kinds)
