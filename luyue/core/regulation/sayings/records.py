"""What is reported, kept and said: reports, data classes, phrasebooks, floors."""

from __future__ import annotations

import re

from luyue.core.calendar import Within
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import ClockRule, Condition, DataClass, Floor, Label, Phrasebook, Procedure, ReportRule
from luyue.core.regulation.sayings.promises import target_words, trigger_words
from luyue.core.regulation.vocabulary import MEASURES, OF_AMOUNTS
from luyue.core.regulation.words import actors_words, amount_words, fact_words, kinds_words, listed, pick

_BY = {"team": Label("部门", "team"), "clause": Label("条款", "clause"), "rule": Label("规则", "rule"), "kind": Label("类型", "kind")}
_BLANK = re.compile(r" {3,}")  # a gap left to be filled in; on a page it would close


def say_report(rule: ReportRule, book: Rulebook, language: str) -> str:
    shown = []
    for one in rule.shows:
        name = MEASURES[one.measure].say(language)
        field = book.fields.get(one.field)
        by = field.label.say(language) if field else _BY[one.field].say(language) if one.field in _BY else one.field
        if one.of:
            clock = book.all(ClockRule).get(one.of)
            by = clock.label.say(language) if clock else one.of
            shown.append(pick(language, f"“{by}”的{name}", f"{name} of \"{by}\""))
        elif one.measure in OF_AMOUNTS and one.field:
            shown.append(pick(language, f"{name}（{by}）", f"{name} ({by.lower()})"))
        else:
            shown.append(pick(language, f"按{by}的{name}", f"{name} by {by.lower()}") if one.field else name)
        if one.target:
            least, percent = one.target.startswith("at least"), one.target.rpartition(" ")[2]
            shown[-1] += pick(language, f"（目标{'不低于' if least else '不高于'} {percent}）", f" (target {one.target})")
    trigger = trigger_words(rule.trigger, book, language)
    to, what = actors_words(rule.recipients, book, language), listed(shown, language)
    due = target_words(rule.target, book, language)
    said = pick(language, f"{rule.label.zh}：{trigger}向{to}报{what}", f"{rule.label.say('en')}: {trigger} to {to} on {what}")
    said += (pick(language, "，", ", ") + due) if due else ""
    return said + (pick(language, "；须附改进措施", "; with measures, owner and date") if rule.needs_actions else "")


def say_data_class(rule: DataClass, book: Rulebook, language: str) -> str:
    keep = rule.keep.replace(" years", " 年").replace(" year", " 年").replace(" days", " 天").replace(" months", " 个月")
    then = {"erase": Label("删除", "erased"), "anonymise": Label("匿名化", "anonymised")}[rule.then].say(language)
    seen = actors_words(rule.seen_by, book, language)
    from_ = fact_words(rule.kept_from, book, language)
    return pick(
        language,
        f"{rule.label.zh}：用于{rule.purpose.zh}，{seen}可见；自{from_}起保存 {keep}，期满{then}",
        f"{rule.label.say('en')}: for {rule.purpose.say('en')}; seen by {seen}; kept {rule.keep} from {from_}, then {then}",
    )


def say_phrasebook(rule: Phrasebook, book: Rulebook, language: str) -> str:
    never = listed((f"“{phrase}”" for phrase in rule.never), language)
    done = {"block": Label("不予发送", "the text is not sent"), "flag": Label("标记待查", "it is flagged")}[rule.if_said].say(language)
    said = [_BLANK.sub("＿＿", say.text) for say in rule.say]
    parts = [pick(language, f"应说“{text}”", f'say "{text}"') for text in said]
    if never:
        parts.append(pick(language, f"禁用语：{never}，说了则{done}", f"never say {never}; otherwise {done}"))
    return rule.label.say(language) + pick(language, "：", ": ") + pick(language, "；", "; ").join(parts)


def say_floor(rule: Floor, book: Rulebook, language: str) -> str:
    limit = rule.at_most if rule.at_most is not None else rule.at_least
    kinds = rule.applies_to.of.get("kind")
    if isinstance(kinds, tuple) and not set(kinds) & book.all(Procedure).keys():
        zh = f"{rule.label.zh}（《{rule.law}》）：公司没有这一条所说的业务"
        return pick(language, zh, f"{rule.label.say('en')} (law: {rule.law}): the company does no business of this kind")
    if isinstance(limit, Within):
        words = amount_words(limit, language)
    else:
        words = str(limit) if language == "en" else str(limit).replace("years", "年").replace("days", "天").replace("months", "个月")
    bound = pick(language, "不得超过" if rule.at_most is not None else "不得少于", "no more than" if rule.at_most is not None else "no less than")
    span = ""
    if rule.starts_at:
        stop = pick(language, "或", " or ").join(fact_words(fact, book, language) for fact in rule.stops_at)
        span = pick(language, f"自{fact_words(rule.starts_at, book, 'zh')}至{stop}", f" from {fact_words(rule.starts_at, book, 'en')} to {stop}")
    kind = kinds_words(rule.applies_to, book, language) if isinstance(rule.applies_to, Condition) and rule.applies_to else ""
    return pick(language, f"依《{rule.law}》，{kind}{span}{bound} {words}", f"{rule.label.say('en')}: {kind}{span} {bound} {words} (law: {rule.law})")
