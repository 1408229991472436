"""Two editions held against each other, in the sentences people read."""

from __future__ import annotations

from functools import cache

from luyue.core.calendar import load_day_table
from luyue.core.regulation import Rulebook, compile_rulebook, read_regulation
from luyue.core.regulation.diff import ADDED, CHANGED, MOVED, REMOVED, SAME, ClauseChange, compare
from tests.core.shipped import SHIPPED

OBJECTIONS = "live-rental-objections"


@cache
def text(name: str) -> str:
    return next((SHIPPED / name).glob("*.md")).read_text("utf8")


def book(objections: str) -> Rulebook:
    read = [read_regulation(source, "x.md") for source in (text("L0"), text("company"), objections)]
    days = load_day_table((SHIPPED / "calendars" / "cn.yaml").read_text("utf8"))
    made = compile_rulebook([one.regulation for one in read if one.regulation], {"cn": days})
    assert made.rulebook is not None, [(one.line, one.what) for one in made.problems if one.severity == "error"]
    return made.rulebook


def changes(after: str) -> dict[str, ClauseChange]:
    return {one.id: one for one in compare(book(text(OBJECTIONS)), book(after), OBJECTIONS) if one.kind != SAME}


def test_a_text_beside_itself_differs_nowhere_though_every_line_has_moved() -> None:
    assert changes(text(OBJECTIONS).replace("# 第一章", "\n\n# 第一章", 1)) == {}


def test_a_first_edition_is_new_from_end_to_end() -> None:
    found = compare(None, book(text(OBJECTIONS)), OBJECTIONS)
    assert {one.kind for one in found} == {ADDED}
    assert all(rule.kind == ADDED and rule.after for one in found for rule in one.rules)


def test_each_kind_of_change_is_said_of_its_clause() -> None:
    after = text(OBJECTIONS)
    for old, new in (
        ("经办人须在 2 小时内告知客户进展", "经办人须在 1 小时内告知客户进展"),
        ("催办后 2 小时内由人告知进展", "催办后 1 小时内由人告知进展"),
        (
            "stops_at: [contact.progress-told, contact.answered, feedback.given]\nwithin: 2 h",
            "stops_at: [contact.progress-told, contact.answered, feedback.given]\nwithin: 1 h",
        ),
        ("2026-03-05 10:15", "2026-03-05 09:15"),
        ("label: {zh: 催办收到, en: Nudge received}", "label: {zh: 催办已收到, en: Nudge received}"),
    ):
        assert old in after
        after = after.replace(old, new, 1)
    found = changes(after)
    assert set(found) == {"nudge"}
    (deadline, note) = found["nudge"].rules
    assert (deadline.kind, deadline.rule_kind, deadline.id) == (CHANGED, "clock", "nudge-answered")
    assert ("2 小时" in deadline.before, "1 小时" in deadline.after) == (True, True)
    assert (note.kind, note.id) == (CHANGED, "nudge-note")
    assert "2 小时" in found["nudge"].before


def test_what_was_added_removed_and_moved_is_told_apart() -> None:
    before = text(OBJECTIONS)
    begins = before.index("```yaml rule\nnotice: nudge-note")
    ends = before.index("```\n", before.index("text:", begins)) + 4
    notice, without = before[begins:ends], before[:begins] + before[ends:]
    assert [(rule.kind, rule.id) for rule in changes(without)["nudge"].rules] == [(REMOVED, "nudge-note")]
    place = without.index("## 第二十二条")
    elsewhere = changes(without[:place] + notice + "\n" + without[place:])
    assert [(one.id, [(rule.kind, rule.id) for rule in one.rules]) for one in elsewhere.values()] == [("transfer", [(MOVED, "nudge-note")])]
    renamed = changes(before.replace("| nudge\n", "| reminder\n"))
    assert {name: one.kind for name, one in renamed.items()} == {"reminder": ADDED, "nudge": REMOVED}
