"""Readers of single values: text in, typed value out, or `BAD` after saying what is wrong.

A reader takes a node and the block it stands in. It never raises.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from luyue.core.calendar import Window
from luyue.core.records import dataclass, field
from luyue.core.regulation.rules import Label
from luyue.core.regulation.suggest import hints
from luyue.core.regulation.yamlsubset import List, Map, Node, Report, Text


class _Bad:
    """The value of a key that could not be read; already reported."""

    def __repr__(self) -> str:
        return "BAD"


BAD: Final = _Bad()
Reader = Callable[[Node, "Context"], Any]


@dataclass(slots=True)
class Context:
    """What a reader must know of its surroundings. `report` is bound to the clause of the block."""

    report: Report
    path: str
    regulation: str
    clause: str
    currency: str
    kind: str = ""
    misspelt: set[str] = field(default_factory=set)  # keys that were meant by unknown ones

    def wrong(self, node: Node, wanted: str, wanted_zh: str) -> Any:
        """Report a value of the wrong shape or type; returns BAD."""
        self.report("not-a", node, found=shown(node), wanted=wanted, wanted_zh=wanted_zh)
        return BAD


def shown(node: Node) -> str:
    """The value as an author would name it in a complaint."""
    if isinstance(node, Text):
        return f'"{node.value}"'
    return "a list" if isinstance(node, List) else "a map of keys"


_KEBAB = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*\Z")
_SNAKE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*\Z")
_NAME = re.compile(r"[A-Za-z0-9][\w./-]*\Z", re.ASCII)
_FACT = re.compile(r"[a-z][a-z0-9-]*\.[a-z][a-z0-9-]*\Z")
_INTEGER = re.compile(r"\d{1,9}\Z", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,6})?\Z", re.ASCII)
_MONEY = re.compile(r"(\d{1,15})(\.(\d+))? ([A-Z]{3})\Z", re.ASCII)
_PERCENT = re.compile(r"(-?\d{1,4})%\Z", re.ASCII)
_KEEP = re.compile(r"([1-9]\d{0,4}) (years?|months?|days?)\Z", re.ASCII)
_WINDOW = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})\Z", re.ASCII)
_INSTANT = re.compile(r"(\d{4}-\d{2}-\d{2}) (\d{2}):(\d{2})\Z", re.ASCII)
PERIODS = ("day", "week", "month", "quarter", "half-year", "year")


def text(node: Node, at: Context) -> Any:
    if not isinstance(node, Text) or not node.value.strip():
        return at.wrong(node, "text", "文字")
    return node.value.strip()


def name(node: Node, at: Context) -> Any:
    """A name that points at something declared elsewhere: ids, facts, posts, category paths."""
    if not isinstance(node, Text) or not _NAME.match(node.value):
        return at.wrong(node, "a name of letters, digits, - . / without blanks", "由字母、数字和 - . / 组成的名称")
    return node.value


def kebab(node: Node, at: Context) -> Any:
    if not isinstance(node, Text) or not _KEBAB.match(node.value):
        return at.wrong(node, "an id in kebab-case such as first-response", "小写连字符编号，例如 first-response")
    return node.value


def snake(node: Node, at: Context) -> Any:
    if not isinstance(node, Text) or not _SNAKE.match(node.value):
        return at.wrong(node, "a field name in snake_case such as order_number", "下划线字段名，例如 order_number")
    return node.value


def fact(node: Node, at: Context) -> Any:
    if not isinstance(node, Text) or not _FACT.match(node.value):
        return at.wrong(node, "a fact such as case.received", "事实名，例如 case.received")
    return node.value


def one_of(*values: str) -> Reader:
    """A word of a closed list."""

    def read(node: Node, at: Context) -> Any:
        if isinstance(node, Text) and node.value in values:
            return node.value
        found = node.value if isinstance(node, Text) else ""
        at.report("not-one-of", node, found=shown(node), **hints(found, values))
        return BAD

    return read


def yes_no(node: Node, at: Context) -> Any:
    if not isinstance(node, Text) or node.value not in ("yes", "no"):
        return at.wrong(node, "yes or no", "yes 或 no")
    return node.value == "yes"


def integer(node: Node, at: Context) -> Any:
    if not isinstance(node, Text) or not _INTEGER.match(node.value):
        return at.wrong(node, "a whole number", "整数")
    return int(node.value)


def number(node: Node, at: Context) -> Any:
    if not isinstance(node, Text) or not _NUMBER.match(node.value):
        return at.wrong(node, "a number", "数字")
    return Decimal(node.value)


def money(node: Node, at: Context) -> Any:
    """Decimal amount in the currency of the edition, two decimals at most."""
    match = _MONEY.match(node.value) if isinstance(node, Text) else None
    if match is None:
        return at.wrong(node, f"an amount such as 200 {at.currency}", f"金额，例如 200 {at.currency}")
    if match[4] != at.currency:
        at.report("other-currency", node, found=match[4], currency=at.currency)
        return BAD
    if match[3] and len(match[3]) > 2:
        return at.wrong(node, "an amount with at most two decimals", "最多两位小数的金额")
    return Decimal(match[1] + (match[2] or ""))


def amount(node: Node, at: Context) -> Any:
    """A literal of a band: money, or a plain number."""
    if isinstance(node, Text) and _NUMBER.match(node.value):
        return Decimal(node.value)
    return money(node, at)


def percent(node: Node, at: Context) -> Any:
    match = _PERCENT.match(node.value) if isinstance(node, Text) else None
    if match is None:
        return at.wrong(node, "a percentage such as 80%", "百分比，例如 80%")
    value = int(match[1])
    if not 0 < value < 100:
        at.report("percent-out-of-range", node, found=value)
        return BAD
    return value


def share(node: Node, at: Context) -> Any:
    """Like percent, but all of them (100%) is a lawful sample."""
    if isinstance(node, Text) and node.value == "100%":
        return 100
    return percent(node, at)


def calendar_date(node: Node, at: Context) -> Any:
    try:
        if isinstance(node, Text) and re.match(r"\d{4}-\d{2}-\d{2}\Z", node.value, re.ASCII):
            return date.fromisoformat(node.value)
    except ValueError:
        pass
    return at.wrong(node, "a date such as 2026-01-01", "日期，例如 2026-01-01")


def instant(node: Node, at: Context) -> Any:
    """Local instant as written, `YYYY-MM-DD HH:MM`; 24:00 is the end of that day."""
    match = _INSTANT.match(node.value) if isinstance(node, Text) else None
    if match is not None and (match[2] != "24" or match[3] == "00"):
        try:
            datetime.fromisoformat(match[1])
            if int(match[2]) <= 24 and int(match[3]) <= 59:
                return f"{match[1]} {match[2]}:{match[3]}"
        except ValueError:
            pass
    return at.wrong(node, "an instant such as 2026-03-09 09:30", "时刻，例如 2026-03-09 09:30")


def window(node: Node, at: Context) -> Any:
    """Half-open opening window; closes up to 48:00 (26:00 = 02:00 of the next day)."""
    match = _WINDOW.match(node.value) if isinstance(node, Text) else None
    if match is None:
        return at.wrong(node, 'a window such as "09:00-21:00"', "时间段，例如 09:00-21:00")
    opens, closes = int(match[1]) * 60 + int(match[2]), int(match[3]) * 60 + int(match[4])
    if int(match[2]) > 59 or int(match[4]) > 59 or opens >= 1440 or closes > 2880 or closes <= opens:
        at.report("window-impossible", node, found=shown(node))
        return BAD
    if closes % 1440 == 1439:
        at.report("window-ends-2359", node, found=shown(node))
        return BAD
    return Window(opens * 60, closes * 60)


def label(node: Node, at: Context) -> Any:
    """Text, or {zh, en}. Anything people read may be written so."""
    if not isinstance(node, Map):
        value = text(node, at)
        return BAD if value is BAD else Label(value)
    words_by_language: dict[str, str] = {}
    for key, value in node.entries:
        if key.value not in ("zh", "en"):
            at.report("unknown-key", key, key=key.value, where="a label", where_zh="名称", **hints(key.value, ("zh", "en")))
            continue
        said = text(value, at)
        if said is not BAD:
            words_by_language[key.value] = said
    if "zh" not in words_by_language:
        at.report("missing-key", node, key="zh", where="a label", where_zh="名称")
        return BAD
    return Label(words_by_language["zh"], words_by_language.get("en", ""))


def is_label(node: Node) -> bool:
    """Whether a node stands for a label rather than for a map of keys: text, or a map of zh and en only."""
    if isinstance(node, Text):
        return True
    return isinstance(node, Map) and bool(node.entries) and all(key.value in ("zh", "en") for key, _ in node.entries)


def listed(read: Reader) -> Reader:
    """One value or a list of them, as a tuple. Bad ones are left out after being reported."""

    def read_list(node: Node, at: Context) -> Any:
        nodes = node.items if isinstance(node, List) else [node]
        values = tuple(value for value in (read(one, at) for one in nodes) if value is not BAD)
        for position, value in enumerate(values):
            if len(values) == len(nodes) and value in values[:position] and isinstance(value, str):
                at.report("value-twice", nodes[position], found=value)
        return values

    return read_list


def some(read: Reader) -> Reader:
    """Like `listed`, but an empty list is a fault."""
    read_list = listed(read)

    def read_some(node: Node, at: Context) -> Any:
        if isinstance(node, List) and not node.items:
            return at.wrong(node, "a list with at least one entry", "至少一项的列表")
        return read_list(node, at)

    return read_some


def pairs(node: Node, at: Context, allow_bare: bool = False) -> list[tuple[Text, Node | None]]:
    """`[id: value, …]` or `{id: value, …}` in order, each id once. With allow_bare an item may be the id alone."""
    found: list[tuple[Text, Node | None]] = []
    if isinstance(node, Map):
        found = [(key, value) for key, value in node.entries]
    elif isinstance(node, List):
        for item in node.items:
            if isinstance(item, Map) and len(item.entries) == 1:
                found.append(item.entries[0])
            elif allow_bare and isinstance(item, Text) and item.value:
                found.append((item, None))
            else:
                at.wrong(item, "one `name: value` pair", "一个“名称: 值”")
    else:
        at.wrong(node, "a list of `name: value` pairs", "“名称: 值”的列表")
    return found


def labels(node: Node, at: Context) -> Any:
    """Ordered id → Label (stages, posts)."""
    result: dict[str, Label] = {}
    for key, value in pairs(node, at):
        assert value is not None
        identifier, said = kebab(key, at), label(value, at)
        if identifier is BAD or said is BAD:
            continue
        if identifier in result:
            at.report("value-twice", key, found=identifier)
        result[identifier] = said
    return result


def keep(node: Node, at: Context) -> Any:
    """How long data is kept: `3 years`, `6 months`, `180 days`."""
    if not isinstance(node, Text) or not _KEEP.match(node.value):
        return at.wrong(node, "a period such as 3 years or 180 days", "期限，例如 3 years 或 180 days")
    return node.value
