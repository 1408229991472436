"""Texts for the stories of editions: the shipped objection regulation as it might read next, and a calendar with a holiday announced."""

from __future__ import annotations

import re
from pathlib import Path

import luyue

SHIPPED = Path(luyue.__file__).parent / "regulations"
OBJECTIONS = (SHIPPED / "live-rental-objections/2026-01-01.md").read_text(encoding="utf-8")
CALENDAR = (SHIPPED / "calendars/cn.yaml").read_text(encoding="utf-8")
# A nudge is answered in one hour instead of two, a fee objection investigated in two working days instead of one; words, readings and
# worked examples say the same as the rules.
CHANGES = (
    ("经办人须在 2 小时内告知客户进展", "经办人须在 1 小时内告知客户进展"),
    ("催办后 2 小时内由人告知进展", "催办后 1 小时内由人告知进展"),
    ("stops_at: [contact.progress-told, contact.answered, feedback.given]\nwithin: 2 h", "stops_at: [contact.progress-told, contact.answered, feedback.given]\nwithin: 1 h"),
    ("customer.nudged: 2026-03-04 20:15\n  due: 2026-03-05 10:15", "customer.nudged: 2026-03-04 20:15\n  due: 2026-03-05 09:15"),
    ("取回设备检测的 3 个工作日；费用 1 个工作日；服务", "取回设备检测的 3 个工作日；费用 2 个工作日；服务"),
    ("取回检测 3 个工作日；费用 1 个工作日；服务", "取回检测 3 个工作日；费用 2 个工作日；服务"),
    ("applies_to: {kind: objection, objection_type: fee}\nstarts_at: case.transferred\nstops_at: objection.investigated\nwithin: 1 working day",
     "applies_to: {kind: objection, objection_type: fee}\nstarts_at: case.transferred\nstops_at: objection.investigated\nwithin: 2 working days"),
    ("case.transferred: 2026-09-30 10:00\n  due: 2026-10-08 24:00", "case.transferred: 2026-09-30 10:00\n  due: 2026-10-09 24:00"),
    ("customer.replied: 2026-03-12 10:00\n  due: 2026-03-12 24:00", "customer.replied: 2026-03-12 10:00\n  due: 2026-03-13 24:00"),
)  # fmt: skip


def objections(edition: str, in_force_from: str = "", *more: tuple[str, str], changes: tuple[tuple[str, str], ...] = CHANGES) -> str:
    """The next edition. Every change must be of a text that is there, else the story would prove nothing."""
    text = OBJECTIONS
    dates = (("edition: 2026-01-01", f"edition: {edition}"), ("in_force_from: 2026-01-01", f"in_force_from: {in_force_from or edition}"))
    for old, new in (*dates, *changes, *more):
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def published(year: int, text: str = CALENDAR) -> str:
    """A calendar whose notices reach to the end of this year, with New Year's Day off where the shipped one is silent."""
    for missing in range(2025, year + 1):
        if f"\n  {missing}:" not in text:
            text = (
                text.rstrip("\n")
                + f"\n  {missing}:\n    notice: 国办发明电〔{missing - 1}〕9号\n    feasts:\n      - {{name: 元旦, off: [{missing}-01-01..{missing}-01-03]}}\n"
            )
    return re.sub(r"known_until: \S+", f"known_until: {year}-12-31", text)


def with_holiday(*days: str, text: str = CALENDAR) -> str:
    """A calendar with a holiday announced late."""
    return text.rstrip("\n") + f"\n      - {{name: 临时放假, off: [{', '.join(days)}]}}\n"
