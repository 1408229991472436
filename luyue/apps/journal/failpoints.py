"""Named places where the fault tests may stop this process dead, as a power cut would.

`LUYUE_FAILPOINT=outbox.sent:3` kills the process the third time it passes `outbox.sent`. Without the variable a failpoint costs one
comparison.
"""

from __future__ import annotations

import os
import signal
from collections import Counter

_NAME, _, _TIMES = os.environ.get("LUYUE_FAILPOINT", "").partition(":")
_passed: Counter[str] = Counter()


def failpoint(name: str) -> None:
    """Stop here, uncleanly, when the environment asks for this place."""
    if not _NAME or name != _NAME:
        return
    _passed[name] += 1
    if _passed[name] >= int(_TIMES or 1):
        os.kill(os.getpid(), signal.SIGKILL)
