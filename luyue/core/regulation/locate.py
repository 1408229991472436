"""Where a value of a rule stands in its text.

Rules keep only the place of their block; the few values that turn out wrong are looked up again in the source.
"""

from __future__ import annotations

from luyue.core.regulation.markdown import FENCE_END
from luyue.core.regulation.problems import Place
from luyue.core.regulation.rules import Mark, Rule
from luyue.core.regulation.text import Clause, Regulation
from luyue.core.regulation.yamlsubset import List, Map, Node, Text, compose


def place_of(regulation: Regulation, rule: Rule, *path: str, word: str = "") -> Place:
    """The place of the value under the keys of `path`; with `word`, of that very word below it.

    Falls back to as much of the path as exists, at last to the first line of the rule.
    """
    clause = clause_title(regulation.clause(rule.clause)) if rule.clause else ""
    return _found(regulation, rule.mark, path, word, clause)


def place_at(regulation: Regulation, mark: Mark, clause: Clause, *path: str, word: str = "") -> Place:
    """The same below any mark of a block: an example, a reading, a field."""
    return _found(regulation, mark, path, word, clause_title(clause))


def front_place(regulation: Regulation, key: str, word: str = "") -> Place:
    """The place of a front matter value."""
    return _found(regulation, Mark(regulation.path, 2, 1), (key,), word, "")


def clause_title(clause: Clause) -> str:
    return f"{clause.title} ({clause.id})"


def _found(regulation: Regulation, mark: Mark, path: tuple[str, ...], word: str, clause: str) -> Place:
    node = _tree(regulation, mark)
    if node is None:
        return Place(regulation.path, mark.line, mark.column, 1, clause)
    best: Node = node.entries[0][1] if isinstance(node, Map) and node.entries else node
    here: Node | None = node
    for key in path:
        here = _below(here, key)
        if here is None:
            break
        best = here
    if word:
        best = _word(best, word) or best
    return Place(regulation.path, best.line, best.column, best.length, clause)


def _tree(regulation: Regulation, mark: Mark) -> Node | None:
    lines = regulation.source.split("\n")
    end = mark.line - 1
    while end < len(lines) and not FENCE_END.match(lines[end]) and lines[end].rstrip() != "---":
        end += 1
    inner = [line[mark.column - 1 :] for line in lines[mark.line - 1 : end]]
    return compose(inner, mark.line, mark.column, lambda *_a, **_k: None)


def _below(node: Node | None, key: str) -> Node | None:
    if isinstance(node, Map):
        return node.get(key)
    if isinstance(node, List):
        if key.isdigit():
            return node.items[int(key)] if int(key) < len(node.items) else None
        for item in node.items:
            if isinstance(item, Map) and (found := item.get(key)) is not None:
                return found
    return None


def _word(node: Node, value: str) -> Node | None:
    if isinstance(node, Text):
        return node if node.value == value else None
    parts: list[Node] = []
    if isinstance(node, Map):
        parts = [part for entry in node.entries for part in entry]
    elif isinstance(node, List):
        parts = node.items
    for part in parts:
        if (found := _word(part, value)) is not None:
            return found
    return None


def prose_place(regulation: Regulation, clause: Clause, words: str) -> Place:
    """Where words stand in the prose of a clause; its heading if they cannot be found."""
    lines = regulation.source.split("\n")
    fenced = False
    for number in range(clause.mark.line, len(lines)):
        line = lines[number]
        if FENCE_END.match(line) or line.lstrip().startswith("```"):
            fenced = not fenced
        elif line.startswith("#") and not fenced:
            break
        elif not fenced and words in line:
            return Place(regulation.path, number + 1, line.index(words) + 1, len(words), clause_title(clause))
    return Place(regulation.path, clause.mark.line, clause.mark.column, len(clause.id), clause_title(clause))
