from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "luyue.apps.portal"
    label = "portal"
