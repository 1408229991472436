"""What happens to every request before a page sees it, and to every answer after: number, admission, limits, failures."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import structlog
from allauth.account.decorators import reauthentication_required
from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from luyue.apps.people.models import User
from luyue.apps.people.selectors import is_lead, platform_posts_of, works_here
from luyue.site import limits
from luyue.site.permissions import ASKED_BY_THE_PAGE, Row, row_of

GetResponse = Callable[[HttpRequest], HttpResponse]
SEEN_AT = "seen_at"  # in the session: when its owner last did something, in seconds since 1970
# What somebody may still open who first has to choose a password of his own, or to set up a second factor.
_FIRST_PAGES = frozenset(("account_change_password", "account_logout", "account_reauthenticate", "mfa_reauthenticate"))
_SECOND_FACTOR_PAGES = _FIRST_PAGES | {"mfa_index", "mfa_activate_totp"}


class RequestNumbers:
    """Gives every request a number of ours; it stands in the log, in the answer's X-Request-Id and on the page that says sorry."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.id = secrets.token_hex(5)
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request=request.id)
        response = self.get_response(request)
        response.headers["X-Request-Id"] = request.id
        return response


# A message that was not taken stands under the address it was posted to. A phone that opens its tabs again asks for that with GET.
PAGE_OF = {"portal:reply": "portal:case", "portal:nudge": "portal:case", "workspace:say": "workspace:case"}


class Admission:
    """Lets a request through to its page if the page's row in `permissions` says so.

    Stands before the CSRF check: a stranger's upload is turned away before its body is read. Whoever may not come in gets the same 404 as
    for an address that does not exist; who is not signed in is asked to sign in, on every page of staff alike.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        row: Row | None = getattr(request, "row", None)
        if row and response.status_code == 404:
            limits.count_miss(request, row.limits)
        if (row and row.who.kind == "link") or (hasattr(request, "user") and request.user.is_authenticated):
            # Nothing of a case stays in a browser that somebody else uses next, not even behind the back button.
            response.headers["Cache-Control"] = "private, no-store"
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        name = request.resolver_match.view_name if request.resolver_match else ""
        row = request.row = row_of(name)
        if row.who.kind == "closed":
            raise Http404
        if request.method not in row.allowed_methods:
            if request.method == "GET" and name in PAGE_OF:
                return redirect(PAGE_OF[name], **kwargs)
            return HttpResponseNotAllowed(sorted(row.allowed_methods))
        if row.who.kind not in ASKED_BY_THE_PAGE:
            refused = self._refused(request, row, name)
            if refused:
                return refused
        too_much = limits.exceeded(request, row.limits)
        return too_many(request, too_much[1]) if too_much else None

    def _refused(self, request: HttpRequest, row: Row, name: str) -> HttpResponse | None:
        if request.user.is_authenticated and self._fell_asleep(request, row):
            logout(request)
        if not request.user.is_authenticated:
            return _sign_in(request)
        if not row.who.admits(request.user):
            raise Http404
        if request.user.must_change_password and name not in _FIRST_PAGES:
            return HttpResponseRedirect(reverse("account_change_password"))
        if needs_second_factor(request.user) and name not in _SECOND_FACTOR_PAGES:
            return HttpResponseRedirect(reverse("mfa_index"))
        return _password_again(request) if row.fresh else None

    def _fell_asleep(self, request: HttpRequest, row: Row) -> bool:
        """Whether nobody has done anything in this session for too long; notes when somebody does, once a minute at most."""
        now, seen = time.time(), request.session.get(SEEN_AT)
        idle_s = settings.LUYUE_IDLE.total_seconds()
        if seen is not None and idle_s and now - seen > idle_s:
            return True
        if not row.quiet and (seen is None or now - seen > 60):
            request.session[SEEN_AT] = int(now)
        return False


def _sign_in(request: HttpRequest) -> HttpResponse:
    if request.headers.get("HX-Request"):
        # A part of a page cannot become the sign-in page: the whole page goes there.
        return HttpResponse(status=401, headers={"HX-Redirect": reverse(settings.LOGIN_URL)})
    if request.method not in ("GET", "HEAD"):
        return HttpResponseRedirect(reverse(settings.LOGIN_URL))
    return redirect_to_login(request.get_full_path(), reverse(settings.LOGIN_URL))


def _password_again(request: HttpRequest) -> HttpResponse | None:
    """The page that asks for the password again, unless it was given a few minutes ago. What was posted is not kept: it is asked for anew."""
    try:
        reauthentication_required(lambda asked: None)(request)
    except ReauthenticationRequired:
        back = request.get_full_path() if request.method in ("GET", "HEAD") else request.path
        return redirect_to_login(back, reverse("account_reauthenticate"))
    return None


def needs_second_factor(user: User) -> bool:
    """Whether the installation asks this person for a second factor that he has not set up yet (LUYUE_SECOND_FACTOR)."""
    wanted = settings.LUYUE_SECOND_FACTOR
    asked = works_here(user) and (
        wanted == "everyone" or (wanted == "leads" and is_lead(user)) or (wanted in ("platform", "leads") and bool(platform_posts_of(user)))
    )
    return bool(asked) and not is_mfa_enabled(user)


def too_many(request: HttpRequest, seconds: int) -> HttpResponse:
    """429 with the time after which it may be tried again."""
    again = timezone.localtime(timezone.now() + timedelta(seconds=seconds))
    words = _("请求太频繁。%(time)s 后可再试。") % {"time": again.strftime("%H:%M")}
    if wants_json(request):
        response: HttpResponse = JsonResponse({"code": "too_many", "message": words}, status=429)
    else:
        response = render(request, "429.html", {"retry_words": words, "request_id": getattr(request, "id", "")}, status=429)
    response.headers["Retry-After"] = str(seconds)
    return response


def wants_json(request: HttpRequest) -> bool:
    accepts = request.headers.get("Accept", "")
    return request.path.startswith("/api/") or ("application/json" in accepts and "text/html" not in accepts)
