"""What a platform act is: the same in every procedure, with a small form of its own, never in the regulation (language §2.1)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from luyue.core.procedure import entry, follow, phrases, shape
from luyue.core.procedure.actors import acting_team, is_staff, team_of
from luyue.core.procedure.acts.forms import CATEGORIES, FORMS
from luyue.core.procedure.flow import Flow
from luyue.core.procedure.gates import Attempt
from luyue.core.procedure.shape import Filled
from luyue.core.procedure.state import Actor, NoticeDue, OwnerSet, Refused
from luyue.core.regulation.rules import Form, Label


@dataclass(frozen=True, slots=True)
class Doing:
    """A platform act being done: the entry it writes into, who and when, and the data as sent."""

    flow: Flow
    attempt: Attempt
    data: Mapping[str, object]
    now: datetime

    @property
    def actor(self) -> Actor:
        return self.attempt.actor

    @property
    def at(self) -> datetime:
        return self.attempt.at

    @property
    def team(self) -> str:
        return acting_team("", self.actor, self.attempt.state, self.attempt.index)

    def fill(self, form: Form | None, *, also: tuple[str, ...] = (), complete: bool = True) -> Filled:
        state = self.attempt.state
        known = state.view()
        how = entry.shape_of(self.attempt.book, FORMS, CATEGORIES)
        return shape.fill(form, self.data, how, known=known, also=also, complete=complete)

    def record(self, name: str, **payload: object) -> None:
        follow.record(self.flow, name, self.at, team=self.team, payload=payload)

    def own_if_nobody(self) -> None:
        """Who first works on a case nobody owns keeps following it."""
        if is_staff(self.actor) and not self.flow.case.owner:
            self.flow.case.emit(OwnerSet(self.actor.id))


@dataclass(frozen=True, slots=True)
class Act:
    """`may` says why not without any data; `perform` gets the filled form and returns the body, or None for the form itself.

    for_customers: shown on the customer's own page; the rest are staff's, whatever a customer might be allowed to send.
    """

    id: str
    label: Label
    may: Callable[[Attempt], Refused | None]
    perform: Callable[[Doing, Filled], Mapping[str, object] | None]
    for_customers: bool = False

    @property
    def form(self) -> Form:
        return FORMS[self.form_id]

    @property
    def form_id(self) -> str:
        return f"platform/{self.id}"

    def do(self, doing: Doing) -> Mapping[str, object]:
        """Raises Invalid for the form, Refused for the rest. Subforms (a task's own) are checked by the act itself."""
        filled = doing.fill(self.form) if self.id not in CARRIERS else Filled(doing.data, {})
        refused = self.may(doing.attempt)
        if refused is not None:
            raise refused
        body = self.perform(doing, filled)
        return filled.values if body is None else body


# Acts whose form carries another form's fields along, or values only another room knows.
CARRIERS = frozenset({"do-task", "classify", "answer-form", "show-evidence"})


def no(code: str, zh: str, en: str, remedy: str = "", *, rule: str = "", clause: str = "", remedy_en: str = "") -> Refused:
    return Refused(code, zh, words_en=en, rule=rule, clause=clause, remedy=remedy, remedy_en=remedy_en)


def staff_only(attempt: Attempt) -> Refused | None:
    if is_staff(attempt.actor):
        return None
    return no("by", "此操作由员工办理", "Only staff may do this", "请联系客服办理")


def staff_while_open(attempt: Attempt) -> Refused | None:
    return staff_only(attempt) or while_open(attempt)


def while_open(attempt: Attempt) -> Refused | None:
    procedure = attempt.book.procedure(attempt.state.kind)
    if attempt.state.stage not in procedure.final:
        return None
    stage = procedure.stages[attempt.state.stage]
    return no("from", f"工单{stage.zh}，不能再办理此操作", f"The case is {stage.say('en')}", "如需继续处理，请先重开或另立工单")


def check_words(doing: Doing, text: object, channel: str) -> None:
    """Refuse words a phrasebook blocks on this channel. What it only flags is said, and the lead of whoever said it hears of it."""
    if not isinstance(text, str):
        return
    flagged: dict[str, str] = {}
    for found in phrases.found_in(text, channel, doing.attempt.book, doing.flow.view()):
        rule = found.book
        if found.blocks:
            raise no(
                "phrase", f"含有禁用语“{found.phrase}”，未发送", f"It contains the forbidden phrase “{found.phrase}” and was not sent",
                "请换一种说法", rule=rule.id, clause=rule.clause,
            )  # fmt: skip
        flagged[rule.id] = rule.clause
    for name in flagged:
        doing.record("words.flagged", phrasebook=name)
    if flagged:
        doing.flow.case.emit(NoticeDue("platform/phrase-flagged", _answers_for(doing), (), "", doing.at))


def _answers_for(doing: Doing) -> tuple[str, ...]:
    """The first post of his team, which by custom is its lead; the team itself when it has none."""
    team = doing.attempt.index.teams.get(team_of(doing.team))
    return (f"{team.id}/{next(iter(team.posts))}",) if team is not None and team.posts else (doing.team,) if doing.team else ()
