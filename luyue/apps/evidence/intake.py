"""What an uploaded file must pass before it is kept: size, type, shape, and what it tells about its sender."""

from __future__ import annotations

import struct
from typing import BinaryIO

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from luyue.apps.evidence import boxes, office, pictures
from luyue.apps.evidence.kinds import (
    DOCX,
    GIF,
    HEAD_BYTES,
    HEIC,
    JPEG,
    KIND_WORDS,
    LARGEST_BYTES,
    M4A,
    MB,
    MOV,
    MP4,
    PNG,
    WEBP,
    XLSX,
    Kind,
    accepted_words,
    sniff,
)  # fmt: skip
from luyue.apps.evidence.names import checked_extension, normalised
from luyue.apps.evidence.pictures import Damaged
from luyue.apps.evidence.refusals import BOMB, DAMAGED, EMPTY, TOO_LARGE, WRONG_TYPE, FileRefused
from luyue.apps.evidence.store import CHUNK_BYTES

_SIZES = {JPEG: pictures.jpeg_size, PNG: pictures.png_size, GIF: pictures.gif_size, WEBP: pictures.webp_size}
_CLEANERS = {JPEG: pictures.jpeg_without_traces, PNG: pictures.png_without_traces, WEBP: pictures.webp_without_traces}


def kind_of(upload: UploadedFile) -> Kind:
    """The kind of an upload, judged by name, size and first bytes, before anything is written.

    raises  FileRefused with words that name the file.
    """
    raw = upload.name or ""
    extension = checked_extension(raw)
    name = normalised(raw)[:40]
    if not upload.size:
        raise FileRefused(EMPTY, _("“%(name)s”是空的，没有保存。请重新选择文件。") % {"name": name})
    if upload.size > LARGEST_BYTES:
        raise _too_large(name, upload.size, LARGEST_BYTES, _("文件"))
    upload.seek(0)
    kind = sniff(upload.read(HEAD_BYTES), extension)
    upload.seek(0)
    if kind is None:
        raise FileRefused(
            WRONG_TYPE,
            _("“%(name)s”没有保存：内容不是可以接收的类型。可以上传 %(accepted)s。") % {"name": name, "accepted": accepted_words()},
        )
    if upload.size > kind.max_bytes:
        raise _too_large(name, upload.size, kind.max_bytes, _(KIND_WORDS[kind.kind]))
    return kind


def _too_large(name: str, size: int, limit: int, what: str) -> FileRefused:
    words = _("“%(name)s”有 %(size).1f MB，没有保存：%(what)s不超过 %(limit)d MB。请压缩或截短后再上传。")
    return FileRefused(TOO_LARGE, words % {"name": name, "size": size / MB, "what": what, "limit": limit // MB})


def copy_checked(upload: UploadedFile, kind: Kind, file: BinaryIO) -> Kind:
    """Copy the upload into `file`, cleaned, and give its final kind (archives are told apart only here).

    The size is counted while copying: what a client said about it is not believed.
    """
    written = 0
    for chunk in upload.chunks(CHUNK_BYTES):
        written += len(chunk)
        if written > kind.max_bytes:
            raise _too_large(normalised(upload.name or "")[:40], written, kind.max_bytes, _(KIND_WORDS[kind.kind]))
        file.write(chunk)
    try:
        return _cleaned(kind, file, written, normalised(upload.name or "")[:40])
    except (Damaged, struct.error, IndexError) as error:  # cut off in the middle of a number is damaged, too
        words = _("“%(name)s”没有保存：文件不完整或已损坏。请重新拍摄或导出后再上传。")
        raise FileRefused(DAMAGED, words % {"name": normalised(upload.name or "")[:40]}) from error


def _cleaned(kind: Kind, file: BinaryIO, size: int, name: str) -> Kind:
    if kind in (DOCX, XLSX):
        return _checked_office(file, size, name)
    if kind in (MP4, MOV, M4A):
        boxes.clean_film(file, size)
    elif kind is HEIC:
        _refuse_bomb(boxes.clean_heic(file, size), name)
    elif kind in _SIZES:
        file.seek(0)
        data = file.read()
        _refuse_bomb(_SIZES[kind](data), name)
        if kind in _CLEANERS:
            cleaned = _CLEANERS[kind](data)
            file.seek(0)
            file.truncate()
            file.write(cleaned)
    return kind


def _refuse_bomb(measured: tuple[int, int], name: str) -> None:
    if not pictures.fits(*measured):
        words = _("“%(name)s”没有保存：画面 %(width)d×%(height)d 像素，太大了。请用普通照片模式重新拍摄。")
        raise FileRefused(BOMB, words % {"name": name, "width": measured[0], "height": measured[1]})


def _checked_office(file: BinaryIO, size: int, name: str) -> Kind:
    try:
        kind = office.office_kind(file, size)
    except office.Unfolds as error:
        raise FileRefused(BOMB, _("“%(name)s”没有保存：展开后过大。请另存为普通文档后再上传。") % {"name": name}) from error
    if kind is None:
        words = _("“%(name)s”没有保存：不是普通的 docx 或 xlsx 文档，或含有宏。请另存为不含宏的文档或 PDF。")
        raise FileRefused(WRONG_TYPE, words % {"name": name})
    return kind
