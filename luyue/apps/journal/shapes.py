"""The text of a plain statement, made once a shape, and how each kind of value is handed over to the store and given back.

SQLite keeps instants as text in UTC without an offset, JSON as text; PostgreSQL knows both.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, models

Convert = Callable[[Any], Any]
_LOCKS = {"": "", "wait": " FOR UPDATE", "skip": " FOR UPDATE SKIP LOCKED"}


class Part(NamedTuple):
    """One table of a joined question: where its columns begin, and by which foreign key the first table points at it."""

    model: type[models.Model]
    names: list[str]
    begins: int
    key: int  # which of its columns is the primary key: nothing there, no row
    field: models.ForeignKey | None


@dataclass(frozen=True, slots=True)
class Plan:
    """A model's INSERT. columns: attribute, how its value is handed over, what stands in when it is left out."""

    head: str
    row: str
    columns: tuple[tuple[str, Convert | None, Any], ...]
    key: str


@lru_cache(maxsize=64)
def plan_of(model: type[models.Model], vendor: str) -> Plan:
    fields = [field for field in model._meta.concrete_fields if not isinstance(field, models.AutoField)]
    names = ", ".join(_quoted(field.column) for field in fields)
    return Plan(
        head=f"INSERT INTO {_quoted(model._meta.db_table)} ({names}) VALUES ",
        row="(" + ", ".join(["%s"] * len(fields)) + ")",
        # A default that is a list or mapping may be shared: it goes to the store as text.
        columns=tuple((field.attname, _out(field), None if isinstance(field, models.UUIDField) else field.get_default()) for field in fields),
        key=_quoted(model._meta.pk.column),
    )


@lru_cache(maxsize=512)
def change_of(model: type[models.Model], columns: tuple[str, ...], where: tuple[str, ...], vendor: str) -> tuple[str, tuple[Convert | None, ...]]:
    known = _fields(model)
    changes = ", ".join(f"{_quoted(known[name].column)} = %s" for name in columns)
    text = f"UPDATE {_quoted(model._meta.db_table)} SET {changes} WHERE {_where(known, where)}"
    return text, tuple(_out(known[name]) for name in (*columns, *where))


@lru_cache(maxsize=64)
def removal_of(model: type[models.Model], where: tuple[str, ...], vendor: str) -> tuple[str, tuple[Convert | None, ...]]:
    known = _fields(model)
    return f"DELETE FROM {_quoted(model._meta.db_table)} WHERE {_where(known, where)}", tuple(_out(known[name]) for name in where)


@lru_cache(maxsize=128)
def question_of(
    model: type[models.Model], columns: tuple[str, ...], where: tuple[str, ...], within: tuple[str, int], order: str, lock: str, vendor: str
) -> tuple[str, tuple[Convert | None, ...], tuple[tuple[int, Convert], ...]]:
    known = _fields(model)
    names = ", ".join(_read(known[name]) for name in columns)
    conditions = [_where(known, where)] if where else []
    if within[0]:
        conditions.append(f"{_quoted(known[within[0]].column)} IN ({', '.join(['%s'] * within[1])})")
    text = f"SELECT {names} FROM {_quoted(model._meta.db_table)} WHERE {' AND '.join(conditions)} ORDER BY {_quoted(known[order].column)}"
    text += _LOCKS[lock] if vendor != "sqlite" else ""
    return text, tuple(_out(known[name]) for name in where), _backs([known[name] for name in columns])


@lru_cache(maxsize=64)
def objects_of(
    model: type[models.Model], related: tuple[str, ...], where: tuple[str, ...], order: tuple[str, ...], also: str, vendor: str
) -> tuple[str, tuple[Convert | None, ...], tuple[tuple[int, Convert], ...], tuple[Part, ...]]:
    known = _fields(model)
    parts: list[Part] = []
    columns: list[str] = []
    joins: list[str] = []
    read: list[models.Field] = []
    for number, name in enumerate((None, *related)):
        field = None if name is None else model._meta.get_field(name)
        assert field is None or isinstance(field, models.ForeignKey)
        other = model if field is None else field.related_model
        fields, table = list(other._meta.concrete_fields), f"t{number or ''}"
        key = next(place for place, one in enumerate(fields) if one.primary_key)
        parts.append(Part(other, [one.attname for one in fields], len(columns), key, field))
        columns += [_read(one, f"{table}.") for one in fields]
        read += fields
        if field is not None:
            joins.append(f" LEFT JOIN {_quoted(other._meta.db_table)} {table} ON {table}.{_quoted(other._meta.pk.column)} = t.{_quoted(field.column)}")
    conditions = [*(f"t.{_quoted(known[name].column)} = %s" for name in where), *([also] if also else [])]
    text = f"SELECT {', '.join(columns)} FROM {_quoted(model._meta.db_table)} t{''.join(joins)} WHERE {' AND '.join(conditions)}"
    text += " ORDER BY " + ", ".join(f"t.{_quoted(known[name].column)}" for name in order)
    return text, tuple(_out(known[name]) for name in where), _backs(read), tuple(parts)


def _read(field: models.Field, table: str = "") -> str:
    """The column as it is asked for. SQLite's instants as expressions: those of a plain column it would have parsed by Django, slowly."""
    column = table + _quoted(field.column)
    return read_as(column) if isinstance(field, models.DateTimeField) else column


def _where(known: Mapping[str, models.Field], names: tuple[str, ...]) -> str:
    return " AND ".join(f"{_quoted(known[name].column)} = %s" for name in names)


def _fields(model: type[models.Model]) -> dict[str, models.Field]:
    return {field.attname: field for field in model._meta.concrete_fields}


def _quoted(name: str) -> str:
    return str(connection.ops.quote_name(name))


def _out(field: models.Field) -> Convert | None:
    """How a value of this field is handed to the store; None when it goes as it is."""
    ops = connection.ops
    if isinstance(field, models.DateTimeField):
        return _instant_text if connection.vendor == "sqlite" else None
    if isinstance(field, models.DateField):
        return ops.adapt_datefield_value if connection.vendor == "sqlite" else None
    if isinstance(field, models.JSONField):
        return json.dumps if connection.vendor == "sqlite" else lambda value: ops.adapt_json_value(value, None)
    if isinstance(field, models.DecimalField):
        return lambda value: ops.adapt_decimalfield_value(value, field.max_digits, field.decimal_places)
    if isinstance(field, models.UUIDField | models.BinaryField):
        return lambda value: field.get_db_prep_value(value, connection)
    return None


def _backs(fields: Sequence[models.Field]) -> tuple[tuple[int, Convert], ...]:
    """Which of these columns change on their way back, and how."""
    return tuple((place, back) for place, field in enumerate(fields) if (back := _back(field)) is not None)


def _back(field: models.Field) -> Convert | None:
    """How a value of this field comes back; None when it comes as it is."""
    if isinstance(field, models.JSONField):
        return _json
    if connection.vendor != "sqlite":
        return None
    if isinstance(field, models.DateTimeField):
        return _instant
    if isinstance(field, models.BooleanField):
        return bool
    if isinstance(field, models.UUIDField):
        return UUID
    if isinstance(field, models.DateField | models.DecimalField):
        raise TypeError(f"{field} is not read by plain statements. Ask through Django.")
    return None


def _json(text: str) -> Any:
    return [] if text == "[]" else json.loads(text)


def _instant_text(at: datetime) -> str:
    """As Django writes it: UTC, without an offset."""
    return str(at if at.tzinfo is UTC else at.astimezone(UTC))[:-6]


def _instant(text: str) -> datetime:
    """SQLite keeps instants in UTC without an offset."""
    return datetime.fromisoformat(text + "+00:00")


def read_as(column: str) -> str:
    """How a statement written out elsewhere asks for a column of instants, for `instant_of`."""
    return f"+{column}" if connection.vendor == "sqlite" else column


def instant_of(value: Any) -> datetime | None:
    """The instant of a column asked for by `read_as`, or of an expression over instants."""
    return _instant(value) if isinstance(value, str) else value
