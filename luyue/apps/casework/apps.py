from importlib import import_module

from django.apps import AppConfig
from django.conf import settings


class CaseworkConfig(AppConfig):
    name = "luyue.apps.casework"
    label = "casework"

    def ready(self) -> None:
        # Named, not imported: the wiring stands above every room and knows them all.
        import_module(getattr(settings, "LUYUE_WIRING", "luyue.site.wiring")).connect()
