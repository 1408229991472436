from django.urls import path

from . import views

app_name = "ui"
urlpatterns = [
    path("styleguide", views.styleguide, name="styleguide"),
    path("styleguide/<slug:page>", views.styleguide, name="styleguide-page"),
]
