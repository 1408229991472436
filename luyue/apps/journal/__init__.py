"""The immutable record of every action, chained and anchored."""
