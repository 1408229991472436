"""What comes round with the calendar and belongs to no single case: periodic tasks, samples, and messages to many customers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from luyue.apps.cases.models import Case
from luyue.apps.casework import rows
from luyue.apps.casework.company_opening import open_company_task
from luyue.apps.casework.letters import drawn, is_in_sample, said_often_enough
from luyue.apps.casework.perform import lock, not_before
from luyue.apps.casework.recording import Act, record
from luyue.apps.contacts.models import Announcement
from luyue.apps.journal.actions import ORG, append
from luyue.apps.journal.models import Entry
from luyue.apps.journal.transaction import write
from luyue.apps.regulation.selectors import current_rulebook, rulebook_by_id
from luyue.apps.tasks.models import Task
from luyue.core.clockwork import utc
from luyue.core.procedure import Step
from luyue.core.procedure.periods import Period, due_in, owed_periods, period_before, period_of
from luyue.core.procedure.state import FactRecorded, NoticeDue
from luyue.core.procedure.vocabulary import SURVEY_SENT
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import Every, Ladder, Notice, TaskRule

_LARGEST_SAMPLE = 500


def run(now: datetime) -> int:
    """Open what the periods that have begun call for, and escalate what is late; how much was done."""
    now = utc(now)
    _, book = current_rulebook(now)
    done = 0
    for rule in book.all(TaskRule).values():
        if isinstance(rule.trigger, Every):
            done += _open_periodic(rule, book, now)
    for notice in book.all(Notice).values():
        if isinstance(notice.trigger, Every):
            done += _send_periodic(notice, book, now)
    return done + _escalate(book, now)


def _open_periodic(rule: TaskRule, book: Rulebook, now: datetime) -> int:
    last = Task.objects.filter(case=None, rule=rule.id).order_by("-opened_at").values_list("opened_at", flat=True).first()
    return sum(_open_one(rule, period, book, now) for period in owed_periods(rule, book.agenda.zone, now, last))


def _open_one(rule: TaskRule, period: Period, book: Rulebook, now: datetime) -> int:
    if rule.sample is None:
        return _open(rule, period, book, now, "", {})
    if Task.objects.filter(case=None, key__startswith=f"{rule.id}@{period.name}:").exists():
        return 0
    return sum(_open(rule, period, book, now, number, {"case": number}) for number in _sampled(rule, period, book.agenda.zone))


def _sampled(rule: TaskRule, period: Period, zone: ZoneInfo) -> list[str]:
    """Cases received in the period before, of customers the newest case of each: a share, or so many, by a lot nobody can steer."""
    sample = rule.sample
    if sample is None:
        return []
    rows = list(_received_before(rule.trigger.period, rule, period, zone).order_by("id").values_list("number", "customer_id"))
    newest = {customer: number for number, customer in rows if customer is not None}
    numbers = sorted(newest.values()) if sample.of == "customers" else sorted(number for number, _ in rows)
    if sample.share:
        return [number for number in numbers if is_in_sample(number, rule.id, sample.share)][:_LARGEST_SAMPLE]
    return drawn(numbers, rule.id, min(sample.at_least or _LARGEST_SAMPLE, _LARGEST_SAMPLE))


def _received_before(every: str, rule: TaskRule | Notice, period: Period, zone: ZoneInfo) -> QuerySet[Case]:
    """The cases that came in during the period before this one, of the kinds the rule speaks of."""
    before = period_before(every, period)
    cases = Case.objects.filter(received_at__gte=before.begins_at(zone), received_at__lt=before.ends_at(zone))
    kinds = rule.applies_to.of.get("kind")
    return cases.filter(kind__in=kinds) if isinstance(kinds, tuple) else cases


def _open(rule: TaskRule, period: Period, book: Rulebook, now: datetime, about: str, memo: dict[str, str]) -> int:
    key = f"{rule.id}@{period.name}" + (f":{about}" if about else "")
    begun = utc(period.begins_at(book.agenda.zone))
    return open_company_task(rule, key, due_in(rule, period, book.agenda), why="period", at=begun, now=now, about={"period": period.name, **memo})


def _send_periodic(notice: Notice, book: Rulebook, now: datetime) -> int:
    """A message of the period to the customers of the period before, through the newest case of each."""
    if "customer" not in notice.recipients:
        return 0
    zone = book.agenda.zone
    period = period_of(notice.trigger.period, now.astimezone(zone).date())
    if Entry.objects.filter(once=f"period:notice/{notice.id}@{period.name}").exists():
        return 0
    sent = sum(_send_one(case_id, notice, period, now) for case_id in _addressed(notice, period, zone))

    def work() -> None:
        once = f"period:notice/{notice.id}@{period.name}"
        if not Entry.objects.filter(once=once).exists():
            effects = [{"effect": "period-notice", "notice": notice.id, "period": period.name, "sent": sent}]
            append(ORG, name="notice.due", action="period", actor="system", at=now, entered_at=now, effects=effects, once=once)

    write(work)
    return sent


def _addressed(notice: Notice, period: Period, zone: ZoneInfo) -> Iterator[int]:
    cases = _received_before(notice.trigger.period, notice, period, zone).filter(customer__isnull=False)
    newest = {customer: (number, pk) for customer, pk, number in cases.order_by("id").values_list("customer_id", "id", "number")}
    chosen = dict(newest.values())
    if notice.sample and notice.sample.share:
        chosen = {number: pk for number, pk in chosen.items() if is_in_sample(number, notice.id, notice.sample.share)}
    elif notice.sample and notice.sample.at_least:
        chosen = {number: chosen[number] for number in drawn(chosen, notice.id, notice.sample.at_least)}
    yield from chosen.values()


def _send_one(case_id: int, notice: Notice, period: Period, now: datetime) -> bool:
    def work() -> bool:
        case = lock(case_id)
        once = f"period:{notice.id}@{period.name}:{case.number}" if case else ""
        if case is None or Entry.objects.filter(once=once).exists() or said_often_enough(case, notice, now):
            return False
        state = rows.load(case)
        at = not_before(state, now)
        channels = tuple(state.channel if channel == "as-received" else channel for channel in notice.channels)
        asked = (FactRecorded(SURVEY_SENT, at, payload={"form": notice.asks}, by="system"),) if notice.asks else ()
        step = Step((*asked, NoticeDue(notice.id, notice.recipients, channels, "", at)))
        record(case, rulebook_by_id(case.rulebook_id), state, step, Act("period", "system", at, at, once), {})
        return True

    return write(work)


def _escalate(book: Rulebook, now: datetime) -> int:
    """Late tasks of the company: the highest step of their ladder that is reached speaks, once."""
    said = 0
    for task in Task.objects.filter(case=None, state="open", due_at__lt=now).order_by("due_at")[:_LARGEST_SAMPLE]:
        rule = book.all(TaskRule).get(task.rule)
        ladder = book.all(Ladder).get(rule.on_miss) if rule else None
        reached = _reached(ladder, book, task.due_at, now) if ladder else None
        if ladder and reached is not None:
            said += _announce(task, ladder, reached, now)
    return said


def _reached(ladder: Ladder, book: Rulebook, missed_at: datetime, now: datetime) -> int | None:
    reached = None
    for number, step in enumerate(ladder.steps):
        if step.at == "missed":
            reached = number
        elif step.after is not None:
            due = book.agenda.due(missed_at, step.after).at
            reached = number if due is not None and due <= now else reached
    return reached


def _announce(task: Task, ladder: Ladder, step: int, now: datetime) -> int:
    about = f"{task.key}:{step}"
    if Announcement.objects.filter(case=None, about=about).exists():
        return 0

    def work() -> int:
        once = f"late:{about}"
        if Entry.objects.filter(once=once).exists():
            return 0
        effects = [{"effect": "period-task-late", "key": task.key, "step": step}]
        entry = append(ORG, name="clock.missed", action="period", actor="system", at=task.due_at, entered_at=now, effects=effects, once=once)
        people = [one if one not in ("holder", "owner") else task.by for one in ladder.steps[step].notify]
        kind = "missed" if ladder.steps[step].at == "missed" else "rung"
        Announcement.objects.bulk_create([Announcement(case=None, entry=entry, kind=kind, about=about, recipient=one, at=now) for one in dict.fromkeys(people)])
        return 1

    return write(work)
