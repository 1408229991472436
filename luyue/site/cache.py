"""The cache every process of an installation shares: a table beside the data, so that no further server is needed.

Django's own table cache adds one in two steps and forgets when the entry runs out: two requests at once count as one, and an hourly
limit starts afresh every five minutes. Rate limits need neither to happen.
"""

import base64
import pickle
from datetime import UTC, datetime
from typing import Any

from django.core.cache.backends.db import DatabaseCache
from django.db import connections, models, router, transaction


class CountingDatabaseCache(DatabaseCache):
    """Django's table cache with `incr` in one locked step that leaves the entry's end alone."""

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """Add `delta` and give the new number.

        raises  ValueError when there is no such entry, or it has run out.
        """
        full_key = self.make_and_validate_key(key, version=version)
        alias = router.db_for_write(self.cache_model_class)
        connection = connections[alias]
        table = connection.ops.quote_name(self._table)
        lock = " FOR UPDATE" if connection.features.has_select_for_update else ""  # SQLite locks when the transaction begins
        with transaction.atomic(using=alias), connection.cursor() as cursor:
            cursor.execute(f"SELECT value, expires FROM {table} WHERE cache_key = %s{lock}", [full_key])
            row = cursor.fetchone()
            if row is None or self._instant(row[1], connection) < datetime.now(UTC):
                raise ValueError(f"Key '{key}' not found")
            # Only this program writes the table, so the bytes are its own.
            number = pickle.loads(base64.b64decode(row[0].encode())) + delta
            stored = base64.b64encode(pickle.dumps(number, self.pickle_protocol)).decode("latin1")
            cursor.execute(f"UPDATE {table} SET value = %s WHERE cache_key = %s", [stored, full_key])
        return number

    @staticmethod
    def _instant(value: Any, connection: Any) -> datetime:
        expression = models.Expression(output_field=models.DateTimeField())
        for convert in connection.ops.get_db_converters(expression) + expression.get_db_converters(connection):
            value = convert(value, expression, connection)
        return value if value.tzinfo else value.replace(tzinfo=UTC)
