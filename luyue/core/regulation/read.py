"""Reading one regulation: text in, typed clauses and all problems of the text out."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from functools import cache, partial
from typing import Any

from luyue.core.records import MISSING, dataclass, field, fields
from luyue.core.regulation.blocks import read_examples, read_front, read_prose_only, read_reading
from luyue.core.regulation.kinds import KINDS, Kind
from luyue.core.regulation.kinds.base import Values, missing
from luyue.core.regulation.markdown import LOST, Block, Section, read_page
from luyue.core.regulation.problems import Place, Problem, has_errors, ordered, problem
from luyue.core.regulation.rules import Label, Mark, Rule
from luyue.core.regulation.scalars import BAD, Context
from luyue.core.regulation.suggest import hints, nearest
from luyue.core.regulation.text import Clause, Example, ProseOnly, Reading, Regulation
from luyue.core.regulation.yamlsubset import Map, Node, Text, compose

RuleKey = tuple[str, str]  # kind, id


@dataclass(frozen=True, slots=True)
class Draft:
    """A regulation as far as it could be read.

    broken: rules that lost a value to a fault already reported; checks must not complain of what follows
    from it. mentioned: every word that stands in a block no rule could be made of.
    """

    regulation: Regulation
    broken: frozenset[RuleKey] = frozenset()
    mentioned: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ReadResult:
    """regulation is None when any problem is an error; draft is what could be read all the same."""

    regulation: Regulation | None
    problems: tuple[Problem, ...]
    draft: Draft


@dataclass(slots=True)
class _Reading:
    path: str
    regulation: str = ""
    currency: str = "CNY"
    problems: list[Problem] = field(default_factory=list)
    broken: set[RuleKey] = field(default_factory=set)
    mentioned: set[str] = field(default_factory=set)

    def report(self, clause: str, message: str, node: Node, second: Mark | None = None, **words: Any) -> None:
        place = Place(self.path, node.line, node.column, node.length, clause)
        self.problems.append(problem(message, place, second, **words))

    def reporter(self, clause: str) -> Callable[..., None]:
        return partial(self.report, clause)

    def context(self, clause_id: str, clause: str) -> Context:
        return Context(self.reporter(clause), self.path, self.regulation, clause_id, self.currency)


def read_regulation(text: str, path: str) -> ReadResult:
    """Read one regulation. Never raises; reports every problem of the text at once.

    path is only used to say where; checks that need other regulations are made by `compile_rulebook`.
    """
    from luyue.core.regulation.checks import check_text

    state = _Reading(path)
    plain = re.sub(r"\r\n?", "\n", text.removeprefix("\ufeff"))
    page = read_page(plain, state.reporter(""))
    front_node = None
    if page.front is not None:
        front_node = compose(page.front.lines, page.front.line, 1, state.reporter(""))
    front = read_front(front_node, state.context("", ""))
    state.regulation, state.currency = front["regulation"], front["currency"]
    _check_clause_ids(page.sections, state)
    clauses = tuple(_clause(section, state) for section in page.sections)
    front["id"] = front.pop("regulation")
    regulation = Regulation(
        **front,
        chapters=tuple(page.chapters),
        clauses=clauses,
        path=path,
        sha256=hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(),
        source=plain,
    )
    draft = Draft(regulation, frozenset(state.broken), frozenset(state.mentioned))
    problems = ordered([*state.problems, *check_text(draft)])
    return ReadResult(None if has_errors(problems) else regulation, problems, draft)


def _check_clause_ids(sections: Iterable[Section], state: _Reading) -> None:
    first: dict[str, Section] = {}
    for section in sections:
        earlier = first.setdefault(section.id, section)
        if earlier is not section:
            node = Node(section.line, section.column, len(section.id) or 1)
            mark = Mark(state.path, earlier.line, earlier.column)
            state.report(title(section), "clause-id-twice", node, mark, id=section.id, line=earlier.line)


def title(section: Section) -> str:
    return f"{section.title} ({section.id})"


def _clause(section: Section, state: _Reading) -> Clause:
    at = state.context(section.id, title(section))
    trees = [(block, _tree(block, at, state)) for block in section.blocks]
    rules: list[Rule] = []
    for block, node in trees:
        if block.kind == "rule" and node is not None:
            rule = _rule(node, at, state)
            if rule is not None:
                rules.append(rule)
    clocks = [rule.id for rule in rules if rule.kind == "clock"]
    only_clock = clocks[0] if len(clocks) == 1 else ""
    examples: list[Example] = []
    readings: list[Reading] = []
    prose_only: list[ProseOnly] = []
    for block, node in trees:
        if node is None:
            continue
        mark = Mark(state.path, block.line, block.column)
        if block.kind == "example":
            examples += read_examples(node, at, only_clock)
        elif block.kind == "reading":
            readings.append(read_reading(node, at, mark))
        elif block.kind == "prose-only":
            prose_only.append(read_prose_only(node, at, mark))
    heading = Mark(state.path, section.line, section.column)
    prose = "\n".join(line for _, line in section.prose).strip()
    if not section.blocks:
        at.report("clause-empty", Node(section.line, section.column, len(section.id) or 1), id=section.id)
    return Clause(
        section.id, section.title, prose, section.chapter, tuple(rules), tuple(examples), tuple(readings),
        tuple(prose_only), heading, section.english, section.chapter_english,
    )  # fmt: skip


def _tree(block: Block, at: Context, state: _Reading) -> Map | None:
    node = None if block.kind == LOST else compose(block.lines, block.line, block.column, at.report)
    if isinstance(node, Map) and node.entries:
        return node
    if node is None and any(block.kind == LOST or (line.strip() and not line.lstrip().startswith("#")) for line in block.lines):
        # Unreadable and already reported: remember its words so that nothing that points here is called unknown.
        state.mentioned |= set(re.findall(r"[A-Za-z][\w.-]*", "\n".join(block.lines)))
        state.broken.add(("", ""))
        return None
    place = node or Node(block.line - 1, 1, 3)
    at.report("block-empty", place, kind=block.kind)
    return None


# Rules -----------------------------------------------------------------------------------------------


def _rule(node: Map, at: Context, state: _Reading) -> Rule | None:
    """The typed rule. With faults it is built from what could be read and noted as broken."""
    head, value = node.entries[0]
    kind = KINDS.get(head.value)
    if kind is None:
        at.report("unknown-kind", head, found=head.value, **hints(head.value, KINDS))
        state.mentioned |= _words_in(node)
        state.broken.add(("", ""))
        return None
    at.kind = head.value
    if not isinstance(value, Text) or not value.value:
        at.report("rule-id-missing", head, kind=head.value)
        state.broken.add(("", ""))
        return None
    if not _is_id(value.value):
        at.report("rule-id-bad", value, id=value.value)
    before = len(state.problems)
    values = _read_keys(kind, node, at)
    if kind.finish is not None:
        kind.finish(values, node, at)
    if has_errors(state.problems[before:]):
        state.broken.add((head.value, value.value))
    mark = Mark(state.path, head.line, head.column)
    values.setdefault("label", Label(value.value))
    attributes = _empty(kind) | {name: given for name, given in values.items() if name in _attributes(kind)}
    return kind.rule(**(attributes | {"id": value.value, "regulation": state.regulation, "clause": at.clause, "mark": mark}))


def _is_id(value: str) -> bool:
    return re.match(r"[a-z0-9]+(-[a-z0-9]+)*\Z", value) is not None


def _read_keys(kind: Kind, node: Map, at: Context) -> Values:
    values: Values = {}
    at.misspelt = {nearest(key.value, kind.all_keys) for key, _ in node.entries[1:] if key.value not in kind.all_keys}
    for key, value in node.entries[1:]:
        rule = kind.all_keys.get(key.value)
        if rule is None:
            where, where_zh = f"a {at.kind} rule", f"{at.kind} 规则"
            at.report("unknown-key", key, key=key.value, where=where, where_zh=where_zh, **hints(key.value, kind.all_keys))
        elif rule.read is not None:
            read = rule.read(value, at)
            if read is not BAD:
                values[rule.to or key.value] = read
    given = {key.value for key, _ in node.entries[1:]}
    for name, rule in kind.all_keys.items():
        if rule.required and name not in given:
            missing(node, name, at, rule.owner)
    return values


@cache
def _empty(kind_rule: Any) -> dict[str, Any]:
    """Stand-ins for required attributes that could not be read."""
    kind: Kind = kind_rule
    needed = {one.name for one in fields(kind.rule) if one.default is MISSING and one.default_factory is MISSING}
    stand_ins: dict[str, Any] = {}
    for name, key in kind.all_keys.items():
        if (key.to or name) in needed:
            stand_ins[key.to or name] = key.empty
    return stand_ins


@cache
def _attributes(kind_rule: Any) -> frozenset[str]:
    kind: Kind = kind_rule
    return frozenset(one.name for one in fields(kind.rule))


def _words_in(node: Node) -> set[str]:
    if isinstance(node, Text):
        return set(re.findall(r"[A-Za-z][\w.-]*", node.value))
    if isinstance(node, Map):
        return {word for key, value in node.entries for word in _words_in(key) | _words_in(value)}
    return {word for item in getattr(node, "items", ()) for word in _words_in(item)}
