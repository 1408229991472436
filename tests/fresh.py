"""The store every test begins with: tables and nothing in them, made once a run and copied.

Running all migrations takes seconds. So the process that hands out the tests runs them, once, and its workers, their installations and
their test databases begin as copies; on PostgreSQL they share its one server.
"""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from tests.installation import Installation
from tests.postgres import PostgresServer, postgres_server


@dataclass(frozen=True)
class Fresh:
    """A migrated installation nobody works in. `server` is where its database stands: None on SQLite."""

    installation: Installation
    server: PostgresServer | None = None

    def copy(self, folder: Path, like: Installation | None = None, **environment: str) -> Installation:
        """A new installation in this folder, made if need be: with tables, or like another one that nobody is using now."""
        origin = like or self.installation
        url = self.server.new_database(like=origin.database_url) if self.server else ""
        shutil.copytree(origin.data, folder, dirs_exist_ok=True)
        return Installation(folder, url, environment)

    def empty(self, folder: Path) -> Installation:
        """A place that has nothing in it: no folder, and a database without tables."""
        return Installation(folder, self.server.new_database() if self.server else "")

    @property
    def database(self) -> str:
        """Name of its database on the server."""
        return unquote(urlsplit(self.installation.database_url).path.lstrip("/"))

    def to_words(self) -> dict[str, str]:
        """What another process needs to use it too: plain words, as they go over to a worker."""
        return {"data": str(self.installation.data), "url": self.installation.database_url} | (vars(self.server) if self.server else {})

    @classmethod
    def of_words(cls, words: dict[str, str]) -> Fresh:
        server = PostgresServer(words["host"], words["user"]) if "host" in words else None
        return cls(Installation(Path(words["data"]), words["url"]), server)


@contextlib.contextmanager
def fresh(store: str) -> Iterator[Fresh]:
    """Make it; the server, if there is one, and the files are gone when the block is left."""
    with contextlib.ExitStack() as kept:
        folder = Path(tempfile.mkdtemp(prefix="luyue-fresh-"))
        kept.callback(shutil.rmtree, folder, ignore_errors=True)
        server = kept.enter_context(postgres_server(durable=False)) if store == "postgres" else None
        made = Fresh(Installation(folder, server.new_database() if server else ""), server)
        made.installation.luyue("migrate")
        yield made
