"""A rulebook looked up by fact: which clocks, tasks, notices and approvals wait for what. Built once a rulebook."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property

from luyue.core.clockwork import clock_of_approval, clock_of_floor, clock_of_task
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import (
    ANY_OPEN,
    ActionRule,
    AfterRepeats,
    AheadOf,
    Approval,
    Category,
    Checklist,
    ClockRule,
    Field,
    Floor,
    Form,
    Ladder,
    Notice,
    OnFact,
    PastOf,
    Procedure,
    Skill,
    TaskRule,
    Team,
)  # fmt: skip

_ATTRIBUTE = "_procedure_index"


def index_of(book: Rulebook) -> RuleIndex:
    """The index of `book`, made on first use and kept with it."""
    # A rulebook is immutable and may be large: like a cached_property its index lives in its own __dict__, not in a map by digest.
    index = vars(book).get(_ATTRIBUTE)
    if index is None:
        index = vars(book).setdefault(_ATTRIBUTE, RuleIndex(book))
    return index  # type: ignore[no-any-return]


class RuleIndex:
    """Everything `decide` and `settle` ask a rulebook again and again, by fact, by procedure and by action."""

    def __init__(self, book: Rulebook) -> None:
        self.book = book
        self.ladders: Mapping[str, Ladder] = book.all(Ladder)
        self.teams: Mapping[str, Team] = book.all(Team)
        self.terms: dict[str, ClockRule] = {}
        self.clocks_at: dict[str, list[ClockRule]] = defaultdict(list)
        self.again_at: dict[str, list[ClockRule]] = defaultdict(list)
        self._add_clocks()
        self.tasks_at: dict[str, list[TaskRule]] = defaultdict(list)
        self.repeats_at: dict[str, list[TaskRule]] = defaultdict(list)
        self._add_tasks()
        self.notices_at: dict[str, list[Notice]] = defaultdict(list)
        self.notices_around: dict[str, list[Notice]] = defaultdict(list)
        self._add_notices()
        self.asked_by: dict[str, list[Approval]] = defaultdict(list)
        for approval in book.all(Approval).values():
            for action in approval.not_by:
                self.asked_by[action].append(approval)
        self.gates: dict[str, list[Skill]] = defaultdict(list)
        for skill in book.all(Skill).values():
            for gate in skill.gates:
                self.gates[gate].append(skill)
        self._actions = {name: book.actions_of(name) for name in book.all(Procedure)}
        self._forms: dict[str, dict[str, Field]] = {}
        self._team_fields: dict[str, tuple[str, ...]] = {}
        self._serving: dict[str, str] = {}
        self._checklists: dict[str, dict[str, Checklist]] = {}
        self._handing: dict[str, frozenset[str]] = {}

    def _add_clocks(self) -> None:
        made: list[ClockRule | None] = list(self.book.all(ClockRule).values())
        made += [clock_of_floor(floor) for floor in self.book.all(Floor).values()]
        for clock in made:
            if clock is not None:
                self.terms[clock.id] = clock
                self.clocks_at[clock.starts_at].append(clock)
                if clock.runs == "again":
                    for fact in clock.stops_at:
                        self.again_at[fact].append(clock)
        # Tasks and approvals start and stop their own clock by key, never by a fact: they are known but wait for nothing.
        for task in self.book.all(TaskRule).values():
            self._know(clock_of_task(task))
        for approval in self.book.all(Approval).values():
            self._know(clock_of_approval(approval))

    def _know(self, clock: ClockRule | None) -> None:
        if clock is not None:
            self.terms[clock.id] = clock

    def _add_tasks(self) -> None:
        for task in self.book.all(TaskRule).values():
            if isinstance(task.trigger, OnFact) and task.sample is None:
                self.tasks_at[task.trigger.fact].append(task)
            elif isinstance(task.trigger, AfterRepeats):
                self.repeats_at[task.trigger.of].append(task)

    def _add_notices(self) -> None:
        for notice in self.book.all(Notice).values():
            if isinstance(notice.trigger, OnFact) and notice.sample is None:
                self.notices_at[notice.trigger.fact].append(notice)
            elif isinstance(notice.trigger, AheadOf | PastOf):
                self.notices_around[notice.trigger.field].append(notice)

    @cached_property
    def waited_for(self) -> frozenset[str]:
        """Facts some rule of the book names: of the chatty ones only these are recorded one by one."""
        names: set[str] = set()
        for clock in self.terms.values():
            names.update((clock.starts_at, *clock.stops_at, *clock.until))
            if clock.pauses:
                names.update((clock.pauses.starts_at, clock.pauses.stops_at))
        for action in self.book.all(ActionRule).values():
            names.update(action.after)
            if action.count:
                names.add(action.count.of)
        names.update(self.tasks_at, self.repeats_at, self.notices_at)
        for task in self.book.all(TaskRule).values():
            names.update((*task.stops_at, *task.until))
        return frozenset(names)

    @cached_property
    def recorded(self) -> frozenset[str]:
        """Facts an action of the book records."""
        return frozenset(action.records for action in self.book.all(ActionRule).values())

    def ladder(self, clock: ClockRule) -> Ladder | None:
        return self.ladders.get(clock.on_miss)

    def actions(self, procedure: str) -> tuple[ActionRule, ...]:
        return self._actions.get(procedure, ())

    def action(self, procedure: str, name: str) -> ActionRule | None:
        rule = self.book.all(ActionRule).get(name)
        return rule if rule is not None and rule.procedure == procedure else None

    def fields(self, procedure: str) -> Mapping[str, Field]:
        """Every field of the procedure's forms, those of its tasks included, by name."""
        known = self._forms.get(procedure)
        if known is None:
            forms = [*self.book.forms_of(procedure), *self._task_forms(procedure)]
            known = self._forms[procedure] = {field.name: field for form in forms for field in form.fields}
        return known

    def _task_forms(self, procedure: str) -> Iterable[Form]:
        kinds: tuple[str, ...]
        for task in self.book.all(TaskRule).values():
            wanted = task.applies_to.of.get("kind", (procedure,))
            kinds = wanted if isinstance(wanted, tuple) else ()
            if task.form and procedure in kinds:
                yield self.book.form(task.form)

    def team_fields(self, procedure: str) -> tuple[str, ...]:
        """The choice fields whose every value is a team: they can say who served or who takes over."""
        found = self._team_fields.get(procedure)
        if found is None:
            fields = self.fields(procedure).values()
            found = self._team_fields[procedure] = tuple(field.name for field in fields if self._asks_for_a_team(field))
        return found

    def _asks_for_a_team(self, field: Field) -> bool:
        category = self.book.all(Category).get(field.of) if field.kind == "choice" else None
        return category is not None and bool(category.values) and all(value in self.teams for value in category.values if value != "other")

    def serving_field(self, procedure: str) -> str:
        """The first team field of the intake form, else of any form: who gave the disputed service ("" if nobody asks)."""
        name = self._serving.get(procedure)
        if name is None:
            candidates = self.team_fields(procedure)
            intake = {field.name for field in self.book.form(self.book.procedure(procedure).intake).fields}
            name = next((one for one in candidates if one in intake), candidates[0] if candidates else "")
            self._serving[procedure] = name
        return name

    def checklists(self, procedure: str) -> Mapping[str, Checklist]:
        """Those an action of the procedure or a task asks for."""
        found = self._checklists.get(procedure)
        if found is None:
            wanted = [action.checklist for action in self.actions(procedure)]
            wanted += [task.checklist for task in self.book.all(TaskRule).values()]
            known = self.book.all(Checklist)
            found = self._checklists[procedure] = {name: known[name] for name in wanted if name in known}
        return found

    def handing_facts(self, procedure: str) -> frozenset[str]:
        """Facts by which a department gets the work, or gives it away: a transfer, a passing on, a sending back.

        One is what every routed case has; each more is a customer's matter that changed hands.
        """
        found = self._handing.get(procedure)
        if found is None:
            given = {action.records for action in self.actions(procedure) if action.by == ("routed-teams",) and self._gives_away(action)}
            found = self._handing[procedure] = frozenset({"case.transferred"} | given)
        return found

    def _gives_away(self, action: ActionRule) -> bool:
        if action.hands_to or action.route:
            return True
        fields = self.book.form(action.form).fields if action.form else ()
        teams = self.team_fields(action.procedure)
        return any(field.name in teams and (field.name.startswith("to_") or field.name.endswith("_to")) for field in fields)

    def can_still_record(self, procedure: str, stage: str, fact: str) -> bool:
        """Whether an action can record `fact` while the case stays in this final stage."""
        return any(action.records == fact and stage in action.from_ for action in self.actions(procedure))


def leaves_from(action: ActionRule, stage: str, procedure: Procedure) -> bool:
    """Whether the action may be done in `stage`."""
    if action.from_ == (ANY_OPEN,):
        return stage not in procedure.final
    return stage in action.from_
