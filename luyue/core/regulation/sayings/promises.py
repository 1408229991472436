"""What is owed by when, and who hears of it: clocks, ladders, tasks, notices."""

from __future__ import annotations

from luyue.core.calendar import Within
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import (
    AfterRepeats,
    AheadOf,
    Blank,
    ClockRule,
    DueFrom,
    Every,
    Form,
    InPeriod,
    Ladder,
    Notice,
    OnFact,
    PastOf,
    Sample,
    Step,
    Target,
    TaskRule,
    Trigger,
)
from luyue.core.regulation.vocabulary import CHANNELS, GUARDS
from luyue.core.regulation.words import (
    PERIODS,
    actor_words,
    actors_words,
    amount_words,
    condition_words,
    counting_words,
    fact_words,
    hours_words,
    kinds_words,
    listed,
    pick,
    value_words,
)


def target_words(target: Target | None, book: Rulebook, language: str) -> str:
    """`服务时间计 5 分钟内` as a phrase; day counts say how they count."""
    if isinstance(target, Within):
        extra = hours_words(target, book, language) or counting_words(target, language)
        amount = amount_words(target, language)
        return pick(language, f"{amount}内（{extra}）" if extra else f"{amount}内", f"within {amount}" + (f" ({extra})" if extra else ""))
    if isinstance(target, DueFrom):
        field = book.fields.get(target.field)
        label = field.label.say(language) if field else target.field
        return pick(language, f"在填写的“{label}”之前", f'by the "{label}" entered')
    if isinstance(target, InPeriod):
        days = target.working_days_after
        if days is None:
            return pick(language, "在当期结束前", "before the period ends")
        return pick(language, f"期满后 {days} 个工作日内", f"within {days} working day{'' if days == 1 else 's'} after the period")
    if isinstance(target, Blank):
        return pick(language, "时限空缺（不能通过）", "within a blank (cannot be adopted)")
    return ""


def late_words(on_miss: str, warn_at: tuple[int, ...], book: Rulebook, language: str, effort_s: int = 0) -> str:
    said = ""
    if effort_s:
        minutes = effort_s // 60
        amount = amount_words(Within(minutes, "min") if minutes % 60 else Within(minutes // 60, "h"), language)
        said += pick(language, f"；办理约需 {amount}", f"; the work takes about {amount}")
    if warn_at:
        shares = listed((f"{share}%" for share in warn_at), language)
        said += pick(language, f"；用时 {shares} 时提醒", f"; warns at {shares}")
    if on_miss:
        label = book.get(Ladder, on_miss).label.say(language)
        said += pick(language, f"；超时按“{label}”", f'; if missed, ladder "{label}"')
    return said


def say_clock(rule: ClockRule, book: Rulebook, language: str) -> str:
    kind = kinds_words(rule.applies_to, book, language)
    only = condition_words(rule.applies_to, book, language, skip=("kind", "stage"))
    start = fact_words(rule.starts_at, book, language)
    if rule.starts_at == "stage.entered" and isinstance(stage := rule.applies_to.of.get("stage"), tuple):
        names = listed((value_words("stage", one, book, language) for one in stage), language)
        start = pick(language, f"进入{names}", f"entering {names}")
    stop = (pick(language, "或", " or ")).join(fact_words(fact, book, language) for fact in rule.stops_at)
    who = actor_words(rule.owed_by, book, language)
    target = target_words(rule.target, book, language)
    said = pick(
        language,
        f"{rule.label.zh}：{kind}{f'（{only}）' if only else ''}自{start}起，{target}由{who}完成{stop}",
        f"{rule.label.say('en')}: for {kind}{f' ({only})' if only else ''}, from {start}, {stop} {target}, owed by {who}",
    )
    if rule.runs == "each-team":
        said += pick(language, "，每个责任部门各计一次", ", one for each routed team")
    if rule.pauses:
        pause = fact_words(rule.pauses.starts_at, book, language), fact_words(rule.pauses.stops_at, book, language)
        cap = amount_words(rule.pauses.cap, language)
        said += pick(language, f"；自{pause[0]}至{pause[1]}暂停，累计不超过 {cap}", f"; paused from {pause[0]} to {pause[1]}, at most {cap}")
    if rule.exception_to:
        base = book.clock(rule.exception_to).label.say(language)
        said += pick(language, f"；是“{base}”的例外", f'; an exception to "{base}"')
    return said + late_words(rule.on_miss, rule.warn_at, book, language, rule.effort_s)


def _step(step: Step, book: Rulebook, language: str) -> str:
    if step.after is not None:
        when = amount_words(step.after, language)
        lead = pick(language, f"再过 {when}", f"{when} later ")
    else:
        lead = pick(language, "临近到期", "on warning ") if step.at == "warned" else pick(language, "超时即", "on miss ")
    did = []
    if step.notify:
        did.append(pick(language, "通知", "notify ") + actors_words(step.notify, book, language))
    if step.hand_to:
        did.append(pick(language, "移交", "hand to ") + actor_words(step.hand_to, book, language))
    if step.open:
        did.append(pick(language, "生成待办", "open task ") + book.task(step.open).label.say(language))
    return lead + pick(language, "并", " and ").join(did)


def say_ladder(rule: Ladder, book: Rulebook, language: str) -> str:
    steps = pick(language, "；", "; ").join(_step(step, book, language) for step in rule.steps)
    return rule.label.say(language) + pick(language, "：", ": ") + steps


def trigger_words(trigger: Trigger, book: Rulebook, language: str) -> str:
    match trigger:
        case OnFact(fact):
            return pick(language, f"{fact_words(fact, book, 'zh')}后", f"after {fact_words(fact, book, 'en')}")
        case Every(period):
            return PERIODS[period].say(language)
        case AfterRepeats(of, same, times, days):
            label = book.fields.get(same[0])
            same_words = label.label.say(language) if label else same[0]
            return pick(
                language,
                f"{days} 天内同一{same_words}的{fact_words(of, book, 'zh')}达到 {times} 件时",
                f"when {times} cases with the same {same_words.lower()} reach {fact_words(of, book, 'en')} within {days} days",
            )
        case AheadOf(name, times):
            label_words, spans = _instant_and_times(name, times, book, language)
            return pick(language, f"{label_words}之前 {spans}", f"{spans} ahead of {label_words}")
        case PastOf(name, times):
            label_words, spans = _instant_and_times(name, times, book, language)
            return pick(language, f"{label_words}过后 {spans}", f"{spans} past {label_words}")


def _instant_and_times(name: str, times: tuple[Within, ...], book: Rulebook, language: str) -> tuple[str, str]:
    field = book.fields.get(name)
    return field.label.say(language) if field else name, listed((amount_words(one, language) for one in times), language)


def _sample_words(sample: Sample, language: str) -> str:
    """`从上一期的工单中抽取 20 件`: by lot, as the machinery draws them."""
    people = sample.of == "customers"
    share = sample.share is not None
    zh_n = f"{sample.share}%" if share else f"{sample.at_least} 位" if people else f"{sample.at_least} 件"
    en_n = f"{sample.share}% of the" if share else str(sample.at_least)
    zh = f"从上一期{'有来往的客户' if people else '的工单'}中抽取 {zh_n}"
    return pick(language, zh, f"drawn by lot: {en_n} {'customers' if people else 'cases'} of the period before")


def say_task(rule: TaskRule, book: Rulebook, language: str) -> str:
    trigger, target = trigger_words(rule.trigger, book, language), target_words(rule.target, book, language)
    who = actor_words(rule.by, book, language)
    said = pick(language, f"{rule.label.zh}：{trigger}，{target}由{who}完成", f"{rule.label.say('en')}: {trigger}, by {who} {target}".rstrip())
    only = condition_words(rule.applies_to, book, language, skip=("kind",))
    if only:
        said += pick(language, f"（{only}）", f" ({only})")
    if rule.sample:
        said += pick(language, "；", "; ") + _sample_words(rule.sample, language)
    if rule.trigger == OnFact("edition.proposed"):
        said += pick(language, "；未完成不得采用新版", "; the new edition waits for it")
    if rule.tries:
        said += pick(
            language, f"；{rule.tries.days} 天内联系 {rule.tries.times} 次未果也算完成", f"; or after {rule.tries.times} tries in {rule.tries.days} days"
        )
    if rule.stops_at:
        done = pick(language, "或", " or ").join(fact_words(one, book, language) for one in rule.stops_at)
        said += pick(language, f"；{done}即为完成", f"; done by {done}")
    if rule.runs == "one-open":
        said += pick(language, "；未办结时再有的，并入同一项", "; while one is open, what comes later joins it")
    if rule.blocks:
        blocked = listed((f"“{book.action(a).label.say(language)}”" for a in rule.blocks), language)
        said += pick(language, f"；未完成不得{blocked}", f"; {blocked} waits for it")
    return said + late_words(rule.on_miss, (), book, language, rule.effort_s)


def say_notice(rule: Notice, book: Rulebook, language: str) -> str:
    to = actors_words(rule.recipients, book, language)
    channels = listed((CHANNELS[one].say(language) for one in rule.channels), language)
    trigger = trigger_words(rule.trigger, book, language)
    said = pick(language, f"{rule.label.zh}：{trigger}经{channels}告知{to}", f"{rule.label.say('en')}: {trigger}, tell {to} by {channels}")
    if form := book.all(Form).get(rule.tells):
        said += pick(language, f"，“{form.label.zh}”的内容在查询页面给出", f'; what "{form.label.say("en")}" says stands on the page of the case')
    if form := book.all(Form).get(rule.asks):
        said += pick(language, f"，请其填写《{form.label.zh}》", f', asking for "{form.label.say("en")}"')
        if days := rule.answer_within_days:
            said += pick(language, f"，{days} 日内有效", f" within {days} days")
    if rule.sample and not isinstance(rule.trigger, OnFact):
        said += pick(language, "；", "; ") + _sample_words(rule.sample, language)
    if rule.at_most:
        most = rule.at_most
        said += pick(language, f"；每位客户 {most.days} 日内至多 {most.times} 次", f"; at most {most.times} times in {most.days} days for a customer")
    if rule.guards:
        said += pick(language, "；仅当", "; only while ") + listed((GUARDS[one].say(language) for one in rule.guards if one in GUARDS), language)
    return said
