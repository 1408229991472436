"""Real small files of every kind, drawn by a browser or built box by box, and the traces people leave in them."""

from __future__ import annotations

import base64
import io
import struct
import zipfile

# Left half red, right half blue, 16 × 8 pixels, as Chromium writes it.
JPEG = base64.b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/4gHYSUNDX1BST0ZJTEUAAQEAAAHIAAAAAAQwAABtbnRyUkdCIFhZWiAH4AABAAEAAAAAAABhY3NwAAAAAAAAAAAAAAAA"
    "AAAAAAAAAAAAAAAAAAAAAQAA9tYAAQAAAADTLQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAlkZXNjAAAA8AAA"
    "ACRyWFlaAAABFAAAABRnWFlaAAABKAAAABRiWFlaAAABPAAAABR3dHB0AAABUAAAABRyVFJDAAABZAAAAChnVFJDAAABZAAAAChiVFJDAAABZAAAAChjcHJ0"
    "AAABjAAAADxtbHVjAAAAAAAAAAEAAAAMZW5VUwAAAAgAAAAcAHMAUgBHAEJYWVogAAAAAAAAb6IAADj1AAADkFhZWiAAAAAAAABimQAAt4UAABjaWFlaIAAA"
    "AAAAACSgAAAPhAAAts9YWVogAAAAAAAA9tYAAQAAAADTLXBhcmEAAAAAAAQAAAACZmYAAPKnAAANWQAAE9AAAApbAAAAAAAAAABtbHVjAAAAAAAAAAEAAAAM"
    "ZW5VUwAAACAAAAAcAEcAbwBvAGcAbABlACAASQBuAGMALgAgADIAMAAxADb/2wBDAAYEBQYFBAYGBQYHBwYIChAKCgkJChQODwwQFxQYGBcUFhYaHSUfGhsj"
    "HBYWICwgIyYnKSopGR8tMC0oMCUoKSj/2wBDAQcHBwoIChMKChMoGhYaKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgo"
    "KCj/wAARCAAIABADASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAb/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/8QAFAEBAAAAAAAAAAAAAAAAAAAABv/E"
    "ABkRAAIDAQAAAAAAAAAAAAAAAAAGQ4LCRP/aAAwDAQACEQMRAD8AhkoBAidFdClzgtk//9k="
)
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAABAAAAAICAYAAADwdn+XAAAAKklEQVR4AeyQMQ0AAAzCCFLwLwVPzAHPjj1r0rdHaSlNyWkSSz4A3D8YAAAA//9xr9exAAAA"
    "BklEQVQDAMGSIQF9nKvmAAAAAElFTkSuQmCC"
)
WEBP = base64.b64decode(
    "UklGRh4CAABXRUJQVlA4WAoAAAAgAAAADwAABwAASUNDUMgBAAAAAAHIAAAAAAQwAABtbnRyUkdCIFhZWiAH4AABAAEAAAAAAABhY3NwAAAAAAAAAAAAAAAA"
    "AAAAAAAAAAAAAAAAAAAAAQAA9tYAAQAAAADTLQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAlkZXNjAAAA8AAA"
    "ACRyWFlaAAABFAAAABRnWFlaAAABKAAAABRiWFlaAAABPAAAABR3dHB0AAABUAAAABRyVFJDAAABZAAAAChnVFJDAAABZAAAAChiVFJDAAABZAAAAChjcHJ0"
    "AAABjAAAADxtbHVjAAAAAAAAAAEAAAAMZW5VUwAAAAgAAAAcAHMAUgBHAEJYWVogAAAAAAAAb6IAADj1AAADkFhZWiAAAAAAAABimQAAt4UAABjaWFlaIAAA"
    "AAAAACSgAAAPhAAAts9YWVogAAAAAAAA9tYAAQAAAADTLXBhcmEAAAAAAAQAAAACZmYAAPKnAAANWQAAE9AAAApbAAAAAAAAAABtbHVjAAAAAAAAAAEAAAAM"
    "ZW5VUwAAACAAAAAcAEcAbwBvAGcAbABlACAASQBuAGMALgAgADIAMAAxADZWUDggMAAAALABAJ0BKhAACAABQCYloAJ0ugAEMAAA/vVq//0iMf8B/7sFxb/e"
    "k/97AkP/ev9QAA=="
)
GIF = base64.b64decode("R0lGODlhEAAIAIAAAMIiIiIiwiwAAAAAEAAIAAACDISPqcvtD6OctNqLBQA7")
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
WAV = b"RIFF" + struct.pack("<I", 44) + b"WAVEfmt " + struct.pack("<IHHIIHH", 16, 1, 1, 8000, 16000, 2, 16) + b"data" + struct.pack("<I", 8) + bytes(8)
MP3 = b"\xff\xfb\x90\x00" + bytes(413)
TEXT = "设备开机没有画面，重启两次仍然不行。".encode()

SECRET = b"+31.2304+121.4737/ Zhang San SN-8861"  # what a phone might say about its owner


def tiff_with_orientation(orientation: int) -> bytes:
    """An Exif block with a way up and a secret."""
    return b"II*\0" + struct.pack("<IHHHIHHI", 8, 1, 0x0112, 3, 1, orientation, 0, 0) + SECRET


def jpeg_segment(marker: int, body: bytes) -> bytes:
    return b"\xff" + bytes([marker]) + struct.pack(">H", len(body) + 2) + body


def telling_jpeg(orientation: int = 6) -> bytes:
    """The sample with every place a phone or an editor hides words in, and a film behind the picture."""
    traces = (
        jpeg_segment(0xE1, b"Exif\0\0" + tiff_with_orientation(orientation))
        + jpeg_segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x>" + SECRET + b"</x>")
        + jpeg_segment(0xED, b"Photoshop 3.0\0" + SECRET)
        + jpeg_segment(0xE2, b"MPF\0" + SECRET)
        + jpeg_segment(0xFE, SECRET)
    )
    return JPEG[:2] + JPEG[2:20] + traces + JPEG[20:] + b"\0\0\0\x18ftypmp42" + SECRET


def png_chunk(name: bytes, body: bytes) -> bytes:
    import zlib

    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def telling_png() -> bytes:
    return PNG[:33] + png_chunk(b"tEXt", b"Author\0" + SECRET) + png_chunk(b"eXIf", tiff_with_orientation(1)) + PNG[33:] + SECRET


def png_of(width: int, height: int) -> bytes:
    """A picture that is small on the disk and unfolds to width × height."""
    return PNG[:8] + png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)) + PNG[33:]


def telling_webp() -> bytes:
    body = WEBP[12:20] + bytes([WEBP[20] | 0b1100]) + WEBP[21:]
    exif = b"EXIF" + struct.pack("<I", len(SECRET)) + SECRET + b"\0" * (len(SECRET) % 2)
    return b"RIFF" + struct.pack("<I", len(body) + len(exif) + 4) + b"WEBP" + body + exif


def box(name: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I4s", len(body) + 8, name) + body


def film(brand: bytes = b"isom") -> bytes:
    """A film that says where it was taken, in the three places phones use."""
    place = box(b"udta", box(b"\xa9xyz", SECRET))
    keys = box(b"meta", bytes(4), SECRET)
    track = box(b"trak", box(b"tkhd", bytes(84)), box(b"udta", SECRET))
    moov = box(b"moov", box(b"mvhd", bytes(100)), track, place, keys)
    return box(b"ftyp", brand, bytes(4), brand) + moov + box(b"mdat", bytes(64)) + box(b"uuid", bytes(16), SECRET)


def heic(width: int = 4032, height: int = 3024) -> bytes:
    """A HEIC photo's outline: one picture, one Exif item, both placed by `iloc`."""
    infe = box(b"infe", b"\2\0\0\0", struct.pack(">HH", 1, 0), b"hvc1\0") + box(b"infe", b"\2\0\0\0", struct.pack(">HH", 2, 0), b"Exif\0")
    iinf = box(b"iinf", bytes(4), struct.pack(">H", 2), infe)
    iprp = box(b"iprp", box(b"ipco", box(b"ispe", bytes(4), struct.pack(">II", width, height))))
    ftyp = box(b"ftyp", b"heic", bytes(4), b"mif1heic")

    def built(offset: int) -> bytes:
        places = struct.pack(">HHHII", 1, 0, 1, offset, 32) + struct.pack(">HHHII", 2, 0, 1, offset + 32, len(SECRET))
        iloc = box(b"iloc", bytes(4), b"\x44\x00", struct.pack(">H", 2), places)
        return ftyp + box(b"meta", bytes(4), iinf, iprp, iloc)

    head = built(0)
    return built(len(head) + 8) + box(b"mdat", b"\x11" * 32, SECRET)


def heic_with_exif_in_the_table() -> bytes:
    """The other place an Exif item may have: the `idat` box beside the table of items."""
    infe = box(b"infe", b"\2\0\0\0", struct.pack(">HH", 2, 0), b"Exif\0")
    iinf = box(b"iinf", bytes(4), struct.pack(">H", 1), infe)
    iprp = box(b"iprp", box(b"ipco", box(b"ispe", bytes(4), struct.pack(">II", 4032, 3024))))
    place = struct.pack(">HHHHII", 2, 1, 0, 1, 3, len(SECRET))  # item, method 1, data reference, one extent, offset, length
    iloc = box(b"iloc", b"\1\0\0\0", b"\x44\x00", struct.pack(">H", 1), place)
    return box(b"ftyp", b"heic", bytes(4), b"mif1heic") + box(b"meta", bytes(4), iinf, iprp, iloc, box(b"idat", b"abc", SECRET, b"def"))


def office(body: str = "word/document.xml", *, extra: dict[str, bytes] | None = None, size: int = 0) -> bytes:
    """A document as Word or Excel writes it, as far as its table of contents shows."""
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(body, b"<w/>" + bytes(size))
        for name, data in (extra or {}).items():
            archive.writestr(name, data)
    return memory.getvalue()


GOOD = {
    "image/jpeg": ("照片.JPG", JPEG),
    "image/png": ("屏幕.png", PNG),
    "image/webp": ("图.webp", WEBP),
    "image/gif": ("动图.gif", GIF),
    "image/heic": ("IMG_0001.HEIC", heic()),
    "video/mp4": ("开箱.mp4", film()),
    "video/quicktime": ("IMG_0002.MOV", film(b"qt  ")),
    "audio/mp4": ("录音.m4a", film(b"M4A ")),
    "audio/mpeg": ("通话.mp3", MP3),
    "audio/wav": ("通话.wav", WAV),
    "application/pdf": ("发票.pdf", PDF),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ("说明.docx", office()),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ("清单.xlsx", office("xl/workbook.xml")),
    "text/plain": ("记录.txt", TEXT),
}
