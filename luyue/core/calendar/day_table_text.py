"""A day table as people keep it: one YAML text with each year's notice, its feasts and its make-up workdays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from luyue.core.calendar.day_table import DayKind, DayTable
from luyue.core.calendar.errors import CalendarError
from luyue.core.yaml_lines import plain, value_of

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_KEYS = {"calendar", "label", "zone", "workweek", "known_until", "first_on", "last_on", "years"}
_YEAR_KEYS = {"notice", "link", "feasts"}
_FEAST_KEYS = {"name", "off", "worked"}
_NO_FEASTS = "A year without feasts is written `feasts: []`."


def load_day_table(text: str) -> DayTable:
    """Read the text of a calendar file; every scalar is a string, so no date or number is guessed.

    Keys: zone, known_until, first_on, last_on, optional workweek (`[mon, tue, wed, thu, fri]`), and `years`: year to `notice`
    (where it comes from), optional `link`, and `feasts`, a list of `{name, off, worked}`. `off` and `worked` are lists of dates or
    of `first..last`; a weekday that is off becomes a public holiday, and so does a weekend inside the feast. CalendarError for
    anything else, with the place in the text.
    """
    top = _mapping(_parsed(text), "the file", _KEYS)
    for key in ("zone", "known_until", "years"):
        if key not in top:
            raise CalendarError(f"Calendar: `{key}` is missing. Write e.g. `known_until: 2026-12-31`.")
    kinds: dict[date, DayKind] = {}
    names: dict[date, str] = {}
    sources: dict[int, str] = {}
    for year, entry in _mapping(top["years"], "years").items():
        sources[_year(year)] = _read_year(_year(year), entry, kinds, names)
    return DayTable(
        zone=top["zone"],
        kinds=kinds,
        workweek=_workweek(top.get("workweek", list(_WEEKDAYS[:5]))),
        names=names,
        known_until=_date(top["known_until"], "known_until"),
        source="；".join(dict.fromkeys(sources.values())),
        first_on=_date(top["first_on"], "first_on") if "first_on" in top else None,
        last_on=_date(top["last_on"], "last_on") if "last_on" in top else None,
        sources=sources,
    )


def _parsed(text: str) -> object:
    node = plain(text.split("\n"), 1, 1)
    if node is not None:
        return value_of(node)
    import yaml  # only for a text the plain reader leaves alone: loading it takes longer than reading the calendar

    try:
        return yaml.load(text, Loader=yaml.BaseLoader)  # the base loader makes strings, lists and mappings only
    except yaml.YAMLError as error:
        raise CalendarError(f"Calendar: this is not YAML. {error}") from None


def _read_year(year: int, entry: object, kinds: dict[date, DayKind], names: dict[date, str]) -> str:
    said = _mapping(entry, f"years: {year}", _YEAR_KEYS)
    if not said.get("notice"):
        raise CalendarError(f"Calendar {year}: `notice` is missing. Say where the days come from, with its number and date.")
    feasts = said.get("feasts")
    if not isinstance(feasts, list):
        raise CalendarError(f"Calendar {year}: `feasts` is missing. {_NO_FEASTS}")
    for feast in feasts:
        part = _mapping(feast, f"a feast of {year}", _FEAST_KEYS)
        name = part.get("name", "")
        where = f"{year} {name}".strip()
        for on in _dates(part.get("off", []), where):
            _enter(kinds, on, DayKind.PUBLIC_HOLIDAY, where)
            names[on] = name
        for on in _dates(part.get("worked", []), where):
            _enter(kinds, on, DayKind.MAKEUP_WORKDAY, where)
    return str(said["notice"])


def _enter(kinds: dict[date, DayKind], on: date, kind: DayKind, where: str) -> None:
    if kinds.get(on, kind) is not kind:
        raise CalendarError(f"Calendar {where}: {on} is both off and worked. Keep one of the two.")
    kinds[on] = kind


def _dates(said: object, where: str) -> Iterator[date]:
    if not isinstance(said, list):
        raise CalendarError(f"Calendar {where}: write dates as a list, e.g. [2026-02-15..2026-02-23].")
    for one in said:
        first, dots, last = str(one).partition("..")
        on, until = _date(first, where), _date(last if dots else first, where)
        if until < on:
            raise CalendarError(f"Calendar {where}: {one} runs backwards. Write the earlier date first.")
        while on <= until:
            yield on
            on += timedelta(days=1)


def _date(said: object, where: str) -> date:
    try:
        return date.fromisoformat(str(said).strip())
    except ValueError:
        raise CalendarError(f"Calendar {where}: {said!r} is no date. Write YYYY-MM-DD.") from None


def _year(said: str) -> int:
    if not (said.isdigit() and len(said) == 4):
        raise CalendarError(f"Calendar: {said!r} is no year. Write e.g. 2026.")
    return int(said)


def _workweek(said: object) -> tuple[int, ...]:
    if not isinstance(said, list) or any(day not in _WEEKDAYS for day in said):
        raise CalendarError(f"Calendar: workweek {said!r} is not a list of {', '.join(_WEEKDAYS)}.")
    return tuple(_WEEKDAYS.index(day) for day in said)


def _mapping(said: object, where: str, keys: set[str] | None = None) -> Mapping[str, Any]:
    if not isinstance(said, dict):
        raise CalendarError(f"Calendar: {where} must be keys with values.")
    for key in said:
        if keys is not None and key not in keys:
            raise CalendarError(f"Calendar: {where} has no key `{key}`. Known: {', '.join(sorted(keys))}.")
    return said
