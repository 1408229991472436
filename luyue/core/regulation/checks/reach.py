"""PL103, PL201, PL206: somebody is there at some time, the calendar reaches as far as the promises, and there is one zone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from luyue.core.calendar import CalendarError, Within, zone_info
from luyue.core.regulation.book import Book
from luyue.core.regulation.locate import front_place
from luyue.core.regulation.problems import Problem, Witness, Words, problem
from luyue.core.regulation.quantities import of_within
from luyue.core.regulation.rules import ANY_OPEN, AROUND_THE_CLOCK, ActionRule, Approval, ClockRule, Ladder, Procedure, Rule, TaskRule, Team, TimetableRule
from luyue.core.regulation.text import Regulation

_AHEAD = timedelta(days=90)  # published days an edition should have before it when it comes into force


def check(book: Book) -> Iterator[Problem]:
    for regulation in book.regulations:
        yield from _zone(book, regulation)
    yield from _never_there(book)
    yield from _empty(book)
    yield from _calendar(book)


def _zone(book: Book, regulation: Regulation) -> Iterator[Problem]:
    if not regulation.zone:
        return
    try:
        zone_info(regulation.zone)
    except CalendarError:
        yield problem("zone-unknown", front_place(regulation, "zone"), zone=regulation.zone)
        return
    table = book.calendars.get(regulation.calendar)
    if table is not None and table.zone != regulation.zone and regulation.id not in {name for one in book.regulations for name in one.floors}:
        words: Words = {"zone": regulation.zone, "calendar": regulation.calendar, "other": table.zone}
        yield problem("zone-of-calendar", front_place(regulation, "zone"), **words)


def _never_there(book: Book) -> Iterator[Problem]:
    """A team with work to do whose timetable has not one window."""
    actions, procedures = book.all(ActionRule).values(), book.all(Procedure)
    owed = {one.owed_by.partition("/")[0] for one in book.all(ClockRule).values()} | {one.by.partition("/")[0] for one in book.all(TaskRule).values()}
    working = owed | {word.partition("/")[0] for one in actions for word in one.by}
    for team in book.all(Team).values():
        hours = book.all(TimetableRule).get(team.staffed)
        if hours is None or not book.is_sound(hours) or team.id not in working or any(hours.open.values()) or any(hours.dates.values()):
            continue
        theirs = [one for one in actions if one.procedure in procedures and team.id in {word.partition("/")[0] for word in one.by}]
        words: Words = {"team": team.id, "team_zh": team.label.zh, "hours": hours.id, "hours_zh": hours.label.zh}
        words["shown_by"] = next((Witness(one.procedure, stage="" if one.from_[0] == ANY_OPEN else one.from_[0]) for one in theirs), None)
        yield book.report("team-never-there", team, "staffed", second=hours, **words)


def _empty(book: Book) -> Iterator[Problem]:
    """A team or post with something to do that nobody of the company belongs to; said where it is first named."""
    if book.lived.actors is None:
        return
    teams = book.all(Team)
    seen: set[str] = set()
    for rule, key, actor in _named(book):
        team, _, post = actor.partition("/")
        if actor in seen or team not in teams or actor in book.lived.actors:
            continue
        seen.add(actor)
        label = teams[team].posts[post].zh if post in teams[team].posts else teams[team].label.zh
        yield book.report("nobody-belongs", rule, key, word=actor, second=teams[team], actor=actor, actor_zh=label)


def _named(book: Book) -> Iterator[tuple[Rule, str, str]]:
    """(rule, key, actor) of everybody who must act, approve or hear of a miss."""
    for clock in book.all(ClockRule).values():
        yield clock, "owed_by", clock.owed_by
    for task in book.all(TaskRule).values():
        yield task, "by", task.by
    for approval in book.all(Approval).values():
        yield from ((approval, "bands", band.approver) for band in approval.bands)
    for ladder in book.all(Ladder).values():
        yield from ((ladder, "steps", actor) for step in ladder.steps for actor in (*step.notify, *([step.hand_to] if step.hand_to else [])))
    for action in book.all(ActionRule).values():
        if len(action.by) == 1:
            yield action, "by", action.by[0]


def _calendar(book: Book) -> Iterator[Problem]:
    """The longest promise begun on an edition's first day ends on published days; and some time is left after that."""
    if book.days is None or book.agenda is None:
        return
    floors = {name for one in book.regulations for name in one.floors}
    for regulation in book.regulations:
        counted = [one for one in regulation.rules if isinstance(one, ClockRule | TaskRule) and _counts(book, one)]
        if regulation.id in floors or not counted or regulation.in_force_from < book.days.begins_on:
            continue
        start = datetime.combine(regulation.in_force_from, datetime.min.time(), tzinfo=zone_info(book.days.zone))
        ends = {rule.id: book.due_at(start, rule.target) for rule in counted if isinstance(rule.target, Within)}
        rule = max(counted, key=lambda one: (ends[one.id] is None, ends[one.id] or start, one.id))
        due = ends[rule.id]
        last = book.days.known_until
        words: Words = {"calendar": regulation.calendar, "known": f"{last:%Y-%m-%d}", "rule": rule.id, "rule_zh": rule.label.zh}
        assert isinstance(rule.target, Within)
        words |= {"within": of_within(rule.target).say(), "within_zh": of_within(rule.target).say("zh"), "due": f"{due:%Y-%m-%d}" if due else "…"}
        provisional = last < book.days.ends_on
        if due is None or (provisional and due.date() > last + timedelta(days=1)):
            yield problem("calendar-ends", front_place(regulation, "calendar"), rule.mark, start=f"{regulation.in_force_from}", **words)
        elif provisional and regulation.in_force_from + _AHEAD > last:
            yield problem("calendar-short", front_place(regulation, "calendar"), rule.mark, start=f"{regulation.in_force_from}", **words)


def _counts(book: Book, rule: ClockRule | TaskRule) -> bool:
    """Whether the calendar decides when it is due: days are counted, or hours of a timetable."""
    return book.can_count(rule.target) and isinstance(rule.target, Within) and rule.target.hours != AROUND_THE_CLOCK
