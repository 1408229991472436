"""A PostgreSQL server for one test run, out of a Python package: no installation, no port, gone when the run ends."""

import contextlib
import shutil
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

import psycopg


@dataclass(frozen=True)
class PostgresServer:
    host: str  # folder of its socket
    user: str

    def url(self, name: str) -> str:
        return f"postgres://{quote(self.user)}@/{quote(name)}?host={quote(self.host)}"

    def new_database(self, like: str | None = None) -> str:
        """Address of a fresh database: empty, or a copy of the one at the address `like`, which nobody may be using."""
        name = f"luyue_{uuid.uuid4().hex[:12]}"
        template = unquote(urlsplit(like).path.lstrip("/")) if like else "template1"
        with psycopg.connect(host=self.host, user=self.user, dbname="postgres", autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return self.url(name)


@contextlib.contextmanager
def postgres_server(*, durable: bool = True) -> Iterator[PostgresServer]:
    """Start a server and stop it at the end. Not `durable`, it never waits for the disk: no test cuts the power.

    Started by root, it drops to a user without rights, who must be able to reach the folder: so it lies directly under the temporary
    folder and is open to read.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns that XDG_RUNTIME_DIR is not set, and does without
        import pgserver
    folder = Path(tempfile.mkdtemp(prefix="luyue-pg-"))
    folder.chmod(0o755)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        server = pgserver.get_server(folder / "data", cleanup_mode="stop")
    try:
        info = psycopg.conninfo.conninfo_to_dict(server.get_uri())
        started = PostgresServer(host=str(info["host"]), user=str(info["user"]))
        if not durable:
            with psycopg.connect(host=started.host, user=started.user, dbname="postgres", autocommit=True) as connection:
                connection.execute("ALTER SYSTEM SET fsync = off")
                connection.execute("SELECT pg_reload_conf()")
        yield started
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
