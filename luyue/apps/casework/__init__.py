"""The one door through which a case is opened and changed."""
