"""Ways to spoil a shipped regulation: each operator with the codes that name its fault, and the places where it applies."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import TypeVar

from luyue.core.calendar import Within
from luyue.core.regulation.rules import ANY_OPEN, SAME, ActionRule, ClockRule, DataClass, Floor, Form, Notice, OnFact, Procedure, Rule, TaskRule, Team
from luyue.core.regulation.vocabulary import FACTS
from tests.regulation.reading import SHIPPED, draft

TEXTS = {path.parent.name: path for path in sorted(SHIPPED.glob("*/*.md"))}
SOURCES = {name: path.read_text(encoding="utf-8") for name, path in TEXTS.items()}
SEED = 20260101
R = TypeVar("R", bound=Rule)


@dataclass(frozen=True)
class Mutant:
    """One spoiled text; `at` is the line of the fault."""

    regulation: str
    at: int
    source: str


@dataclass(frozen=True)
class Operator:
    """codes: any of them names the fault rightly."""

    name: str
    codes: tuple[str, ...]
    mutants: Callable[[], Iterator[Mutant]] = field(compare=False)


# Ways to spoil --------------------------------------------------------------------------------------------------------------------------


def everywhere(
    pattern: str, replacement: str | Callable[[re.Match[str]], str], only: Callable[[str, re.Match[str]], bool] | None = None
) -> Callable[[], Iterator[Mutant]]:
    """The pattern replaced at one of its places after the other."""

    def found() -> Iterator[Mutant]:
        for name, source in SOURCES.items():
            for match in re.finditer(pattern, source):
                new = match.expand(replacement) if isinstance(replacement, str) else replacement(match)
                if new != match[0] and (only is None or only(name, match)):
                    yield spoiled(name, match.start(), match.end(), new)

    return found


def spoiled(name: str, start: int, end: int, new: str) -> Mutant:
    source = SOURCES[name]
    return Mutant(name, source.count("\n", 0, start) + 1, source[:start] + new + source[end:])


def swapped(match: re.Match[str]) -> str:
    """The last word with two letters in the wrong order."""
    word = match[match.lastindex or 0]
    end = next((i for i in range(len(word) - 1, 1, -1) if word[i] != word[i - 1] and word[i].isalpha() and word[i - 1].isalpha()), 0)
    turned = word[: end - 1] + word[end] + word[end - 1] + word[end + 1 :] if end else word + "x"
    return match[0][: len(match[0]) - len(word)] + turned


def plus(number: int) -> Callable[[re.Match[str]], str]:
    return lambda match: f"{match[1]}{int(match[2]) + number}{match[3]}"


@cache
def rules() -> tuple[Rule, ...]:
    return tuple(rule for path in TEXTS.values() for rule in draft(path).regulation.rules)


def of_kind(kind: type[R]) -> list[R]:
    return [rule for rule in rules() if isinstance(rule, kind)]


def block(rule: Rule) -> tuple[str, int, int]:
    """The text of a rule's fence, from its opening line to behind its closing one."""
    source = SOURCES[rule.regulation]
    lines = source.split("\n")
    start = sum(len(line) + 1 for line in lines[: rule.mark.line - 2])
    end = source.index("\n```\n", start) + 5
    return rule.regulation, start, end


def in_block(rule: Rule, pattern: str, new: str) -> Mutant | None:
    """The first place of the pattern inside a rule, replaced."""
    name, start, end = block(rule)
    match = re.compile(pattern, re.MULTILINE).search(SOURCES[name], start, end)
    return None if match is None else spoiled(name, match.start(), match.end(), match.expand(new))


def given(*mutants: Mutant | None) -> Iterator[Mutant]:
    return (one for one in mutants if one is not None)


def deleted() -> Iterator[Mutant]:
    """Rules others point at, gone."""
    kinds = ("team", "timetable", "form", "checklist", "category", "route", "ladder", "approval", "clock", "task")
    used = "\n".join(SOURCES.values())
    for rule in rules():
        alone = len(re.findall(rf"(?<![\w-]){re.escape(rule.id)}(?![\w-])", used)) < 2
        if rule.kind in kinds and not alone:
            name, start, end = block(rule)
            yield spoiled(name, start, end, "")


def sole_ways_in() -> Iterator[Mutant]:
    """The only action into a stage stays where it is."""
    for procedure in of_kind(Procedure):
        for stage in procedure.stages:
            ways = [one for one in of_kind(ActionRule) if one.procedure == procedure.id and one.to == stage]
            if len(ways) == 1 and stage != procedure.entry_stage:
                yield from given(in_block(ways[0], rf"^to: {stage}$", "to: same"))


def sole_ways_out() -> Iterator[Mutant]:
    """The only action that leaves a stage for another one stays where it is."""
    for procedure in of_kind(Procedure):
        actions = [one for one in of_kind(ActionRule) if one.procedure == procedure.id and one.to != SAME]
        for stage in procedure.stages:
            ways = [one for one in actions if stage in one.from_ or one.from_ == (ANY_OPEN,)]
            if len(ways) == 1 and stage not in procedure.final:
                yield from given(in_block(ways[0], r"^to: .*$", "to: same"))


def only_recorders() -> Iterator[Mutant]:
    """A fact something waits for is recorded under another name."""
    waited = {fact for one in of_kind(ClockRule) for fact in (one.starts_at, *one.stops_at)} | {fact for one in of_kind(ActionRule) for fact in one.after}
    for action in of_kind(ActionRule):
        others = [one for one in of_kind(ActionRule) if one.records == action.records]
        if action.records in waited and len(others) == 1 and FACTS.get(action.records) is None:
            yield from given(in_block(action, r"^records: .*$", "records: something.else-happened"))


def fields_asked() -> Iterator[Mutant]:
    """A field some condition asks is left out of its only form."""
    asked = set(re.findall(r"(?:applies_to|when): \{([^}]*)\}", "\n".join(SOURCES.values())))
    names = {name for one in asked for name in re.findall(r"(\w+):", one)} - {"kind", "channel", "stage", "task", "clock", "team"}
    for form in of_kind(Form):
        for one in form.fields:
            homes = [other for other in of_kind(Form) if any(own.name == one.name for own in other.fields)]
            if one.name in names and len(homes) == 1:
                yield from given(in_block(form, rf"^  - {one.name}: .*\n", ""))


def turned_away() -> Iterator[Mutant]:
    """The action that stops a promise is made one for other cases."""
    for clock in of_kind(ClockRule):
        stops = [one for one in of_kind(ActionRule) if one.records in clock.stops_at and one.when]
        wanted = clock.applies_to.of.get("remedies")
        if len(stops) == 1 and isinstance(wanted, tuple):
            yield from given(in_block(stops[0], r"remedies: (?:\[[^\]]*\]|[\w-]+)", "remedies: apologise"))


def unwatched_stops() -> Iterator[Mutant]:
    """A promise ends with what nobody does in that procedure."""
    for clock in of_kind(ClockRule):
        yield from given(
            in_block(clock, r"^stops_at: .*$", "stops_at: customer.signed" if clock.regulation != "live-rental-individual" else "stops_at: promise.moved")
        )


def starts_of_examples() -> Iterator[Mutant]:
    """An example without the fact it begins with."""
    by_id = {(one.kind, one.id): one for one in rules()}
    for path in TEXTS.values():
        for clause in draft(path).regulation.clauses:
            for example in clause.examples:
                rule = by_id.get((example.of, example.rule))
                start = (
                    rule.starts_at if isinstance(rule, ClockRule) else getattr(getattr(rule, "trigger", None), "fact", "") if isinstance(rule, TaskRule) else ""
                )
                if start and start in example.facts:
                    source = SOURCES[path.parent.name]
                    begin = sum(len(line) + 1 for line in source.split("\n")[: example.mark.line])
                    match = re.compile(rf"^  {re.escape(start)}: .*\n", re.MULTILINE).search(source, begin)
                    assert match is not None
                    yield spoiled(path.parent.name, match.start(), match.end(), "")


def readings_gone() -> Iterator[Mutant]:
    """Our own values, and nobody says they are ours."""
    for path in TEXTS.values():
        for clause in draft(path).regulation.clauses:
            if len(clause.readings) == 1 and any(rule.origin == "ours" for rule in clause.rules):
                name, source = path.parent.name, SOURCES[path.parent.name]
                start = sum(len(line) + 1 for line in source.split("\n")[: clause.readings[0].mark.line - 2])
                yield spoiled(name, start, source.index("\n```\n", start) + 5, "")


def rewritten(rule: Rule, *changes: tuple[str, str]) -> Mutant:
    """The whole clause of a rule, text and readings too, says something else."""
    source = SOURCES[rule.regulation]
    start = source.rindex("\n## ", 0, sum(len(line) + 1 for line in source.split("\n")[: rule.mark.line - 1]))
    end = source.find("\n## ", start + 1)
    clause = new = source[start : end if end >= 0 else len(source)]
    for old, other in changes:
        new = new.replace(old, other)
    return spoiled(rule.regulation, start, start + len(clause), new)


def kept_too_short() -> Iterator[Mutant]:
    """Rule, text and reading agree on two years; the law demands three."""
    return (rewritten(data, ("keep: 3 years", "keep: 2 years"), ("3 年", "2 年")) for data in of_kind(DataClass) if data.keep == "3 years")


def journal_erased() -> Iterator[Mutant]:
    """What cannot be taken away is promised to go."""
    return (rewritten(data, ("then: anonymise", "then: erase")) for data in of_kind(DataClass) if "journal" in data.covers)


def later_than_the_law() -> Iterator[Mutant]:
    """Rule, text and reading agree on a time, and the law on a shorter one."""
    bound = {(floor.starts_at, stop) for floor in of_kind(Floor) for stop in floor.stops_at}
    for clock in of_kind(ClockRule):
        within = clock.target
        if isinstance(within, Within) and any((clock.starts_at, stop) in bound for stop in clock.stops_at):
            rule = f"within: {within.amount} {within.unit}"
            said = f"{within.amount} {'小时' if within.unit == 'h' else '个工作日'}"
            later = "400 h" if within.unit == "h" else "40 working days"
            lines = ((f"{rule}s\n", f"within: {later}\n"), (f"{rule}\n", f"within: {later}\n"), (said, said.replace(str(within.amount), later.split()[0])))
            yield rewritten(clock, *lines)


def channels_left_out() -> Iterator[Mutant]:
    """One channel has no first response any more."""
    for clock in of_kind(ClockRule):
        wanted = clock.applies_to.of.get("channel")
        if clock.starts_at == "case.received" and "case.responded" in clock.stops_at and isinstance(wanted, tuple) and len(wanted) > 1:
            for channel in wanted:
                yield from given(in_block(clock, r"channel: \[[^\]]*\]", f"channel: [{', '.join(one for one in wanted if one != channel)}]"))


def beyond_the_day() -> Iterator[Mutant]:
    """Work that takes longer than a promise leaves anybody, in the hours of the team that owes it."""
    teams = {team.id: team for team in of_kind(Team)}
    for clock in of_kind(ClockRule):
        owner = teams.get(clock.owed_by.partition("/")[0])
        if owner is not None and isinstance(clock.target, Within) and clock.target.hours != "around-the-clock":
            yield from given(in_block(clock, r"^(owed_by: .*)$", r"\1\neffort: 900 h"))


def around_the_clock() -> Iterator[Mutant]:
    """Minutes and hours that run while the team that owes them sleeps."""
    teams = {team.id for team in of_kind(Team)}
    for clock in of_kind(ClockRule):
        within = clock.target
        if isinstance(within, Within) and within.in_hours and within.hours != "around-the-clock" and within.seconds < 8 * 3600 and clock.owed_by in teams:
            yield from given(in_block(clock, r"^hours: .*$", "hours: around-the-clock"))


def warned_without_end() -> Iterator[Mutant]:
    """A promise that warns at every seventh percent."""
    shares = ", ".join(f"{share}%" for share in range(7, 99, 7))
    for clock in of_kind(ClockRule):
        within = clock.target
        if isinstance(within, Within) and (within.seconds <= 2 * 3600 if within.in_hours else False):
            yield from given(in_block(clock, r"^warn_at: .*$", f"warn_at: [{shares}]"))


def ladders_to_the_owner() -> Iterator[Mutant]:
    """A ladder that ends with the post that owes the promise."""
    for clock in of_kind(ClockRule):
        if "/" in clock.owed_by:
            name, start, end = block(clock)
            own = f"```yaml rule\nladder: to-the-owner\nlabel: 只通知本人\norigin: ours\nsteps:\n  - {{at: missed, notify: [{clock.owed_by}]}}\n```\n"
            text = re.sub(r"(?m)^on_miss: .*$", "on_miss: to-the-owner", SOURCES[name][start:end])
            yield spoiled(name, start, end, text + own)


def ladders_in_a_circle() -> Iterator[Mutant]:
    """A late task opens itself again, for ever."""
    for task in of_kind(TaskRule):
        if isinstance(task.target, Within) and task.on_miss:
            name, start, end = block(task)
            own = f"```yaml rule\nladder: round-and-round\nlabel: 循环\norigin: ours\nsteps:\n  - {{at: missed, open: {task.id}}}\n```\n"
            text = re.sub(r"(?m)^on_miss: .*$", "on_miss: round-and-round", SOURCES[name][start:end])
            yield spoiled(name, start, end, text + own)


def notices_of_themselves() -> Iterator[Mutant]:
    """A notice that answers every delivery that failed, its own too."""
    for notice in of_kind(Notice):
        if isinstance(notice.trigger, OnFact) and "notice" not in notice.applies_to.of:
            yield from given(in_block(notice, r"^at: .*$", "at: notice.failed"))


def notices_at_every_message() -> Iterator[Mutant]:
    """A notice to the customer at each of his own messages."""
    for notice in of_kind(Notice):
        if isinstance(notice.trigger, OnFact) and notice.recipients == ("customer",) and notice.at_most is None and notice.sample is None:
            yield from given(in_block(notice, r"^at: .*$", "at: contact.received"))


def excepted_altogether() -> Iterator[Mutant]:
    """An exception as wide as its rule."""
    clocks = {clock.id: clock for clock in of_kind(ClockRule)}
    for clock in clocks.values():
        base = clocks.get(clock.exception_to)
        if base is not None:
            yield from given(in_block(clock, r"^applies_to: .*$", _line(base, "applies_to")))


def _line(rule: Rule, key: str) -> str:
    name, start, end = block(rule)
    found = re.search(rf"(?m)^{key}: .*$", SOURCES[name][start:end])
    assert found is not None
    return found[0]


def with_rules(name: str, match: re.Match[str]) -> bool:
    """Whether the clause has a rule: only then is its text owed."""
    source = SOURCES[name]
    end = source.find("\n## ", match.end())
    return "```yaml rule" in source[match.end() : end if end >= 0 else len(source)]


def unwatched(name: str, match: re.Match[str]) -> bool:
    """Whether the clause names nothing that watches over it instead of a rule."""
    return "watched_by:" not in SOURCES[name][match.end() :].split("\n## ", 1)[0]


def tells_no_date(name: str, match: re.Match[str]) -> bool:
    return name != "L0"


OPERATORS = [
    # who, when, where to
    Operator("clock without owner", ("PL102",), everywhere(r"(?m)^owed_by: .*\n", "")),
    Operator("action without doer", ("PL102",), everywhere(r"(?m)^by: .*\n(?=records: )", "")),
    Operator("actor misspelt", ("PL101",), everywhere(r"(?m)^by: \[([a-z-]{6,}(?:/[a-z]+)?)", swapped, lambda _, m: "routed" not in m[0])),
    Operator("owner misspelt", ("PL101",), everywhere(r"(?m)^owed_by: ([a-z-]{6,})", swapped)),
    Operator(
        "routed to nobody known",
        ("PL101",),
        everywhere(r"(?m)^  [a-z/-]+: \[?((?:service-desk|finance|warehouse|technical-support|advisors))(?=[\],\n])", swapped),
    ),
    Operator("rule deleted", ("PL101", "PL003", "PL006", "PL302"), deleted),
    Operator("rule doubled", ("PL002",), everywhere(r"(?s)(```yaml rule\n\w+: [^`]*?```\n)", r"\1\1")),
    Operator(
        "clause id doubled", ("PL002",), everywhere(r"(?m)^(## .* \| )(?!purpose|fifteen-days|teams$)[a-z-]+$", lambda m: f"{m[1]}{FIRST_CLAUSES[m.string]}")
    ),
    Operator("clause id malformed", ("PL002",), everywhere(r"(?m)^(## .* \| )([a-z-]+)$", r"\1Clause \2")),
    # names
    Operator("fact misspelt", ("PL101",), everywhere(r"(?m)^(?:starts|stops)_at: \[?([a-z.-]{6,})(?=[,\]\n])", swapped, tells_no_date)),
    Operator("ladder misspelt", ("PL101",), everywhere(r"(?m)^on_miss: (\w+)$", swapped)),
    Operator("form misspelt", ("PL101",), everywhere(r"(?m)^form: ([a-z-]{5,})$", swapped)),
    Operator("checklist misspelt", ("PL101",), everywhere(r"(?m)^checklist: ([a-z-]{5,})$(?=\n(?!label))", swapped)),
    Operator("stage misspelt", ("PL101",), everywhere(r"(?m)^to: ([a-z-]{5,})$", swapped)),
    Operator("guard misspelt", ("PL101",), everywhere(r"(?m)^guards: \[([a-z-]{5,})", swapped)),
    Operator("guard nobody wrote", ("PL101",), everywhere(r"(?m)^(guards: \[)[a-z-]+", r"\1parts-reserved")),
    Operator("four eyes on an unknown act", ("PL101",), everywhere(r"(?m)^four_eyes: \[([a-z-]+)", swapped)),
    Operator("hours unknown", ("PL101",), everywhere(r"(?m)^hours: (service-hours)$", swapped)),
    Operator("calendar unknown", ("PL101",), everywhere(r"(?m)^calendar: cn$", "calendar: cm")),
    Operator("base regulation unknown", ("PL101",), everywhere(r"(?m)^builds_on: \[company\]$", "builds_on: [compagny]")),
    Operator("recorded under another name", ("PL404", "PL101"), only_recorders),
    Operator("field left out", ("PL101", "PL108", "PL104", "PL001"), fields_asked),
    Operator("value misspelt", ("PL104",), everywhere(r"objection_type: (quality|fee|contract|recovery|service)(?=[,}\]\n])", swapped)),
    Operator("channel misspelt", ("PL104",), everywhere(r"channel: \[?(phone|email|web)(?=[,}\]])", swapped)),
    Operator("variable misspelt", ("PL108",), everywhere(r"\{case\.number\}", "{case.numbr}")),
    # numbers and units
    Operator("hours left out", ("PL105",), everywhere(r"(?m)^hours: .*\n", "")),
    Operator("counting left out", ("PL105",), everywhere(r"(?m)^counted: .*\n", "")),
    Operator("bare day", ("PL105",), everywhere(r"(?m)^(within: \d+) working days?$", r"\1 d")),
    Operator("no unit", ("PL105",), everywhere(r"(?m)^(within: \d+) (?:h|min)$", r"\1")),
    Operator("other number in the rule", ("PL005",), everywhere(r"(?m)^(within: )(\d+)( .*)$", plus(7))),
    Operator("hours for minutes", ("PL005",), everywhere(r"(?m)^(within: \d+) min$", r"\1 h")),
    Operator("days for working days", ("PL005", "PL105"), everywhere(r"(?m)^(within: \d+) working (days?)$", r"\1 \2")),
    Operator("amount in dollars", ("PL104",), everywhere(r"(\d) CNY", r"\1 USD")),
    Operator("yes for true", ("PL104",), everywhere(r"required: no", "required: false")),
    Operator("band with a hole", ("PL308",), everywhere(r"(?m)^(  - \{over: )(\d+)( CNY)", plus(100))),
    Operator("warning after the deadline", ("PL207",), everywhere(r"(?m)^warn_at: .*$", "warn_at: [50%, 100%]")),
    Operator("no time at all", ("PL207", "PL005"), everywhere(r"(?m)^(within: )\d+( .*)$", r"\g<1>0\2")),
    Operator("kept shorter than the law has it", ("PL310",), kept_too_short),
    Operator("journal erased", ("PL309",), journal_erased),
    Operator("promised later than the law has it", ("PL310",), later_than_the_law),
    # days and hours
    Operator("date that is none", ("PL104",), everywhere(r"(?m)^in_force_from: .*$", "in_force_from: 2026-13-01")),
    Operator("example on a day that is none", ("PL104",), everywhere(r"(?m)^(  [a-z]+\.[a-z-]+: \d{4})-\d\d-\d\d", r"\1-02-30")),
    Operator("example one year on", ("PL005",), everywhere(r"(?m)^(  due: )(\d{4})(-.*)$", plus(1))),
    Operator("zone misspelt", ("PL206",), everywhere(r"(?m)^zone: Asia/Shanghai$", "zone: Asia/Shangai")),
    Operator("make-up day left open", ("PL205",), everywhere(r"(?m)^  makeup_workday: .*\n", "")),
    Operator("overlapping hours", ("PL204",), everywhere(r'(?m)^(  workday: \["09:00-21:00")', r'\1, "20:00-22:00"')),
    Operator("never open", ("PL103",), everywhere(r"(?m)(^  (?:\w+day|rest_day): ).*\n(  \w+: ).*\n(  \w+: ).*\n(  \w+: ).*$", r"\1[]\n\2[]\n\3[]\n\4[]")),
    # promises
    Operator("exception unlinked", ("PL301", "PL305"), everywhere(r"(?m)^exception_to: .*\n", "")),
    Operator(
        "exception to itself",
        ("PL306",),
        everywhere(
            r"(?m)^(clock: )([a-z-]+)\n", r"\1\2\nexception_to: \2\n", lambda n, m: "exception_to" not in SOURCES[n][m.start() : m.end() + 300].split("```")[0]
        ),
    ),
    Operator("channel without response", ("PL304",), channels_left_out),
    Operator("cap left out", ("PL208",), everywhere(r", cap: [^,}]*(?:, (?:counted|hours): [a-z_-]*)?", "")),
    Operator("less time than the work", ("PL203", "PL202"), beyond_the_day),
    Operator("counted while nobody is there", ("PL202",), around_the_clock),
    Operator("excepted altogether", ("PL303",), excepted_altogether),
    Operator("still blank", ("PL008",), everywhere(r"(?m)^within: .*\n(?:(?:hours|counted|day_ends): .*\n)*", "within: blank\n")),
    Operator("in force beyond the calendar", ("PL201",), everywhere(r"(?m)^in_force_from: .*$", "in_force_from: 2026-12-30", tells_no_date)),
    Operator("ladder to the owner", ("PL403",), ladders_to_the_owner),
    Operator("ladder in a circle", ("PL402",), ladders_in_a_circle),
    Operator("notice of itself", ("PL405",), notices_of_themselves),
    Operator("notice at every message", ("PL405",), notices_at_every_message),
    Operator("warned without end", ("PL405",), warned_without_end),
    Operator("step not later", ("PL209",), everywhere(r"(?m)^(  - \{after: .*\}\n)", r"\1\1")),
    Operator("stop left out", ("PL001",), everywhere(r"(?m)^stops_at: .*\n", "", tells_no_date)),
    Operator("stop nobody performs", ("PL404",), unwatched_stops),
    Operator("promised date from elsewhere", ("PL404",), everywhere(r"(?m)^due_from: .*$", "due_from: nowhere_at")),
    Operator("promise of what is forbidden", ("PL307", "PL404"), turned_away),
    # stages
    Operator("only way in taken", ("PL401",), sole_ways_in),
    Operator("only way out taken", ("PL401",), sole_ways_out),
    # text
    Operator("example without its start", ("PL001",), starts_of_examples),
    Operator("example expecting nothing", ("PL001",), everywhere(r"(?m)^  due: .*\n(?!  verdict)", "")),
    Operator("clause without text", ("PL006",), everywhere(r"(?m)^(## .* \| [a-z-]+\n)(?:(?!```|#).*\n)+?(?=\n*```)", r"\1", with_rules)),
    Operator("promise in the text alone", ("PL004", "PL005"), everywhere(r"(?m)^(## .* \| [a-z-]+\n)(?=\S)", r"\1客服在 36 分钟内答复。\n", unwatched)),
    Operator("clause without blocks", ("PL003",), everywhere(r"(?m)^(## .* \| [a-z-]+\n.*\n)", r"\1\n## 第零条 空 | hollow\n文字。\n")),
    Operator("reading gone", ("PL007",), readings_gone),
    Operator("law not named as the floor", ("PL104", "PL001"), everywhere(r"(?m)^floors: \[L0\]$", "floors: []")),
    # form of the text
    Operator("key misspelt", ("PL001",), everywhere(r"(?m)^on_miss:", "on_mis:")),
    Operator("key doubled", ("PL009",), everywhere(r"(?m)^(label: .*\n)(?=[a-z_]+:)", r"\1\1", lambda n, m: m.start() > SOURCES[n].index("\n---\n"))),
    Operator("comment after a value", ("PL009",), everywhere(r"(?m)^(within: .*)$", r"\1 # 待定")),
    Operator("quote left open", ("PL001",), everywhere(r"(?m)^(within: )", r'\1"')),
    Operator("fence left open", ("PL001", "PL002", "PL009"), everywhere(r"(?m)^```\n(?=```yaml (?:rule|reading|example))", "")),
]
FIRST_CLAUSES = {source: re.search(r"(?m)^## .* \| ([a-z-]+)$", source)[1] for source in SOURCES.values()}  # type: ignore[index]
