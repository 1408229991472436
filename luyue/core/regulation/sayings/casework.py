"""What people do with a case: procedures, actions, forms, checklists, categories, routes, approvals."""

from __future__ import annotations

from luyue.core.calendar import Within
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import ActionRule, Approval, Bound, Category, Checklist, Field, Form, Procedure, Route
from luyue.core.regulation.sayings.promises import late_words, target_words
from luyue.core.regulation.vocabulary import CHANNELS, GUARDS
from luyue.core.regulation.words import (
    CUSTOMER_KINDS,
    actor_words,
    actors_words,
    amount_words,
    bound_words,
    condition_words,
    counting_words,
    fact_words,
    hours_words,
    listed,
    pick,
    value_words,
)


def say_procedure(rule: Procedure, book: Rulebook, language: str) -> str:
    customers = listed((CUSTOMER_KINDS[one].say(language) for one in rule.customers), language)
    channels = listed((CHANNELS[one].say(language) for one in rule.channels), language)
    main = [label.say(language) for stage, label in rule.stages.items()]
    stages = listed(main, language)
    return pick(
        language,
        f"{rule.label.zh}：{customers}可经{channels}提出，各环节为{stages}；编号以 {rule.number} 开头",
        f"{rule.label.say('en')}: raised by {customers} by {channels}; stages {stages}; numbers begin with {rule.number}",
    )


def say_action(rule: ActionRule, book: Rulebook, language: str) -> str:
    procedure = book.procedure(rule.procedure)
    stages = (
        pick(language, "任一未结环节", "any open stage")
        if rule.from_ == ("any-open",)
        else listed((procedure.stages[stage].say(language) for stage in rule.from_), language)
    )
    who = actors_words(rule.by, book, language)
    parts = [pick(language, f"“{rule.label.zh}”：{stages}环节由{who}操作", f'"{rule.label.say("en")}": by {who} in {stages}')]
    parts += _needs(rule, book, language)
    if rule.to != "same":
        to = procedure.stages[rule.to].say(language)
        last = pick(language, "各责任部门都完成后", "once every routed team has done it, ") if rule.each else ""
        parts.append(pick(language, f"{last or '之后'}进入{to}", f"{last}leads to {to}"))
    return pick(language, "，", "; ").join(parts)


def _needs(rule: ActionRule, book: Rulebook, language: str) -> list[str]:
    needs = []
    if rule.when:
        needs.append(pick(language, "仅当", "only if ") + condition_words(rule.when, book, language))
    if rule.after:
        facts = listed((fact_words(fact, book, language) for fact in rule.after), language)
        needs.append(pick(language, f"须先有{facts}", f"after {facts}"))
    if rule.count:
        fact = fact_words(rule.count.of, book, language)
        low, high = rule.count.at_least, rule.count.at_most
        zh = f"{low} 至 {high} 次" if low is not None and high is not None else f"{low} 次以上" if low is not None else f"{high} 次以内"
        en = f"{low} to {high}" if low is not None and high is not None else f"at least {low}" if low is not None else f"at most {high}"
        if rule.count.within is None:
            needs.append(pick(language, f"{fact}须有 {zh}", f"needs {en} of {fact}"))
        else:
            needs.append(_lately(rule.count.within, fact, pick(language, zh, en), book, language))
    if rule.form:
        label = book.form(rule.form).label.say(language)
        needs.append(pick(language, f"须填《{label}》", f'fills "{label}"'))
    if rule.checklist:
        label = book.get(Checklist, rule.checklist).label.say(language)
        needs.append(pick(language, f"须完成《{label}》", f'needs checklist "{label}"'))
    if rule.approval:
        label = book.get(Approval, rule.approval).label.say(language)
        needs.append(pick(language, f"须经“{label}”", f'needs approval "{label}"'))
    if rule.four_eyes:
        doers = listed(dict.fromkeys(book.action(a).label.say(language) for a in rule.four_eyes), language)
        needs.append(pick(language, f"不得是做过“{doers}”的人", f"not by whoever did {doers}"))
    if kept := [GUARDS[one] for one in rule.guards if one in GUARDS]:
        needs.append(pick(language, "并遵守", "keeps to ") + listed((pick(language, f"“{one.zh}”", f'"{one.en}"') for one in kept), language))
    if rule.route:
        label = book.get(Route, rule.route).label.say(language)
        needs.append(pick(language, f"按“{label}”分派", f'routed by "{label}"'))
    if rule.hands_to:
        needs.append(pick(language, "交给", "handed to ") + actors_words(rule.hands_to, book, language))
    return needs


def _lately(within: Within, fact: str, times: str, book: Rulebook, language: str) -> str:
    span = amount_words(within, language)
    if times in ("0 次以内", "at most 0"):
        times = pick(language, "不得已有过", "none")
    counted = pick(language, "，", ", ") + (hours_words(within, book, language) or counting_words(within, language))
    return pick(language, f"此前 {span}内{fact} {times}{counted}", f"{times} of {fact} in the {span} before{counted}")


def say_form(rule: Form, book: Rulebook, language: str) -> str:
    always = [field for field in rule.fields if not field.when and field.required]
    may = [field for field in rule.fields if not field.when and not field.required]
    said = [pick(language, f"须填{_names(always, language)}", f"asks for {_names(always, language)}")] if always else []
    if may:
        said.append(pick(language, f"可填{_names(may, language)}", f"may give {_names(may, language)}"))
    groups: dict[str, list[Field]] = {}
    for field in rule.fields:
        if field.when:
            groups.setdefault(condition_words(field.when, book, language), []).append(field)
    for condition, fields in groups.items():
        said.append(pick(language, f"{condition}时另填{_names(fields, language)}", f"if {condition} also {_names(fields, language)}"))
    return pick(language, f"《{rule.label.zh}》：", f'Form "{rule.label.say("en")}": ') + pick(language, "；", "; ").join(said)


def _names(fields: list[Field], language: str) -> str:
    return listed((field.label.say(language) for field in fields), language)


def say_checklist(rule: Checklist, book: Rulebook, language: str) -> str:
    names = listed((item.label.say(language) for item in rule.items), language)
    order = pick(language, "，按顺序", ", in order") if rule.in_order else ""
    complete = (
        pick(language, "全部合格才算完成", "complete when all pass")
        if rule.complete_when == "all-pass"
        else pick(language, "逐项核对后完成", "complete when all are ticked")
    )
    return pick(
        language,
        f"《{rule.label.zh}》共 {len(rule.items)} 项{order}：{names}；{complete}",
        f'Checklist "{rule.label.say("en")}": {len(rule.items)} items{order}: {names}; {complete}',
    )


def say_category(rule: Category, book: Rulebook, language: str) -> str:
    own = [label.say(language) for path, label in rule.values.items() if "/" not in path]
    where = ""
    if rule.under:
        root, _, path = rule.under.partition("/")
        parent = book.category(root).values.get(path)
        where = parent.say(language) if parent else rule.under
        own = [label.say(language) for path, label in rule.values.items()]
    more = pick(language, "；不属于以上的记入其他", "; anything else is other, with words") if rule.open else ""
    label = where or rule.label.say(language)
    return pick(language, f"{label}分 {len(own)} 种：{listed(own, 'zh')}{more}", f"{label}: {listed(own, 'en')}{more}")


def say_route(rule: Route, book: Rulebook, language: str) -> str:
    parts = []
    for value, actors in rule.teams.items():
        what = value_words(rule.field, value, book, language)
        parts.append(pick(language, f"{what}转{actors_words(actors, book, 'zh')}", f"{what} go to {actors_words(actors, book, 'en')}"))
    if rule.otherwise:
        parts.append(pick(language, "其他转", "otherwise to ") + actor_words(rule.otherwise, book, language))
    return rule.label.say(language) + pick(language, "：", ": ") + pick(language, "；", "; ").join(parts)


def say_approval(rule: Approval, book: Rulebook, language: str) -> str:
    bands = []
    for band in rule.bands:
        who = actor_words(band.approver, book, language)
        bound = bound_words(Bound(band.over, band.up_to), language, unit=" 元")
        bands.append(pick(language, f"{bound}由{who}批准" if bound else f"由{who}批准", f"CNY {bound}: {who}" if bound else who))
    said = rule.label.say(language) + pick(language, "：", ": ") + pick(language, "；", "; ").join(bands)
    if rule.not_by:
        doers = listed(dict.fromkeys(f"“{book.action(a).label.say(language)}”" for a in rule.not_by), language)
        said += pick(language, f"；{doers}的人不得批准", f"; not by whoever did {doers}")
    if rule.target:
        said += pick(language, "；", "; ") + target_words(rule.target, book, language)
    return said + late_words(rule.on_miss, (), book, language)
