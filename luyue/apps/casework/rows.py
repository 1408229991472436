"""A case's state out of its rows, and the difference of two states into them. Inside the caller's transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from luyue.apps.cases.models import Answer, Case, CaseTeam
from luyue.apps.casework.memo import load_memo
from luyue.apps.casework.projection import Row, Rows
from luyue.apps.clocks.models import Clock, ClockSpan, Timer
from luyue.apps.tasks.models import Task
from luyue.core.procedure.state import CaseState, ClockState, PauseSpan, TaskState, TimerState

_CLOCK = (
    "key", "rule", "clause", "owed_by", "state", "started_at", "due_at", "team", "promised_at", "provisional", "settled_at", "left_s",
    "warned", "rungs", "corrected_by",
)  # fmt: skip
_TASK = ("key", "rule", "clause", "by", "state", "opened_at", "done_at", "tries", "blocks")


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
        spans = ClockSpan.objects.filter(clock__case=case, kind=ClockSpan.PAUSE).order_by("id")
        for key, from_at, to_at, reason in spans.values_list("clock__key", "from_at", "to_at", "reason"):
            pauses[key].append(PauseSpan(from_at, to_at, reason))
    found: dict[str, ClockState] = {}
    for row in Clock.objects.filter(case=case).values_list(*_CLOCK):
        columns = dict(zip(_CLOCK, row, strict=True))
        columns["warned"], columns["rungs"] = tuple(columns["warned"]), tuple(columns["rungs"])
        found[columns["key"]] = ClockState(**columns, pauses=tuple(pauses[columns["key"]]))
    return {key: found[key] for key in keys}


def _tasks(case: Case, keys: list[str]) -> dict[str, TaskState]:
    if not keys:
        return {}
    found: dict[str, TaskState] = {}
    for row in Task.objects.filter(case=case).values_list(*_TASK):
        columns = dict(zip(_TASK, row, strict=True))
        columns["tries"] = tuple(datetime.fromisoformat(one) for one in columns["tries"])
        columns["blocks"] = tuple(columns["blocks"])
        found[columns["key"]] = TaskState(**columns)
    return {key: found[key] for key in keys}


def _timers(case: Case) -> tuple[TimerState, ...]:
    rows = Timer.objects.filter(case=case).order_by("id").values_list("clock", "kind", "rung", "due_at")
    return tuple(TimerState(*row) for row in rows)


def write_first(case: Case, rows: Rows) -> None:
    """All rows of a case that was inserted a moment ago."""
    CaseTeam.objects.bulk_create([CaseTeam(case=case, team=team, **row) for team, row in rows.teams.items()])
    _add_clocks(case, rows, rows.clocks)
    _add_timers(case, rows.timers)
    _add_tasks(case, rows.tasks)
    _add_answers(case, rows.answers)


def write_difference(case: Case, old: Rows, new: Rows, head_seq: int, head_hash: str) -> None:
    """Bring the rows of a locked case from `old` to `new`; what is the same is not touched."""
    _change_clocks(case, old, new)
    _change_timers(case, old.timers, new.timers)
    _change_by_key(Task, case, old.tasks, new.tasks)
    _add_tasks(case, {key: row for key, row in new.tasks.items() if key not in old.tasks})
    _change_teams(case, old.teams, new.teams)
    _change_answers(case, old, new)
    changed = {name: value for name, value in new.case.items() if old.case[name] != value}
    Case.objects.filter(pk=case.pk).update(**changed, head_seq=head_seq, head_hash=head_hash)
    for name, value in changed.items():
        setattr(case, name, value)
    case.head_seq, case.head_hash = head_seq, head_hash


def _change_clocks(case: Case, old: Rows, new: Rows) -> None:
    _change_by_key(Clock, case, old.clocks, new.clocks)
    for key in new.clocks:
        if key in old.clocks and old.pauses.get(key) != new.pauses.get(key):
            clock = Clock.objects.only("id").get(case=case, key=key)
            ClockSpan.objects.filter(clock=clock, kind=ClockSpan.PAUSE).delete()
            _add_pauses([(clock, new.pauses.get(key, ()))])
    _add_clocks(case, new, {key: row for key, row in new.clocks.items() if key not in old.clocks})


def _change_by_key(model: Any, case: Case, old: dict[str, Row], new: dict[str, Row]) -> None:
    """Only the columns that differ; equal changes of several rows (a whole case closing) go in one statement."""
    changes: list[tuple[dict[str, Any], list[str]]] = []
    for key, row in new.items():
        before = old.get(key)
        if before is None or before == row:
            continue
        changed = {name: value for name, value in row.items() if before[name] != value}
        for known, keys in changes:
            if known == changed:
                keys.append(key)
                break
        else:
            changes.append((changed, [key]))
    for changed, keys in changes:
        model.objects.filter(case=case, key__in=keys).update(**changed)


def _add_clocks(case: Case, rows: Rows, new: dict[str, Row]) -> None:
    if not new:
        return
    made = Clock.objects.bulk_create([Clock(case=case, key=key, rulebook_id=case.rulebook_id, **row) for key, row in new.items()])
    _add_pauses([(clock, rows.pauses[clock.key]) for clock in made if clock.key in rows.pauses])


def _add_pauses(spans: Iterable[tuple[Clock, tuple[tuple[datetime, datetime | None, str], ...]]]) -> None:
    ClockSpan.objects.bulk_create(
        [
            ClockSpan(clock=clock, kind=ClockSpan.PAUSE, team=clock.team, from_at=from_at, to_at=to_at, reason=reason[:200])
            for clock, pauses in spans
            for from_at, to_at, reason in pauses
        ]
    )


def _change_timers(case: Case, old: tuple[TimerState, ...], new: tuple[TimerState, ...]) -> None:
    gone = set(old) - set(new)
    by_clock: dict[str, list[TimerState]] = defaultdict(list)
    for timer in gone:
        by_clock[timer.clock].append(timer)
    for clock, timers in by_clock.items():
        those = Timer.objects.filter(case=case, clock=clock)
        if any(timer.clock == clock and timer not in gone for timer in old):
            # Some of this clock's timers stay: name the others one by one, few as they are.
            for timer in timers:
                those.filter(kind=timer.kind, rung=timer.rung).delete()
        else:
            those.delete()
    known = set(old)
    _add_timers(case, [timer for timer in new if timer not in known])


def _add_timers(case: Case, timers: Iterable[TimerState]) -> None:
    Timer.objects.bulk_create([Timer(case=case, clock=one.clock, kind=one.kind, rung=one.rung, due_at=one.due_at) for one in timers])


def _add_tasks(case: Case, new: dict[str, Row]) -> None:
    Task.objects.bulk_create([Task(case=case, key=key, **row) for key, row in new.items()])


def _change_teams(case: Case, old: dict[str, Row], new: dict[str, Row]) -> None:
    gone = [team for team in old if team not in new]
    if gone:
        CaseTeam.objects.filter(case=case, team__in=gone).delete()
    for team, row in new.items():
        if team in old and old[team] != row:
            CaseTeam.objects.filter(case=case, team=team).update(**row)
    CaseTeam.objects.bulk_create([CaseTeam(case=case, team=team, **row) for team, row in new.items() if team not in old])


def _change_answers(case: Case, old: Rows, new: Rows) -> None:
    gone = [name for name, rows in old.answers.items() if new.answers.get(name) != rows]
    if gone:
        Answer.objects.filter(case=case, field__in=gone).delete()
    _add_answers(case, {name: rows for name, rows in new.answers.items() if old.answers.get(name) != rows})


def _add_answers(case: Case, answers: dict[str, tuple[Row, ...]]) -> None:
    Answer.objects.bulk_create([Answer(case=case, field=name, **row) for name, rows in answers.items() for row in rows])
