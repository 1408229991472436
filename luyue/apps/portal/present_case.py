"""The page of a case: what casework knows of it, in words and shapes for its customer. Internal notes never come this far."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from luyue.apps.cases.readers import Link
from luyue.apps.casework.selectors import explain
from luyue.apps.evidence.casefiles import outward_parts
from luyue.apps.evidence.models import CaseFilePart
from luyue.apps.portal import context, told
from luyue.apps.ui.promises import clause_ref, clock_view, sentence_with
from luyue.apps.ui.wording import moment
from luyue.apps.ui.wording import said as _
from luyue.core.calendar import Within
from luyue.core.procedure import way_ahead
from luyue.core.procedure.acts.papers import asked_forms
from luyue.core.procedure.index import index_of
from luyue.core.procedure.state import Refused
from luyue.core.procedure.vocabulary import NOTICE_FACTS
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import SAME, ClockRule, DueFrom, OnFact, Route, TaskRule
from luyue.core.regulation.words import actor_words, actors_words, field_value_words

_OPEN = ("running", "paused")
NUDGE = "nudge"
_MET = "demand_met"
_DONE_SO = ("发起", "安排", "确认", "开具", "重开", "更换", "按约", "拟定")
_LIMIT = "时限"  # how the text calls a promise; the promise itself is what comes before


def case(page: Any, token: str, now: datetime, language: str) -> dict[str, Any]:
    """Everything the case page shows."""
    book: Rulebook = page.book
    own = [line for line in page.clocks if not _is_about_a_letter(line, book)]
    chased = [line for line in own if line.state in _OPEN and _waits_for_answer(line, book, page.procedure.id)]
    lines = [line for line in own if line.state != "withdrawn" and line not in chased]
    done = [line for line in lines if line.state == "kept" or (line.state == "missed" and not line.is_owed)]
    missed = sum(line.state == "missed" for line in lines)
    thread = _thread(page, token, now)
    return {
        "case": page.case,
        "procedure_label": page.procedure.label.say(language),
        "receipt": _receipt(page, _foremost(lines, book), now, language),
        "steps": _steps(page, now, language),
        "department": "" if not page.case.is_open else actors_words(page.state.routed_teams, book, language) or actor_words(_desk(page), book, language),
        "next_department": _next_department(page, language),
        "promises": [_promise(line, book, now, language) for line in lines if line not in done],
        "promises_done": [_promise(line, book, now, language) for line in done],
        "missed_words": _("有 %(n)s 项承诺没有按时做到，已如实记录。") % {"n": missed} if missed else "",
        "thread": thread,
        "evidence": _shown_evidence(page, token, thread),
        "chased": _promise(chased[0], book, now, language) if chased else None,
        "outcome": _outcome(page, language),
        "result": told.result(page, now, language),
        "demands": [field_value_words(book.fields.get("demand"), str(value), book, language) for value in _listed(page.state.fields.get("demand"))],
        "waiting": _waiting(page, now),
        "acts": _acts(page, token, book, now, language),
        "nudge": _nudge(page, token),
        "may_write": any(offer.action == "customer-reply" and offer.permitted for offer in page.offers),
    }


def _waits_for_answer(line: Any, book: Rulebook, procedure: str) -> bool:
    """A task that ends with the customer's own answer: nothing he waits for, but what we wait for from him."""
    rule = book.all(TaskRule).get(line.rule.removeprefix("task/")) if line.rule.startswith("task/") else None
    own = {one.records for one in book.actions_of(procedure) if "customer" in one.by and one.to != SAME}
    return rule is not None and len(own & set(rule.until)) > 1


def _is_about_a_letter(line: Any, book: Rulebook) -> bool:
    """Work about a notice that did not arrive is the house's own: its words reach the customer another way."""
    rule = book.all(TaskRule).get(line.rule.removeprefix("task/")) if line.rule.startswith("task/") else None
    return rule is not None and isinstance(rule.trigger, OnFact) and rule.trigger.fact in NOTICE_FACTS


def _foremost(lines: list[Any], book: Rulebook) -> Any:
    """The promise a customer asks for first: what is still owed, the company's own before the law's floor, a promise before a reminder."""
    owed = [line for line in lines if line.state in _OPEN or (line.state == "missed" and line.is_owed)]
    return min(owed, key=lambda line: (line.rule not in book.all(ClockRule), line.due_at is None, line.due_at), default=None)


def _waiting(page: Any, now: datetime) -> dict[str, Any] | None:
    """What we asked the customer, and which promises stand still until he answers."""
    if page.state.waiting_since is None:
        return None
    asked = next((row.text for row in reversed(page.timeline) if row.action == "ask-customer"), "")
    still = dict.fromkeys(line.label for line in page.clocks if line.state == "paused")
    capped = min((timer.due_at for timer in page.state.timers if timer.kind == "cap"), default=None)
    until = moment(capped, now, ends=True, plain=True) if capped else ""
    return {"asked": asked, "since": moment(page.state.waiting_since, now, plain=True), "still": _("、").join(still), "until": until}


def _next_department(page: Any, language: str) -> str:
    """Whom the route of the regulation will give the case to; empty once it has been routed."""
    if page.state.routed_teams:
        return ""
    for rule in page.book.actions_of(page.procedure.id):
        if rule.route:
            route = page.book.get(Route, rule.route)
            value = page.state.fields.get(route.field)
            actors = [one for one in route.actors_for(str(value)) if one != "serving-team"] if value else []
            return actors_words(actors, page.book, language)
    return ""


def _desk(page: Any) -> str:
    owed = next((line.owed_by for line in page.clocks if line.state in _OPEN), "")
    return owed or next(iter(page.state.teams), "")


def _receipt(page: Any, main: Any, now: datetime, language: str) -> dict[str, Any]:
    made = _("%(at)s 收到") % {"at": moment(page.case.received_at, now, plain=True)}
    receipt: dict[str, Any] = {"number": page.case.number, "made": made, "now": now}
    if main is None:
        return receipt
    book: Rulebook = page.book
    view = clock_view(replace(main, due_at=main.told_at), now, book)
    team = actor_words(main.team or main.owed_by, book, language)
    receipt |= {
        "promise": promise_sentence(main, book, now),
        "state": view["state"],
        "used_percent": view["used_percent"],
        "progress": _("由%(team)s负责") % {"team": team} + (_("，暂定：日历尚未公布到那一天") if main.provisional else ""),
        "team": team,
        "clause": _quoted(main, book, language),
        "explanation": explain(Link(page.case), page.case.number, main.key, now).explanation,
    }
    return receipt


def _quoted(line: Any, book: Rulebook, language: str) -> dict[str, Any] | None:
    """The clause with the very sentence that gives the limit: whoever waits need not read the rest."""
    ref = clause_ref(book, line.regulation, line.clause, portal=True, language=language)
    terms = index_of(book).terms.get(line.rule)
    if ref is not None and language == "en" and line.sentence:
        ref["text"] = line.sentence
    elif ref is not None and terms is not None and isinstance(terms.target, Within):
        ref["text"] = sentence_with(str(ref["text"]), terms.target)
    return ref


def promise_sentence(line: Any, book: Rulebook, now: datetime) -> str:
    """`今天 11:00 前完成首次响应`; a promised date, a floor of the law and what is already late are told as they are."""
    label = line.label.partition("（")[0].partition(" (")[0]
    if line.due_at is None:
        return _("%(what)s：等您回复后继续计时") % {"what": label}
    when = moment(line.told_at, now, ends=True, plain=True)
    if line.state == "missed":
        return _("%(what)s：应在 %(when)s 前完成，已超时") % {"when": when, "what": label}
    rule = book.all(ClockRule).get(line.rule)
    if rule is None or isinstance(rule.target, DueFrom):
        return _("%(what)s：%(when)s 前") % {"when": when, "what": label}
    what = label.removesuffix(_LIMIT)
    # 发起退款 says what is done already; 完成 before it would be one verb too many.
    words = _("%(when)s 前%(what)s") if what.startswith(_DONE_SO) or what.endswith("完成") else _("%(when)s 前完成%(what)s")
    return words % {"when": when, "what": what}


def _promise(line: Any, book: Rulebook, now: datetime, language: str) -> dict[str, Any]:
    return {
        # The end, not what is left: service hours left mean little to somebody who waits at home.
        "clock": clock_view(replace(line, due_at=line.told_at), now, book, shown="end"),
        "label": line.label,
        "team": actor_words(line.team or line.owed_by, book, language),
        "when": moment(line.told_at, now, ends=True, plain=True) if line.told_at else "",
        "ref": clause_ref(book, line.regulation, line.clause, portal=True, language=language),
    }


def _steps(page: Any, now: datetime, language: str) -> list[dict[str, Any]]:
    """The stages a case passed, where it stands and what lies straight ahead; a way it left (withdrawn, escalated) only while it stands there."""
    way, side = way_ahead(page.book, page.state), set(page.procedure.final)
    steps = []
    for stage in page.stages:
        if stage.id not in way and (stage.state == "ahead" or stage.id in side):
            continue
        standing = "done" if stage.id == page.state.stage and stage.id in page.procedure.final else stage.state
        steps.append({"label": stage.label, "state": standing, "at": moment(stage.entered_at, now, plain=True) if stage.entered_at else ""})
    return steps


def case_files(page: Any, token: str) -> list[dict[str, str]]:
    """The frozen file of the case in the version meant for the customer, once there is one."""
    labels = {CaseFilePart.PDF: _("案卷（PDF）"), CaseFilePart.PAGE: _("案卷（网页）")}
    return [
        {"href": reverse("evidence:link-file", args=[token, part.attachment_id]), "label": labels[part.form], "sha256": part.attachment.sha256}
        for part in outward_parts(page.case)
    ]


def _thread(page: Any, token: str, now: datetime) -> list[dict[str, Any]]:
    """What passed between the customer and us, letters sent by rule among it, oldest first. Calls and nudges without words say what they were."""
    rows = []
    for row in page.timeline:
        if row.kind in ("in", "out"):
            mine = row.kind == "in"
            files = [{"href": reverse("evidence:link-file", args=[token, one.pk]), "name": one.name} for one in row.attachments if not one.internal]
            rows.append({"at": row.at, "mine": mine, "who": _("我") if mine else row.who, "text": row.text or row.label, "files": files})
    rows += [{**one, "mine": False, "files": []} for one in told.letters(page)]
    rows.sort(key=lambda row: row["at"])
    return [row | {"at": moment(row["at"], now)} for row in rows]


def _acts(page: Any, token: str, book: Rulebook, now: datetime, language: str) -> list[dict[str, Any]]:
    """The customer's own actions, in the order of the regulation; the first stands out when there is a choice to make.

    An action whose form begins with a choice is one button for every value: what to answer is clear before the form is open.
    """
    permitted = [offer for offer in page.offers if offer.kind == "action" and offer.permitted and offer.action != NUDGE]
    acts = [
        {"label": label, "href": reverse("portal:act", args=[token, offer.action]) + (f"?{urlencode(given)}" if given else ""), "primary": False}
        for offer in permitted
        for label, given in _ways(offer, book, language)
    ]
    if len(acts) > 1:
        acts[0]["primary"] = True
    asked = [book.form(name) for name in asked_forms(book, page.state, now)]
    return acts + [{"label": form.label.say(language), "href": reverse("portal:answer", args=[token, form.id]), "primary": not acts} for form in asked]


def _ways(offer: Any, book: Rulebook, language: str) -> list[tuple[str, dict[str, str]]]:
    fields = book.form(offer.form).fields if offer.form else ()
    first = fields[0] if fields else None
    if first is None or first.kind != "choice" or not first.required or first.when:
        return [(offer.label.say(language), {})]
    return [(label.say(language), {first.name: value}) for value, label in book.category(first.of).values.items() if "/" not in value]


def way_chosen(offer: Any, book: Rulebook, given: Mapping[str, str], language: str) -> tuple[str, dict[str, str]]:
    """The label of the way named in the address and the answer it stands for; the action's own label when none is."""
    ways = _ways(offer, book, language)
    return next((way for way in ways if way[1] and all(given.get(name) == value for name, value in way[1].items())), (offer.label.say(language), {}))


def too_late(page: Any, action: str, now: datetime, language: str) -> Refused | None:
    """Why one of the customer's actions is over: he has answered, or the case went on without him. None for what was never his."""
    rule = next((one for one in page.book.actions_of(page.procedure.id) if one.id == action and "customer" in one.by), None)
    if rule is None:
        return None
    alike = {one.id: one for one in page.book.actions_of(page.procedure.id) if "customer" in one.by and one.to != SAME and set(one.from_) & set(rule.from_)}
    done = next((fact for fact in reversed(page.state.facts) if fact.action in alike), None)
    stage = page.procedure.stages[page.state.stage].say(language)
    what = rule.label.say(language)
    if done is not None:
        words = _("您已于 %(at)s 办理“%(done)s”，工单现在处于“%(stage)s”，不能再“%(what)s”")
        words %= {"at": moment(done.at, now, plain=True), "done": alike[done.action].label.say(language), "stage": stage, "what": what}
    else:
        words = _("工单已经进入“%(stage)s”，不能再“%(what)s”") % {"stage": stage, "what": what}
    reopens = any(offer.permitted and offer.action in alike for offer in page.offers)
    way = _("可以在下面选择现在能办的，也可以留言告诉我们") if reopens or page.case.is_open else _("如有新情况，请联系客服")
    return Refused("from", words, words_en=words, rule=rule.id, clause=rule.clause, remedy=way, remedy_en=way)


def _shown_evidence(page: Any, token: str, thread: list[dict[str, Any]]) -> list[dict[str, str]]:
    """Evidence of ours that was opened to the customer and did not come with a message."""
    said = {file["href"] for row in thread for file in row["files"]}
    found = [
        {"href": reverse("evidence:link-file", args=[token, one.pk]), "name": one.name}
        for one in page.attachments
        if not one.internal and not one.from_customer
    ]
    return [one for one in found if one["href"] not in said]


def _outcome(page: Any, language: str) -> str:
    """What became of the demand, as it was recorded when the case was closed."""
    value = page.state.fields.get(_MET)
    return field_value_words(page.book.fields.get(_MET), str(value), page.book, language) if value and not page.case.is_open else ""


def customer_offer(page: Any, action: str) -> Any:
    """The offer of this action to the customer, permitted or not; None when it is not his at all."""
    return next((offer for offer in page.offers if offer.action == action and offer.kind == "action" and not any(r.code == "by" for r in offer.refusals)), None)


def _nudge(page: Any, token: str) -> dict[str, Any] | None:
    offer = next((offer for offer in page.offers if offer.action == NUDGE), None)
    if offer is None or any(refused.code in ("from", "by") for refused in offer.refusals):
        return None
    words = offer.refusals[0].say(context.language()) if offer.refusals else ""
    rule = _("催办会记录在案，并立即通知经办人和主管。")
    return {"allowed": offer.permitted, "post": reverse("portal:nudge", args=[token]), "once": uuid.uuid4().hex, "rule": rule, "next": words}


def _listed(value: object) -> list[object]:
    return list(value) if isinstance(value, list | tuple) else [value] if value else []


def done_words(what: str, page: Any, receipt: dict[str, Any]) -> str:
    """What was just done; empty when the case does not bear it out."""
    if what == "new" and page.timeline and page.timeline[-1].action in ("open-case", "open"):
        until = _("%(promise)s，由%(team)s负责") % {"promise": receipt["promise"], "team": receipt["team"]} if "promise" in receipt else ""
        return _("已受理，编号 %(number)s。%(until)s。") % {"number": page.case.number, "until": until} if until else _("已受理，编号 %(number)s。") % receipt
    if what == "again":
        return _("这份内容先前已经提交，编号 %(number)s，没有重复立单。改动的部分已另存，由客服核对；要补充，请在下面留言。") % {"number": page.case.number}
    own = [row for row in page.timeline if row.action == what or (what == "reply" and row.action == "customer-reply")]
    if not own:
        return ""
    if what == "reply":
        return _("已发送，经办人会看到。")
    if what == "nudge":
        return _("已催办，经办人和主管都收到了。")
    return _("已提交：%(what)s。") % {"what": own[-1].label}
