from django.apps import AppConfig


class ContactsConfig(AppConfig):
    name = "luyue.apps.contacts"
    label = "contacts"
