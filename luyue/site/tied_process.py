"""A child process that lives exactly as long as its parent wants it.

The parent holds the writing end of a pipe that is the child's standard input. When the parent ends, however it ends, the system closes
the pipe and the child reads its end. When the child dies first, the parent starts it again, more slowly each time it dies at once.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence

LONGEST_WAIT_S = 30.0
SETTLED_AFTER_S = 20.0  # a child that lived this long did not die of how it was started
LEAVE_WITHIN_S = 15.0


class TiedProcess:
    """Keeps one child running between `start` and `stop`."""

    def __init__(self, command: Sequence[str], name: str, first_after_s: float = 0.0) -> None:
        self.command = list(command)
        self.name = name
        self.first_after_s = first_after_s
        self._stopping = threading.Event()
        self._keeper = threading.Thread(target=self._keep, name=f"keeper of {name}", daemon=True)

    def start(self) -> None:
        self._keeper.start()

    def stop(self) -> None:
        """Ask the child to leave by closing its pipe; end it by force when it has not left after 15 seconds."""
        self._stopping.set()
        self._keeper.join(LEAVE_WITHIN_S + 5)

    def _keep(self) -> None:
        wait_s = 1.0
        self._stopping.wait(self.first_after_s)
        while not self._stopping.is_set():
            born = time.monotonic()
            child = subprocess.Popen(self.command, stdin=subprocess.PIPE)
            while child.poll() is None and not self._stopping.wait(0.2):
                pass
            if self._stopping.is_set():
                self._dismiss(child)
                return
            wait_s = 1.0 if time.monotonic() - born > SETTLED_AFTER_S else min(wait_s * 2, LONGEST_WAIT_S)
            print(f"luyue: the {self.name} ended with status {child.returncode}; next start in {wait_s:.0f} s", file=sys.stderr, flush=True)
            self._stopping.wait(wait_s)

    @staticmethod
    def _dismiss(child: subprocess.Popen[bytes]) -> None:
        if child.stdin:
            child.stdin.close()
        try:
            child.wait(LEAVE_WITHIN_S)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def when_parent_ends(then: Callable[[], None]) -> None:
    """In the child: call `then` once, from a thread of its own, when the parent has closed the pipe or ended."""

    def wait() -> None:
        # Not sys.stdin: its lock, held by a thread that still waits, would break the interpreter's way out.
        while os.read(0, 4096):
            pass
        then()

    threading.Thread(target=wait, name="end of parent", daemon=True).start()


def leave_with(parent: int) -> None:
    """In a child that has no pipe: end this process in the ordinary way within a second of its parent's end, however that came."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1.0)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(LEAVE_WITHIN_S)
        os._exit(1)

    threading.Thread(target=watch, name="end of parent", daemon=True).start()
