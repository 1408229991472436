from django.apps import AppConfig


class ClocksConfig(AppConfig):
    name = "luyue.apps.clocks"
    label = "clocks"
