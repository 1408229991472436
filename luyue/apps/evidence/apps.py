from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    name = "luyue.apps.evidence"
    label = "evidence"
