from django.urls import include, path

from luyue.site.pages import acknowledge, system

system_pages = [
    path("health", system.health, name="health"),
    path("letters", system.letters, name="letters"),
    path("mails/<uuid:mail_id>/retry", system.retry_mail, name="retry-mail"),
    path("letters/<uuid:letter_id>/retry", system.retry, name="retry"),
]

urlpatterns = [
    path("healthz", system.healthz, name="healthz"),
    path("livez", system.livez, name="livez"),
    path("metrics", system.metrics, name="metrics"),
    path("acknowledge", acknowledge.page, name="acknowledge"),
    path("system/", include((system_pages, "system"))),
]
