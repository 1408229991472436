"""The web application, as a WSGI server loads it."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "luyue.site.settings")

application = get_wsgi_application()


def warm() -> None:
    """Load the routes with their views, the templates' engine and the rulebook in force; leaves no connection open."""
    from django.db import DatabaseError, connections
    from django.template import engines
    from django.urls import get_resolver

    from luyue.apps.regulation.selectors import CannotCompile, NothingInForce, current_rulebook

    engines.all()
    get_resolver().url_patterns  # noqa: B018 - reading it imports them all
    try:
        current_rulebook()
    except (DatabaseError, NothingInForce, CannotCompile):
        pass  # pages will say so, each in its way
    finally:
        connections.close_all()
