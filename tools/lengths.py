"""List modules and functions that have grown long: a sign to split them by meaning, never a failure."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[1]
MODULE_LINES = {"luyue/core": 200, "luyue/apps": 300, "luyue/site": 300}
FUNCTION_LINES = 40
TEMPLATE_LINES = 120


def long_ones() -> list[tuple[int, str]]:
    """(lines over the measure, what it is), the longest first."""
    found = []
    for folder, measure in MODULE_LINES.items():
        for path in (ROOT / folder).rglob("*.py"):
            if {"tests", "migrations", "demo"} & set(path.parts):
                continue
            source, name = path.read_text(encoding="utf-8"), path.relative_to(ROOT)
            lines = source.count("\n")
            found.append((lines - measure, f"{name}: {lines} lines, {measure} is the measure"))
            for node in ast.walk(ast.parse(source)):
                if isinstance(node, ast.FunctionDef) and node.end_lineno:
                    length = node.end_lineno - node.lineno + 1
                    found.append((length - FUNCTION_LINES, f"{name}:{node.lineno}: {node.name} has {length} lines, {FUNCTION_LINES} is the measure"))
    for path in (ROOT / "luyue").rglob("*.html"):
        lines = path.read_text(encoding="utf-8").count("\n")
        found.append((lines - TEMPLATE_LINES, f"{path.relative_to(ROOT)}: {lines} lines, {TEMPLATE_LINES} is the measure"))
    return sorted((entry for entry in found if entry[0] > 0), reverse=True)


if __name__ == "__main__":
    for _, what in long_ones():
        print(what)
