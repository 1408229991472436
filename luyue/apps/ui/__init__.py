"""The interface's parts: template tags, filters and the style guide. Knows no other room; every part is given what it shows."""
