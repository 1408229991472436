"""What is not there, told in the customers' own pages. A link that was never given, one mistyped and a page that is gone look the same."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from luyue.apps.cases.selectors import NotFound
from luyue.apps.portal import context

View = Callable[..., HttpResponse]


def or_absent(view: View) -> View:
    """Answer 404 with a page that helps a customer on, where `view` finds nothing. Programs get the plain answer of the house."""

    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except (NotFound, Http404):
            if "text/html" not in request.headers.get("Accept", ""):
                raise
            return render(request, "portal/absent.html", context.page(request, timezone.now()), status=HTTPStatus.NOT_FOUND)

    return shown
