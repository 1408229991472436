"""Luyue: customer service that runs by the company's own written regulation."""

__version__ = "0.1.0"
