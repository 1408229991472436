from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "luyue.apps.people"
    label = "people"
