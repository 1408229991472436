"""Response headers that no library sets for us, and the size a request may have."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

# Photos are taken with the phone's camera; nothing else of the device is asked for.
PERMISSIONS = "camera=(self), microphone=(), geolocation=(), payment=(), usb=()"


class Headers:
    """Refuses bodies larger than LUYUE_REQUEST_MAX_BYTES before reading them, and keeps pages out of shared caches."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        # Films come in alone, at the addresses of evidence; forms and everything else stay small.
        limit = settings.LUYUE_UPLOAD_MAX_BYTES if request.path_info.startswith("/files/") else settings.LUYUE_REQUEST_MAX_BYTES
        if not length.isdecimal() or int(length) > limit:
            megabytes = limit // 1_000_000
            response = HttpResponse(f"内容超过 {megabytes} MB，请减小附件后重试。\n", status=413, content_type="text/plain; charset=utf-8")
        else:
            response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.setdefault("Cache-Control", "private, no-cache")
        return response
