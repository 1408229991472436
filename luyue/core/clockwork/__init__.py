"""How a running promise changes: (state, fact, now) gives the next state."""
