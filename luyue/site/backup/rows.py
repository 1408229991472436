"""A store as rows in text: one file a table, a line a row, readable into either store.

Values keep their kind: {"t": instant}, {"d": date}, {"n": decimal}, {"u": id}, {"b": bytes in base64}, {"j": JSON}; the rest is plain JSON.
"""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, models

# Sessions end with the machine; the words to search by are worked out again by `luyue migrate`.
LEFT_OUT = frozenset({"django_session", "cases_casewords"})
AT_ONCE = 500


def tables() -> dict[str, type[models.Model]]:
    """Every table with rows of its own, by name."""
    found = {model._meta.db_table: model for model in apps.get_models(include_auto_created=True) if model._meta.managed and not model._meta.proxy}
    return {name: found[name] for name in sorted(found) if name not in LEFT_OUT}


def write_all(folder: Path) -> dict[str, int]:
    """All tables into `folder`, inside the caller's transaction; table -> number of rows."""
    return {name: _write(model, folder / f"{name}.jsonl.gz") for name, model in tables().items()}


def _write(model: type[models.Model], path: Path) -> int:
    columns = [field.attname for field in model._meta.concrete_fields]
    names = [field.column for field in model._meta.concrete_fields]
    kinds = [isinstance(field, models.JSONField) for field in model._meta.concrete_fields]
    count = 0
    with gzip.open(path, "wt", compresslevel=4, encoding="utf-8") as file:
        file.write(json.dumps({"table": model._meta.db_table, "columns": names}) + "\n")
        rows = model._base_manager.order_by(model._meta.pk.attname).values_list(*columns)
        for row in rows.iterator(chunk_size=2000):
            values = [{"j": value} if is_json and value is not None else encoded(value) for value, is_json in zip(row, kinds, strict=True)]
            file.write(json.dumps(values, ensure_ascii=False, separators=(",", ":")) + "\n")
            count += 1
    return count


def encoded(value: Any) -> Any:
    if isinstance(value, datetime):
        return {"t": value.isoformat()}
    if isinstance(value, date):
        return {"d": value.isoformat()}
    if isinstance(value, Decimal):
        return {"n": str(value)}
    if isinstance(value, UUID):
        return {"u": value.hex}
    if isinstance(value, bytes | memoryview):
        return {"b": base64.b64encode(bytes(value)).decode()}
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise TypeError(f"{type(value).__name__} cannot be written into a backup; say how in luyue/site/backup/rows.py.")


def read(path: Path) -> tuple[str, list[str], Iterator[list[Any]]]:
    """(table, columns, rows) of a file."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        head = json.loads(file.readline())
    return head["table"], head["columns"], _rows(path)


def _rows(path: Path) -> Iterator[list[Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        file.readline()
        for line in file:
            yield json.loads(line)


def read_all(folder: Path) -> dict[str, int]:
    """Put every file of `folder` into the store, inside the caller's transaction. What making the tables has put there goes first."""
    with connection.cursor() as cursor:
        for path in sorted(folder.glob("*.jsonl.gz")):
            table = connection.ops.quote_name(path.name.removesuffix(".jsonl.gz"))
            cursor.execute(f"SELECT EXISTS (SELECT 1 FROM {table})")
            if cursor.fetchone()[0]:
                cursor.execute(f"DELETE FROM {table}")
    counted = {}
    for path in sorted(folder.glob("*.jsonl.gz")):
        table, columns, rows = read(path)
        counted[table] = _insert(table, columns, rows)
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(tables().values())):
            cursor.execute(statement)
    return counted


def _insert(table: str, columns: list[str], rows: Iterator[list[Any]]) -> int:
    quoted = ", ".join(connection.ops.quote_name(name) for name in columns)
    statement = f"INSERT INTO {connection.ops.quote_name(table)} ({quoted}) VALUES ({', '.join(['%s'] * len(columns))})"
    booleans = _booleans(table)
    count, waiting = 0, []
    with connection.cursor() as cursor:
        for row in rows:
            waiting.append([_adapted(value, name in booleans) for name, value in zip(columns, row, strict=True)])
            if len(waiting) == AT_ONCE:
                cursor.executemany(statement, waiting)
                count, waiting = count + len(waiting), []
        if waiting:
            cursor.executemany(statement, waiting)
    return count + len(waiting)


def _booleans(table: str) -> set[str]:
    """Columns that are yes or no in this store: SQLite writes them as numbers."""
    model = tables().get(table)
    return {field.column for field in model._meta.concrete_fields if isinstance(field, models.BooleanField)} if model else set()


def _adapted(value: Any, is_boolean: bool) -> Any:
    """A value as this store's driver takes it."""
    if is_boolean and value is not None:
        return bool(value)
    if not isinstance(value, dict):
        return value
    ((kind, held),) = value.items()
    if kind == "t":
        return connection.ops.adapt_datetimefield_value(datetime.fromisoformat(held))
    if kind == "d":
        return connection.ops.adapt_datefield_value(date.fromisoformat(held))
    if kind == "n":
        return Decimal(held) if connection.vendor == "postgresql" else held
    if kind == "u":
        return UUID(hex=held) if connection.vendor == "postgresql" else held
    if kind == "b":
        return base64.b64decode(held)
    if kind == "j":
        return connection.ops.adapt_json_value(held, None)
    raise ValueError(f"A backup holds a value of an unknown kind '{kind}'. Use the version of Luyue that made it.")
