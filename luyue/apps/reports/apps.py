from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "luyue.apps.reports"
    label = "reports"
