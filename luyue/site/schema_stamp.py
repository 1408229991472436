"""Tells whether the store has the tables this version needs, without loading Django.

`luyue migrate` leaves a stamp in the data folder: a digest of the names of all migrations and of where the store is. As long as it
matches, starting again needs no migration. A missing or different stamp only means "ask Django".
"""

import hashlib
import os
from importlib.metadata import version
from pathlib import Path

# Other people's packages that bring tables of their own.
PACKAGES_WITH_TABLES = ("django", "django-allauth", "django-axes")


def expected_stamp() -> str:
    apps = Path(__file__).parents[1] / "apps"
    names = sorted(str(path.relative_to(apps)) for path in apps.glob("*/migrations/[0-9]*.py"))
    packages = [f"{package}={version(package)}" for package in PACKAGES_WITH_TABLES]
    store = os.environ.get("LUYUE_DATABASE_URL") or "db.sqlite3"
    return hashlib.sha256("\n".join([*names, *packages, store]).encode()).hexdigest()


def stamp_file(folder: Path) -> Path:
    return folder / "schema_stamp"


def is_up_to_date(folder: Path) -> bool:
    """True only when the stamp matches and, for SQLite, the file it speaks of is there."""
    file = stamp_file(folder)
    has_store = bool(os.environ.get("LUYUE_DATABASE_URL")) or (folder / "db.sqlite3").exists()
    return has_store and file.exists() and file.read_text().strip() == expected_stamp()
