"""Response headers that no library sets for us, and the size a request may have."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import loader
from django.utils import translation

# Photos are taken with the phone's camera; nothing else of the device is asked for.
PERMISSIONS = "camera=(self), microphone=(), geolocation=(), payment=(), usb=()"

FORMS_WITH_FILES = ("/portal/", "/cases/", "/new/", "/company/")


class Headers:
    """Refuses bodies larger than LUYUE_REQUEST_MAX_BYTES before reading them, and keeps pages out of shared caches."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        limit = _limit(request)
        if not length.isdecimal() or int(length) > limit:
            response = _too_large(request, limit // 1_000_000)
        else:
            response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.setdefault("Cache-Control", "private, no-cache")
        return response


def _limit(request: HttpRequest) -> int:
    """A form may bring photos and films, each held to the limit of its kind when it is kept; everything else stays small."""
    takes_files = request.path_info.startswith("/files/") or (
        request.content_type == "multipart/form-data" and request.path_info.startswith(FORMS_WITH_FILES)
    )
    return settings.LUYUE_UPLOAD_MAX_BYTES if takes_files else settings.LUYUE_REQUEST_MAX_BYTES


def _too_large(request: HttpRequest, megabytes: int) -> HttpResponse:
    words = f"内容超过 {megabytes} MB，请减小附件后重试。"
    if request.path_info.startswith("/api/"):
        return JsonResponse({"code": "too_large", "message": words}, status=413)
    if "text/html" not in request.headers.get("Accept", ""):
        return HttpResponse(f"{words}\n", status=413, content_type="text/plain; charset=utf-8")
    # The language is chosen further in; this page is made before anything of the body is read.
    with translation.override(translation.get_language_from_request(request)):
        page = loader.get_template("413.html").render({"megabytes": megabytes, "request_id": getattr(request, "id", "")}, request)
    return HttpResponse(page, status=413)
