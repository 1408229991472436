"""Which store an installation uses: SQLite in its folder, or the PostgreSQL that LUYUE_DATABASE_URL names."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

# IMMEDIATE takes the write lock when a transaction begins, so two writers queue instead of failing half-way; WAL lets readers go on
# meanwhile; FULL survives a power cut, which a promise made to a customer must. Every thread has a connection with a cache of its own, and
# the system keeps the file's pages anyway: larger caches cost each web process 60 MB and answer no page sooner (tests/bench). A new case
# touches some ninety pages, most of them the next case touches again: after 8,000 of them (32 MB) they go over into the database at once.
SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA mmap_size=0; PRAGMA cache_size=-2000;"
    " PRAGMA wal_autocheckpoint=8000"
)


def database(url: str | None, folder: Path) -> dict[str, Any]:
    """Django's description of the store.

    url     postgres://user:password@host:port/name, also with ?host=/socket/folder; empty: `folder/db.sqlite3`.
    raises  ValueError for an address of any other kind.
    """
    return postgres(url) if url else sqlite(folder / "db.sqlite3")


def sqlite(path: Path) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "CONN_MAX_AGE": None,
        "OPTIONS": {"timeout": 20, "transaction_mode": "IMMEDIATE", "init_command": SQLITE_PRAGMAS},
    }


def postgres(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    name = unquote(parts.path.lstrip("/"))
    if parts.scheme not in ("postgres", "postgresql") or not name:
        # The address itself holds a password, so the message names its scheme only.
        raise ValueError(
            f"LUYUE_DATABASE_URL: {parts.scheme or 'no scheme'!r} is not understood. "
            "Write postgres://user:password@host:5432/name, or leave it empty for SQLite."
        )
    options: dict[str, Any] = dict(parse_qsl(parts.query))
    host = options.pop("host", None) or unquote(parts.hostname or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": parts.port or "",
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }
