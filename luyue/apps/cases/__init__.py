"""One customer matter each: stage, holder, rulebook."""
