"""Staff, teams and posts, and who may do what."""
