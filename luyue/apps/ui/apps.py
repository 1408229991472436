from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "luyue.apps.ui"
    label = "ui"
    verbose_name = "界面部件"
