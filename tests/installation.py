"""A whole installation of Luyue for a test: a data folder, a store, and the commands run against them as a person would."""

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests import prepared

ROOT = Path(__file__).parents[1]


@dataclass
class Installation:
    """What lies in `data` and in the store at `database_url` (empty: SQLite in `data`)."""

    data: Path
    database_url: str = ""
    environment: dict[str, str] = field(default_factory=dict)

    def variables(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("LUYUE_", "DJANGO_", "PYTEST_"))}
        return {**kept, "LUYUE_DATA": str(self.data), "LUYUE_DATABASE_URL": self.database_url, **self.environment}

    def luyue(self, *words: str, check: bool = True, timeout_s: float = 300) -> subprocess.CompletedProcess[str]:
        """Run `luyue WORDS…` to its end; a failure shows what it wrote."""
        result = prepared.run(words, self.variables(), timeout_s)
        assert not check or result.returncode == 0, f"luyue {' '.join(words)} ended with {result.returncode}:\n{result.stdout}{result.stderr}"
        return result

    @contextlib.contextmanager
    def started(self, *words: str) -> Iterator[subprocess.Popen[bytes]]:
        """`luyue WORDS…` running beside the test; asked to end, then made to, when the block is left."""
        log = (self.data / f"{words[0]}.log").open("ab")
        process = subprocess.Popen([sys.executable, "-m", "luyue.site.cli", *words], env=self.variables(), cwd=ROOT, stdout=log, stderr=log)
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            log.close()

    @contextlib.contextmanager
    def served(self, *words: str, page: str = "/accounts/login/") -> Iterator[str]:
        """`luyue serve WORDS…` on a free port; gives the address, without a slash at its end, once `page` answers."""
        port = free_port()
        address = f"http://127.0.0.1:{port}"
        with self.started("serve", "--port", str(port), *words) as process:
            deadline = time.monotonic() + 120
            while not _answers(address + page):
                log = (self.data / "serve.log").read_text(errors="replace")
                assert process.poll() is None, f"luyue serve ended with {process.returncode}:\n{log}"
                assert time.monotonic() < deadline, f"luyue serve does not answer at {address}{page}:\n{log}"
                time.sleep(0.05)
            yield address


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=10):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
