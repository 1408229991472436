"""The shipped regulations, compiled, for tests of the core."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from luyue.core.calendar import load_day_table
from luyue.core.regulation import Rulebook, compile_rulebook, read_regulation

SHIPPED = Path(__file__).parents[2] / "luyue" / "regulations"


def shipped_book(change: Callable[[str], str] = str) -> Rulebook:
    """Everything that is shipped as one rulebook, each text as `change` leaves it. Fails when a text has an error."""
    read = [read_regulation(change(path.read_text("utf8")), path.name) for path in sorted(SHIPPED.glob("*/*.md"))]
    days = load_day_table((SHIPPED / "calendars" / "cn.yaml").read_text("utf8"))
    made = compile_rulebook([one.regulation for one in read if one.regulation], {"cn": days})
    assert made.rulebook is not None, [(one.code, one.path, one.line, one.what) for one in made.problems if one.severity == "error"]
    return made.rulebook
