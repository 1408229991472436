"""The web application, as a WSGI server loads it."""

import os

from django.core.wsgi import get_wsgi_application

from luyue.site.tied_process import leave_with

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "luyue.site.settings")

if parent := os.environ.get("LUYUE_SERVE_PID"):
    leave_with(int(parent))

application = get_wsgi_application()
