from django.apps import AppConfig


class MailroomConfig(AppConfig):
    name = "luyue.apps.mailroom"
    label = "mailroom"
