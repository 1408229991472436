"""Addresses of files. Those under `m/` carry a customer's private link."""

from django.urls import path

from luyue.apps.evidence import views

app_name = "evidence"

urlpatterns = [
    path("", views.upload, name="upload"),
    path("<uuid:attachment_id>", views.file, name="file"),
    path("<uuid:attachment_id>/discard", views.discard_held, name="discard"),
    path("m/<str:token>", views.link_upload, name="link-upload"),
    path("m/<str:token>/<uuid:attachment_id>", views.link_file, name="link-file"),
    path("m/<str:token>/<uuid:attachment_id>/discard", views.link_discard, name="link-discard"),
]
