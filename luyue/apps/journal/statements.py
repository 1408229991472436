"""Plain statements for the few places that read and write a dozen rows for every click.

Django works out a statement, and the form of each value, anew at every call, which costs more than the store needs to do the work. Here
that is done once a shape of question: the text, and how each kind of value is handed over and back. Constraints and triggers hold as
ever, and so does the transaction: everything runs on Django's own connection.

Columns are named by attribute: `case_id`, not `case`. Everything else in the house asks through Django.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connection, connections, models

Convert = Callable[[Any], Any]
_LOCKS = {"": "", "wait": " FOR UPDATE", "skip": " FOR UPDATE SKIP LOCKED"}


M = TypeVar("M", bound=models.Model)


class _Part(NamedTuple):
    """One table of a joined question: where its columns begin, and by which foreign key the first table points at it."""

    model: type[models.Model]
    names: list[str]
    begins: int
    key: int  # which of its columns is the primary key: nothing there, no row
    field: models.ForeignKey | None


@dataclass(frozen=True, slots=True)
class _Plan:
    """A model's INSERT. columns: attribute, how its value is handed over, what stands in when it is left out."""

    head: str
    row: str
    columns: tuple[tuple[str, Convert | None, Any], ...]
    key: str


def insert(model: type[models.Model], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows; what is left out takes the field's default."""
    if rows:
        _insert(_plan(model, connection.vendor), rows, "")


def insert_one(model: type[models.Model], row: Mapping[str, Any]) -> int:
    """Insert one row and give its id."""
    plan = _plan(model, connection.vendor)
    return int(_insert(plan, [row], f" RETURNING {plan.key}")[0][0])


def insert_for_ids(model: type[models.Model], rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Insert rows and give their ids, in the order of the rows."""
    plan = _plan(model, connection.vendor)
    return [int(row[0]) for row in _insert(plan, rows, f" RETURNING {plan.key}")] if rows else []


def update(model: type[models.Model], changes: Mapping[str, Any], **where: Any) -> int:
    """Set columns of the rows with exactly these values; how many there were."""
    statement, converts = _change(model, tuple(changes), tuple(where), connection.vendor)
    return _run(statement, _handed(converts, [*changes.values(), *where.values()]))[1]


def delete(model: type[models.Model], **where: Any) -> int:
    """Delete the rows with exactly these values; how many there were. Only for rows nothing points at."""
    statement, converts = _removal(model, tuple(where), connection.vendor)
    return _run(statement, _handed(converts, where.values()))[1]


def select(
    model: type[models.Model],
    columns: tuple[str, ...],
    *,
    order: str = "id",
    lock: str = "",
    within: tuple[str, Sequence[Any]] | None = None,
    **where: Any,
) -> list[tuple[Any, ...]]:
    """These columns of the rows with exactly these values, instants aware and JSON read.

    within a column and the values it may have besides; none of them gives no rows.
    lock   `wait` locks the rows until the transaction ends, `skip` passes over rows that others have locked. SQLite has one writer and
           no row locks: there the transaction itself is the lock.
    """
    rows, back = select_raw(model, columns, order=order, lock=lock, within=within, **where)
    return [back(row) for row in rows]


def select_raw(
    model: type[models.Model],
    columns: tuple[str, ...],
    *,
    order: str = "id",
    lock: str = "",
    within: tuple[str, Sequence[Any]] | None = None,
    **where: Any,
) -> tuple[list[tuple[Any, ...]], Callable[[Sequence[Any]], tuple[Any, ...]]]:
    """As `select`, but the rows as the store has them, and what gives their values: for whoever picks a few rows out of many."""
    if within is not None and not within[1]:
        return [], tuple
    shape = (within[0], len(within[1])) if within else ("", 0)
    statement, converts, backs = _question(model, columns, tuple(where), shape, order, lock, connection.vendor)
    found, _count = _run(statement, [*_handed(converts, where.values()), *(within[1] if within else ())], asks=True)
    return found, (lambda row: tuple(_given_back(row, backs))) if backs else tuple


def load(
    model: type[M], *, related: tuple[str, ...] = (), order: tuple[str, ...] = ("id",), also: tuple[str, Sequence[Any]] = ("", ()), **where: Any
) -> list[M]:
    """Whole rows with exactly these values, as Django's own objects, each with what its foreign keys in `related` point at.

    also  one more condition and its values; the table is called `t` in it.
    """
    statement, converts, backs, parts = _objects(model, related, tuple(where), order, also[0], connection.vendor)
    found, _count = _run(statement, [*_handed(converts, where.values()), *also[1]], asks=True)
    return [_object(model, parts, _given_back(row, backs)) for row in found]


def _object(model: type[M], parts: tuple[_Part, ...], values: list[Any]) -> M:
    made = None
    for part in parts:
        own = values[part.begins : part.begins + len(part.names)]
        one = part.model.from_db(DEFAULT_DB_ALIAS, part.names, own) if own[part.key] is not None else None
        if part.field is None:
            made = one
        else:
            part.field.set_cached_value(made, one)
    assert isinstance(made, model)
    return made


def ask(statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """The rows of a statement written out elsewhere, `%s` for each value, as the store gives them."""
    return _run(statement, values, asks=True)[0]


def read_as(column: str) -> str:
    """How a statement written out elsewhere asks for a column of instants, for `instant_of`."""
    return f"+{column}" if connection.vendor == "sqlite" else column


def instant_of(value: Any) -> datetime | None:
    """The instant of a column asked for by `read_as`, or of an expression over instants."""
    return _instant(value) if isinstance(value, str) else value


def find_id(model: type[models.Model], **where: Any) -> int | None:
    """The lowest id of the rows with exactly these values, or None."""
    rows = select(model, ("id",), order="id", **where)
    return int(rows[0][0]) if rows else None


# ------------------------------------------------------------------------------------------------ statements, made once


def _insert(plan: _Plan, rows: Sequence[Mapping[str, Any]], tail: str) -> list[tuple]:
    values: list[Any] = []
    for row in rows:
        for name, convert, default in plan.columns:
            value = row.get(name, default)
            values.append(value if convert is None or value is None else convert(value))
    return _run(plan.head + ", ".join([plan.row] * len(rows)) + tail, values, asks=bool(tail))[0]


def _run(statement: str, values: Sequence[Any], *, asks: bool = False) -> tuple[list[tuple], int]:
    """(rows found, rows changed).

    Django's cursor looks at every statement anew, which takes longer than SQLite does; it is asked only where somebody listens to it, as
    tests do that count questions.
    """
    store: Any = connections[DEFAULT_DB_ALIAS]
    if store.vendor != "sqlite" or store.queries_logged or store.execute_wrappers:
        with store.cursor() as cursor:
            cursor.execute(statement, values)
            return (cursor.fetchall() if asks else []), int(cursor.rowcount)
    store.ensure_connection()
    if store.needs_rollback:
        store.validate_no_broken_transaction()
    with store.wrap_database_errors:
        found = store.connection.cursor(sqlite3.Cursor).execute(_marked(statement), values)
        return (found.fetchall() if asks else []), found.rowcount


@lru_cache(maxsize=1024)
def _marked(statement: str) -> str:
    """With SQLite's own mark for a value."""
    return statement.replace("%s", "?")


def _given_back(row: Sequence[Any], backs: tuple[tuple[int, Convert], ...]) -> list[Any]:
    values = list(row)
    for place, back in backs:
        if values[place] is not None:
            values[place] = back(values[place])
    return values


def _handed(converts: tuple[Convert | None, ...], values: Any) -> list[Any]:
    return [value if convert is None or value is None else convert(value) for convert, value in zip(converts, values, strict=True)]


@lru_cache(maxsize=64)
def _plan(model: type[models.Model], vendor: str) -> _Plan:
    fields = [field for field in model._meta.concrete_fields if not isinstance(field, models.AutoField)]
    names = ", ".join(_quoted(field.column) for field in fields)
    return _Plan(
        head=f"INSERT INTO {_quoted(model._meta.db_table)} ({names}) VALUES ",
        row="(" + ", ".join(["%s"] * len(fields)) + ")",
        # A default that is a list or mapping may be shared: it goes to the store as text.
        columns=tuple((field.attname, _out(field), None if isinstance(field, models.UUIDField) else field.get_default()) for field in fields),
        key=_quoted(model._meta.pk.column),
    )


@lru_cache(maxsize=512)
def _change(model: type[models.Model], columns: tuple[str, ...], where: tuple[str, ...], vendor: str) -> tuple[str, tuple[Convert | None, ...]]:
    known = _fields(model)
    changes = ", ".join(f"{_quoted(known[name].column)} = %s" for name in columns)
    text = f"UPDATE {_quoted(model._meta.db_table)} SET {changes} WHERE {_where(known, where)}"
    return text, tuple(_out(known[name]) for name in (*columns, *where))


@lru_cache(maxsize=64)
def _removal(model: type[models.Model], where: tuple[str, ...], vendor: str) -> tuple[str, tuple[Convert | None, ...]]:
    known = _fields(model)
    return f"DELETE FROM {_quoted(model._meta.db_table)} WHERE {_where(known, where)}", tuple(_out(known[name]) for name in where)


@lru_cache(maxsize=128)
def _question(
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
def _objects(
    model: type[models.Model], related: tuple[str, ...], where: tuple[str, ...], order: tuple[str, ...], also: str, vendor: str
) -> tuple[str, tuple[Convert | None, ...], tuple[tuple[int, Convert], ...], tuple[_Part, ...]]:
    known = _fields(model)
    parts: list[_Part] = []
    columns: list[str] = []
    joins: list[str] = []
    read: list[models.Field] = []
    for number, name in enumerate((None, *related)):
        field = None if name is None else model._meta.get_field(name)
        assert field is None or isinstance(field, models.ForeignKey)
        other = model if field is None else field.related_model
        fields, table = list(other._meta.concrete_fields), f"t{number or ''}"
        key = next(place for place, one in enumerate(fields) if one.primary_key)
        parts.append(_Part(other, [one.attname for one in fields], len(columns), key, field))
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
