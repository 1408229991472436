"""Commands of `luyue` in processes that begin with everything loaded that hangs on no installation.

A test runs dozens of commands, and each would spend a second on reading the same modules. So one process a test run reads them and forks
for every command: the command itself has a process, an environment and an end of its own, as at the prompt. What is loaded before are
other people's packages and the core, which know no settings.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import pkgutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
_LOADED = (
    "django.db.models", "django.http", "django.core.management", "django.contrib.auth.hashers", "django.db.backends.sqlite3.base",
    "django.db.migrations.executor", "structlog", "pydantic", "cryptography.hazmat.primitives.ciphers.aead", "phonenumbers",
)  # fmt: skip


def run(words: Sequence[str], environment: Mapping[str, str], timeout_s: float) -> subprocess.CompletedProcess[str]:
    """Run `luyue WORDS…` in the project's folder with this environment and nothing else, to its end."""
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as complained:
        status = _parent()(words, environment, (said.fileno(), complained.fileno()), timeout_s)
        said.seek(0)
        complained.seek(0)
        return subprocess.CompletedProcess(["luyue", *words], status, said.read().decode(), complained.read().decode())


class _Parent:
    """The process that forks, seen from the tests."""

    def __init__(self) -> None:
        self.line, theirs = socket.socketpair()
        self.answers = self.line.makefile()
        command = [sys.executable, "-m", "tests.prepared", str(theirs.fileno())]
        self.process = subprocess.Popen(command, cwd=ROOT, pass_fds=[theirs.fileno()])
        theirs.close()

    def __call__(self, words: Sequence[str], environment: Mapping[str, str], files: tuple[int, int], timeout_s: float) -> int:
        asked = json.dumps({"words": list(words), "environment": dict(environment)}).encode() + b"\n"
        socket.send_fds(self.line, [len(asked).to_bytes(4, "big")], files)
        self.line.sendall(asked)
        pid = int(self.answers.readline())
        self.line.settimeout(timeout_s)
        try:
            return int(self.answers.readline())
        except TimeoutError:
            os.kill(pid, signal.SIGKILL)
            _parent.cache_clear()  # what it still has to say belongs to nobody
            raise subprocess.TimeoutExpired(list(words), timeout_s) from None
        finally:
            self.line.settimeout(None)


@cache
def _parent() -> _Parent:
    return _Parent()


def _fork_for_each(line: socket.socket) -> None:
    """Serve until the tests are gone; in a forked child, give back its words and return."""
    while True:
        head, files, _flags, _address = socket.recv_fds(line, 4, 2)
        if not head:
            os._exit(0)
        asked = json.loads(line.recv(int.from_bytes(head, "big"), socket.MSG_WAITALL))
        pid = os.fork()
        if not pid:
            _become(asked["environment"], files)
            line.close()
            sys.argv = ["luyue", *asked["words"]]
            return
        line.sendall(b"%d\n" % pid)
        for file in files:
            os.close(file)
        _, status = os.waitpid(pid, 0)
        try:
            line.sendall(b"%d\n" % os.waitstatus_to_exitcode(status))
        except BrokenPipeError:
            os._exit(0)  # who asked has lost patience


def _become(environment: Mapping[str, str], files: Sequence[int]) -> None:
    for file, number in zip(files, (1, 2), strict=True):
        os.dup2(file, number)
        os.close(file)
    os.environ.clear()
    os.environ.update(environment)
    if "TZ" in environment:
        time.tzset()


def _load() -> None:
    import luyue.core

    for module in pkgutil.walk_packages(luyue.core.__path__, "luyue.core."):
        with contextlib.suppress(ImportError):
            importlib.import_module(module.name)
    for name in _LOADED:
        importlib.import_module(name)


if __name__ == "__main__":
    _load()
    _fork_for_each(socket.socket(fileno=int(sys.argv[1])))
    from luyue.site.cli import main

    sys.exit(main())
