"""Saved views: one's own and those of one's teams, with how many cases stand in each for this reader."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl, urlencode

from django.db.models import Q

from luyue.apps.cases.readers import Staff
from luyue.apps.people.selectors import led_teams_of
from luyue.apps.ui.wording import said as _
from luyue.apps.workspace.models import SavedView
from luyue.apps.workspace.selectors import Size, Wanted, cases_wanted
from luyue.core.procedure.state import Invalid
from luyue.core.regulation.rulebook import Rulebook

MOST = 30  # views of one person or team
_LONGEST = 500


@dataclass(frozen=True, slots=True)
class Shown:
    """A view as the navigation shows it. `count` as words: "12", "1000+"."""

    id: int
    name: str
    query: str
    team: str
    count: str
    may_drop: bool


def views_of(reader: Staff) -> list[SavedView]:
    """His own, then his teams', in the order they were made."""
    mine = Q(owner=reader.user, team="") | Q(team__in=sorted(reader.teams - {""}))
    return sorted(SavedView.objects.filter(mine).select_related("owner"), key=lambda one: (one.team, one.pk))


def shown(reader: Staff, book: Rulebook, now: datetime) -> list[Shown]:
    """Every view with its count; what it counts is what this reader may see, whoever made the view."""
    return [
        Shown(one.pk, one.name, one.query, one.team, str(Size.of(cases_wanted(reader, wanted_of(one.query), book=book, now=now))), may_drop(one, reader))
        for one in views_of(reader)
    ]


def wanted_of(query: str) -> Wanted:
    return Wanted.of(dict(parse_qsl(query)))


def save(reader: Staff, name: str, query: str, team: str, now: datetime) -> SavedView:
    """raises Invalid under `name` or `team`."""
    name, query = name.strip(), plain(query)
    if not name or len(name) > 40:
        raise Invalid({"name": _("请起一个名字，最多 40 个字")})
    if team and team not in reader.teams:
        raise Invalid({"team": _("只能给自己所在的部门保存")})
    if SavedView.objects.filter(team=team, **({} if team else {"owner": reader.user})).count() >= MOST:
        raise Invalid({"name": _("最多保存 %(n)s 个视图，请先删去不用的") % {"n": MOST}})
    return SavedView.objects.create(owner=reader.user, team=team, name=name, query=query, created_at=now)


def drop(reader: Staff, view_id: int) -> bool:
    """Whether there was such a view that he may take away."""
    view = next((one for one in views_of(reader) if one.pk == view_id), None)
    if view is None or not may_drop(view, reader):
        return False
    view.delete()
    return True


def may_drop(view: SavedView, reader: Staff) -> bool:
    """Whoever made it, and who leads the team it is for."""
    return view.owner_id == reader.user.pk or view.team in led_teams_of(reader.user)


def plain(query: str) -> str:
    """The filters alone, in one order: no page, nothing empty."""
    return urlencode(sorted((name, value) for name, value in parse_qsl(query) if name != "page"))[:_LONGEST]
