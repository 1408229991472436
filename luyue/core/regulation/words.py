"""How facts, actors, fields and lengths of time are called when a rule is read aloud, zh and en."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from luyue.core.calendar import Within
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import (
    AROUND_THE_CLOCK,
    ActionRule,
    Bound,
    Condition,
    Field,
    Label,
    Procedure,
    Rule,
    Team,
    TimetableRule,
)  # fmt: skip
from luyue.core.regulation.vocabulary import ACTORS, CHANNELS

# Facts as nouns, the way a sentence needs them («自首次回应起»); vocabulary.py says them as events.
FACTS: dict[str, Label] = {
    "contact.received": Label("收到联络", "a contact is received"),
    "contact.answered": Label("接听或回复", "a contact is answered"),
    "contact.logged": Label("联系客户", "an outbound contact is logged"),
    "contact.progress-told": Label("告知进展", "progress is told"),
    "contact.unverified": Label("收到未核实的来信", "an unverified message arrives"),
    "contact.failed": Label("联系失败", "a contact fails"),
    "case.received": Label("收到", "receipt"),
    "case.responded": Label("首次回应", "first response"),
    "case.classified": Label("分类", "classification"),
    "case.transferred": Label("转交", "transfer"),
    "case.taken": Label("接手", "somebody takes it"),
    "case.waited": Label("等待客户", "waiting for the customer"),
    "case.linked": Label("关联工单", "linking"),
    "case.merged": Label("并入重复的工单", "a duplicate is merged into it"),
    "case.reclassified": Label("重新分类", "reclassification"),
    "case.migrated": Label("改用新版制度", "migration"),
    "case.withdrawn": Label("撤回", "withdrawal"),
    "case.closed": Label("结案", "closing"),
    "case.reopened": Label("重开", "reopening"),
    "stage.entered": Label("进入环节", "entry into the stage"),
    "customer.asked": Label("请客户补充", "asking the customer"),
    "customer.replied": Label("客户回复", "the customer's reply"),
    "customer.agreed": Label("客户接受", "the customer's acceptance"),
    "customer.refused": Label("客户不接受", "the customer's refusal"),
    "customer.signed": Label("客户签字", "the customer's signature"),
    "customer.nudged": Label("客户催办", "the customer's nudge"),
    "consent.given": Label("同意", "consent"),
    "consent.withdrawn": Label("撤回同意", "withdrawal of consent"),
    "task.opened": Label("待办生成", "a task opens"),
    "task.done": Label("待办完成", "a task is done"),
    "task.cancelled": Label("待办取消", "a task is cancelled"),
    "item.ticked": Label("核对一项", "an item is ticked"),
    "checklist.completed": Label("清单完成", "a checklist is complete"),
    "form.answered": Label("填写表单", "a form is answered"),
    "evidence.added": Label("提交凭证", "evidence is added"),
    "promise.made": Label("作出承诺", "a promise is made"),
    "promise.moved": Label("改期", "a promise is moved"),
    "approval.asked": Label("报批", "approval is asked"),
    "approval.given": Label("批准", "approval is given"),
    "approval.refused": Label("不批准", "approval is refused"),
    "clock.started": Label("时限开始", "a clock starts"),
    "clock.warned": Label("时限提醒", "a clock warns"),
    "clock.kept": Label("按时", "a clock is kept"),
    "clock.missed": Label("超时", "a clock is missed"),
    "clock.paused": Label("时限暂停", "a clock is paused"),
    "clock.resumed": Label("时限继续", "a clock resumes"),
    "notice.sent": Label("通知发出", "a notice is sent"),
    "notice.failed": Label("通知没有送达", "a notice fails"),
    "notice.resent": Label("通知改址重发", "a notice is sent to another address"),
    "period.began": Label("周期开始", "a period begins"),
    "survey.sent": Label("发出调查", "a survey is sent"),
    "edition.proposed": Label("修订稿提出", "a revision is put forward"),
    "edition.adopted": Label("新版通过", "an edition is adopted"),
    "edition.changed": Label("制度修改", "an edition changes"),
    "shipment.delivered": Label("送达", "delivery"),
    "shipment.lost": Label("运输丢失", "loss in transit"),
    "payment.received": Label("收到付款", "payment"),
    "refund.arrived": Label("退款到账", "the refund arrives"),
    "unit.received": Label("收到设备", "the unit is received"),
}
CASE_FIELDS: dict[str, Label] = {
    "kind": Label("类型", "kind"),
    "channel": Label("渠道", "channel"),
    "customer_kind": Label("客户", "customer"),
    "clock": Label("时限", "clock"),
    "team": Label("部门", "team"),
    "stage": Label("环节", "stage"),
    "task": Label("待办", "task"),
    "checklist": Label("清单", "checklist"),
    "form": Label("表单", "form"),
    "approval": Label("审批", "approval"),
}
PERIODS: dict[str, Label] = {
    "day": Label("每日", "daily"),
    "week": Label("每周", "weekly"),
    "month": Label("每月", "monthly"),
    "quarter": Label("每季度", "quarterly"),
    "half-year": Label("每半年", "half-yearly"),
    "year": Label("每年", "yearly"),
}
CUSTOMER_KINDS = {"individual": Label("个人客户", "individuals"), "company": Label("企业客户", "companies")}
YES_NO = {"yes": Label("是", "yes"), "no": Label("否", "no")}


def pick(language: str, zh: str, en: str) -> str:
    """One of the two, by language."""
    return zh if language == "zh" else en


def listed(words: Iterable[str], language: str) -> str:
    """`a、b` in Chinese, `a, b` in English."""
    return ("、" if language == "zh" else ", ").join(words)


def fact_words(fact: str, book: Rulebook, language: str) -> str:
    """The platform's word, else the label of the action of the edition that records the fact."""
    for rule in book.all(ActionRule).values():
        if rule.records == fact and fact not in FACTS:
            label = rule.label.say(language)
            return f"“{label}”" if language == "zh" else f'"{label}"'
    return FACTS[fact].say(language) if fact in FACTS else fact


def actor_words(actor: str, book: Rulebook, language: str) -> str:
    """A team's name, a post's name, or one of the actor words."""
    if actor in ACTORS:
        return ACTORS[actor].say(language)
    team_id, _, post = actor.partition("/")
    team = book.all(Team).get(team_id)
    if team is None:
        return actor
    if not post:
        return team.label.say(language)
    named = team.posts.get(post)
    return named.say(language) if named else f"{team.label.say(language)}/{post}"


def actors_words(actors: Iterable[str], book: Rulebook, language: str) -> str:
    return listed((actor_words(actor, book, language) for actor in actors), language)


def value_words(field: str, value: str, book: Rulebook, language: str) -> str:
    """What a closed value is called: category label with its parents, stage, channel, rule label…"""
    if field == "channel":
        return CHANNELS[value].say(language) if value in CHANNELS else value
    if field == "customer_kind":
        return CUSTOMER_KINDS[value].say(language) if value in CUSTOMER_KINDS else value
    if field == "stage":
        for procedure in book.all(Procedure).values():
            if value in procedure.stages:
                return procedure.stages[value].say(language)
        return value
    if field == "team":
        return actor_words(value, book, language)
    if field == "kind":
        return _label_of("procedure", value, book, language)
    if field in ("clock", "task", "checklist", "form", "approval"):
        return _label_of(field, value, book, language)
    if field == "rule":
        kind, _, rule_id = value.rpartition("/")
        return _label_of(kind or "clock", rule_id, book, language)
    return field_value_words(book.fields.get(field), value, book, language)


def field_value_words(field: Field | None, value: str, book: Rulebook, language: str) -> str:
    """A form field's value as people read it; a sub-value is read with its parents."""
    if field is None:
        return value
    if field.kind == "yes-no":
        return YES_NO[value].say(language) if value in YES_NO else value
    if field.of and field.kind in ("choice", "choices") and field.of in book.by_kind.get("category", {}):
        values = book.category(field.of).values
        parts = value.split("/")
        paths = ["/".join(parts[: n + 1]) for n in range(len(parts))]
        return " · ".join(values[path].say(language) if path in values else path for path in paths)
    return value


def _label_of(kind: str, rule_id: str, book: Rulebook, language: str) -> str:
    rule: Rule | None = book.by_kind.get(kind, {}).get(rule_id)
    return rule.label.say(language) if rule else rule_id


def bound_words(bound: Bound, language: str, *, unit: str = "") -> str:
    """`超过 200 元、不超过 2,000 元`; `unit` is said in Chinese only."""

    def money(value: Decimal) -> str:
        return f"{value:,.2f}".removesuffix(".00")

    parts = []
    if bound.over is not None:
        parts.append(f"超过 {money(bound.over)}{unit}" if language == "zh" else f"over {money(bound.over)}")
    if bound.up_to is not None:
        parts.append(f"不超过 {money(bound.up_to)}{unit}" if language == "zh" else f"up to {money(bound.up_to)}")
    return ("、" if language == "zh" else " and ").join(parts)


def condition_words(condition: Condition, book: Rulebook, language: str, *, skip: tuple[str, ...] = ()) -> str:
    """`异议类型为费用异议，渠道为电话、在线聊天`; empty when nothing is left to say."""
    said = []
    for name, wanted in condition.of.items():
        if name in skip:
            continue
        field = book.fields.get(name)
        label = CASE_FIELDS[name] if name in CASE_FIELDS else field.label if field else Label(name, name)
        if isinstance(wanted, Bound):
            values = bound_words(wanted, language)
            said.append(f"{label.say(language)}{values}" if language == "zh" else f"{label.say(language)} {values}")
            continue
        values = listed((value_words(name, value, book, language) for value in wanted), language)
        said.append(f"{label.say(language)}为{values}" if language == "zh" else f"{label.say(language)} is {values}")
    return ("，" if language == "zh" else " and ").join(said)


def kinds_words(condition: Condition, book: Rulebook, language: str) -> str:
    """The case kinds a condition names, `异议`; `工单` when it names none."""
    wanted = condition.of.get("kind")
    if not wanted or isinstance(wanted, Bound):
        return "工单" if language == "zh" else "case"
    return listed((value_words("kind", value, book, language) for value in wanted), language)


def amount_words(within: Within, language: str) -> str:
    """`5 分钟`, `3 个工作日`, `15 日`; English in full words."""
    if language == "zh":
        unit = {"min": "分钟", "h": "小时", "working day": "个工作日", "day": "日"}[within.unit]
        return f"{within.amount} {unit}"
    unit = {"min": "minute", "h": "hour", "working day": "working day", "day": "day"}[within.unit]
    return f"{within.amount} {unit}{'' if within.amount == 1 else 's'}"


def hours_words(within: Within, book: Rulebook, language: str) -> str:
    """In whose hours the amount runs; empty for day counts, whose counting is said apart."""
    if within.hours is None or within.unit in ("working day", "day"):
        return ""
    if within.hours == AROUND_THE_CLOCK:
        return "昼夜连续" if language == "zh" else "around the clock"
    timetable = book.all(TimetableRule).get(within.hours)
    name = timetable.label.say(language) if timetable else within.hours
    return f"按{name}计" if language == "zh" else f"counted in {name.lower()}"


def counting_words(within: Within, language: str) -> str:
    """How days are counted (clock semantics 7); empty for minutes and hours."""
    zh = {
        "workdays_end": "当日不计，到期日 24:00 止",
        "workdays_shift": "按工作日顺延至同一时刻",
        "days_end": "当日不计，末日遇休息日顺延",
    }
    en = {
        "workdays_end": "the first day not counted, until midnight of the last",
        "workdays_shift": "to the same time of day",
        "days_end": "natural days, the first not counted, rolling over days off",
    }
    if within.counted is None:
        return ""
    words = (zh if language == "zh" else en)[within.counted]
    if within.day_ends == "close":
        words = words.replace("24:00", "下班时").replace("midnight", "closing time")
    return words
