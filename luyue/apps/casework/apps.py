from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    name = "luyue.apps.casework"
    label = "casework"
