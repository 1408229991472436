"""Plain statements for the few places that read and write a dozen rows for every click.

Django works out a statement, and the form of each value, anew at every call, which costs more than the store needs to do the work. Here
that is done once a shape of question: the text, and how each kind of value is handed over and back. Constraints and triggers hold as
ever, and so does the transaction: everything runs on Django's own connection.

Columns are named by attribute: `case_id`, not `case`. Everything else in the house asks through Django.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, connections, models

from luyue.apps.journal.shapes import Convert, Part, Plan, change_of, objects_of, plan_of, question_of, removal_of

M = TypeVar("M", bound=models.Model)


def insert(model: type[models.Model], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows; what is left out takes the field's default."""
    if rows:
        _insert(plan_of(model, connection.vendor), rows, "")


def insert_one(model: type[models.Model], row: Mapping[str, Any]) -> int:
    """Insert one row and give its id."""
    plan = plan_of(model, connection.vendor)
    return int(_insert(plan, [row], f" RETURNING {plan.key}")[0][0])


def insert_for_ids(model: type[models.Model], rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Insert rows and give their ids, in the order of the rows."""
    plan = plan_of(model, connection.vendor)
    return [int(row[0]) for row in _insert(plan, rows, f" RETURNING {plan.key}")] if rows else []


def update(model: type[models.Model], changes: Mapping[str, Any], **where: Any) -> int:
    """Set columns of the rows with exactly these values; how many there were."""
    statement, converts = change_of(model, tuple(changes), tuple(where), connection.vendor)
    return _run(statement, _handed(converts, [*changes.values(), *where.values()]))[1]


def delete(model: type[models.Model], **where: Any) -> int:
    """Delete the rows with exactly these values; how many there were. Only for rows nothing points at."""
    statement, converts = removal_of(model, tuple(where), connection.vendor)
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
    statement, converts, backs = question_of(model, columns, tuple(where), shape, order, lock, connection.vendor)
    found, _count = _run(statement, [*_handed(converts, where.values()), *(within[1] if within else ())], asks=True)
    return found, (lambda row: tuple(_given_back(row, backs))) if backs else tuple


def load(
    model: type[M], *, related: tuple[str, ...] = (), order: tuple[str, ...] = ("id",), also: tuple[str, Sequence[Any]] = ("", ()), **where: Any
) -> list[M]:
    """Whole rows with exactly these values, as Django's own objects, each with what its foreign keys in `related` point at.

    also  one more condition and its values; the table is called `t` in it.
    """
    statement, converts, backs, parts = objects_of(model, related, tuple(where), order, also[0], connection.vendor)
    found, _count = _run(statement, [*_handed(converts, where.values()), *also[1]], asks=True)
    return [_object(model, parts, _given_back(row, backs)) for row in found]


def _object(model: type[M], parts: tuple[Part, ...], values: list[Any]) -> M:
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


def find_id(model: type[models.Model], **where: Any) -> int | None:
    """The lowest id of the rows with exactly these values, or None."""
    rows = select(model, ("id",), order="id", **where)
    return int(rows[0][0]) if rows else None


def _insert(plan: Plan, rows: Sequence[Mapping[str, Any]], tail: str) -> list[tuple]:
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
