"""How the regulation files of the tests are read: as an author's folder would be, beside a small base regulation."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

from luyue.core.calendar import DayTable, load_day_table, weekdays
from luyue.core.regulation import Draft, Problem, compile_drafts, read_regulation
from luyue.core.regulation.problems import ordered

HERE = Path(__file__).parent
SHIPPED = HERE.parents[1] / "luyue" / "regulations"


@cache
def calendars() -> dict[str, DayTable]:
    cn = load_day_table((SHIPPED / "calendars" / "cn.yaml").read_text(encoding="utf-8"))
    # Few years, so that dates in golden texts stand still.
    return {"cn": cn, "weekdays": weekdays(first_on=date(2025, 1, 1), last_on=date(2027, 12, 31))}


@cache
def draft(path: Path) -> Draft:
    return read_regulation(path.read_text(encoding="utf-8"), path.name).draft


LAW = """---
regulation: L0
edition: 2026-01-01
in_force_from: 2026-01-01
zone: Asia/Shanghai
calendar: weekdays
label: 法律底线
floors: []
---
## 第一条 占位 | nothing
本例的法律底线不设限。

```yaml prose-only
because: 试例自带所需的底线。
```
"""


def problems_of(source: str, name: str, *beside: Path) -> tuple[Problem, ...]:
    """Everything said of one text, read together with the base of the small company."""
    read = read_regulation(source, name)
    bases = [draft(path) for path in (beside or (HERE / "base" / "small.md",))]
    law = [] if any(one.regulation.id == "L0" for one in bases) else [read_regulation(LAW, "L0.md").draft]
    result = compile_drafts([*law, *bases, read.draft], calendars())
    return ordered(one for one in (*read.problems, *result.problems) if one.path == name)
