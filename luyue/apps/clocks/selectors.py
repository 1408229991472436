"""Questions about promises: what is due next for one person, how a clause fares, which cases stand behind a number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from operator import itemgetter
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Count
from django.utils import timezone

from luyue.apps.cases.models import Case
from luyue.apps.cases.readers import Reader, Staff
from luyue.apps.cases.selectors import of_cases_for
from luyue.apps.clocks.models import Clock, ClockSpan
from luyue.apps.clocks.promises import ClockLine, language, line_of, source_of
from luyue.apps.journal.statements import select
from luyue.apps.regulation.selectors import rulebook_by_digest, rulebook_by_id
from luyue.core.procedure.actors import team_of
from luyue.core.procedure.state import ClockState, PauseSpan
from luyue.core.regulation.rulebook import Rulebook

GROUPS = ("overdue", "soon", "today", "waiting", "followup", "later")
_WAITING_SHOWN = 50
_MOST_KNOWN = 2_000
_actions_known: dict[tuple, tuple[tuple[str, str], ...]] = {}  # the same few stages come up in every row
_CASE = (
    "id", "number", "kind", "stage", "subject", "channel", "rulebook_id", "rulebook__digest", "waiting_since", "next_due_at", "holder_id", "owner_id",
    "holder__name", "holder__username", "customer__name",
)  # fmt: skip
_CLOCK = (
    "key", "rule", "clause", "owed_by", "state", "started_at", "due_at", "team", "promised_at", "provisional", "settled_at", "left_s",
    "warned", "rungs", "corrected_by",
)  # fmt: skip
_BRIEF = ("rule", "state", "owed_by", "due_at", "settled_at", "provisional", "regulation", "clause", "is_owed")
_SHOWN = tuple(name for name in _CLOCK if name not in ("warned", "rungs"))  # whether somebody was warned is nothing a row shows


@dataclass(frozen=True, slots=True)
class DayRow:
    """One case in a person's day, with the promise that is owed next. The promise's names are those of `ClockLine`."""

    case_id: int
    number: str
    kind: str
    kind_label: str
    stage: str
    stage_label: str
    subject: str
    channel: str
    customer: str
    holder: str
    is_mine: bool
    group: str
    next_actions: tuple[str, ...]
    next_action_labels: tuple[str, ...]
    clock_key: str
    rule: str
    label: str
    regulation: str
    clause: str
    clause_title: str
    due_at: datetime | None
    promised_at: datetime | None
    started_at: datetime | None
    state: str
    hours: str
    counted: str
    left_s: int | None
    provisional: bool
    owed_by: str
    pauses: tuple[PauseSpan, ...]
    is_soon: bool
    waiting_since: datetime | None
    book: Rulebook


@dataclass(frozen=True, slots=True)
class MyDay:
    """`rows` by what is due first, those that wait for the customer behind; `counts` of the rows by group; `is_cut` when there are more."""

    rows: tuple[DayRow, ...]
    counts: Mapping[str, int]
    is_cut: bool


@dataclass(frozen=True, slots=True)
class ClauseCount:
    running: int = 0  # paused ones included
    kept: int = 0
    missed: int = 0
    withdrawn: int = 0

    @property
    def attained(self) -> int | None:
        """Whole percent kept of kept and missed, rounded down; None when there were none."""
        judged = self.kept + self.missed
        return 100 * self.kept // judged if judged else None


def my_day(reader: Staff, now: datetime, limit: int = 60) -> MyDay:
    """What this person and his teams owe, the most urgent first. At most four questions to the store, but for a rulebook met the first time."""
    found: dict[int, dict] = {}
    dues: dict[int, datetime] = {}
    waits: list[int] = []
    for due_at, case in _queues(reader, limit):
        found[case["id"]] = case
        if due_at is None:
            waits.append(case["id"])
        else:
            dues[case["id"]] = min(due_at, dues.get(case["id"], due_at))
    first = sorted(dues, key=lambda one: (dues[one], one))
    is_cut = len(first) >= limit
    shown = list(dict.fromkeys([*first[:limit], *sorted(set(waits) - set(first), key=lambda one: (found[one]["waiting_since"], one))]))
    promises = _next_promises([found[one] for one in shown], reader)
    books = {digest: rulebook_by_digest(digest) for digest in {found[one]["rulebook__digest"] for one in shown}}
    words = language()
    rows = [_row(found[one], promises.get(one), books[found[one]["rulebook__digest"]], reader, now, words) for one in shown]
    counts = dict.fromkeys(GROUPS, 0)
    for row in rows:
        counts[row.group] += 1
    return MyDay(tuple(rows), counts, is_cut)


def _queues(reader: Staff, limit: int) -> Iterator[tuple[datetime | None, dict]]:
    """(due, case) of each queue: a team's, or what the person holds himself; without a due those that wait for their customer."""
    teams = sorted(reader.teams)
    values: list[Any] = [one for team in teams for one in (team, True, limit)] + [one for person in reader.persons for one in (person, True, limit)]
    values += [one for team in teams for one in (team, _WAITING_SHOWN)]
    with connection.cursor() as cursor:
        cursor.execute(_queue_statement(len(teams), len(reader.persons)), values)
        for due_at, *case in cursor.fetchall():
            yield _instant(due_at), {name: _aware(value) for name, value in zip(_CASE, case, strict=True)}


@cache
def _queue_statement(n_teams: int, n_persons: int) -> str:
    """Each queue along its own index, cut before it is joined: no sort over all open cases. Written out, because Django cannot say a limit
    inside a union on SQLite."""
    by_due = "AND is_open = %s AND next_due_at IS NOT NULL ORDER BY next_due_at LIMIT %s"
    due = f"SELECT case_id, next_due_at FROM cases_caseteam WHERE team = %s {by_due}"
    held = f"SELECT id AS case_id, next_due_at FROM cases_case WHERE holder_id = %s {by_due}"
    waits = (
        "SELECT case_id, CAST(NULL AS timestamptz) AS next_due_at FROM cases_caseteam WHERE team = %s AND waiting_since IS NOT NULL"
        " ORDER BY waiting_since LIMIT %s"
    )
    parts = " UNION ALL ".join(f"SELECT * FROM ({part}) AS q{number}" for number, part in enumerate([due] * n_teams + [held] * n_persons + [waits] * n_teams))
    columns = ", ".join(_COLUMNS[name] for name in _CASE)
    return (
        f"SELECT q.next_due_at, {columns} FROM ({parts}) AS q JOIN cases_case c ON c.id = q.case_id"
        " JOIN regulation_rulebook r ON r.id = c.rulebook_id LEFT JOIN people_user h ON h.id = c.holder_id"
        " LEFT JOIN customers_customer k ON k.id = c.customer_id"
    )


_TABLES = {"rulebook__digest": "r.digest", "holder__name": "h.name", "holder__username": "h.username", "customer__name": "k.name"}
_COLUMNS = {name: _TABLES.get(name, f"c.{name}") for name in _CASE}


def _instant(value: Any) -> datetime | None:
    """SQLite gives an instant out of a union as text."""
    return datetime.fromisoformat(value).replace(tzinfo=UTC) if isinstance(value, str) else _aware(value)


def _aware(value: Any) -> Any:
    """SQLite keeps instants in UTC without saying so."""
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) and value.tzinfo is None else value


def _next_promises(cases: list[dict], reader: Staff) -> dict[int, ClockState]:
    """Of each case the promise owed first: by the reader or his teams if they owe one, else by anybody."""
    by_id = {case["id"]: case for case in cases}
    chosen: dict[int, tuple[tuple, int, dict]] = {}
    for case_id, clock_id, *values in select(Clock, ("case_id", "id", *_SHOWN), within=("case_id", list(by_id)), is_owed=True):
        clock = dict(zip(_SHOWN, values, strict=True))
        rank = (not _owes(clock, by_id[case_id], reader), clock["due_at"] is None, clock["due_at"], clock["key"])
        if case_id not in chosen or rank < chosen[case_id][0]:
            chosen[case_id] = (rank, clock_id, clock)
    pauses = _pauses([clock_id for _, clock_id, _ in chosen.values()])
    return {case_id: ClockState(**clock, pauses=pauses.get(clock_id, ())) for case_id, (_, clock_id, clock) in chosen.items()}


def _owes(clock: dict, case: dict, reader: Staff) -> bool:
    if clock["owed_by"] in ("holder", "owner"):
        return case[f"{clock['owed_by']}_id"] in reader.persons
    return (clock["team"] or team_of(clock["owed_by"])) in reader.teams


def _pauses(clock_ids: list[int]) -> dict[int, tuple[PauseSpan, ...]]:
    found: dict[int, list[PauseSpan]] = defaultdict(list)
    columns = ("clock_id", "from_at", "to_at", "reason")
    for clock_id, *span in select(ClockSpan, columns, within=("clock_id", clock_ids), kind=ClockSpan.PAUSE):
        found[clock_id].append(PauseSpan(*span))
    return {clock_id: tuple(spans) for clock_id, spans in found.items()}


def _row(case: dict, clock: ClockState | None, book: Rulebook, reader: Staff, now: datetime, words: str) -> DayRow:
    line = line_of(clock, book, now, is_owed=True, words=words) if clock else None
    actions = _next_actions(case, book, reader, words)
    procedure = book.procedure(case["kind"])
    stage = procedure.stages.get(case["stage"])
    return DayRow(
        case_id=case["id"],
        number=case["number"],
        kind=case["kind"],
        kind_label=procedure.label.say(words),
        stage=case["stage"],
        stage_label=stage.say(words) if stage else case["stage"],
        subject=case["subject"],
        channel=case["channel"],
        customer=case["customer__name"] or "",
        holder=case["holder__name"] or case["holder__username"] or "",
        is_mine=case["holder_id"] == reader.user.pk,
        group=_group(case, line, now),
        next_actions=tuple(action for action, _ in actions),
        next_action_labels=tuple(label for _, label in actions),
        clock_key=line.key if line else "",
        rule=line.rule if line else "",
        label=line.label if line else "",
        regulation=line.regulation if line else "",
        clause=line.clause if line else "",
        clause_title=line.clause_title if line else "",
        due_at=line.due_at if line else None,
        promised_at=line.promised_at if line else None,
        started_at=line.started_at if line else None,
        state=line.state if line else "",
        hours=line.hours if line else "",
        counted=line.counted if line else "",
        left_s=line.left_s if line else None,
        provisional=bool(line and line.provisional),
        owed_by=line.owed_by if line else "",
        pauses=line.pauses if line else (),
        is_soon=bool(line and line.is_soon),
        waiting_since=case["waiting_since"],
        book=book,
    )


def _group(case: dict, line: ClockLine | None, now: datetime) -> str:
    if line and line.due_at and now > line.due_at:
        return "overdue"
    if line and line.is_soon:
        return "soon"
    if case["waiting_since"] or line is None or line.state == "paused":
        return "waiting"
    if line.rule.startswith("task/"):
        return "followup"
    local = timezone.localtime(now)
    day_ends = (local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)  # not a promise: the row's group only
    return "today" if line.due_at and line.due_at <= day_ends else "later"


def _next_actions(case: dict, book: Rulebook, reader: Staff, words: str) -> tuple[tuple[str, str], ...]:
    """(id, label) of the first two actions of the stage that somebody of the reader's teams may do; what else they need is asked when they are done."""
    key = (book.digest, case["kind"], case["stage"], reader.teams, reader.posts, case["holder_id"] in reader.persons, words)
    found = _actions_known.get(key)
    if found is None:
        own = reader.teams | reader.posts | {"everyone", "routed-teams"} | ({"holder"} if key[5] else set())
        open_to = (rule for rule in book.actions_of(case["kind"]) if case["stage"] in rule.from_ and own & set(rule.by))
        found = tuple((rule.id, rule.label.say(words)) for _, rule in zip(range(2), open_to, strict=False))
        if len(_actions_known) > _MOST_KNOWN:
            _actions_known.clear()
        _actions_known[key] = found
    return found


def clause_counts(now: datetime, days: int = 30) -> dict[tuple[str, str], ClauseCount]:
    """How every clause fares: what runs now, and what was settled in the last `days`."""
    since = now - timedelta(days=days)
    running = Clock.objects.filter(state__in=("running", "paused")).values("regulation", "clause").annotate(n=Count("id"))
    settled = Clock.objects.filter(state__in=("kept", "missed", "withdrawn"), settled_at__gt=since, settled_at__lte=now)
    counts: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for row in running:
        counts[row["regulation"], row["clause"]]["running"] = row["n"]
    for row in settled.values("regulation", "clause", "state").annotate(n=Count("id")):
        counts[row["regulation"], row["clause"]][row["state"]] = row["n"]
    return {clause: ClauseCount(**found) for clause, found in counts.items()}


def clocks_of_clause(reader: Reader, regulation: str, clause: str, states: Iterable[str] = ("running", "paused"), limit: int = 50) -> list[Clock]:
    """Clocks of a clause in the reader's cases, most urgent first, the case joined."""
    rows = Clock.objects.filter(regulation=regulation, clause=clause, state__in=list(states)).filter(of_cases_for(reader))
    return list(rows.select_related("case", "case__customer", "case__holder").order_by("due_at", "id")[:limit])


def promises_of(case: Case, now: datetime | None = None) -> list[ClockLine]:
    """Every promise of a case the caller may see, owed ones first, by deadline."""
    now = now or timezone.now()
    book = rulebook_by_id(case.rulebook_id)
    rows = select(Clock, ("id", "is_owed", *_CLOCK), case_id=case.pk)
    pauses = _pauses([row[0] for row in rows])
    lines = []
    for clock_id, is_owed, *values in rows:
        columns = dict(zip(_CLOCK, values, strict=True))
        columns["warned"], columns["rungs"] = tuple(columns["warned"]), tuple(columns["rungs"])
        lines.append(line_of(ClockState(**columns, pauses=pauses.get(clock_id, ())), book, now, is_owed=is_owed))
    return sorted(lines, key=line_order)


class BriefPromise(NamedTuple):
    """One promise without the arithmetic."""

    rule: str
    label: str
    state: str
    owed_by: str
    due_at: datetime | None
    provisional: bool
    regulation: str
    clause: str


def brief_promises(case: Case) -> list[BriefPromise]:
    """Every promise of a case the caller may see: owed ones first, by deadline; settled ones the latest first."""
    book, words = rulebook_by_id(case.rulebook_id), language()
    found = []
    for rule, state, owed_by, due_at, settled_at, provisional, regulation, clause, is_owed in select(Clock, _BRIEF, case_id=case.pk):
        source = source_of(book, rule)
        shown = BriefPromise(rule, source.label.say(words) if source else rule, state, owed_by, due_at, provisional, regulation, clause)
        at = due_at if is_owed else settled_at
        found.append(((not is_owed, at is None, at.timestamp() * (1 if is_owed else -1) if at else 0, rule), shown))
    return [shown for _order, shown in sorted(found, key=itemgetter(0))]


def line_order(line: ClockLine) -> tuple:
    """Owed before settled; owed ones by deadline, settled ones the latest first."""
    if line.is_owed:
        return (0, line.due_at is None, line.due_at.timestamp() if line.due_at else 0, line.key)
    return (1, False, -(line.settled_at.timestamp() if line.settled_at else 0), line.key)
