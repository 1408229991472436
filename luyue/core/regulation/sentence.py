"""Every rule as one sentence, zh and en, so that a lawyer can read what the program will do."""

from __future__ import annotations

from collections.abc import Callable

from luyue.core.calendar import DayKind, Window, Within
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import (
    AROUND_THE_CLOCK,
    ActionRule,
    AfterRepeats,
    AheadOf,
    Approval,
    Blank,
    Bound,
    Category,
    Checklist,
    ClockRule,
    Condition,
    DataClass,
    DueFrom,
    Every,
    Field,
    Floor,
    Form,
    InPeriod,
    Label,
    Ladder,
    Notice,
    OnFact,
    Phrasebook,
    Procedure,
    ReportRule,
    Route,
    Rule,
    Skill,
    Step,
    Target,
    TaskRule,
    Team,
    TimetableRule,
    Trigger,
)  # fmt: skip
from luyue.core.regulation.words import (
    CHANNELS,
    CUSTOMER_KINDS,
    PERIODS,
    actor_words,
    actors_words,
    amount_words,
    bound_words,
    condition_words,
    counting_words,
    fact_words,
    hours_words,
    kinds_words,
    listed,
    value_words,
)  # fmt: skip

DAY_KINDS: dict[DayKind, Label] = {
    DayKind.WORKDAY: Label("工作日", "workdays"),
    DayKind.MAKEUP_WORKDAY: Label("调休上班日", "make-up workdays"),
    DayKind.REST_DAY: Label("休息日", "rest days"),
    DayKind.PUBLIC_HOLIDAY: Label("节假日", "public holidays"),
}


def sentence(rule: Rule, book: Rulebook, language: str = "zh") -> str:
    """What `rule` makes the program do, in one sentence of `language` ("zh" or "en")."""
    said = _SAYINGS[type(rule)](rule, book, language)
    return said if said.endswith(("。", ".")) else said + ("。" if language == "zh" else ".")


def _pick(language: str, zh: str, en: str) -> str:
    return zh if language == "zh" else en


def _window(window: Window) -> str:
    def clock(seconds: int) -> str:
        return f"{seconds // 3600}:{seconds % 3600 // 60:02d}"

    return f"{clock(window.opens_s)}–{clock(window.closes_s)}"


def _timetable(rule: TimetableRule, book: Rulebook, language: str) -> str:
    groups: dict[tuple[Window, ...], list[str]] = {}
    for kind, label in DAY_KINDS.items():
        groups.setdefault(rule.open.get(kind, ()), []).append(label.say(language))
    parts = []
    for windows, days in groups.items():
        hours = listed((_window(window) for window in windows), language) or _pick(language, "不开放", "closed")
        parts.append(f"{'和'.join(days) if language == 'zh' else ' and '.join(days)} {hours}")
    if rule.dates:
        parts.append(_pick(language, f"另有 {len(rule.dates)} 个特定日期", f"{len(rule.dates)} dates of their own"))
    return rule.label.say(language) + _pick(language, "：", ": ") + _pick(language, "，", ", ").join(parts)


def _team(rule: Team, book: Rulebook, language: str) -> str:
    posts = listed((label.say(language) for label in rule.posts.values()), language)
    if rule.staffed == AROUND_THE_CLOCK:
        hours = _pick(language, "昼夜当班", "staffed around the clock")
    else:
        timetable = book.get(TimetableRule, rule.staffed).label.say(language)
        hours = _pick(language, f"在{timetable}内当班", f"staffed in {timetable.lower()}")
    said = rule.label.say(language) + _pick(language, "：", ": ")
    return said + (_pick(language, f"岗位有{posts}；", f"posts {posts}; ") if posts else "") + hours


def _skill(rule: Skill, book: Rulebook, language: str) -> str:
    earned = {
        "acknowledgement": Label("确认本版制度", "acknowledging this edition"),
        "course": Label("完成培训", "completing the course"),
        "exam": Label("通过考试", "passing the exam"),
        "certificate": Label("持有证书", "holding the certificate"),
    }[rule.earned_by].say(language)
    if rule.gates == ("all-actions",):
        return _pick(language, f"未{earned}者不得操作工单", f"Nobody works cases before {earned}")
    gated = listed((f"「{book.action(a).label.say(language)}」" for a in rule.gates), language)
    valid = f"（{rule.valid_for.replace('months', '个月').replace(' ', '')}内有效）" if rule.valid_for not in ("", "edition") else ""
    en_valid = f" (valid for {rule.valid_for})" if rule.valid_for not in ("", "edition") else ""
    return _pick(language, f"未{earned}{valid}者不得办理{gated}", f"{gated} only after {earned}{en_valid}")


def _procedure(rule: Procedure, book: Rulebook, language: str) -> str:
    customers = listed((CUSTOMER_KINDS[one].say(language) for one in rule.customers), language)
    channels = listed((CHANNELS[one].say(language) for one in rule.channels), language)
    main = [label.say(language) for stage, label in rule.stages.items()]
    stages = listed(main, language)
    return _pick(
        language,
        f"{rule.label.zh}：{customers}可经{channels}提出，各环节为{stages}；编号以 {rule.number} 开头",
        f"{rule.label.say('en')}: raised by {customers} by {channels}; stages {stages}; numbers begin with {rule.number}",
    )


def _action(rule: ActionRule, book: Rulebook, language: str) -> str:
    procedure = book.procedure(rule.procedure)
    stages = (
        _pick(language, "任一未结环节", "any open stage")
        if rule.from_ == ("any-open",)
        else listed((procedure.stages[stage].say(language) for stage in rule.from_), language)
    )
    who = actors_words(rule.by, book, language)
    parts = [_pick(language, f"「{rule.label.zh}」：{stages}环节由{who}操作", f'"{rule.label.say("en")}": by {who} in {stages}')]
    parts += _needs(rule, book, language)
    if rule.to != "same":
        to = procedure.stages[rule.to].say(language)
        last = _pick(language, "各责任部门都完成后", "once every routed team has done it, ") if rule.each else ""
        parts.append(_pick(language, f"{last or '之后'}进入{to}", f"{last}leads to {to}"))
    return _pick(language, "，", "; ").join(parts)


def _needs(rule: ActionRule, book: Rulebook, language: str) -> list[str]:
    needs = []
    if rule.when:
        needs.append(_pick(language, "仅当", "only if ") + condition_words(rule.when, book, language))
    if rule.after:
        facts = listed((fact_words(fact, book, language) for fact in rule.after), language)
        needs.append(_pick(language, f"须先有{facts}", f"after {facts}"))
    if rule.count:
        fact = fact_words(rule.count.of, book, language)
        low, high = rule.count.at_least, rule.count.at_most
        zh = f"{low} 至 {high} 次" if low is not None and high is not None else f"{low} 次以上" if low is not None else f"{high} 次以内"
        en = f"{low} to {high}" if low is not None and high is not None else f"at least {low}" if low is not None else f"at most {high}"
        needs.append(_pick(language, f"{fact}须有 {zh}", f"needs {en} of {fact}"))
    if rule.form:
        label = book.form(rule.form).label.say(language)
        needs.append(_pick(language, f"须填《{label}》", f'fills "{label}"'))
    if rule.checklist:
        label = book.get(Checklist, rule.checklist).label.say(language)
        needs.append(_pick(language, f"须完成《{label}》", f'needs checklist "{label}"'))
    if rule.approval:
        label = book.get(Approval, rule.approval).label.say(language)
        needs.append(_pick(language, f"须经「{label}」", f'needs approval "{label}"'))
    if rule.four_eyes:
        doers = listed((book.action(a).label.say(language) for a in rule.four_eyes), language)
        needs.append(_pick(language, f"不得是做过「{doers}」的人", f"not by whoever did {doers}"))
    if rule.route:
        label = book.get(Route, rule.route).label.say(language)
        needs.append(_pick(language, f"按「{label}」分派", f'routed by "{label}"'))
    if rule.hands_to:
        needs.append(_pick(language, "交给", "handed to ") + actors_words(rule.hands_to, book, language))
    return needs


def _form(rule: Form, book: Rulebook, language: str) -> str:
    always = [field for field in rule.fields if not field.when and field.required]
    may = [field for field in rule.fields if not field.when and not field.required]
    said = [_pick(language, f"《{rule.label.zh}》：须填{_names(always, language)}", f'Form "{rule.label.say("en")}": asks for {_names(always, language)}')]
    if may:
        said.append(_pick(language, f"可填{_names(may, language)}", f"may give {_names(may, language)}"))
    groups: dict[str, list[Field]] = {}
    for field in rule.fields:
        if field.when:
            groups.setdefault(condition_words(field.when, book, language), []).append(field)
    for condition, fields in groups.items():
        said.append(_pick(language, f"{condition}时另填{_names(fields, language)}", f"if {condition} also {_names(fields, language)}"))
    return _pick(language, "；", "; ").join(said)


def _names(fields: list[Field], language: str) -> str:
    return listed((field.label.say(language) for field in fields), language)


def _checklist(rule: Checklist, book: Rulebook, language: str) -> str:
    names = listed((item.label.say(language) for item in rule.items), language)
    order = _pick(language, "，按顺序", ", in order") if rule.in_order else ""
    complete = (
        _pick(language, "全部合格才算完成", "complete when all pass")
        if rule.complete_when == "all-pass"
        else _pick(language, "逐项核对后完成", "complete when all are ticked")
    )
    return _pick(
        language,
        f"《{rule.label.zh}》共 {len(rule.items)} 项{order}：{names}；{complete}",
        f'Checklist "{rule.label.say("en")}": {len(rule.items)} items{order}: {names}; {complete}',
    )


def _category(rule: Category, book: Rulebook, language: str) -> str:
    own = [label.say(language) for path, label in rule.values.items() if "/" not in path]
    where = ""
    if rule.under:
        root, _, path = rule.under.partition("/")
        parent = book.category(root).values.get(path)
        where = parent.say(language) if parent else rule.under
        own = [label.say(language) for path, label in rule.values.items()]
    more = _pick(language, "；不属于以上的记入其他", "; anything else is other, with words") if rule.open else ""
    label = where or rule.label.say(language)
    return _pick(language, f"{label}分 {len(own)} 种：{listed(own, 'zh')}{more}", f"{label}: {listed(own, 'en')}{more}")


def _route(rule: Route, book: Rulebook, language: str) -> str:
    parts = []
    for value, actors in rule.teams.items():
        what = value_words(rule.field, value, book, language)
        parts.append(_pick(language, f"{what}转{actors_words(actors, book, 'zh')}", f"{what} go to {actors_words(actors, book, 'en')}"))
    if rule.otherwise:
        parts.append(_pick(language, "其他转", "otherwise to ") + actor_words(rule.otherwise, book, language))
    return rule.label.say(language) + _pick(language, "：", ": ") + _pick(language, "；", "; ").join(parts)


def _target(target: Target | None, book: Rulebook, language: str) -> str:
    """`服务时间计 5 分钟内` as a phrase; day counts say how they count."""
    if isinstance(target, Within):
        extra = hours_words(target, book, language) or counting_words(target, language)
        amount = amount_words(target, language)
        return _pick(language, f"{amount}内（{extra}）" if extra else f"{amount}内", f"within {amount}" + (f" ({extra})" if extra else ""))
    if isinstance(target, DueFrom):
        field = book.fields.get(target.field)
        label = field.label.say(language) if field else target.field
        return _pick(language, f"在填写的“{label}”之前", f'by the "{label}" entered')
    if isinstance(target, InPeriod):
        days = target.working_days_after
        if days is None:
            return _pick(language, "在当期结束前", "before the period ends")
        return _pick(language, f"期满后 {days} 个工作日内", f"within {days} working day{'' if days == 1 else 's'} after the period")
    if isinstance(target, Blank):
        return _pick(language, "时限空缺（不能通过）", "within a blank (cannot be adopted)")
    return ""


def _late(on_miss: str, warn_at: tuple[int, ...], book: Rulebook, language: str) -> str:
    said = ""
    if warn_at:
        shares = listed((f"{share}%" for share in warn_at), language)
        said += _pick(language, f"；用时 {shares} 时提醒", f"; warns at {shares}")
    if on_miss:
        label = book.get(Ladder, on_miss).label.say(language)
        said += _pick(language, f"；超时按「{label}」", f'; if missed, ladder "{label}"')
    return said


def _clock(rule: ClockRule, book: Rulebook, language: str) -> str:
    kind = kinds_words(rule.applies_to, book, language)
    only = condition_words(rule.applies_to, book, language, skip=("kind", "stage"))
    start = fact_words(rule.starts_at, book, language)
    if rule.starts_at == "stage.entered" and isinstance(stage := rule.applies_to.of.get("stage"), tuple):
        names = listed((value_words("stage", one, book, language) for one in stage), language)
        start = _pick(language, f"进入{names}", f"entering {names}")
    stop = (_pick(language, "或", " or ")).join(fact_words(fact, book, language) for fact in rule.stops_at)
    who = actor_words(rule.owed_by, book, language)
    target = _target(rule.target, book, language)
    said = _pick(
        language,
        f"{rule.label.zh}：{kind}{f'（{only}）' if only else ''}自{start}起，{target}由{who}完成{stop}",
        f"{rule.label.say('en')}: for {kind}{f' ({only})' if only else ''}, from {start}, {stop} {target}, owed by {who}",
    )
    if rule.runs == "each-team":
        said += _pick(language, "，每个责任部门各计一次", ", one for each routed team")
    if rule.pauses:
        pause = fact_words(rule.pauses.starts_at, book, language), fact_words(rule.pauses.stops_at, book, language)
        cap = amount_words(rule.pauses.cap, language)
        said += _pick(language, f"；自{pause[0]}至{pause[1]}暂停，累计不超过 {cap}", f"; paused from {pause[0]} to {pause[1]}, at most {cap}")
    if rule.exception_to:
        base = book.clock(rule.exception_to).label.say(language)
        said += _pick(language, f"；是「{base}」的例外", f'; an exception to "{base}"')
    return said + _late(rule.on_miss, rule.warn_at, book, language)


def _step(step: Step, book: Rulebook, language: str) -> str:
    if step.after is not None:
        when = amount_words(step.after, language)
        lead = _pick(language, f"再过 {when}", f"{when} later ")
    else:
        lead = _pick(language, "临近到期", "on warning ") if step.at == "warned" else _pick(language, "超时即", "on miss ")
    did = []
    if step.notify:
        did.append(_pick(language, "通知", "notify ") + actors_words(step.notify, book, language))
    if step.hand_to:
        did.append(_pick(language, "移交", "hand to ") + actor_words(step.hand_to, book, language))
    if step.open:
        did.append(_pick(language, "生成待办", "open task ") + book.task(step.open).label.say(language))
    return lead + _pick(language, "并", " and ").join(did)


def _ladder(rule: Ladder, book: Rulebook, language: str) -> str:
    steps = _pick(language, "；", "; ").join(_step(step, book, language) for step in rule.steps)
    return rule.label.say(language) + _pick(language, "：", ": ") + steps


def _trigger(trigger: Trigger, book: Rulebook, language: str) -> str:
    match trigger:
        case OnFact(fact):
            return _pick(language, f"{fact_words(fact, book, 'zh')}后", f"after {fact_words(fact, book, 'en')}")
        case Every(period):
            return PERIODS[period].say(language)
        case AfterRepeats(of, same, times, days):
            label = book.fields.get(same[0])
            same_words = label.label.say(language) if label else same[0]
            return _pick(
                language,
                f"{days} 天内同一{same_words}的{fact_words(of, book, 'zh')}达到 {times} 件时",
                f"when {times} cases with the same {same_words.lower()} reach {fact_words(of, book, 'en')} within {days} days",
            )
        case AheadOf(name, lead_times):
            field = book.fields.get(name)
            label_words = field.label.say(language) if field else name
            leads = listed((amount_words(lead, language) for lead in lead_times), language)
            return _pick(language, f"{label_words}之前 {leads}", f"{leads} ahead of {label_words}")


def _task(rule: TaskRule, book: Rulebook, language: str) -> str:
    trigger, target = _trigger(rule.trigger, book, language), _target(rule.target, book, language)
    who = actor_words(rule.by, book, language)
    said = _pick(language, f"{rule.label.zh}：{trigger}，{target}由{who}完成", f"{rule.label.say('en')}: {trigger}, by {who} {target}".rstrip())
    only = condition_words(rule.applies_to, book, language, skip=("kind",))
    if only:
        said += _pick(language, f"（{only}）", f" ({only})")
    if rule.tries:
        said += _pick(language, f"；{rule.tries.days} 天内联系 {rule.tries.times} 次未果也算完成", f"; or after {rule.tries.times} tries in {rule.tries.days} days")
    if rule.blocks:
        blocked = listed((f"「{book.action(a).label.say(language)}」" for a in rule.blocks), language)
        said += _pick(language, f"；未完成不得{blocked}", f"; {blocked} waits for it")
    return said + _late(rule.on_miss, (), book, language)


def _notice(rule: Notice, book: Rulebook, language: str) -> str:
    to = actors_words(rule.recipients, book, language)
    channels = listed((CHANNELS[one].say(language) for one in rule.channels), language)
    trigger = _trigger(rule.trigger, book, language)
    return _pick(language, f"{rule.label.zh}：{trigger}经{channels}告知{to}", f"{rule.label.say('en')}: {trigger}, tell {to} by {channels}")


def _approval(rule: Approval, book: Rulebook, language: str) -> str:
    bands = []
    for band in rule.bands:
        who = actor_words(band.approver, book, language)
        bound = bound_words(Bound(band.over, band.up_to), language, unit=" 元")
        bands.append(_pick(language, f"{bound}由{who}批准" if bound else f"由{who}批准", f"CNY {bound}: {who}" if bound else who))
    said = rule.label.say(language) + _pick(language, "：", ": ") + _pick(language, "；", "; ").join(bands)
    if rule.not_by:
        doers = listed((f"「{book.action(a).label.say(language)}」" for a in rule.not_by), language)
        said += _pick(language, f"；{doers}的人不得批准", f"; not by whoever did {doers}")
    if rule.target:
        said += _pick(language, "；", "; ") + _target(rule.target, book, language)
    return said + _late(rule.on_miss, (), book, language)


MEASURES: dict[str, Label] = {
    "attainment": Label("按时率", "attainment"),
    "misses-by-team": Label("各部门超时", "misses by team"),
    "first-contact-resolution": Label("一次解决率", "first-contact resolution"),
    "first-response-mean": Label("平均首次响应", "mean first response"),
    "handling-time-mean": Label("平均处理时长", "mean handling time"),
    "response-distribution": Label("响应时间分布", "response distribution"),
    "complaint-rate": Label("投诉率", "complaint rate"),
    "escalation-rate": Label("升级率", "escalation rate"),
    "satisfaction": Label("满意度", "satisfaction"),
    "count-by": Label("件数", "count"),
    "transfers-per-case": Label("转手次数", "transfers per case"),
    "repeat-causes": Label("重复原因", "repeat causes"),
    "cost-per-case": Label("单件成本", "cost per case"),
    "skill-coverage": Label("持证率", "skill coverage"),
    "correction-progress": Label("整改进度", "correction progress"),
}


def _report(rule: ReportRule, book: Rulebook, language: str) -> str:
    shown = []
    for one in rule.shows:
        name = MEASURES[one.measure].say(language)
        field = book.fields.get(one.field)
        by = field.label.say(language) if field else {"team": _pick(language, "部门", "team"), "clause": _pick(language, "条款", "clause")}.get(one.field, one.field)
        shown.append(_pick(language, f"按{by}的{name}", f"{name} by {by.lower()}") if one.field else name)
    trigger = _trigger(rule.trigger, book, language)
    to, what = actors_words(rule.recipients, book, language), listed(shown, language)
    due = _target(rule.target, book, language)
    said = _pick(language, f"{rule.label.zh}：{trigger}向{to}报{what}", f"{rule.label.say('en')}: {trigger} to {to} on {what}")
    said += (_pick(language, "，", ", ") + due) if due else ""
    return said + (_pick(language, "；须附改进措施", "; with measures, owner and date") if rule.needs_actions else "")


def _data_class(rule: DataClass, book: Rulebook, language: str) -> str:
    keep = rule.keep.replace(" years", " 年").replace(" year", " 年").replace(" days", " 天").replace(" months", " 个月")
    then = {"erase": Label("删除", "erased"), "anonymise": Label("匿名化", "anonymised")}[rule.then].say(language)
    seen = actors_words(rule.seen_by, book, language)
    from_ = fact_words(rule.kept_from, book, language)
    return _pick(
        language,
        f"{rule.label.zh}：用于{rule.purpose}，{seen}可见；自{from_}起保存 {keep}，期满{then}",
        f"{rule.label.say('en')}: for {rule.purpose}; seen by {seen}; kept {rule.keep} from {from_}, then {then}",
    )


def _phrasebook(rule: Phrasebook, book: Rulebook, language: str) -> str:
    never = listed((f"“{phrase}”" for phrase in rule.never), language)
    done = {"block": Label("不予发送", "the text is not sent"), "flag": Label("标记待查", "it is flagged")}[rule.if_said].say(language)
    parts = [_pick(language, f"应说“{say.text}”", f'say "{say.text}"') for say in rule.say]
    if never:
        parts.append(_pick(language, f"禁用语：{never}，说了则{done}", f"never say {never}; otherwise {done}"))
    return rule.label.say(language) + _pick(language, "：", ": ") + _pick(language, "；", "; ").join(parts)


def _floor(rule: Floor, book: Rulebook, language: str) -> str:
    limit = rule.at_most if rule.at_most is not None else rule.at_least
    if isinstance(limit, Within):
        words = amount_words(limit, language)
    else:
        words = str(limit) if language == "en" else str(limit).replace("years", "年").replace("days", "天").replace("months", "个月")
    bound = _pick(language, "不得超过" if rule.at_most is not None else "不得少于", "no more than" if rule.at_most is not None else "no less than")
    span = ""
    if rule.starts_at:
        stop = _pick(language, "或", " or ").join(fact_words(fact, book, language) for fact in rule.stops_at)
        span = _pick(language, f"自{fact_words(rule.starts_at, book, 'zh')}至{stop}", f" from {fact_words(rule.starts_at, book, 'en')} to {stop}")
    kind = kinds_words(rule.applies_to, book, language) if isinstance(rule.applies_to, Condition) and rule.applies_to else ""
    return _pick(language, f"依《{rule.law}》，{kind}{span}{bound} {words}", f"{rule.label.say('en')}: {kind}{span} {bound} {words} (law: {rule.law})")


_SAYINGS: dict[type[Rule], Callable[..., str]] = {
    TimetableRule: _timetable, Team: _team, Skill: _skill, Procedure: _procedure, ActionRule: _action, Form: _form,
    Checklist: _checklist, Category: _category, Route: _route, ClockRule: _clock, Ladder: _ladder, TaskRule: _task,
    Notice: _notice, Approval: _approval, ReportRule: _report, DataClass: _data_class, Phrasebook: _phrasebook,
    Floor: _floor,
}  # fmt: skip
