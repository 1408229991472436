from django.apps import AppConfig


class TasksConfig(AppConfig):
    name = "luyue.apps.tasks"
    label = "tasks"
