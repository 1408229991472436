"""What the house rules forbid in a source text, found by reading its syntax. Each function gives (line, what is wrong and what to do)."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from luyue.site.rooms import ROOMS

ROOT = Path(__file__).parents[2]
Fault = tuple[int, str]

# Rooms of the same height see nothing of each other.
FACES = ("workspace", "portal", "api")
HEIGHTS = {room: 0 if room in FACES else height for height, room in enumerate(ROOMS, 1)}

CLOCK_CALLS = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "datetime.datetime.now", "datetime.date.today", "time.time"}
WORLD_CALLS = {"open", "print", "input", "os.getenv"}

RELATIONS = {"ForeignKey", "OneToOneField", "ManyToManyField"}
# A technical interval (a lease, a retry) says so; every other length of time in a room is a promise that belongs into the regulation.
NO_PROMISE = re.compile(r"#.*not a promise: \S")


def in_core(source: str) -> Iterator[Fault]:
    """Asking for the time, and touching anything outside the arguments."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = dotted(node.func)
            if name in CLOCK_CALLS:
                yield node.lineno, f"{name}(): the core is told the time. Take `now` as an argument."
            elif name in WORLD_CALLS:
                yield node.lineno, f"{name}(): the core touches nothing outside. Take the text as an argument, give back the result."
            elif isinstance(node.func, ast.Attribute) and node.func.attr in ("read_text", "read_bytes", "write_text", "write_bytes"):
                yield node.lineno, f"{node.func.attr}(): the core reads and writes no files. Take the text as an argument."
        elif isinstance(node, ast.Attribute) and dotted(node) == "os.environ":
            yield node.lineno, "os.environ: the core is told its settings. Take them as arguments."


def durations(source: str) -> Iterator[Fault]:
    """timedelta with a number in it: such a number is a rule, and rules live in the regulation."""
    lines = source.splitlines()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and (dotted(node.func) or "").split(".")[-1] == "timedelta":
            given = [*node.args, *(keyword.value for keyword in node.keywords)]
            numbers = [part.value for value in given for part in ast.walk(value) if isinstance(part, ast.Constant)]
            if any(isinstance(number, int | float) and number != 0 for number in numbers) and not NO_PROMISE.search(lines[node.lineno - 1]):
                yield (
                    node.lineno,
                    (
                        "timedelta with a number: a promise belongs into the regulation. "
                        "If customers and staff never see this time, end the line with `# not a promise: WHY`."
                    ),
                )


def upward(room: str, source: str) -> Iterator[Fault]:
    """Foreign keys and get_model written as text, which import contracts cannot see, that point up the house or sideways."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        called = (dotted(node.func) or "").split(".")[-1]
        if called in RELATIONS:
            texts = [node.args[0]] if node.args else [keyword.value for keyword in node.keywords if keyword.arg == "to"]
        elif called == "get_model":
            texts = node.args[:1]
        else:
            continue
        for text in texts:
            target = text.value.split(".")[0] if isinstance(text, ast.Constant) and isinstance(text.value, str) else ""
            if target in HEIGHTS and target != room and HEIGHTS[target] <= HEIGHTS[room]:
                yield node.lineno, f"{called}('{text.value}'): '{room}' must not know '{target}', which stands above it. Turn it round."  # type: ignore[attr-defined]


def dotted(node: ast.expr) -> str | None:
    """'a.b.c' for the expression a.b.c, else None."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (front := dotted(node.value)):
        return f"{front}.{node.attr}"
    return None


# Put together from halves, so that this file does not find itself.
UNFINISHED = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b")
HOSTS = re.compile(r"(pypi|pythonhosted|npmjs|npmmirror|tuna\.tsinghua|mirrors\.aliyun)" + r"\.(org|com|edu|cn)")
MACHINE = re.compile(r"(?<![\w.-])/(wo" + r"rk|ro" + r"ot|home/\w+|opt/py" + r"pi[\w-]*)/")


def words(text: str) -> Iterator[Fault]:
    """Marks of unfinished work, package index hosts and paths of one person's machine."""
    for number, line in enumerate(text.splitlines(), 1):
        for pattern, advice in (
            (UNFINISHED, "finish it, or write down as a limit what is missing"),
            (HOSTS, "name packages, not where one machine gets them from"),
            (MACHINE, "this path exists on one machine only"),
        ):
            if found := pattern.search(line):
                yield number, f"'{found.group()}': {advice}."
