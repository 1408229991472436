from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "luyue.apps.api"
    label = "api"
