"""The customers' pages. Whoever holds the secret of `/m/<token>/` is the customer of that one case."""

from django.urls import path

from luyue.apps.portal import surveys, views

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("new/<slug:procedure>", views.new, name="new"),
    path("m/<str:token>/", views.case, name="case"),
    path("m/<str:token>/reply", views.reply, name="reply"),
    path("m/<str:token>/nudge", views.nudge, name="nudge"),
    path("m/<str:token>/do/<slug:action>", views.act, name="act"),
    path("m/<str:token>/answer/<slug:form>", surveys.answer, name="answer"),
    path("regulation", views.regulations, name="regulations"),
    path("regulation/<slug:regulation>", views.regulation, name="regulation"),
]
