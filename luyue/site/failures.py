"""The three kinds of failure as answers: malformed (422), refused by the business (409), absent or forbidden (404); and our own.

A page that can say it better catches the error itself; what no page catches arrives here. Our own faults rise on to Django, which logs
them; only their page is made here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template import loader
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from luyue.apps.cases.selectors import NotFound
from luyue.apps.evidence.refusals import TOO_LARGE, FileRefused, StoreFull
from luyue.apps.journal.transaction import StoreBusy
from luyue.core.procedure.state import Invalid, Refused
from luyue.site.middleware import wants_json

FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


class Failures:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: Mapping[str, object]) -> HttpResponse | None:
        """No word of a person holds a NUL; PostgreSQL cannot keep one, and what follows it is hidden from some programs."""
        parts = [str(value) for value in kwargs.values()] + [value for values in request.GET.lists() for value in (values[0], *values[1])]
        if request.method == "POST" and request.content_type in FORMS:
            parts += [value for values in request.POST.lists() for value in (values[0], *values[1])]
        return bad_request(request, ValueError("NUL")) if any("\0" in part for part in parts) else None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, NotFound | Http404):
            return answer(request, 404, {"code": "not_found", "message": _("没有这一页")}, {})
        if isinstance(error, Refused):
            body = {"code": error.code, "message": error.words, "remedy": error.remedy, "clause": error.clause}
            refusal = {"title": error.words, "missing": error.remedy, "code": error.code}
            return answer(request, 409, body, {"refusal": refusal})
        if isinstance(error, Invalid):
            return _malformed(request, error)
        if isinstance(error, StoreBusy):
            return _later(request, 503, "busy", _("正忙，这次没有保存。几秒后再提交一次，内容不会重复。"))
        if isinstance(error, StoreFull):
            return _later(request, 507, "full", _("附件存储已满，这个文件没有保存。管理员已能看到提示；文字内容可以先提交。"))
        return None


def answer(request: HttpRequest, status: int, body: Mapping[str, object], context: Mapping[str, object]) -> HttpResponse:
    """JSON for programs and uploads, a page of templates/<status>.html for people."""
    if wants_json(request):
        return JsonResponse({**body, "request": getattr(request, "id", "")}, status=status)
    return render(request, f"{status}.html", {**context, "request_id": getattr(request, "id", "")}, status=status)


def _malformed(request: HttpRequest, error: Invalid) -> HttpResponse:
    status = 413 if isinstance(error, FileRefused) and error.code == TOO_LARGE else 422
    code = error.code if isinstance(error, FileRefused) else "invalid"
    said = error.say("en" if (get_language() or "").startswith("en") else "zh")
    body = {"code": code, "message": "；".join(said.values()), "fields": said}
    if wants_json(request):
        return JsonResponse(body, status=status)
    errors = [{"label": words, "message": "", "field": ""} for words in said.values()]
    return render(request, "422.html", {"errors": errors, "request_id": getattr(request, "id", "")}, status=status)


def _later(request: HttpRequest, status: int, code: str, words: str) -> HttpResponse:
    if wants_json(request):
        response: HttpResponse = JsonResponse({"code": code, "message": words}, status=status)
    else:
        response = render(request, "503.html", {"until_words": words, "request_id": getattr(request, "id", "")}, status=status)
    response.headers["Retry-After"] = "5"
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form is not one of ours, or too old. The reason is for the log only."""
    return answer(request, 403, {"code": "csrf", "message": _("请求没有通过核对，请刷新页面后再试。")}, {})


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(request, 404, {"code": "not_found", "message": _("没有这一页")}, {})


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(request, 403, {"code": "forbidden", "message": _("请求没有通过核对，请刷新页面后再试。")}, {})


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: what came is no request a browser would send."""
    return JsonResponse({"code": "bad_request", "message": _("请求格式不对。"), "request": getattr(request, "id", "")}, status=400)


def server_error(request: HttpRequest) -> HttpResponse:
    """500 with the number under which the log has it. Uses no session and no store: one of them may be what failed."""
    number = getattr(request, "id", "")
    if wants_json(request):
        return JsonResponse({"code": "error", "message": _("出错了，已记录。"), "request": number}, status=500)
    return HttpResponse(loader.get_template("500.html").render({"request_id": number}), status=500)
