"""Named places where the fault tests may stop this process dead, as a power cut would.

`LUYUE_FAILPOINT=outbox.sent:3` kills the process the third time it passes `outbox.sent`. Without the variable a failpoint costs one
comparison.
"""

from __future__ import annotations

import os
import signal

_armed = ""
_left = 0


def arm(place: str) -> None:
    """Die at this place, `name` or `name:times`; "" disarms. Every name is a literal in a call of `failpoint`."""
    global _armed, _left
    name, _, times = place.partition(":")
    _armed, _left = name, int(times or 1)


def failpoint(name: str) -> None:
    """Stop here, uncleanly, when this place is armed."""
    global _left
    if name != _armed:
        return
    _left -= 1
    if _left <= 0:
        os.kill(os.getpid(), signal.SIGKILL)


arm(os.environ.get("LUYUE_FAILPOINT", ""))
