from django.apps import AppConfig


class RetentionConfig(AppConfig):
    name = "luyue.apps.retention"
    label = "retention"
