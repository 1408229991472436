"""Files in and out. Uploads answer in JSON; downloads are handed out only as what they are, to be saved, never to be run."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import BinaryIO
from urllib.parse import quote
from uuid import UUID

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from luyue.apps.cases.readers import Link, Reader
from luyue.apps.cases.requests import reader_of
from luyue.apps.cases.selectors import NotFound, case_by_link
from luyue.apps.evidence import store
from luyue.apps.evidence.actions import ERASED, discard, hold_all
from luyue.apps.evidence.casefiles import note_handing_out
from luyue.apps.evidence.kinds import PHOTO
from luyue.apps.evidence.refusals import EMPTY, FileRefused
from luyue.apps.evidence.selectors import file_for, is_customer_side

_RANGE = re.compile(r"bytes=(\d*)-(\d*)$")


def upload(request: HttpRequest) -> HttpResponse:
    return _upload(request, reader_of(request), lambda pk: reverse("evidence:file", args=[pk]))


def link_upload(request: HttpRequest, token: str) -> HttpResponse:
    return _upload(request, Link(case_by_link(token)), lambda pk: reverse("evidence:link-file", args=[token, pk]))


def file(request: HttpRequest, attachment_id: UUID) -> HttpResponseBase:
    return _download(request, reader_of(request), attachment_id)


def link_file(request: HttpRequest, token: str, attachment_id: UUID) -> HttpResponseBase:
    return _download(request, Link(case_by_link(token)), attachment_id)


def discard_held(request: HttpRequest, attachment_id: UUID) -> HttpResponse:
    return _discard(reader_of(request), attachment_id)


def link_discard(request: HttpRequest, token: str, attachment_id: UUID) -> HttpResponse:
    return _discard(Link(case_by_link(token)), attachment_id)


def _upload(request: HttpRequest, reader: Reader, address_of: object) -> HttpResponse:
    uploads = request.FILES.getlist("file")
    if not uploads:
        raise FileRefused(EMPTY, _("没有收到文件。请选择文件后再上传。"))
    held = hold_all(uploads, by=reader.id, from_customer=is_customer_side(reader), field=request.POST.get("field", ""))
    files = [
        {"id": str(one.pk), "name": one.name, "kind": one.kind, "type": one.media_type, "size": one.size, "href": address_of(one.pk)}  # type: ignore[operator]
        for one in held
    ]
    return JsonResponse({"files": files}, status=201)


def _discard(reader: Reader, attachment_id: UUID) -> HttpResponse:
    found = file_for(reader, attachment_id)
    if found.case_id is not None:
        raise NotFound("file")  # evidence has no such address
    discard(found)
    return HttpResponse(status=204)


def _download(request: HttpRequest, reader: Reader, attachment_id: UUID) -> HttpResponseBase:
    attachment = file_for(reader, attachment_id)
    if attachment.name == ERASED:
        raise NotFound("file")  # its time was over
    try:
        opened = store.path_of(attachment.pk).open("rb")
    except FileNotFoundError:
        # The row is there and the bytes are not: our fault, and no 404 may hide it.
        raise RuntimeError(f"The bytes of attachment {attachment.pk} are missing from the store.") from None
    if request.method == "GET":
        note_handing_out(attachment, reader, timezone.now())
    response = _ranged(request, opened, attachment.size)
    response.headers["Content-Type"] = attachment.media_type
    response.headers["Content-Disposition"] = disposition(attachment.name)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    if attachment.kind != PHOTO:
        response.headers["Accept-Ranges"] = "bytes"
    if settings.LUYUE_ACCEL:
        response.headers["X-Accel-Redirect"] = f"{settings.LUYUE_ACCEL}/{attachment.pk.hex[:2]}/{attachment.pk.hex}"
    return response


def disposition(name: str) -> str:
    """`attachment` with the name in plain letters for old programs and whole for all others (RFC 6266)."""
    plain = "".join(char if (char.isascii() and char.isalnum()) or char in "._- " else "_" for char in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _ranged(request: HttpRequest, opened: BinaryIO, size: int) -> HttpResponseBase:
    """The whole file, or the one part a film player asks for (RFC 9110 14.2); several parts at once are answered whole."""
    asked = _RANGE.match(request.headers.get("Range", ""))
    if settings.LUYUE_ACCEL or not asked or not (asked[1] or asked[2]):
        response: HttpResponseBase = FileResponse(opened)
        response.headers["Content-Length"] = str(size)
        return response
    first = int(asked[1]) if asked[1] else max(0, size - int(asked[2]))
    last = min(size - 1, int(asked[2])) if asked[1] and asked[2] else size - 1
    if first > last:
        opened.close()
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    response = StreamingHttpResponse(_part(opened, first, last - first + 1), status=206)
    response.headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    response.headers["Content-Length"] = str(last - first + 1)
    return response


def _part(opened: BinaryIO, start: int, length: int) -> Iterator[bytes]:
    with opened:
        opened.seek(start, os.SEEK_SET)
        while length > 0:
            chunk = opened.read(min(length, store.CHUNK_BYTES))
            if not chunk:
                return
            length -= len(chunk)
            yield chunk
