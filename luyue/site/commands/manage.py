"""Hand the words over to Django's own manage command, e.g. `luyue manage makemigrations people`."""

import os


def main(argv: list[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "luyue.site.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(["luyue manage", *argv])
    return 0
