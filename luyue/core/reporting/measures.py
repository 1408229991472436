"""What each measure of the language counts (docs/reports.md says it in words). Pure: from matters and a window to figures.

Three questions have three bases, and no case is in the wrong one: what came in is counted by when it was received, what came of it by when
it ended, and promises, hand-overs by when they fell.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from functools import partial

from luyue.core.procedure.effects.open_complaint import OpenComplaint
from luyue.core.procedure.periods import Period
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import AfterRepeats, Category, Form, Procedure, ReportRule, Shown, TaskRule
from luyue.core.reporting.answering import distribution, resolved_at_once
from luyue.core.reporting.figures import COUNT, MEAN, SECONDS, SHARE, Figure, numbers
from luyue.core.reporting.matter import Duty, Matter, Promise, Window

_GOOD_SHARE = Decimal("0.8")  # of the best mark: 4 of 5 is satisfied
_SATISFACTION = "satisfaction"
_COMPLAINT = "complaint"
_COST = "cost"


def window_of(period: Period, book: Rulebook) -> Window:
    zone = book.agenda.zone
    return Window(period.begins_at(zone), period.ends_at(zone))


def figures_of(rule: ReportRule, matters: Iterable[Matter], window: Window, book: Rulebook, duties: Iterable[Duty] = ()) -> tuple[Figure, ...]:
    """Every figure the rule shows, in its order. Cases are those of the procedures of the rule's own regulation; complaints beside them are
    looked at only by the measures that ask for them. `duties` are tasks without a case that fell due, of whatever regulation."""
    own = {name for name, one in book.all(Procedure).items() if one.regulation == rule.regulation}
    known = list(matters)
    of = [one for one in known if one.kind in own] if own else known
    beside = [one for one in known if one.kind not in own]
    owed = tuple(duties)
    found: list[Figure] = []
    for shown in rule.shows:
        measure = MEASURED.get(shown.measure)
        if measure is not None:
            look = Look(rule, shown, of, beside, window, book, owed)
            found += [replace(one, target=shown.target) if one.unit == SHARE else one for one in measure(look)]
    return tuple(found)


class Look:
    """What a measure may look at."""

    def __init__(
        self, rule: ReportRule, shown: Shown, cases: Sequence[Matter], beside: Sequence[Matter], window: Window, book: Rulebook, duties: Sequence[Duty]
    ) -> None:  # fmt: skip
        self.rule, self.shown, self.cases, self.beside, self.window, self.book = rule, shown, cases, beside, window, book
        self.duties = duties

    @property
    def received(self) -> list[Matter]:
        return [one for one in self.cases if self.window.has(one.received_at)]

    @property
    def ended(self) -> list[Matter]:
        return [one for one in self.cases if self.window.has(one.closed_at)]

    def base_of(self, field: str) -> list[Matter]:
        """A question of the intake form is answered when a case comes in, any other while it is worked on."""
        procedures = self.book.all(Procedure)
        kinds = {one.kind for one in self.cases} & procedures.keys()
        intake = {one.name for kind in kinds for one in self.book.form(procedures[kind].intake).fields}
        return self.received if field in intake else self.ended

    def values(self, case: Matter, field: str) -> tuple[str, ...]:
        """What the case says in a field, every parent of a value too; "" when it says nothing."""
        found: dict[str, None] = {}
        for value in case.answers.get(field, ("",)):
            parts = value.split("/")
            found.update({"/".join(parts[: depth + 1]): None for depth in range(len(parts))})
        return tuple(found)


def _attainment(look: Look) -> list[Figure]:
    """Promises of the regulation kept among those that came to a verdict in the period: in all, and by department, clause or field."""
    if only := look.shown.of:
        return [replace(_judged(look, lambda case, promise: promise.rule == only), field="rule", value=only)]
    field = look.shown.field or "clause"
    found = _judged(look, lambda case, promise: True)
    groups: dict[str, None] = {}
    for case in look.cases:
        for promise in _promises(case, look):
            groups.update(dict.fromkeys(_groups(look, case, promise, field)))
    figures = [found, *_corrected(look)]
    for value in sorted(groups):
        figures.append(replace(_judged(look, partial(_is_in, look, field, value)), field=field, value=value))
    return figures


def _corrected(look: Look) -> list[Figure]:
    """Misses overturned because somebody entered late what was done in time: said whenever there are any (design §1.5)."""
    judged = [(case, one) for case in look.cases for one in _promises(case, look)]
    corrected = [case.number for case, one in judged if one.corrected]
    return [Figure("corrected", COUNT, len(corrected), len(judged), counted=numbers(corrected))] if corrected else []


def _is_in(look: Look, field: str, value: str, case: Matter, promise: Promise) -> bool:
    return value in _groups(look, case, promise, field)


def _groups(look: Look, case: Matter, promise: Promise, field: str) -> tuple[str, ...]:
    if field in ("team", "clause", "rule"):
        return (str(getattr(promise, field)),)
    return (case.kind,) if field == "kind" else look.values(case, field)


def _promises(case: Matter, look: Look) -> list[Promise]:
    return [one for one in case.promises if one.regulation == look.rule.regulation and look.window.has(one.settled_at)]


def _judged(look: Look, wanted: Callable[[Matter, Promise], bool]) -> Figure:
    kept = judged = 0
    clean: list[str] = []
    missed: list[str] = []
    for case in look.cases:
        verdicts = [one.is_kept for one in _promises(case, look) if wanted(case, one)]
        kept, judged = kept + sum(verdicts), judged + len(verdicts)
        if verdicts:
            (clean if all(verdicts) else missed).append(case.number)
    return Figure("attainment", SHARE, kept, judged, counted=numbers(clean), others=numbers(missed))


def _misses_by_team(look: Look) -> list[Figure]:
    """Promises missed in the period, by the department that owed them."""
    missed: dict[str, list[str]] = defaultdict(list)
    judged = 0
    for case in look.cases:
        for promise in _promises(case, look):
            judged += 1
            if not promise.is_kept:
                missed[promise.team].append(case.number)
    whole = [number for cases in missed.values() for number in cases]
    figures = [Figure("misses-by-team", COUNT, len(whole), judged, counted=numbers(whole))]
    return figures + [Figure("misses-by-team", COUNT, len(missed[team]), judged, "team", team, counted=numbers(missed[team])) for team in sorted(missed)]


def _count_by(look: Look) -> list[Figure]:
    """Cases, by every value of a field and every parent of it; what nobody answered is counted as such."""
    field = look.shown.field
    base = look.base_of(field) if field else look.received
    figures = [Figure("count-by", COUNT, len(base), len(base), field, "*", counted=numbers(one.number for one in base))]
    if not field:
        return figures
    by_value: dict[str, list[str]] = defaultdict(list)
    for case in base:
        for value in look.values(case, field):
            by_value[value].append(case.number)
    order = _order_of(field, look.book)
    named = sorted(by_value, key=lambda value: (order.get(value, len(order)), value))
    return figures + [Figure("count-by", COUNT, len(by_value[one]), len(base), field, one, counted=numbers(by_value[one])) for one in named]


def _order_of(field: str, book: Rulebook) -> Mapping[str, int]:
    known = book.fields.get(field)
    category = book.all(Category).get(known.of) if known is not None else None
    return {value: number for number, value in enumerate(category.values)} if category else {}


def _satisfaction(look: Look) -> list[Figure]:
    """Of the customers asked after a case that ended in the period, those who gave at least four of five; then the mean mark."""
    return _marks(look, look.shown.field or _SATISFACTION, look.ended, (_SATISFACTION, "satisfaction-mean", "answered"))


def _survey(look: Look) -> list[Figure]:
    """The same of the customers who were sent a survey in the period that asks for this mark, whenever they answer it."""
    field = look.shown.field or _SATISFACTION
    forms = {form.id for form in look.book.all(Form).values() if any(one.name == field for one in form.fields)}
    sent = [one for one in look.cases if any(form in forms and look.window.has(at) for form, at in one.asked)]
    return [replace(one, field=field, value="*") for one in _marks(look, field, sent, ("survey", "survey-mean", "survey-answered"))]


def _marks(look: Look, field: str, base: Sequence[Matter], names: tuple[str, str, str]) -> list[Figure]:
    """The good among those who gave a mark, the mean mark, and those who gave one among the base."""
    known = look.book.fields.get(field)
    best = Decimal(known.at_most) if known is not None and known.at_most else Decimal(5)
    asked = [one for one in base if field in one.amounts]
    good = [one.number for one in asked if one.amounts[field] >= best * _GOOD_SHARE]
    rest = [one.number for one in asked if one.amounts[field] < best * _GOOD_SHARE]
    total = sum((one.amounts[field] for one in asked), Decimal(0))
    share, mean, answered = names
    marked = numbers(one.number for one in asked)
    return [
        Figure(share, SHARE, len(good), len(asked), counted=numbers(good), others=numbers(rest)),
        Figure(mean, MEAN, len(asked), len(asked), total=total, counted=marked),
        Figure(answered, SHARE, len(asked), len(base), counted=marked, others=numbers(one.number for one in base if field not in one.amounts)),
    ]


def _cost_per_case(look: Look) -> list[Figure]:
    """What the cases cost that ended in the period, as written down in an amount of theirs, for each of them; nothing written is nothing spent."""
    field = look.shown.field or _COST
    if field not in look.book.fields:
        return []
    spent = [one for one in look.ended if one.amounts.get(field)]
    rest = [one.number for one in look.ended if not one.amounts.get(field)]
    total = sum((one.amounts[field] for one in spent), Decimal(0))
    return [Figure("cost-per-case", MEAN, len(spent), len(look.ended), total=total, counted=numbers(one.number for one in spent), others=numbers(rest))]


def _duties_done(look: Look) -> list[Figure]:
    """Of the tasks without a case that fell due in the period, those done by then; in all and by task. What is due at its very end belongs to it."""
    tasks = look.book.all(TaskRule)
    own = [one for one in look.duties if one.rule in tasks and tasks[one.rule].regulation == look.rule.regulation]
    due = [one for one in own if look.window.begins_at < one.due_at <= look.window.ends_at]
    figures = [Figure("duties-done", SHARE, sum(one.is_kept for one in due), len(due))]
    for rule in sorted({one.rule for one in due}):
        kept = [one.is_kept for one in due if one.rule == rule]
        figures.append(Figure("duties-done", SHARE, sum(kept), len(kept), "task", rule))
    return figures


def _escalation_rate(look: Look) -> list[Figure]:
    """Of the cases that ended in the period, those from which a complaint was opened."""
    ended = look.ended
    up = {one.number for one in ended if set(one.opened_cases) & _complaints(look)}
    rest = [one.number for one in ended if one.number not in up]
    return [Figure("escalation-rate", SHARE, len(up), len(ended), counted=numbers(up), others=numbers(rest))]


def _complaints(look: Look) -> set[str]:
    """What a case of this regulation turns into when it is escalated; other cases it may open, such as an order, are no complaints."""
    own = [one for one in look.book.all(Procedure).values() if one.regulation == look.rule.regulation and one.starts_procedures]
    escalating = [one for one in own if any(OpenComplaint.name in action.effects for action in look.book.actions_of(one.id))]
    return {_COMPLAINT if _COMPLAINT in one.starts_procedures else one.starts_procedures[0] for one in escalating} or {_COMPLAINT}


def _complaint_rate(look: Look) -> list[Figure]:
    """Complaints received in the period for every hundred other cases received in it."""
    kinds = _complaints(look) | {_COMPLAINT}
    complaints = [one.number for one in (*look.cases, *look.beside) if one.kind in kinds and look.window.has(one.received_at)]
    others = [one for one in look.received if one.kind not in kinds]
    return [Figure("complaint-rate", SHARE, len(complaints), len(others), counted=numbers(complaints))]


def _transfers_per_case(look: Look) -> list[Figure]:
    """Hand-overs in the period for each case that was handed over in it; one a case is as it should be. Counted are the cases with more."""
    moved = [(one, sum(look.window.has(at) for at in one.hand_overs)) for one in look.cases]
    handed = [(one, n) for one, n in moved if n]
    figures = [_handed(handed)]
    field = look.shown.field
    values = dict.fromkeys(value for one, _ in handed for value in look.values(one, field)) if field else {}
    order = _order_of(field, look.book)
    for value in sorted(values, key=lambda value: (order.get(value, len(order)), value)):
        figures.append(replace(_handed([row for row in handed if value in look.values(row[0], field)]), field=field, value=value))
    return figures


def _handed(handed: Sequence[tuple[Matter, int]]) -> Figure:
    often = [one.number for one, _ in handed if len(one.hand_overs) > 1]
    once = [one.number for one, _ in handed if len(one.hand_overs) <= 1]
    total = Decimal(sum(n for _, n in handed))
    return Figure("transfers-per-case", MEAN, len(often), len(handed), total=total, counted=numbers(often), others=numbers(once))


def _repeat_causes(look: Look) -> list[Figure]:
    """Values that so many cases had in common, within so many days ending in the period, that a task counts them as repeats."""
    figures = []
    for task in look.book.all(TaskRule).values():
        if isinstance(task.trigger, AfterRepeats) and task.regulation == look.rule.regulation:
            for field in task.trigger.same:
                figures += _repeats(look, task.trigger, field)
    whole = Figure("repeat-causes", COUNT, len({one.value for one in figures}), len(look.ended))
    return [whole, *figures]


def _repeats(look: Look, trigger: AfterRepeats, field: str) -> list[Figure]:
    by_value: dict[str, list[tuple[datetime, str]]] = defaultdict(list)
    for case in look.cases:
        at = case.received_at if trigger.of == "case.received" else case.closed_at
        if at is not None and at < look.window.ends_at:
            for value in case.answers.get(field, ()):
                by_value[value].append((at, case.number))
    found = []
    for value in sorted(by_value):
        alike = sorted(by_value[value])
        runs = [alike[first : first + trigger.times] for first in range(len(alike) - trigger.times + 1)]
        close = [run for run in runs if (run[-1][0] - run[0][0]).days < trigger.days and look.window.has(run[-1][0])]
        cases = numbers(number for run in close for _, number in run)
        if cases:
            found.append(Figure("repeat-causes", COUNT, len(cases), len(look.ended), field, value, counted=cases))
    return found


def _seconds(name: str, took: Sequence[tuple[str, Decimal]]) -> list[Figure]:
    total = sum((one for _, one in took), Decimal(0))
    return [Figure(name, SECONDS, len(took), len(took), total=total, counted=numbers(number for number, _ in took))]


def _handling_time_mean(look: Look) -> list[Figure]:
    """From receipt to the end, on the clock on the wall, of the cases that ended in the period."""
    return _seconds("handling-time-mean", [(one.number, _span_s(one.received_at, one.closed_at)) for one in look.ended])


def _first_response_mean(look: Look) -> list[Figure]:
    """From receipt to the first answer with content, on the clock on the wall, of the cases received in the period that were answered."""
    return _seconds("first-response-mean", [(one.number, _span_s(one.received_at, one.responded_at)) for one in look.received if one.responded_at])


def _span_s(begins_at: datetime, ends_at: datetime | None) -> Decimal:
    return Decimal(int((ends_at - begins_at).total_seconds())) if ends_at else Decimal(0)


# The measures that are counted. `skill-coverage` and `correction-progress` are words of the language that no shipped report shows; a report that
# does says on its page that they are not.
MEASURED: Mapping[str, Callable[[Look], list[Figure]]] = {
    "attainment": _attainment,
    "misses-by-team": _misses_by_team,
    "count-by": _count_by,
    "satisfaction": _satisfaction,
    "survey": _survey,
    "cost-per-case": _cost_per_case,
    "duties-done": _duties_done,
    "escalation-rate": _escalation_rate,
    "complaint-rate": _complaint_rate,
    "transfers-per-case": _transfers_per_case,
    "repeat-causes": _repeat_causes,
    "handling-time-mean": _handling_time_mean,
    "first-response-mean": _first_response_mean,
    "first-contact-resolution": lambda look: resolved_at_once(look.ended),
    "response-distribution": lambda look: distribution(look.received, look.shown.field),
}
