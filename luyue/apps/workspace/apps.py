from django.apps import AppConfig


class WorkspaceConfig(AppConfig):
    name = "luyue.apps.workspace"
    label = "workspace"
