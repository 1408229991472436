"""Running time promises, their spans and timers."""
