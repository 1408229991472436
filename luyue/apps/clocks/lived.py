"""What the company says about a text that is checked: how many cases are open, how long settled promises took on duty, and who is where."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime
from statistics import median

from django.db.models import Count, Max

from luyue.apps.cases.models import Case
from luyue.apps.clocks.models import Clock, ClockSpan
from luyue.apps.people.models import Membership
from luyue.apps.regulation.selectors import current_rulebook
from luyue.core.calendar import CalendarError, Within
from luyue.core.regulation.lived import Lived, Took
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import Team

_WINDOW, _WINDOWS = 4_000, 8  # promises looked at together, and how often at most
_ENOUGH = 2_000  # settled promises after which no more are looked for


def lived() -> Lived:
    """Asked when somebody writes a draft, a few times a day; a handful of questions to the store."""
    opened = Case.objects.filter(is_open=True).values("kind").annotate(n=Count("id"))
    posts = Membership.objects.filter(user__is_active=True).values_list("team", "post")
    actors = frozenset(one for team, post in posts for one in (team, f"{team}/{post}"))
    return Lived({row["kind"]: row["n"] for row in opened}, _took(current_rulebook()[1]), actors)


def _took(book: Rulebook) -> Mapping[tuple[str, str], Took]:
    """A missed promise counts to its deadline: when its work was done stands elsewhere, and the median needs no more. Paused ones are left out."""
    spent: dict[tuple[str, str], list[int]] = defaultdict(list)
    for rule, team, owed_by, started_at, settled_at in _settled():
        there = book.all(Team).get(team or owed_by.partition("/")[0])
        if there is None:
            continue
        kind, _, name = rule.rpartition("/")
        try:
            spent[kind or "clock", name].append(book.agenda.elapsed_s(started_at, settled_at, Within(1, "h", there.staffed)))
        except CalendarError:
            continue
    return {rule: Took(int(median(seconds)), len(seconds)) for rule, seconds in spent.items()}


def _settled() -> Iterator[tuple[str, str, str, datetime, datetime]]:
    """(rule, team, owed_by, started_at, settled_at) of the newest settled promises that never stood still, window by window of ids.

    By id alone: asked for a state as well, a store goes through its index of states and reads every settled promise there ever was.
    """
    newest, left = Clock.objects.aggregate(newest=Max("id"))["newest"] or 0, _ENOUGH
    for since in range(newest - _WINDOW, newest - _WINDOW * (_WINDOWS + 1), -_WINDOW):
        window = {"gt": since, "lte": since + _WINDOW}
        spans = ClockSpan.objects.filter(**{f"clock_id__{word}": bound for word, bound in window.items()}, kind=ClockSpan.PAUSE)
        paused = set(spans.values_list("clock_id", flat=True))
        rows = Clock.objects.filter(**{f"pk__{word}": bound for word, bound in window.items()})
        for clock_id, state, *row in rows.values_list("pk", "state", "rule", "team", "owed_by", "started_at", "settled_at"):
            if state in ("kept", "missed") and clock_id not in paused:
                left -= 1
                yield row[0], row[1], row[2], row[3], row[4]
        if left <= 0 or since <= 0:
            return
