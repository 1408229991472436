from django.apps import AppConfig


class RegulationConfig(AppConfig):
    name = "luyue.apps.regulation"
    label = "regulation"
