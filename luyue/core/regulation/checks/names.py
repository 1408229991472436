"""PL101: every name a rule points at is declared, by a rule of the book or by the platform."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from luyue.core.regulation.book import Book
from luyue.core.regulation.locate import place_at
from luyue.core.regulation.problems import Problem, Words, problem
from luyue.core.regulation.references import Reference
from luyue.core.regulation.rules import RULE_KINDS, ActionRule, Notice, Procedure, Rule
from luyue.core.regulation.suggest import hints
from luyue.core.regulation.vocabulary import ACTORS, DATA_COVERED, DATA_RECEIVERS, EFFECTS, FACTS, GUARDS, GUARDS_OF_FORMS, WORDS_NOT_RUN

NAMES_ZH = {
    "timetable": "服务时间", "team": "部门", "skill": "资格", "procedure": "流程", "action": "操作", "form": "表单",
    "checklist": "检查单", "category": "分类", "route": "派单规则", "clock": "时限", "ladder": "升级规则", "task": "待办",
    "notice": "通知", "approval": "审批", "report": "报告", "data_class": "资料类别", "phrasebook": "话术", "floor": "底线",
    "fact": "事实", "actor": "部门、岗位或角色", "receiver": "接收方", "guard": "校验", "effect": "效果", "stage": "环节",
    "field": "字段",
}  # fmt: skip


def check(book: Book) -> Iterator[Problem]:
    known = _declared(book)
    for reference in book.references:
        if reference.name not in known[reference.wanted]:
            yield from _check_one(reference, known[reference.wanted], book)
        elif reference.name in WORDS_NOT_RUN and reference.wanted in ("guard", "effect"):
            words: Words = {"kind": reference.wanted, "kind_zh": NAMES_ZH[reference.wanted], "name": reference.name}
            yield book.report("word-not-run", reference.rule, *reference.path, word=reference.name, **words)
        elif reference.wanted == "guard" and isinstance(reference.rule, Notice) and reference.name in GUARDS_OF_FORMS:
            yield book.report("guard-of-a-form", reference.rule, *reference.path, word=reference.name, name=reference.name)
    yield from _stages(book)
    yield from _watchers(book)
    yield from _covered(book)


def _declared(book: Book) -> dict[str, Collection[str]]:
    known: dict[str, Collection[str]] = {kind: book.by_kind.get(kind, {}) for kind in RULE_KINDS}
    actors = dict.fromkeys([*sorted(book.actors), *ACTORS])
    return known | {
        "fact": book.facts,
        "actor": actors,
        "receiver": [*actors, *DATA_RECEIVERS],
        "guard": GUARDS,
        "effect": EFFECTS,
        "timetable": [*book.by_kind.get("timetable", {}), "around-the-clock"],
    }


def _check_one(reference: Reference, known: Collection[str], book: Book) -> Iterator[Problem]:
    name, wanted = reference.name, reference.wanted
    if forgiven(book, wanted, name):
        return
    if wanted == "fact":
        known = list(dict.fromkeys([*sorted(book.actions_by_fact), *FACTS]))
    yield unknown(book, reference.rule, reference.path, name, wanted, known)


def unknown(book: Book, rule: Rule, path: tuple[str, ...], name: str, wanted: str, known: Collection[str]) -> Problem:
    words: Words = {"kind": wanted.replace("_", " "), "kind_zh": NAMES_ZH[wanted], "name": name, **hints(name, known)}
    return book.report("unknown-name", rule, *path, word=name, **words)


def forgiven(book: Book, wanted: str, name: str) -> bool:
    """Whether the missing name may stand in a block that could not be read."""
    base = name.partition("/")[0]
    if name in book.mentioned or base in book.mentioned or (wanted, name) in book.broken:
        return True
    if wanted == "fact":
        return book.is_broken(ActionRule)
    return wanted == "actor" and any(kind == "team" and rule_id == base for kind, rule_id in book.broken)


def _stages(book: Book) -> Iterator[Problem]:
    """Stages are names of one procedure only."""
    procedures = book.all(Procedure)
    for procedure in procedures.values():
        for stage in procedure.final:
            yield from _stage(book, procedure, ("final",), stage, procedure, ())
    for action in book.all(ActionRule).values():
        home = procedures.get(action.procedure)
        if home is None:
            continue
        for stage in action.from_:
            yield from _stage(book, action, ("from",), stage, home, ("any-open",))
        yield from _stage(book, action, ("to",), action.to, home, ("same",))
        if action.count is not None and action.count.since:
            yield from _stage(book, action, ("count", "since"), action.count.since, home, ())


def _stage(book: Book, rule: Rule, path: tuple[str, ...], stage: str, home: Procedure, words: tuple[str, ...]) -> Iterator[Problem]:
    if stage and stage not in home.stages and stage not in words and ("procedure", home.id) not in book.broken:
        yield unknown(book, rule, path, stage, "stage", [*home.stages, *words])


def _watchers(book: Book) -> Iterator[Problem]:
    """`watched_by` of a prose-only block names a report, checklist, task or skill."""
    known = [name for kind in ("report", "checklist", "task", "skill") for name in book.by_kind.get(kind, {})]
    for regulation in book.regulations:
        for clause in regulation.clauses:
            for block in clause.prose_only:
                if block.watched_by and block.watched_by not in known and block.watched_by not in book.mentioned:
                    place = place_at(regulation, block.mark, clause, "watched_by", word=block.watched_by)
                    words: Words = {"kind": "report, checklist, task or skill", "kind_zh": "报告、检查单、待办或资格"}
                    yield problem("unknown-name", place, name=block.watched_by, **words, **hints(block.watched_by, known))


def _covered(book: Book) -> Iterator[Problem]:
    """A data class covers contacts, recordings, the journal, the case, a form, or one field of a form."""
    forms = book.by_kind.get("form", {})
    known = [*DATA_COVERED, *forms]
    for rule in book.by_kind.get("data_class", {}).values():
        for name in rule.covers:  # type: ignore[attr-defined]
            form, _, field = name.partition("/")
            fields = [one.name for one in forms[form].fields] if form in forms else []  # type: ignore[attr-defined]
            if (name in known and not field) or (field and field in fields) or forgiven(book, "form", form):
                continue
            near = [f"{form}/{one}" for one in fields] if field and fields else known
            yield unknown(book, rule, ("covers",), name, "form" if not field else "field", near)
