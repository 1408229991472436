"""How a running promise changes: (state, fact, now) gives the next state."""

from luyue.core.clockwork.machine import (
    TIMER_ORDER,
    Turn,
    climb,
    corrected,
    miss,
    move,
    pause,
    resume,
    revised,
    start,
    stop,
    timers_of,
    warn,
    withdraw,
)  # fmt: skip
from luyue.core.clockwork.state import ClockState, PauseSpan, TimerState, utc
from luyue.core.clockwork.terms import clock_of_approval, clock_of_floor, clock_of_task

__all__ = [
    "TIMER_ORDER", "ClockState", "PauseSpan", "TimerState", "Turn", "climb", "clock_of_approval", "clock_of_floor", "clock_of_task",
    "corrected", "miss", "move", "pause", "resume", "revised", "start", "stop", "timers_of", "utc", "warn", "withdraw",
]  # fmt: skip
