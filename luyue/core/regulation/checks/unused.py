"""PL107: definitions nobody uses, facts nobody waits for, and words nothing acts on yet. Information only."""

from __future__ import annotations

from collections.abc import Iterator

from luyue.core.regulation.book import Book
from luyue.core.regulation.checks.names import NAMES_ZH
from luyue.core.regulation.kinds import NOT_RUN
from luyue.core.regulation.problems import Problem
from luyue.core.regulation.rules import (
    ActionRule,
    Category,
    DataClass,
    Every,
    ReportRule,
    Team,
)
from luyue.core.regulation.vocabulary import FACTS, MEASURES, NOT_COUNTED

# Kinds that exist only to be pointed at.
_ENDS = "case.closed"  # the one fact time is kept from
_POINTED_AT = ("timetable", "form", "checklist", "route", "ladder", "approval")


def check(book: Book) -> Iterator[Problem]:
    if book.broken or book.mentioned:
        return
    used: dict[str, set[str]] = {}
    for reference in book.references:
        if reference.path != ("exception_to",):
            used.setdefault(reference.wanted, set()).add(reference.name)
    watched = {block.watched_by for one in book.regulations for clause in one.clauses for block in clause.prose_only}
    for kind in _POINTED_AT:
        for rule in book.by_kind.get(kind, {}).values():
            if rule.id not in used.get(kind, ()) and rule.id not in watched:
                yield book.report("unused", rule, kind, kind=kind, kind_zh=NAMES_ZH[kind], name=rule.id)
    yield from _categories(book, used.get("category", set()))
    yield from _posts(book, used.get("actor", set()))
    yield from _facts(book, used.get("fact", set()))
    yield from _not_run(book)


def _categories(book: Book, used: set[str]) -> Iterator[Problem]:
    for category in book.all(Category).values():
        if category.id not in used and not category.under:
            yield book.report("unused", category, "category", kind="category", kind_zh="分类", name=category.id)


def _posts(book: Book, used: set[str]) -> Iterator[Problem]:
    for team in book.all(Team).values():
        for post in team.posts:
            if f"{team.id}/{post}" not in used:
                yield book.report("unused", team, "posts", word=post, kind="post", kind_zh="岗位", name=f"{team.id}/{post}")


def _facts(book: Book, used: set[str]) -> Iterator[Problem]:
    """A fact an action records without leading anywhere, and that nothing waits for."""
    for action in book.all(ActionRule).values():
        if action.records in used or action.records in FACTS or action.to != "same" or action.form or action.effects:
            continue
        yield book.report("unused", action, "records", kind="fact", kind_zh="事实", name=action.records)


def _not_run(book: Book) -> Iterator[Problem]:
    for kind in sorted(NOT_RUN):
        rules = list(book.by_kind.get(kind, {}).values())
        if rules:
            yield book.report("not-run", rules[0], kind, what=f"a {kind} rule", what_zh=f"{NAMES_ZH[kind]}规则")
    for report in book.all(ReportRule).values():
        if not isinstance(report.trigger, Every):
            yield book.report("not-run", report, "at", what="a report at a fact", what_zh="按事实触发的报告")
        for shown in report.shows:
            if shown.measure in NOT_COUNTED:
                word = MEASURES[shown.measure]
                yield book.report("not-run", report, "shows", what=f"the measure {shown.measure}", what_zh=f"指标“{word.zh}”")
    for data in book.all(DataClass).values():
        if any("/" in word for word in data.covers):
            yield book.report("not-run", data, "covers", what="keeping one field of a form", what_zh="只保存表单中的一个字段")
        if data.kept_from != _ENDS:
            yield book.report("not-run", data, "kept_from", what=f"keeping from {data.kept_from}", what_zh=f"自 {data.kept_from} 起算的保存期限")
