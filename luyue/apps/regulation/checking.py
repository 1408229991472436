"""What stands in the way of a text: everything the language says, and what adoption asks beyond it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from luyue.apps.regulation.models import CalendarRevision, Edition
from luyue.apps.regulation.selectors import day_tables, editions_in_force, newest_calendars, regulation_of
from luyue.core.calendar import CalendarError, DayTable, load_day_table
from luyue.core.regulation import Draft, Problem, Rulebook, compile_drafts, faults, read_regulation
from luyue.core.regulation.lived import NOTHING_LIVED, Lived
from luyue.core.regulation.problems import ERROR, WARNING, ordered
from luyue.core.regulation.rules import Blank, Rule
from luyue.core.regulation.text import Regulation

PATH = "draft.md"
CALENDAR_PATH = "draft.yaml"
_LONGEST = 1_000_000  # characters; the longest regulation we know has a tenth of it
_LINE = re.compile(r"line (\d+)")
_TOLD_BY: list[Callable[[], Lived]] = []


def cases_tell(read: Callable[[], Lived]) -> None:
    """Hang in who knows what the company's cases say about a text (`site/wiring.py`); without one a text is judged by itself."""
    _TOLD_BY[:] = [read]


def _lived() -> Lived:
    return _TOLD_BY[0]() if _TOLD_BY else NOTHING_LIVED


@dataclass(frozen=True, slots=True)
class Checked:
    """A regulation's text as checked. text: as far as it could be read. book: what would be in force with it; None with errors."""

    text: Regulation
    book: Rulebook | None
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(one for one in self.problems if one.severity == ERROR)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What may be adopted, by people who say that they have seen it."""
        return tuple(one for one in self.problems if one.severity == WARNING and one.path == PATH)


@dataclass(frozen=True, slots=True)
class CheckedCalendar:
    """A calendar's text as checked, beside the revision in force."""

    name: str
    days: DayTable | None
    before: DayTable | None
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(one for one in self.problems if one.severity == ERROR)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        return ()


def check_edition(source: str, today: date) -> Checked:
    """Read a text, lay it beside what will be in force on its first day, and say all that is wrong with it."""
    read = read_regulation(source[:_LONGEST], PATH)
    text = read.draft.regulation
    problems = list(read.problems)
    book = None
    if text.id:
        others = [one for one in editions_in_force(max(text.in_force_from, today)) if one.regulation != text.id]
        drafts = [Draft(regulation_of(one.source, f"{one.regulation}/{one.edition}.md")) for one in others]
        result = compile_drafts([*drafts, read.draft], day_tables(newest_calendars()), _lived())
        # Warnings about other texts were there before; an error in one of them is this text's doing.
        problems += [one for one in result.problems if one.path == PATH or one.severity == ERROR]
        problems = [one if result.book is None else faults.shown(result.book, one) for one in problems]
        book = result.rulebook
    problems = [_as_at_adoption(one) for one in problems]
    if not any(one.severity == ERROR for one in read.problems):
        problems += obstacles(text, source, today)
    found = ordered(problems)
    return Checked(text, None if any(one.severity == ERROR for one in found) else book, found)


def check_calendar(source: str, name: str, today: date) -> CheckedCalendar:
    """Read a calendar's text. What has been lived is lived: no day up to today changes its kind, and nothing published is taken back."""
    old = next((row for row in newest_calendars() if row.name == name), None)
    before = load_day_table(old.source) if old else None
    try:
        days = load_day_table(source[:_LONGEST])
    except CalendarError as error:
        words = str(error)
        line = _LINE.search(words)
        remedy = "Write it as the calendar in force does"
        place = int(line[1]) if line else _line_named(source, words)
        problem = _own("PL205", CALENDAR_PATH, place, words, remedy, f"日历读不懂：{words}", "照现行日历的写法改")
        return CheckedCalendar(name, None, before, (problem,))
    problems = list(_calendar_obstacles(source, days, before, today)) if before else []
    if old is not None and old.source == source:
        words = "nothing differs from the calendar in force"
        problems.append(_own("PL205", CALENDAR_PATH, 1, words, "Add the days that were announced", "与现行日历没有差别", "写入新公布的日期"))
    return CheckedCalendar(name, days, before, tuple(problems))


def obstacles(text: Regulation, source: str, today: date) -> list[Problem]:
    """What adoption refuses though the language allows it: a date that is past, an edition that exists, an older text after a newer."""
    found: list[Problem] = []
    adopted = Edition.objects.filter(regulation=text.id).exclude(adopted_at=None)
    newest = adopted.order_by("-edition").first()
    if newest is None:
        return found
    if text.in_force_from <= today:
        found.append(
            _own(
                "PL603", PATH, line_of(source, "in_force_from"),
                f"the edition would be in force from {text.in_force_from}, which is not in the future: editions are not back-dated",
                "Write a date after today", f"实施日期 {text.in_force_from} 已到或已过，新版本不能倒签", "写一个今天以后的日期",
            )
        )  # fmt: skip
    if text.edition <= newest.edition:
        found.append(
            _own(
                "PL603", PATH, line_of(source, "edition"),
                f"edition {newest.edition} has been adopted already, and this one is not later", f"Write a date after {newest.edition}",
                f"已采用 {newest.edition} 版，这一版（{text.edition}）不比它新", f"写一个晚于 {newest.edition} 的日期",
            )
        )  # fmt: skip
    elif text.in_force_from < newest.in_force_from:
        found.append(
            _own(
                "PL603", PATH, line_of(source, "in_force_from"),
                f"edition {newest.edition} comes into force later, on {newest.in_force_from}", f"Write {newest.in_force_from} or a later date",
                f"已采用的 {newest.edition} 版自 {newest.in_force_from} 起施行，比这一版晚", f"写 {newest.in_force_from} 或更晚的日期",
            )
        )  # fmt: skip
    return found


def blanks(text: Regulation) -> list[Rule]:
    """Rules whose time is still blank."""
    return [rule for rule in text.rules if isinstance(getattr(rule, "target", None), Blank)]


def line_of(source: str, key: str) -> int:
    """The line of a key of the front matter; 1 when it is not there."""
    return next((number for number, line in enumerate(source.splitlines()[:60], 1) if line.startswith(f"{key}:")), 1)


def day_changes(before: DayTable | None, after: DayTable) -> list[tuple[date, str, str, str]]:
    """(date, kind before, kind after, feast) of every day that changes, in order; before is "" for a table that is new."""
    if before is None:
        return [(on, "", str(kind), after.names.get(on, "")) for on, kind in sorted(after.kinds.items())]
    days = sorted({*before.kinds, *after.kinds})
    kinds = [(on, _kind(before, on), _kind(after, on)) for on in days]
    return [(on, old, new, after.names.get(on) or before.names.get(on, "")) for on, old, new in kinds if old != new]


def _kind(table: DayTable, on: date) -> str:
    return str(table.kinds.get(on) or table.plain_kind(on))


def _calendar_obstacles(source: str, days: DayTable, before: DayTable, today: date) -> Iterator[Problem]:
    past = [(on, old, new) for on, old, new, _ in day_changes(before, days) if on <= today]
    for on, old, new in past:
        yield _own(
            "PL205", CALENDAR_PATH, _line_named(source, str(on)), f"{on} is past and would change from {old} to {new}",
            "Leave past days as they were: clocks were judged by them", f"{on} 已过，却由{_day(old)}改成{_day(new)}", "过去的日期保持原样：时限已按它判定",
        )  # fmt: skip
    if days.zone != before.zone:
        yield _own(
            "PL206", CALENDAR_PATH, line_of(source, "zone"), f"the zone changes from {before.zone} to {days.zone}", f"Write {before.zone}",
            f"时区由 {before.zone} 改成 {days.zone}", f"写 {before.zone}",
        )  # fmt: skip
    if days.known_until < before.known_until:
        yield _own(
            "PL201", CALENDAR_PATH, line_of(source, "known_until"), f"days until {before.known_until} have been published, this says only {days.known_until}",
            f"Write {before.known_until} or later", f"日历已公布到 {before.known_until}，这里只到 {days.known_until}", f"写 {before.known_until} 或更晚",
        )  # fmt: skip
    if days.begins_on > before.begins_on or days.ends_on < before.ends_on:
        yield _own(
            "PL201", CALENDAR_PATH, line_of(source, "last_on"), f"the calendar reaches from {days.begins_on} to {days.ends_on} and would lose days",
            f"Reach at least from {before.begins_on} to {before.ends_on}", f"日历只覆盖 {days.begins_on} 至 {days.ends_on}，比现行的少",
            f"至少覆盖 {before.begins_on} 至 {before.ends_on}",
        )  # fmt: skip


_DAYS = {"workday": "工作日", "makeup_workday": "调休上班", "rest_day": "休息日", "public_holiday": "法定节假日"}


def _day(kind: str) -> str:
    return _DAYS.get(kind, kind)


def _line_named(source: str, words: str) -> int:
    """The line that names the date a sentence speaks of; 1 when none does."""
    dates = re.findall(r"\d{4}-\d\d-\d\d", words)
    return next((number for number, line in enumerate(source.splitlines(), 1) if dates and dates[0] in line), 1)


def _as_at_adoption(one: Problem) -> Problem:
    """A blank may stand in a draft as long as it is a draft."""
    return replace(one, severity=ERROR) if one.code == "PL008" and one.severity == WARNING else one


def _own(code: str, path: str, line: int, what: str, remedy: str, what_zh: str, remedy_zh: str) -> Problem:
    return Problem(code, ERROR, path, line, 1, 1, what, remedy, "", None, what_zh, remedy_zh)


def calendar_in_force(name: str) -> CalendarRevision | None:
    return next((row for row in newest_calendars() if row.name == name), None)


def texts_of(problems: Sequence[Problem]) -> str:
    """The first problem in a sentence, for a refusal."""
    first = problems[0]
    where = f"第 {first.line} 行" + (f"（{first.clause}）" if first.clause else "")
    return f"{where} {first.code} {first.what_zh or first.what}"
