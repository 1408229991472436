"""A page somebody forgot to write a row for."""

from django.http import HttpRequest, HttpResponse
from django.urls import path


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse("secret")


urlpatterns = [path("unlisted", page, name="unlisted-page")]

handler500 = "luyue.site.failures.server_error"
