from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "luyue.apps.cases"
    label = "cases"
