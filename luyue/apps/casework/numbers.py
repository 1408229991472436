"""Case numbers: YY-2026-000123, one series a prefix and year, without gaps."""

from __future__ import annotations

from django.db import connection


def next_number(prefix: str, year: int) -> str:
    """The next number of the series, whose row stays locked until the transaction ends: what rolls back leaves no gap."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO cases_numberseries (prefix, year, last) VALUES (%s, %s, 1)"
            " ON CONFLICT (prefix, year) DO UPDATE SET last = cases_numberseries.last + 1 RETURNING last",
            [prefix, year],
        )
        return f"{prefix}-{year}-{cursor.fetchone()[0]:06}"
