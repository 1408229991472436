from django.apps import AppConfig


class RentalConfig(AppConfig):
    name = "luyue.apps.rental"
    label = "rental"
