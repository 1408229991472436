"""Logs as one JSON line per event, without personal data.

Whoever runs an installation may send its logs anywhere, so nothing in them may identify a customer or open a door: keys known to hold
personal data are dropped, and phone numbers, identity numbers, addresses of mail and long random tokens are masked in every text.
"""

import re
from collections.abc import MutableMapping
from typing import Any

import structlog

PERSONAL_KEYS = frozenset(
    [
        *("address", "customer_name", "email", "id_number", "mail", "name", "phone", "recipient", "sender", "username"),
        *("body", "content", "data", "filename", "payload", "post", "subject", "text"),
        *("cookies", "credentials", "password", "token"),
    ]
)

_MASKS = (
    (re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+"), "<mail>"),
    (re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)"), "<id>"),
    (re.compile(r"(?<!\d)(\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)"), "<phone>"),
    # A customer's link is masked by its place: one in forty has no digit to tell it by.
    (re.compile(r"(?<=/m/)[^/\s?\"']{8,}"), "<token>"),
    # Links for customers carry 128 random bits; read by anybody, they open the case.
    (re.compile(r"(?<![\w-])(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[A-Za-z0-9_-]{20,}(?![\w-])"), "<token>"),
)

Event = MutableMapping[str, Any]


def masked(text: str) -> str:
    """The text without phone numbers, identity numbers, mail addresses and tokens."""
    for pattern, word in _MASKS:
        text = pattern.sub(word, text)
    return text


def without_personal_data(logger: Any, method: str, event: Event) -> Event:
    for key, value in list(event.items()):
        if key in PERSONAL_KEYS:
            event[key] = "<dropped>"
        elif isinstance(value, str):
            event[key] = masked(value)
    return event


def logging_config(level: str) -> dict[str, Any]:
    """Django's LOGGING: the standard library's records and structlog's own leave through the same masks."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        without_personal_data,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": [structlog.stdlib.PositionalArgumentsFormatter(), *shared],
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.JSONRenderer(ensure_ascii=False),
                ],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["stderr"], "level": level},
        # Failed sign-ins are counted in the database, where they can be erased; the log would keep the names.
        "loggers": {"axes": {"level": "ERROR"}, "django.server": {"level": "WARNING", "propagate": True, "handlers": []}},
    }
