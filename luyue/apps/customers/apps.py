from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "luyue.apps.customers"
    label = "customers"
