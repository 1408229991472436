"""Serve the pages over HTTP, with the worker beside them if asked.

usage: luyue serve [--port 8000] [--host 127.0.0.1] [--workers 2] [--with-worker]

Ctrl-C or SIGTERM ends it cleanly: requests under way are answered, the worker finishes what it is doing.
"""

import argparse
import gc
import os
import shutil
import socket
import sys
import tempfile
from functools import partial
from typing import Any

from luyue.site.data_folder import data_folder
from luyue.site.schema_stamp import is_up_to_date
from luyue.site.tied_process import TiedProcess, leave_with

THREADS_PER_WORKER = 4
WEB_FIRST_S = 1.5  # somebody waits for a page; the worker starts when the web processes have loaded


def main(argv: list[str]) -> int:
    options = _arguments(argv)
    # Children start in this folder and with these variables: a relative LUYUE_DATA must mean the same to all of them.
    os.environ["LUYUE_DATA"] = str(data_folder())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "luyue.site.settings")
    if not is_up_to_date(data_folder()) and not os.environ.get("LUYUE_DATABASE_URL"):
        print(f"luyue serve: {data_folder()} has no store of this version. Run `luyue migrate` first.", file=sys.stderr)
        return 1
    if not _is_free(options.host, options.port):
        print(f"luyue serve: something else listens on {options.host}:{options.port}. Choose another port with --port.", file=sys.stderr)
        return 1
    return _serve(options)


def _serve(options: argparse.Namespace) -> int:
    from granian.constants import HTTPModes, Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    server = Server(
        "luyue.site.wsgi:application",
        address=options.host,
        port=options.port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        websockets=False,
        workers=options.workers,
        blocking_threads=THREADS_PER_WORKER,
        respawn_failed_workers=True,
        workers_kill_timeout=6,  # one that is told to leave while it still loads does not hear it
        log_level=LogLevels.warning,
    )
    worker = None
    if options.with_worker:
        worker = TiedProcess(partial(_work, ["--tied"]), "worker", WEB_FIRST_S)
        server.on_startup(worker.start)
    measured = _measures_together()
    _load_once()
    print(f"luyue: http://{options.host}:{options.port}/  (Ctrl-C ends it)", flush=True)
    try:
        server.serve(target_loader=partial(_application, os.getpid()), wrap_loader=False)
    finally:
        if worker:
            worker.stop()
        shutil.rmtree(measured, ignore_errors=True)
    return 0


def _measures_together() -> str:
    """A folder in which the web processes keep what they counted, so that whichever is asked answers for all of them."""
    folder = tempfile.mkdtemp(prefix="luyue-metrics-")
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
    return folder


def _load_once() -> None:
    """Load everything a page needs before the web processes are forked: they share its memory and answer at once."""
    from luyue.site.wsgi import warm

    warm()
    gc.collect()
    gc.freeze()  # the collector would otherwise write into every shared page


def _application(parent: int) -> Any:
    """In a web process: the application, which ends when its parent does."""
    from luyue.site.wsgi import application

    leave_with(parent)
    return application


def _work(argv: list[str]) -> int:
    from luyue.site.commands.worker import main

    return main(argv)


def _is_free(host: str, port: int) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def _arguments(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="luyue serve", description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on; put a proxy with HTTPS before anything but loopback")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--workers", type=int, default=2, help="web processes")
    parser.add_argument("--with-worker", action="store_true", help="also run the clocks and the outbox, in one process tied to this one")
    return parser.parse_args(argv)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
