"""From a regulation's text to typed rules, its checks and its sentences."""
