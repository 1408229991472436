"""Processes killed at any moment, and a checker that must find nothing afterwards, after it has found everything planted for it."""
