from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "luyue.apps.journal"
    label = "journal"
