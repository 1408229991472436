"""A case's state as the rows that show it: pure functions from state to columns, shared by writing and rebuilding.

A row is a plain dict of columns under the key that is unique in its case. Instants are cut to whole seconds by the core, so equal states
give equal rows on both stores.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from luyue.apps.casework.memo import dump_memo
from luyue.core.procedure.actors import team_of
from luyue.core.procedure.codec import from_iso
from luyue.core.procedure.index import index_of
from luyue.core.procedure.state import CaseState, ClockState, TimerState
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import ActionRule, DataClass, Procedure, Team

Row = dict[str, Any]
OPEN_STATES = ("running", "paused")
LARGEST_AMOUNT = 10**12  # what the column holds; greater numbers stay readable as text


Run = tuple[str, datetime, datetime | None]  # a team that had the work, since when, until when


class Rows(NamedTuple):
    """All rows of one case but the journal's. `case` holds only what follows from the state."""

    case: Row
    teams: dict[str, Row]
    clocks: dict[str, Row]
    pauses: dict[str, tuple[tuple[datetime, datetime | None, str], ...]]  # by clock key, clocks without pauses left out
    runs: dict[str, tuple[Run, ...]]  # by clock key, of clocks whose work changed hands while they ran
    timers: tuple[TimerState, ...]
    tasks: dict[str, Row]
    answers: dict[str, tuple[Row, ...]]  # by field


def rows_of(state: CaseState, book: Rulebook) -> Rows:
    """Everything the tables should say about this state."""
    owed = {clock.key for clock in state.clocks.values() if is_owed(clock, state, book)}
    handing, causes = index_of(book).handing_facts(state.kind), miss_causes(state)
    dues = {key: state.clocks[key].due_at for key in owed if state.clocks[key].due_at is not None}
    return Rows(
        case={
            "kind": state.kind,
            "stage": state.stage,
            "is_open": state.closed_at is None,
            "channel": state.channel,
            "customer_kind": state.customer_kind,
            "holder_id": staff_id(state.holder),
            "owner_id": staff_id(state.owner),
            "received_at": state.received_at,
            "closed_at": state.closed_at,
            "next_due_at": min(dues.values(), default=None),
            "waiting_since": state.waiting_since,
            "merged_into": state.merged_into,
            "hand_overs": sum(fact.name in handing for fact in state.facts),
            "memo": dump_memo(state),
        },
        teams=_team_rows(state, book, dues),
        clocks={clock.key: _clock_row(clock, book, clock.key in owed, causes.get(clock.key, ("", ""))) for clock in state.clocks.values()},
        pauses={clock.key: tuple((span.from_at, span.to_at, span.reason) for span in clock.pauses) for clock in state.clocks.values() if clock.pauses},
        runs=runs_of(state, book),
        timers=state.timers,
        tasks={task.key: _task_row(task, state, book) for task in state.tasks.values()},
        answers={name: answer_rows(name, value, book) for name, value in state.fields.items()},
    )


def runs_of(state: CaseState, book: Rulebook) -> dict[str, tuple[Run, ...]]:
    """Who had the work while a promise of the whole case ran: each team is charged its own span, the promise itself never begins again
    (clock semantics 17). Promises of one team, and those whose work stayed where it was, have nothing to divide."""
    turns = _turns(state, book)
    if len(turns) < 2:
        return {}
    found = {}
    for clock in state.clocks.values():
        spans = [] if clock.team else _spans_between(turns, clock.started_at, clock.settled_at)
        if len({(begins, ends) for _, begins, ends in spans}) > 1:
            found[clock.key] = tuple(spans)
    return found


def _turns(state: CaseState, book: Rulebook) -> list[tuple[datetime, tuple[str, ...]]]:
    """Since when which teams have the work: those that may begin it, then as it was routed, handed over and passed on."""
    if state.received_at is None:
        return []
    turns = [(state.received_at, state.teams[:1])]
    actions = book.all(ActionRule)
    for fact in state.facts:
        given, rule = fact.payload.get("team"), actions.get(fact.action)
        if not isinstance(given, tuple) or rule is None or rule.records != fact.name:
            continue
        kept = () if rule.route or rule.hands_to else tuple(team for team in turns[-1][1] if team != fact.team)
        teams = tuple(dict.fromkeys(team_of(str(one)) for one in (*kept, *given)))
        if teams != turns[-1][1]:
            turns.append((max(fact.at, turns[-1][0]), teams))
    return turns


def _spans_between(turns: list[tuple[datetime, tuple[str, ...]]], begins: datetime, ends: datetime | None) -> list[Run]:
    spans: list[Run] = []
    for number, (since, teams) in enumerate(turns):
        until = turns[number + 1][0] if number + 1 < len(turns) else None
        first = max(since, begins)
        last = ends if until is None else until if ends is None else min(until, ends)
        if last is None or first < last:
            spans += [(team, first, last) for team in teams]
    return spans


def staff_id(actor: str) -> int | None:
    """7 for "staff:7"; None for anybody else."""
    kind, _, number = actor.partition(":")
    return int(number) if kind == "staff" and number.isdecimal() else None


def is_owed(clock: ClockState, state: CaseState, book: Rulebook) -> bool:
    """Whether somebody still owes what this clock promises: it runs or stands paused, or it was missed and nothing has met it since."""
    if clock.state in OPEN_STATES:
        return True
    if clock.state != "missed":
        return False
    if clock.rule.startswith("task/"):
        task = state.tasks.get(clock.key.removeprefix("task/"))
        return task is not None and task.state == "open"
    if clock.rule.startswith("approval/"):
        approval = state.approvals.get(clock.rule.removeprefix("approval/"))
        return approval is not None and approval.state == "asked"
    if state.closed_at is not None and clock.started_at < state.closed_at:
        return False
    rule = index_of(book).terms.get(clock.rule)
    ends = {*rule.stops_at, *rule.until} if rule else set()
    return not any(fact.name in ends and fact.at >= clock.started_at and (not clock.team or not fact.team or fact.team == clock.team) for fact in state.facts)


def owing_team(clock: ClockState, book: Rulebook) -> str:
    """The team that owes this clock; "" when it is owed by whoever holds the case."""
    if clock.team:
        return clock.team
    team = team_of(clock.owed_by)
    return team if team in book.all(Team) else ""


def watching_teams(book: Rulebook, kind: str) -> tuple[str, ...]:
    """Teams that may see cases of this kind without working on them: `seen_by` of the regulation's data class over `case`."""
    if kind not in book.all(Procedure):
        return ()
    regulation = book.procedure(kind).regulation
    teams = book.all(Team)
    return tuple(
        word for data in book.all(DataClass).values() if data.regulation == regulation and "case" in data.covers for word in data.seen_by if word in teams
    )


def _team_rows(state: CaseState, book: Rulebook, dues: Mapping[str, datetime]) -> dict[str, Row]:
    """One row a team that may see the case. A promise owed by the holder counts for the teams that have the work."""
    routed = {team_of(actor) for actor in state.routed_teams}
    shown = dict.fromkeys((*state.teams, *watching_teams(book, state.kind), *_concerned_teams(state, book)))
    working = routed or set(state.teams[:1])
    earliest: dict[str, datetime] = {}
    for key, due_at in dues.items():
        owing = owing_team(state.clocks[key], book)
        for team in (owing,) if owing else working:
            earliest[team] = min(earliest.get(team, due_at), due_at)
    return {
        team: {
            "is_routed": team in working,
            "is_open": state.closed_at is None,
            "next_due_at": earliest.get(team),
            "waiting_since": state.waiting_since if team in working and state.closed_at is None else None,
        }
        for team in dict.fromkeys((*shown, *earliest))
    }


def _concerned_teams(state: CaseState, book: Rulebook) -> list[str]:
    """Teams that owed something, that were told of something late, or whose word is needed: whoever hears of a case may open it."""
    teams, index = book.all(Team), index_of(book)
    words = [owing_team(clock, book) for clock in state.clocks.values()]
    words += [team_of(approval.approver) for approval in state.approvals.values()]
    for clock in state.clocks.values():
        ladder = index.ladder(index.terms[clock.rule]) if clock.rule in index.terms else None
        for number, step in enumerate(ladder.steps if ladder else ()):
            missed = clock.state == "missed" and step.at == "missed"
            if missed or number in clock.rungs or (clock.warned and step.at == "warned"):
                words += [team_of(word) for word in step.notify]
    return [word for word in words if word in teams]


def miss_causes(state: CaseState) -> dict[str, tuple[str, str]]:
    """clock key -> (cause, who said so), the last word of each."""
    explained = (fact for fact in state.facts if fact.name == "miss.explained")
    return {str(fact.payload["clock"]): (str(fact.payload["miss_cause"]), fact.actor) for fact in explained}


def _clock_row(clock: ClockState, book: Rulebook, owed: bool, cause: tuple[str, str]) -> Row:
    rule = index_of(book).terms.get(clock.rule)
    return {
        "rule": clock.rule,
        "regulation": rule.regulation if rule else "",
        "clause": clock.clause,
        "owed_by": clock.owed_by,
        "team": clock.team,
        "state": clock.state,
        "started_at": clock.started_at,
        "due_at": clock.due_at,
        "promised_at": clock.promised_at,
        "provisional": clock.provisional,
        "settled_at": clock.settled_at,
        "left_s": clock.left_s,
        "warned": list(clock.warned),
        "rungs": list(clock.rungs),
        "corrected_by": clock.corrected_by,
        "cause": cause[0],
        "cause_by": cause[1],
        "is_owed": owed,
    }


def _task_row(task: Any, state: CaseState, book: Rulebook) -> Row:
    clock = state.clocks.get(f"task/{task.key}")
    return {
        "rule": task.rule,
        "regulation": book.task(task.rule).regulation,
        "clause": task.clause,
        "by": task.by,
        "state": task.state,
        "opened_at": task.opened_at,
        "due_at": clock.due_at if clock else None,
        "done_at": task.done_at,
        "tries": [one.isoformat() for one in task.tries],
        "blocks": list(task.blocks),
        "about": {name: value for name, value in (("letter", task.letter), ("joined", list(task.joined)), ("resent", list(task.resent))) if value},
    }


def answer_rows(name: str, value: object, book: Rulebook) -> tuple[Row, ...]:
    """A field's closed value for reports: money and numbers as amount, instants and dates as `at`, the rest as text."""
    field = book.fields.get(name)
    kind = field.kind if field else "text"
    if isinstance(value, tuple | list):
        return tuple({"text": str(one)[:200], "amount": None, "at": None} for one in dict.fromkeys(value))
    if kind in ("number", "money") and abs(Decimal(str(value))) < LARGEST_AMOUNT:
        return ({"text": None, "amount": Decimal(str(value)).quantize(Decimal("0.01")), "at": None},)
    if kind == "instant":
        return ({"text": None, "amount": None, "at": from_iso(str(value))},)
    return ({"text": str(value)[:200], "amount": None, "at": None},)
