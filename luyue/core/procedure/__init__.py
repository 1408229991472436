"""What an action does to a case: (case state, action, facts) gives facts and effects as data."""
