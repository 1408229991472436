"""A child process that lives exactly as long as its parent wants it.

The parent holds the writing end of a pipe that is the child's standard input. When the parent ends, however it ends, the system closes
the pipe and the child reads its end. When the child dies first, the parent starts it again, more slowly each time it dies at once.

The child is forked, not executed: what the parent has loaded both of them hold, once.
"""

import contextlib
import os
import signal
import stat
import sys
import threading
import time
import traceback
from collections.abc import Callable

LONGEST_WAIT_S = 30.0
SETTLED_AFTER_S = 20.0  # a child that lived this long did not die of how it was started
LEAVE_WITHIN_S = 15.0
POLL_S = 0.2


class TiedProcess:
    """Keeps one child running `run` (its exit status comes back) between `start` and `stop`. `name` is what lists of processes say."""

    def __init__(self, run: Callable[[], int], name: str, first_after_s: float = 0.0) -> None:
        self.run = run
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
            child = _Child(self.run, self.name)
            while child.status() is None and not self._stopping.wait(POLL_S):
                pass
            if self._stopping.is_set():
                child.dismiss()
                return
            wait_s = 1.0 if time.monotonic() - born > SETTLED_AFTER_S else min(wait_s * 2, LONGEST_WAIT_S)
            print(f"luyue: the {self.name} ended with status {child.status()}; next start in {wait_s:.0f} s", file=sys.stderr, flush=True)
            child.close()
            self._stopping.wait(wait_s)


class _Child:
    def __init__(self, run: Callable[[], int], name: str) -> None:
        reading, self._pipe = os.pipe()
        self._status: int | None = None
        sys.stdout.flush()
        sys.stderr.flush()
        self.pid = os.fork()
        if self.pid == 0:
            _live(run, name, reading)
        os.close(reading)

    def status(self) -> int | None:
        """As `subprocess` says it: None while it runs, the negative signal when one ended it."""
        if self._status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self._status = os.waitstatus_to_exitcode(status)
        return self._status

    def close(self) -> None:
        os.close(self._pipe)

    def dismiss(self) -> None:
        self.close()
        give_up = time.monotonic() + LEAVE_WITHIN_S
        while self.status() is None:
            if time.monotonic() > give_up:
                os.kill(self.pid, signal.SIGKILL)
            time.sleep(0.05)


def _live(run: Callable[[], int], name: str, pipe: int) -> None:
    """All of the child's life: nothing of its parent's goes on in it, least of all the way out."""
    status = 1
    try:
        os.dup2(pipe, 0)
        _close_all_but_standard(pipe)
        with contextlib.suppress(OSError), open("/proc/self/comm", "w") as comm:
            comm.write(f"luyue {name}")
        status = run()
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _close_all_but_standard(pipe: int) -> None:
    """The parent's pipes and listening sockets: a port must be free, and an ended parent noticed, when the parent is gone."""
    for word in os.listdir("/dev/fd"):
        number = int(word)
        try:
            mode = os.fstat(number).st_mode
        except OSError:
            continue  # the one the list was read through
        if number > 2 and (number == pipe or stat.S_ISSOCK(mode) or stat.S_ISFIFO(mode)):
            os.close(number)


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
