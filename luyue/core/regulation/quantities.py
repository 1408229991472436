"""Numbers with a unit, as prose says them and as rules hold them, so that the two can be compared.

Minutes and hours are one measure, months and years another; days, working days and money stand alone, because
nobody may turn one into the other without a calendar.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from luyue.core.calendar import Within
from luyue.core.records import dataclass
from luyue.core.regulation.rules import (
    ActionRule,
    AfterRepeats,
    AheadOf,
    Approval,
    Bound,
    ClockRule,
    Condition,
    DataClass,
    Floor,
    InPeriod,
    Ladder,
    Notice,
    PastOf,
    ReportRule,
    Rule,
    Skill,
    TaskRule,
    TimetableRule,
)

TIME, MONEY, DAYTIME, NUMBER = "time", "money", "daytime", "number"
_FAMILY = {"min": TIME, "working day": TIME, "day": TIME, "month": TIME, "money": MONEY, "daytime": DAYTIME, "number": NUMBER}


@dataclass(frozen=True, slots=True)
class Quantity:
    """amount in its base unit: min, working day, day, month, money, daytime (minutes after midnight), number."""

    amount: Decimal
    unit: str

    @property
    def family(self) -> str:
        return _FAMILY[self.unit]

    def say(self, language: str = "en") -> str:
        return _said(self.amount, self.unit, language.startswith("zh"))


@dataclass(frozen=True, slots=True)
class Said:
    """A quantity as it stands in a text."""

    quantity: Quantity
    words: str
    start: int


def _said(amount: Decimal, unit: str, chinese: bool) -> str:
    if unit == "daytime":
        return f"{int(amount) // 60}:{int(amount) % 60:02d}"
    for bigger, size in ((("h", 60) if unit == "min" else ("", 0)), (("year", 12) if unit == "month" else ("", 0))):
        if size and amount % size == 0:
            amount, unit = amount / size, bigger
    number = f"{amount.normalize():f}"
    if unit == "number":
        return number
    if chinese:
        return number + {"min": " 分钟", "h": " 小时", "working day": " 个工作日", "day": " 日", "month": " 个月", "year": " 年", "money": " 元"}[unit]
    many = "" if amount == 1 or unit in ("min", "h") else "s"
    return f"CNY {number}" if unit == "money" else f"{number} {unit}{many}"


# Prose -----------------------------------------------------------------------------------------------

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_NUMBER = r"(\d[\d,]*(?:\.\d+)?|半|[一二两三四五六七八九十百]{1,5})"
_UNITS = (
    ("min", 1, r"分钟|minutes?\b|mins?\b"),
    ("min", 60, r"个?(?:工作)?小时|hours?\b|h\b"),
    ("working day", 1, r"个?工作日|(?:working|business) days?\b"),
    ("day", 1, r"个?自然日|天|日(?!常|志)|days?\b"),
    ("day", 7, r"周(?!岁)|个?星期|weeks?\b"),
    ("month", 1, r"个月|months?\b"),
    ("month", 12, r"年(?!度|月)|years?\b"),
    ("money", 1, r"元|CNY\b"),
)
_QUANTITY = re.compile(rf"(?<![\d.:第月同某每任当次周期]){_NUMBER}[ \u00a0]?个?半?[ \u00a0]?(?:" + "|".join(f"({words})" for _, _, words in _UNITS) + ")")
_EACH = re.compile(r"(?<=[每第]) ?(\d[\d,]*) ?(?:" + "|".join(f"({words})" for _, _, words in _UNITS) + ")")
_DAYTIME = re.compile(r"(?<![\d:.-])([0-4]?\d)[:：]([0-5]\d)(?![\d:])")
_CALENDAR_DAY = re.compile(r"\d{4}[-年 ]\d{1,2}[-月 ]\d{1,2}日?|\d{1,2} ?月 ?\d{1,2} ?日|\d{4} ?年|[〔（(]\d{4}[〕）)]")


def quantities(text: str) -> Iterator[Said]:
    """Every number with a unit of time or money, in Chinese or English, and every time of day. Dates are none."""
    masked = _CALENDAR_DAY.sub(lambda match: "#" * len(match[0]), text)
    seen: set[int] = set()
    for pattern in (_QUANTITY, _EACH):
        for match in pattern.finditer(masked):
            if match.start(1) in seen:
                continue
            seen.add(match.start(1))
            number = _number(match[1])
            index = next(position for position, found in enumerate(match.groups()[1:]) if found is not None)
            unit, size, _ = _UNITS[index]
            if number is not None:
                half = Decimal(size) / 2 if "半" in match[0][len(match[1]) :] else Decimal(0)
                yield Said(Quantity(number * size + half, unit), match[0].strip(), match.start())
    for match in _DAYTIME.finditer(masked):
        yield Said(Quantity(Decimal(int(match[1]) * 60 + int(match[2])), "daytime"), match[0], match.start())


def _number(words: str) -> Decimal | None:
    """Arabic or Chinese number up to 999; 半 is a half. None for what is no number after all."""
    if words[0].isdigit():
        return Decimal(words.replace(",", ""))
    if words == "半":
        return Decimal("0.5")
    total, digit = 0, None
    for char in words:
        if char in "十百":
            total += (1 if digit is None else digit) * (10 if char == "十" else 100)
            digit = None
        elif digit is not None:
            return None
        else:
            digit = _DIGITS[char]
    return Decimal(total + (digit or 0))


# Rules -----------------------------------------------------------------------------------------------

Path = tuple[str, ...]
_KEEP_UNIT = {"year": ("month", 12), "month": ("month", 1), "day": ("day", 1)}


def of_within(within: Within) -> Quantity:
    size = 60 if within.unit == "h" else 1
    return Quantity(Decimal(within.amount * size), "min" if within.in_hours else within.unit)


def of_period(period: str) -> Quantity:
    """`3 years`, `180 days`, `12 months`."""
    amount, unit = period.split()
    base, size = _KEEP_UNIT[unit.removesuffix("s")]
    return Quantity(Decimal(amount) * size, base)


def of_rule(rule: Rule, plain: frozenset[str] = frozenset()) -> Iterator[tuple[Path, Quantity]]:
    """Every number of a rule that its clause must say, with the key it stands under. Shares of warnings are not among them.

    plain: fields that hold a bare number; bounds of others are amounts of money.
    """
    target = getattr(rule, "target", None)
    if isinstance(target, Within):
        yield ("within",), of_within(target)
    elif isinstance(target, InPeriod) and target.working_days_after is not None:
        yield ("due_in_period",), Quantity(Decimal(target.working_days_after), "working day")
    for name in ("applies_to", "when"):
        condition = getattr(rule, name, None)
        if isinstance(condition, Condition):
            yield from _bounds(name, condition, plain)
    own = _OF_KIND.get(type(rule))
    if own is not None:
        yield from own(rule)


def _bounds(key: str, condition: Condition, plain: frozenset[str]) -> Iterator[tuple[Path, Quantity]]:
    for name, wanted in condition.of.items():
        if isinstance(wanted, Bound):
            for limit in (wanted.over, wanted.up_to):
                if limit is not None:
                    yield (key, name), Quantity(limit, "number" if name in plain else "money")


def _timetable(rule: TimetableRule) -> Iterator[tuple[Path, Quantity]]:
    for kind, windows in rule.open.items():
        for window in windows:
            for at_s in (window.opens_s, window.closes_s):
                minutes = at_s // 60  # 26:00 is said as 2:00 of the next day
                yield ("open", kind.value), Quantity(Decimal(minutes - 1440 if minutes > 1440 else minutes), "daytime")


def _skill(rule: Skill) -> Iterator[tuple[Path, Quantity]]:
    if rule.valid_for and rule.valid_for != "edition":
        yield ("valid_for",), of_period(rule.valid_for)


def _clock(rule: ClockRule) -> Iterator[tuple[Path, Quantity]]:
    if rule.pauses is not None:
        yield ("pauses", "cap"), of_within(rule.pauses.cap)


def _action(rule: ActionRule) -> Iterator[tuple[Path, Quantity]]:
    if rule.count is not None and rule.count.within is not None:
        yield ("count", "within"), of_within(rule.count.within)


def _ladder(rule: Ladder) -> Iterator[tuple[Path, Quantity]]:
    for number, step in enumerate(rule.steps):
        if step.after is not None:
            yield ("steps", str(number), "after"), of_within(step.after)


def _task(rule: TaskRule) -> Iterator[tuple[Path, Quantity]]:
    if isinstance(rule.trigger, AfterRepeats):
        yield ("after_repeats", "days"), Quantity(Decimal(rule.trigger.days), "day")
    if rule.tries is not None:
        yield ("tries", "days"), Quantity(Decimal(rule.tries.days), "day")


def _notice(rule: Notice) -> Iterator[tuple[Path, Quantity]]:
    if isinstance(rule.trigger, AheadOf):
        for lead in rule.trigger.lead_times:
            yield ("lead_times",), of_within(lead)
    elif isinstance(rule.trigger, PastOf):
        for lag in rule.trigger.lag_times:
            yield ("lag_times",), of_within(lag)
    if rule.answer_within_days is not None:
        yield ("answer_within",), Quantity(Decimal(rule.answer_within_days), "day")
    if rule.at_most is not None:
        yield ("at_most", "days"), Quantity(Decimal(rule.at_most.days), "day")


def _approval(rule: Approval) -> Iterator[tuple[Path, Quantity]]:
    for number, band in enumerate(rule.bands):
        for key, limit in (("over", band.over), ("up_to", band.up_to)):
            if limit is not None:
                yield ("bands", str(number), key), Quantity(limit, "money")


def _data_class(rule: DataClass) -> Iterator[tuple[Path, Quantity]]:
    if rule.keep:
        yield ("keep",), of_period(rule.keep)


def _floor(rule: Floor) -> Iterator[tuple[Path, Quantity]]:
    for key in ("at_most", "at_least"):
        limit = getattr(rule, key)
        if isinstance(limit, Within):
            yield (key,), of_within(limit)
        elif isinstance(limit, str):
            yield (key,), of_period(limit)


_OF_KIND: dict[type[Rule], Any] = {
    TimetableRule: _timetable, Skill: _skill, ActionRule: _action, ClockRule: _clock, Ladder: _ladder, TaskRule: _task,
    Notice: _notice, Approval: _approval, DataClass: _data_class, Floor: _floor,
}  # fmt: skip
TIMED = (ClockRule, TaskRule, Ladder, Floor, Notice, Approval, ReportRule, DataClass, Skill)
