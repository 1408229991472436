"""All regulations of a company laid together: every rule by kind and id, categories grafted, facts declared.

This is what book checks look at; a `Rulebook` is made of it when nothing is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any, TypeVar, cast

from luyue.core.calendar import AROUND_THE_CLOCK, Agenda, CalendarError, DayTable, Timetable, Within
from luyue.core.records import dataclass, field, replace
from luyue.core.regulation.lived import NOTHING_LIVED, Lived
from luyue.core.regulation.locate import front_place, place_of
from luyue.core.regulation.problems import ERROR, Place, Problem, Witness, problem
from luyue.core.regulation.read import Draft
from luyue.core.regulation.references import Reference, references
from luyue.core.regulation.rules import (
    ActionRule,
    Category,
    Condition,
    Form,
    Label,
    Notice,
    Procedure,
    Rule,
    TaskRule,
    Team,
    TimetableRule,
)  # fmt: skip
from luyue.core.regulation.suggest import hints
from luyue.core.regulation.text import Regulation
from luyue.core.regulation.vocabulary import FACTS

R = TypeVar("R", bound=Rule)


@dataclass
class Book:
    """Drafts in their order of dependence. `problems` holds what laying them together brought up."""

    drafts: tuple[Draft, ...]
    by_kind: dict[str, dict[str, Rule]]
    problems: list[Problem]
    calendars: Mapping[str, DayTable]
    broken: frozenset[tuple[str, str]] = frozenset()
    mentioned: frozenset[str] = frozenset()
    _sources: dict[str, Regulation] = field(default_factory=dict)
    faulty: set[tuple[str, str]] = field(default_factory=set)
    world: object = None  # the fields of its forms, kept by `field_world`
    lived: Lived = NOTHING_LIVED

    def all(self, kind: type[R]) -> dict[str, R]:
        return cast(dict[str, R], self.by_kind.get(kind.kind, {}))

    def rules(self) -> Iterator[Rule]:
        for rules in self.by_kind.values():
            yield from rules.values()

    @property
    def regulations(self) -> tuple[Regulation, ...]:
        return tuple(draft.regulation for draft in self.drafts)

    def is_broken(self, *kinds: type[Rule]) -> bool:
        """Whether any rule of these kinds, or one of unknown kind, lost something to a fault of its text."""
        names = {kind.kind for kind in kinds} | {""}
        return any(kind in names for kind, _ in self.broken)

    def is_doubtful(self, *kinds: type[Rule]) -> bool:
        """Whether any rule of these kinds has an error of whatever sort."""
        names = {kind.kind for kind in kinds}
        return self.is_broken(*kinds) or any(kind in names for kind, _ in self.faulty)

    def place(self, rule: Rule, *path: str, word: str = "") -> Place:
        return place_of(self._sources[rule.regulation], rule, *path, word=word)

    def report(
        self, message: str, rule: Rule, /, *path: str, word: str = "", second: Rule | None = None, shown_by: Witness | None = None, **words: Any
    ) -> Problem:
        """The named message at a value of a rule. Rules with errors are noted, so that later checks do not build on them."""
        found = problem(message, self.place(rule, *path, word=word), second.mark if second else None, shown_by, **words)
        if found.severity == ERROR:
            self.faulty.add((rule.kind, rule.id))
        return found

    def is_sound(self, rule: Rule) -> bool:
        return (rule.kind, rule.id) not in self.faulty and (rule.kind, rule.id) not in self.broken

    def can_count(self, within: object) -> bool:
        """Whether a duration can be worked out: it is one, and its hours are declared."""
        if self.agenda is None or not isinstance(within, Within):
            return False
        return within.hours in (None, AROUND_THE_CLOCK) or within.hours in self.all(TimetableRule)

    def due_at(self, start: datetime, within: Within) -> datetime | None:
        """The deadline, or None where the calendar cannot tell (it ends before, or the hours never come)."""
        try:
            return self.agenda.due(start, within).at if self.agenda is not None else None
        except CalendarError:
            return None

    @cached_property
    def references(self) -> tuple[Reference, ...]:
        """Every name by which a rule points at another, in the order of the rules."""
        return tuple(reference for rule in self.rules() for reference in references(rule))

    @cached_property
    def actions_by_fact(self) -> dict[str, list[ActionRule]]:
        found: dict[str, list[ActionRule]] = {}
        for action in self.all(ActionRule).values():
            found.setdefault(action.records, []).append(action)
        return found

    @cached_property
    def actions_by_procedure(self) -> dict[str, list[ActionRule]]:
        found: dict[str, list[ActionRule]] = {}
        for action in self.all(ActionRule).values():
            found.setdefault(action.procedure, []).append(action)
        return found

    @cached_property
    def facts(self) -> frozenset[str]:
        """Every fact the edition may speak of: the platform's and those its actions record."""
        return frozenset(FACTS) | frozenset(self.actions_by_fact)

    @cached_property
    def actors(self) -> frozenset[str]:
        teams = self.all(Team)
        return frozenset(teams) | frozenset(f"{team.id}/{post}" for team in teams.values() for post in team.posts)

    @cached_property
    def forms_of(self) -> dict[str, tuple[str, ...]]:
        """procedure → ids of every form a case of it may hold: intake, actions, tasks, surveys, and their lines."""
        return {procedure: tuple(self._forms_of(procedure)) for procedure in self.all(Procedure)}

    def _forms_of(self, procedure: str) -> dict[str, None]:
        wanted = [self.all(Procedure)[procedure].intake]
        wanted += [action.form for action in self.actions_by_procedure.get(procedure, ())]
        wanted += [task.form for task in self.all(TaskRule).values() if _speaks_of(task.applies_to, procedure)]
        wanted += [notice.asks for notice in self.all(Notice).values() if _speaks_of(notice.applies_to, procedure)]
        found: dict[str, None] = {}
        forms = self.all(Form)
        while wanted:
            form = wanted.pop(0)
            if form and form not in found and form in forms:
                found[form] = None
                wanted += [one.of for one in forms[form].fields if one.kind == "lines"]
        return found

    @cached_property
    def procedures_of_form(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        for procedure, forms in self.forms_of.items():
            for form in forms:
                found.setdefault(form, []).append(procedure)
        return {form: tuple(procedures) for form, procedures in found.items()}

    @cached_property
    def days(self) -> DayTable | None:
        """The day table all regulations name, if it is given."""
        return self.calendars.get(self.regulations[-1].calendar) if self.drafts else None

    @cached_property
    def agenda(self) -> Agenda | None:
        """The calendar with the timetables of the book; None without day table or while a timetable is broken."""
        if self.days is None or self.is_broken(TimetableRule):
            return None
        timetables = {rule.id: Timetable(rule.id, rule.open, rule.dates) for rule in self.all(TimetableRule).values()}
        return Agenda(self.days, timetables)


def _speaks_of(condition: Condition, procedure: str) -> bool:
    kinds = condition.of.get("kind")
    return kinds is None or procedure in cast(tuple[str, ...], kinds)


def lay_together(drafts: Sequence[Draft], calendars: Mapping[str, DayTable], lived: Lived = NOTHING_LIVED) -> Book:
    """Order, merge and graft. Never raises; two rules of one id, a cycle or a missing base are problems of the book."""
    problems: list[Problem] = []
    ordered = _in_order(drafts, problems)
    by_kind: dict[str, dict[str, Rule]] = {}
    for draft in ordered:
        for rule in draft.regulation.rules:
            _put(rule, draft.regulation, by_kind, problems)
    broken = frozenset(key for draft in ordered for key in draft.broken)
    mentioned = frozenset(word for draft in ordered for word in draft.mentioned)
    sources = {draft.regulation.id: draft.regulation for draft in ordered}
    book = Book(tuple(ordered), by_kind, problems, calendars, broken, mentioned, sources, lived=lived)
    _graft(book)
    _same_frame(book)
    return book


def _in_order(drafts: Sequence[Draft], problems: list[Problem]) -> list[Draft]:
    """What others stand on comes first: floors, then builds_on; ties by id, so that the order given never matters."""
    by_id: dict[str, Draft] = {}
    for draft in sorted(drafts, key=lambda one: (one.regulation.id, one.regulation.path)):
        regulation = draft.regulation
        if regulation.id in by_id:
            place = front_place(regulation, "regulation")
            second = front_place(by_id[regulation.id].regulation, "regulation").mark
            problems.append(problem("regulation-twice", place, second, id=regulation.id))
        else:
            by_id[regulation.id] = draft
    done: dict[str, Draft] = {}

    def visit(draft: Draft, above: tuple[str, ...]) -> None:
        regulation = draft.regulation
        if regulation.id in done or regulation.id in above:
            return
        for key in ("floors", "builds_on"):
            for name in sorted(getattr(regulation, key)):
                if name in by_id:
                    visit(by_id[name], (*above, regulation.id))
                else:
                    problems.append(problem("unknown-regulation", front_place(regulation, key, name), name=name))
        done[regulation.id] = draft

    for draft in by_id.values():
        visit(draft, ())
    return list(done.values())


def _put(rule: Rule, regulation: Regulation, by_kind: dict[str, dict[str, Rule]], problems: list[Problem]) -> None:
    rules = by_kind.setdefault(rule.kind, {})
    if (first := rules.setdefault(rule.id, rule)) is not rule:
        place = place_of(regulation, rule, rule.kind)
        problems.append(problem("rule-id-twice", place, first.mark, kind=rule.kind, id=rule.id))


def _graft(book: Book) -> None:
    """Put each list written `under` another category's value where it belongs, depth first."""
    categories = book.all(Category)
    grafts: dict[str, dict[str, Category]] = {}
    waiting = [category for category in categories.values() if category.under]
    progress = True
    while progress:  # a list may be grafted on a value that another graft brings
        progress = False
        for category in list(waiting):
            root, _, path = category.under.partition("/")
            if root in categories and path in _grown(root, categories, grafts):
                grafts.setdefault(root, {})[path] = category
                waiting.remove(category)
                progress = True
    for category in waiting:
        root = category.under.partition("/")[0]
        if root not in book.mentioned and ("category", root) not in book.broken:
            known = [f"{one.id}/{value}" for one in categories.values() if not one.under for value in one.values]
            words: dict[str, Any] = {"kind": "category value", "kind_zh": "分类取值", "name": category.under}
            book.problems.append(book.report("unknown-name", category, "under", **words, **hints(category.under, known)))
    for root in grafts:
        categories[root] = replace(categories[root], values=_grown(root, categories, grafts))


def _grown(root: str, categories: Mapping[str, Category], grafts: Mapping[str, Mapping[str, Category]]) -> dict[str, Label]:
    values: dict[str, Label] = {}

    def add(path: str, label: Label) -> None:
        values[path] = label
        if (graft := grafts.get(root, {}).get(path)) is not None:
            for below, said in graft.values.items():
                if f"{path}/{below}" not in values:
                    add(f"{path}/{below}", said)

    for path, label in categories[root].values.items():
        if path not in values:
            add(path, label)
    return values


def _same_frame(book: Book) -> None:
    """One rulebook runs on one calendar and in one zone. Floors of the law are counted in whatever calendar lies above them."""
    floors = {name for regulation in book.regulations for name in regulation.floors}
    standing = [regulation for regulation in book.regulations if regulation.id not in floors] or list(book.regulations[-1:])
    for regulation in standing[1:]:
        for key in ("zone", "calendar", "currency"):
            found, other = getattr(regulation, key), getattr(standing[0], key)
            if found and other and found != other:
                place, second = front_place(regulation, key), front_place(standing[0], key).mark
                words: dict[str, Any] = {"key": key, "found": found, "other": other, "regulation": standing[0].id}
                book.problems.append(problem("zone-differs" if key == "zone" else "calendar-differs", place, second, **words))
    if book.calendars:
        for regulation in book.regulations:
            if regulation.calendar and regulation.calendar not in book.calendars:
                place = front_place(regulation, "calendar")
                book.problems.append(problem("unknown-calendar", place, name=regulation.calendar, **hints(regulation.calendar, book.calendars)))
