"""The shipped settings on a data folder of the test run's own, with quick password hashes.

LUYUE_TEST_STORE   sqlite (default) or postgres; conftest.py starts the PostgreSQL server
"""

import atexit
import os
import shutil
import tempfile

os.environ["LUYUE_DATA"] = tempfile.mkdtemp(prefix="luyue-test-")
atexit.register(shutil.rmtree, os.environ["LUYUE_DATA"], ignore_errors=True)
os.environ["LUYUE_DATABASE_URL"] = "postgres://postgres@/postgres" if os.environ.get("LUYUE_TEST_STORE") == "postgres" else ""

from luyue.site.settings import *  # noqa: F403
from luyue.site.settings import DATABASES

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# Django's test client signs in without a request, which the lock-out refuses to judge; tests of the lock-out switch it on.
AXES_ENABLED = False
# A file, not memory: threads and the WAL are part of what is tested.
if not os.environ["LUYUE_DATABASE_URL"]:
    DATABASES["default"]["TEST"] = {"NAME": os.path.join(os.environ["LUYUE_DATA"], "test.sqlite3")}
