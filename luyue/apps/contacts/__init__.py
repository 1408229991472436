"""Communication in and out, over every channel."""
