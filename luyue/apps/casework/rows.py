"""A case's state out of its rows, and the difference of two states into them. Inside the caller's transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from luyue.apps.cases.models import Answer, Case, CaseTeam
from luyue.apps.casework.memo import load_memo
from luyue.apps.casework.projection import Row, Rows, Run
from luyue.apps.clocks import tallies
from luyue.apps.clocks.models import Clock, ClockSpan, Timer
from luyue.apps.journal.statements import delete, insert, insert_for_ids, select, update
from luyue.apps.tasks.models import Task
from luyue.core.procedure.state import CaseState, ClockState, PauseSpan, TaskState, TimerState

_CLOCK = (
    "key", "rule", "clause", "owed_by", "state", "started_at", "due_at", "team", "promised_at", "provisional", "settled_at", "left_s",
    "warned", "rungs", "corrected_by",
)  # fmt: skip
_TASK = ("key", "rule", "clause", "by", "state", "opened_at", "done_at", "tries", "blocks", "about")


def load(case: Case) -> CaseState:
    """The state of a case whose row the caller has read, and locked if he means to change it."""
    memo = load_memo(case.memo)
    order = memo.pop("order")
    return CaseState(
        kind=case.kind,
        stage=case.stage,
        channel=case.channel,
        customer_kind=case.customer_kind,
        received_at=case.received_at,
        closed_at=case.closed_at,
        waiting_since=case.waiting_since,
        merged_into=case.merged_into,
        head_seq=case.head_seq,
        clocks=_clocks(case, order["clocks"], order["paused"]),
        tasks=_tasks(case, order["tasks"]),
        timers=_timers(case) if order["clocks"] or memo["fields"] else (),
        **memo,
    )


def _clocks(case: Case, keys: list[str], paused: list[str]) -> dict[str, ClockState]:
    if not keys:
        return {}
    pauses: dict[str, list[PauseSpan]] = defaultdict(list)
    if paused:
        # Few cases ever pause: this one question goes through Django, for the join.
        spans = ClockSpan.objects.filter(clock__case=case, kind=ClockSpan.PAUSE).order_by("id")
        for key, from_at, to_at, reason in spans.values_list("clock__key", "from_at", "to_at", "reason"):
            pauses[key].append(PauseSpan(from_at, to_at, reason))
    found: dict[str, ClockState] = {}
    for row in select(Clock, _CLOCK, case_id=case.pk):
        columns = dict(zip(_CLOCK, row, strict=True))
        columns["warned"], columns["rungs"] = tuple(columns["warned"]), tuple(columns["rungs"])
        found[columns["key"]] = ClockState(**columns, pauses=tuple(pauses[columns["key"]]))
    return {key: found[key] for key in keys}


def _tasks(case: Case, keys: list[str]) -> dict[str, TaskState]:
    if not keys:
        return {}
    found: dict[str, TaskState] = {}
    for row in select(Task, _TASK, case_id=case.pk):
        columns = dict(zip(_TASK, row, strict=True))
        columns["tries"] = tuple(datetime.fromisoformat(one) for one in columns["tries"])
        columns["blocks"] = tuple(columns["blocks"])
        about = columns.pop("about")
        columns |= {"letter": about.get("letter", ""), "joined": tuple(about.get("joined", ())), "resent": tuple(about.get("resent", ()))}
        found[columns["key"]] = TaskState(**columns)
    return {key: found[key] for key in keys}


def _timers(case: Case) -> tuple[TimerState, ...]:
    return tuple(TimerState(*row) for row in select(Timer, ("clock", "kind", "rung", "due_at"), case_id=case.pk))


def write_first(case: Case, rows: Rows) -> None:
    """All rows of a case that was inserted a moment ago."""
    insert(CaseTeam, [{"case_id": case.pk, "team": team, **row} for team, row in rows.teams.items()])
    _add_clocks(case, rows, rows.clocks)
    tallies.add({}, rows.clocks)
    _add_timers(case, rows.timers)
    _add_tasks(case, rows.tasks)
    _add_answers(case, rows.answers)


def write_difference(case: Case, old: Rows, new: Rows, head_seq: int, head_hash: str) -> None:
    """Bring the rows of a locked case from `old` to `new`; what is the same is not touched."""
    _change_clocks(case, old, new)
    tallies.add(old.clocks, new.clocks)
    _change_timers(case, old.timers, new.timers)
    _change_by_key(Task, case, old.tasks, new.tasks)
    _add_tasks(case, {key: row for key, row in new.tasks.items() if key not in old.tasks})
    _change_teams(case, old.teams, new.teams)
    _change_answers(case, old, new)
    changed = {name: value for name, value in new.case.items() if old.case[name] != value}
    update(Case, {**changed, "head_seq": head_seq, "head_hash": head_hash}, id=case.pk)
    for name, value in changed.items():
        setattr(case, name, value)
    case.head_seq, case.head_hash = head_seq, head_hash


def _change_clocks(case: Case, old: Rows, new: Rows) -> None:
    _change_by_key(Clock, case, old.clocks, new.clocks)
    for key in new.clocks:
        if key in old.clocks and old.pauses.get(key) != new.pauses.get(key):
            clock_id = Clock.objects.values_list("id", flat=True).get(case=case, key=key)
            ClockSpan.objects.filter(clock=clock_id, kind=ClockSpan.PAUSE).delete()
            _add_pauses(clock_id, new.clocks[key]["team"], new.pauses.get(key, ()))
        if key in old.clocks and old.runs.get(key) != new.runs.get(key):
            clock_id = Clock.objects.values_list("id", flat=True).get(case=case, key=key)
            ClockSpan.objects.filter(clock=clock_id, kind=ClockSpan.RUN).delete()
            _add_runs(clock_id, new.runs.get(key, ()))
    _add_clocks(case, new, {key: row for key, row in new.clocks.items() if key not in old.clocks})


def _change_by_key(model: Any, case: Case, old: dict[str, Row], new: dict[str, Row]) -> None:
    """Only the columns that differ."""
    for key, row in new.items():
        before = old.get(key)
        if before is not None and before != row:
            changed = {name: value for name, value in row.items() if before[name] != value}
            update(model, changed, case_id=case.pk, key=key)


def _add_clocks(case: Case, rows: Rows, new: dict[str, Row]) -> None:
    if not new:
        return
    columns = [{"case_id": case.pk, "key": key, "rulebook_id": case.rulebook_id, **row} for key, row in new.items()]
    if not any(key in rows.pauses or key in rows.runs for key in new):
        insert(Clock, columns)
        return
    for row, clock_id in zip(columns, insert_for_ids(Clock, columns), strict=True):
        _add_pauses(clock_id, row["team"], rows.pauses.get(row["key"], ()))
        _add_runs(clock_id, rows.runs.get(row["key"], ()))


def _add_pauses(clock_id: int, team: str, pauses: tuple[tuple[datetime, datetime | None, str], ...]) -> None:
    shared = {"clock_id": clock_id, "kind": ClockSpan.PAUSE, "team": team}
    insert(ClockSpan, [{**shared, "from_at": from_at, "to_at": to_at, "reason": reason[:200]} for from_at, to_at, reason in pauses])


def _add_runs(clock_id: int, runs: Iterable[Run]) -> None:
    shared = {"clock_id": clock_id, "kind": ClockSpan.RUN, "reason": ""}
    insert(ClockSpan, [{**shared, "team": team, "from_at": from_at, "to_at": to_at} for team, from_at, to_at in runs])


def _change_timers(case: Case, old: tuple[TimerState, ...], new: tuple[TimerState, ...]) -> None:
    gone = set(old) - set(new)
    by_clock: dict[str, list[TimerState]] = defaultdict(list)
    for timer in gone:
        by_clock[timer.clock].append(timer)
    for clock, timers in by_clock.items():
        if any(timer.clock == clock and timer not in gone for timer in old):
            # Some of this clock's timers stay: name the others one by one, few as they are.
            for timer in timers:
                delete(Timer, case_id=case.pk, clock=clock, kind=timer.kind, rung=timer.rung)
        else:
            delete(Timer, case_id=case.pk, clock=clock)
    known = set(old)
    _add_timers(case, [timer for timer in new if timer not in known])


def _add_timers(case: Case, timers: Iterable[TimerState]) -> None:
    shared = {"case_id": case.pk}
    insert(Timer, [{**shared, "clock": one.clock, "kind": one.kind, "rung": one.rung, "due_at": one.due_at} for one in timers])


def _add_tasks(case: Case, new: dict[str, Row]) -> None:
    insert(Task, [{"case_id": case.pk, "key": key, **row} for key, row in new.items()])


def _change_teams(case: Case, old: dict[str, Row], new: dict[str, Row]) -> None:
    for team in old.keys() - new.keys():
        delete(CaseTeam, case_id=case.pk, team=team)
    for team, row in new.items():
        if team in old and old[team] != row:
            update(CaseTeam, row, case_id=case.pk, team=team)
    insert(CaseTeam, [{"case_id": case.pk, "team": team, **row} for team, row in new.items() if team not in old])


def _change_answers(case: Case, old: Rows, new: Rows) -> None:
    for name, rows in old.answers.items():
        if new.answers.get(name) != rows:
            delete(Answer, case_id=case.pk, field=name)
    _add_answers(case, {name: rows for name, rows in new.answers.items() if old.answers.get(name) != rows})


def _add_answers(case: Case, answers: dict[str, tuple[Row, ...]]) -> None:
    insert(Answer, [{"case_id": case.pk, "field": name, **row} for name, rows in answers.items() for row in rows])
