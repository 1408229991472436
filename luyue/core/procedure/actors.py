"""Actor words of a rule against one person, and against one case (language §2.3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from luyue.core.procedure.index import RuleIndex
from luyue.core.procedure.state import Actor


class Parties(Protocol):
    """What of a case says who is who; both `CaseState` and the workings of an entry have it."""

    @property
    def kind(self) -> str: ...
    @property
    def holder(self) -> str: ...
    @property
    def owner(self) -> str: ...
    @property
    def teams(self) -> tuple[str, ...]: ...
    @property
    def routed_teams(self) -> tuple[str, ...]: ...
    @property
    def fields(self) -> Mapping[str, object]: ...


def is_staff(actor: Actor) -> bool:
    return actor.id.startswith("staff:")


def is_system(actor: Actor) -> bool:
    return actor.id == "system" or "system" in actor.actors


def has_post(actor: Actor) -> bool:
    """Whether the person answers for a post of some team (lead, manager …)."""
    return any("/" in word for word in actor.actors)


def team_of(word: str) -> str:
    """`service-desk/lead` belongs to `service-desk`."""
    return word.partition("/")[0]


def expand(word: str, case: Parties, index: RuleIndex) -> tuple[str, ...]:
    """The word as this case means it now: teams and posts, a person's id, or () when nobody fits yet."""
    if word == "routed-teams":
        return case.routed_teams
    if word == "serving-team":
        value = case.fields.get(index.serving_field(case.kind)) if case.kind else None
        return (str(value),) if value else ()
    if word == "holder":
        return (case.holder,) if case.holder else ()
    if word == "owner":
        return (case.owner,) if case.owner else ()
    return (word,)


def matched(words: Iterable[str], actor: Actor, case: Parties, index: RuleIndex) -> str | None:
    """The first actor under which `actor` may act for one of `words`: a team, a post, a word, or his own id. None if none."""
    for word in words:
        for one in expand(word, case, index):
            if one == actor.id or one in actor.actors:
                return one
    return None


def acting_team(word: str, actor: Actor, case: Parties, index: RuleIndex) -> str:
    """The team a fact is charged to: the routed team he answers for, else the one he acted under, else his own; "" if not staff."""
    if not is_staff(actor):
        return ""
    for routed in case.routed_teams:
        if routed in actor.actors:
            return routed
    teams = index.teams
    if team_of(word) in teams:
        return word
    return next((one for one in sorted(actor.actors) if one in teams), "")


def answerable(word: str, case: Parties, index: RuleIndex, otherwise: str = "") -> tuple[str, ...]:
    """Whom to tell for `word`; while nobody holds or owns the case, those who owe the work instead (`otherwise`, routed teams)."""
    found = expand(word, case, index)
    if found:
        return found
    if otherwise and otherwise != word:
        return answerable(otherwise, case, index)
    return case.routed_teams or case.teams[:1]
