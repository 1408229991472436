"""Retention: what is erased when its time is over, what stands next, and what must not go yet."""
