"""Which cases the index of grams names for a question, the newest first, a handful at a time: most questions are answered by the first.

Neither store may be asked for all of them: every second case has some words. FTS5 walks from the newest back by itself. GIN does not, so
the cases stand in it by their place as well (`BUCKET` together), and it is asked window by window, each as wide as the last one tells.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection

from luyue.apps.cases.grams import Asked

BUCKET = 500  # cases that stand in the index as one place; the migration of the index has the same number
_FIRST, _AT_ONCE = 320, 640  # cases looked at together: at first, and later
_WANTED, _WIDER, _MOST_NAMED = 800, 32, 128  # cases a window should find; times the last window; buckets
_FEW = 8  # in the newest buckets: one case in a hundred


def candidates(question: Asked) -> Iterator[list[int]]:
    """Ids of cases with these grams; some may lack the words themselves."""
    return _walked(question) if connection.vendor == "sqlite" else _by_windows(question)


def _walked(question: Asked) -> Iterator[list[int]]:
    match = " AND ".join([f'"{gram}"' for gram in question.grams] + [f'"{gram}" *' for gram in question.starts])
    with connection.cursor() as cursor:
        cursor.execute("SELECT rowid FROM cases_grams WHERE cases_grams MATCH %s ORDER BY rowid DESC", [match])
        size = _FIRST
        while rows := cursor.fetchmany(size):
            yield [row[0] for row in rows]
            size = _AT_ONCE


def _by_windows(question: Asked) -> Iterator[list[int]]:
    match = " & ".join([f"'{gram}'" for gram in question.grams] + [f"'{gram}':*" for gram in question.starts])
    # A piece of a gram begins thousands of them: in each of the newest cases it is sooner looked for than gathered from the index.
    late = _LATE_WALKED if question.starts else _LATE
    with connection.cursor() as cursor:
        cursor.execute(_NEWEST.format(late=late), {"match": match})
        newest, is_all, found = cursor.fetchone()
    yield from _handfuls(found)
    end, width = newest - 1, 2
    while end > 0 and not is_all:
        width = max(1, min(_WIDER * width, width * _WANTED // max(1, len(found))))
        first = max(0, end - width)
        if width <= _MOST_NAMED:
            found = _ids(_NAMED.format(place=_PLACES), [match, list(range(first, end))])
        else:
            found = _ids(_NAMED.format(place="case_id >= %s AND case_id < %s"), [match, first * BUCKET, end * BUCKET])
        yield from _handfuls(found)
        end = first


def _handfuls(ids: list[int]) -> Iterator[list[int]]:
    """A wide window may find many more than anybody reads."""
    for at in range(0, len(ids), _AT_ONCE):
        yield ids[at : at + _AT_ONCE]


# What stands apart (MATERIALIZED) is so that the planner does not walk the cases from the newest on and unpack the grams of each.
_PLACES = f"ARRAY[case_id / {BUCKET}] && %s::bigint[]"
_NAMED = "WITH named AS MATERIALIZED (SELECT case_id FROM cases_casewords WHERE grams @@ %s::tsquery AND {place}) SELECT case_id FROM named ORDER BY 1 DESC"
_LATE = f"cases_casewords WHERE ARRAY[case_id / {BUCKET}] && (SELECT ARRAY[place, place - 1] FROM newest)"
_LATE_WALKED = (
    f"(SELECT case_id, grams FROM cases_casewords ORDER BY case_id DESC LIMIT {2 * BUCKET}) walked WHERE case_id >= (SELECT place - 1 FROM newest) * {BUCKET}"
)
# The two newest buckets; where they have few, all there are: most words are rare, and one question less is asked.
_NEWEST = f"""
    WITH newest AS (SELECT coalesce(max(case_id), 0) / {BUCKET} AS place FROM cases_casewords),
    late AS MATERIALIZED (SELECT case_id FROM {{late}} AND grams @@ %(match)s::tsquery),
    few AS (SELECT count(*) <= {_FEW} AS are FROM late)
    SELECT place, are, ARRAY(
        SELECT case_id FROM late WHERE NOT are
        UNION ALL SELECT case_id FROM cases_casewords WHERE are AND grams @@ %(match)s::tsquery
        ORDER BY 1 DESC
    ) FROM newest, few"""


def _ids(statement: str, values: list[object]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [row[0] for row in cursor.fetchall()]
