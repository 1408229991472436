"""What the company says about a text that is checked: how many cases are open, how long settled promises took on duty, and who is where."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from statistics import median

from django.db.models import Count, Exists, OuterRef

from luyue.apps.cases.models import Case
from luyue.apps.clocks.models import Clock, ClockSpan
from luyue.apps.people.models import Membership
from luyue.apps.regulation.selectors import current_rulebook
from luyue.core.calendar import CalendarError, Within
from luyue.core.regulation.lived import Lived, Took
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import Team

_LATEST = 2_000  # settled promises that are looked at, the newest ones


def lived() -> Lived:
    """Asked when somebody writes a draft, a few times a day; three questions to the store."""
    opened = Case.objects.filter(is_open=True).values("kind").annotate(n=Count("id"))
    posts = Membership.objects.filter(user__is_active=True).values_list("team", "post")
    actors = frozenset(one for team, post in posts for one in (team, f"{team}/{post}"))
    return Lived({row["kind"]: row["n"] for row in opened}, _took(current_rulebook()[1]), actors)


def _took(book: Rulebook) -> Mapping[tuple[str, str], Took]:
    """A missed promise counts to its deadline: when its work was done stands elsewhere, and the median needs no more. Paused ones are left out."""
    paused = ClockSpan.objects.filter(clock=OuterRef("pk"), kind=ClockSpan.PAUSE)
    rows = Clock.objects.filter(~Exists(paused), state__in=("kept", "missed")).order_by("-id")
    spent: dict[tuple[str, str], list[int]] = defaultdict(list)
    for rule, team, owed_by, started_at, settled_at in rows.values_list("rule", "team", "owed_by", "started_at", "settled_at")[:_LATEST]:
        there = book.all(Team).get(team or owed_by.partition("/")[0])
        if there is None or settled_at is None:
            continue
        kind, _, name = rule.rpartition("/")
        try:
            spent[kind or "clock", name].append(book.agenda.elapsed_s(started_at, settled_at, Within(1, "h", there.staffed)))
        except CalendarError:
            continue
    return {rule: Took(int(median(seconds)), len(seconds)) for rule, seconds in spent.items()}
