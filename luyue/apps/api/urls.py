"""The API's addresses; `openapi.json` is open to everyone."""

from django.urls import path

from luyue.apps.api.views import api

urlpatterns = [path("v1/", api.urls)]
