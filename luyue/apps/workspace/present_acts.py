"""What may be done with a case now: the regulation's actions, what is nearly permitted and why not, tasks, checklists and approvals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from luyue.apps.casework.selectors import CasePage, ChecklistLine, ItemLine, TaskLine
from luyue.apps.ui.paths import reverse
from luyue.apps.ui.promises import clause_ref
from luyue.apps.ui.wording import moment, money
from luyue.apps.ui.wording import said as _
from luyue.apps.workspace import filling, present_letters, refusing
from luyue.apps.workspace.shell import language
from luyue.core.procedure import way_ahead
from luyue.core.procedure.acts import CATEGORIES
from luyue.core.procedure.checklists import SUBJECT_MARK
from luyue.core.procedure.index import index_of
from luyue.core.procedure.offers import Offer
from luyue.core.procedure.state import Refused
from luyue.core.procedure.vocabulary import OUTSIDE_FACTS
from luyue.core.regulation.rules import SAME, ActionRule, Approval, Checklist, Skill
from luyue.core.regulation.words import actor_words, listed

_SPOKEN = ("answer", "note", "log-call", "ask-customer", "tell-progress")  # the composer's
_ELSEWHERE = frozenset((*_SPOKEN, "tick", "do-task", "try-task", "cancel-task", "approve", "refuse-approval", "answer-form", "take", "undo", "resend"))


def evidence_words(kind: str) -> str:
    words = {"photo": _("照片"), "video": _("视频"), "recording": _("录音"), "file": _("文件"), "record": _("记录")}
    return words.get(kind, _("凭证"))


def address(page: CasePage, action: str, **about: str) -> str:
    """The page of an act; `about` says which task, item or approval."""
    path = reverse("workspace:act", args=[page.case.number, action])
    return f"{path}?{urlencode(about)}" if about else path


def actions(page: CasePage) -> list[dict[str, Any]]:
    """The regulation's actions this person may do now, keys 1 to 9: what takes the case on or keeps a running promise first, what only
    takes down the customer's own word, passes the work on or ends it last. The first stands out when it is of the first sort."""
    permitted = [(standing(page, offer), offer) for offer in page.offers if offer.kind == "action" and offer.permitted]
    permitted.sort(key=lambda one: one[0])
    ranked = [(rank, _button(page, offer)) for rank, offer in permitted]
    waits = [(_LEADS, button) for button in _awaited(page)]
    leads = sum(rank < _LEADS for rank, _drawn in ranked)
    built = []
    for number, (rank, button) in enumerate([*ranked[:leads], *waits, *ranked[leads:]], 1):
        built.append(button | {"key": str(number) if number < 10 else "", "primary": number == 1 and rank <= _LEADS})
    return built


_LEADS = 1


def _awaited(page: CasePage) -> list[dict[str, Any]]:
    """What happens outside the house and keeps a promise that runs: whoever owes it would not look for it behind 更多."""
    offer = offer_of(page, "report-fact")
    if offer is None or not offer.permitted:
        return []
    terms, names = index_of(page.book).terms, CATEGORIES["platform/outside-fact"].values
    stops = [terms[line.rule].stops_at for line in page.clocks if line.is_owed and line.rule in terms]
    facts = dict.fromkeys(fact for one in stops for fact in one if fact in OUTSIDE_FACTS)
    words = {fact: names[fact].say(language()) for fact in facts}
    return [{"label": _("登记：%(fact)s") % {"fact": words[fact]}, "href": address(page, "report-fact", happened=fact), "dialog": True} for fact in facts]


def standing(page: CasePage, offer: Offer) -> int:
    """0 takes the case on, 1 keeps a promise that runs or is what another action waits for, 2 beside the way, 3 the customer's word, 4 away."""
    rule, terms = page.book.action(offer.action), index_of(page.book).terms
    stages = list(page.procedure.stages)
    if rule.to in page.procedure.final and rule.to not in way_ahead(page.book, page.state):
        return 4
    if "customer" in rule.by:
        return 3
    if any(line.is_owed and line.rule in terms and rule.records in terms[line.rule].stops_at for line in page.clocks):
        return 1 if rule.to == SAME else 0
    if rule.to != SAME:
        return 0 if stages.index(rule.to) > stages.index(page.state.stage) else 4
    waited = {fact for one in page.book.actions_of(page.state.kind) for fact in (*one.after, one.count.of if one.count else "") if one.id != rule.id}
    if rule.records in waited:
        return 1
    return 4 if rule.by == ("routed-teams",) else 2


def _button(page: CasePage, offer: Offer) -> dict[str, Any]:
    """A link to the form, or a post at once when there is nothing to fill in."""
    label = offer.label.say(language())
    if offer.form:
        return {"label": label, "href": address(page, offer.action), "dialog": True}
    return {"label": label, "post": address(page, offer.action), "once": filling.new_once(), "data": {"stage": page.state.stage}}


def locked(page: CasePage) -> list[dict[str, Any]]:
    """What he might do if something else were done first: one line each."""
    lines = []
    for offer in page.offers:
        # Who is simply not meant need not read it; who has to acknowledge first is told so once, above.
        if offer.kind == "action" and not offer.permitted and not any(one.code == "by" or _waits_for_reading(page, one) for one in offer.refusals):
            first = offer.refusals[0]
            ref = refusing.clause_of(first, page.book)
            lines.append({"label": offer.label.say(language()), "missing": refusing.said(first), "clause": ref, "id": offer.action})
    return lines


def bound_first(page: CasePage) -> Refused | None:
    """The refusal of somebody who has not acknowledged the regulation: then nothing at all is open to him."""
    refusals = (one for offer in page.offers for one in offer.refusals if _waits_for_reading(page, one))
    return next(refusals, None)


def _waits_for_reading(page: CasePage, refused: Refused) -> bool:
    skill = page.book.all(Skill).get(refused.rule) if refused.code == "needs_skill" else None
    return skill is not None and skill.earned_by == "acknowledgement"


def taking(page: CasePage) -> dict[str, Any] | None:
    """Taking the case, when nobody has it and he may."""
    offer = offer_of(page, "take")
    if offer is None or not offer.permitted:
        return None
    return {"label": _("领取"), "key": "A", "post": address(page, "take"), "once": filling.new_once(), "icon": "user-plus"}


def more(page: CasePage) -> list[dict[str, Any]]:
    """The platform's other acts, behind 更多."""
    built = []
    for offer in page.offers:
        if offer.kind != "platform" or not offer.permitted or offer.action in _ELSEWHERE:
            continue
        if offer.action == "correct-clock" and not any(line.state == "missed" for line in page.clocks):
            continue
        if offer.action == "show-evidence" and not ours_alone(page):
            continue
        key = {"assign": "T" if taking(page) else "A"}.get(offer.action, "")
        built.append({"label": offer.label.say(language()), "href": address(page, offer.action), "key": key, "dialog": True})
    if any(line.is_open and line.kind == page.state.kind for line in (page.customer.others if page.customer else ())) and page.case.is_open:
        built.append({"label": _("并入另一工单"), "href": reverse("workspace:merge", args=[page.case.number]), "key": "", "dialog": True})
    built.append({"label": _("草稿"), "href": reverse("workspace:unsent", args=[page.case.number]), "key": "", "page": True})
    undo = offer_of(page, "undo")
    if undo is not None and undo.permitted:
        href = address(page, "undo", entry=str(page.state.head_seq))
        built.append({"label": undo.label.say(language()), "href": href, "key": "Z", "dialog": True})
    return built


def offer_of(page: CasePage, action: str, about: str = "") -> Offer | None:
    found = [offer for offer in page.offers if offer.action == action and (not about or offer.about in ("", about))]
    return found[0] if found else None


def tasks(page: CasePage, now: datetime) -> list[dict[str, Any]]:
    """Open tasks with what may be done about each. Where no action takes the case on, the first task that bars the way stands out."""
    built = [_task(page, line, now) for line in page.tasks if line.state == "open"]
    barring = next((one for one in built if one["bars"] and one["acts"]), None)
    if barring and not any(one["primary"] for one in actions(page)):
        barring["acts"][0]["primary"] = True
    return built


def next_task(tasks: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """The task that stands out, as a button that names it: the foot of a phone shows nothing else of it."""
    found = next(((one, act) for one in tasks for act in one["acts"] if act.get("primary")), None)
    return {**found[1], "label": _("完成：%(task)s") % {"task": found[0]["label"]}} if found else None


def _task(page: CasePage, line: TaskLine, now: datetime) -> dict[str, Any]:
    book, offer = page.book, offer_of(page, "do-task", line.key)
    rule = book.task(line.rule)
    acts = _otherwise(page) if line.letters else []
    if offer is not None and offer.permitted:
        about = {"task": line.key}
        acts.append({"label": _("登记已告知") if line.letters else _("完成"), "href": address(page, "do-task", **about), "dialog": True})
        if rule.tries is not None:
            acts.append({"label": _("记一次未成"), "href": address(page, "try-task", **about), "dialog": True})
    tried = _("已试 %(n)s / %(all)s 次") % {"n": len(line.tries), "all": rule.tries.times} if rule.tries else ""
    blocked = listed((book.action(one).label.say(language()) for one in line.blocks if one in book.all(ActionRule)), language())
    due = _("%(when)s 前") % {"when": moment(line.due_at, now, ends=True)} if line.due_at else ""
    said = [actor_words(line.by, book, language()), due, tried, _("不办完不能%(acts)s") % {"acts": blocked} if blocked else ""]
    late = line.due_at is not None and now > line.due_at
    return {
        "label": line.label,
        "letters": _letters(page, line),
        "detail": " · ".join(part for part in said if part),
        "late": late,
        "bars": bool(blocked),
        "clause": clause_ref(book, line.regulation, line.clause, language=language()),
        "acts": acts,
    }


def _otherwise(page: CasePage) -> list[dict[str, Any]]:
    """A call tells the customer whatever the letters said: answered, it ends the task by itself."""
    offer = offer_of(page, "log-call")
    return [{"label": _("打电话并登记"), "href": address(page, "log-call"), "dialog": True}] if offer is not None and offer.permitted else []


def _letters(page: CasePage, line: TaskLine) -> list[dict[str, Any]]:
    """The letters that did not arrive, each with its way to another address, or that it went there."""
    offer = offer_of(page, "resend")
    may = line.state == "open" and offer is not None and offer.permitted
    return [
        {
            "words": present_letters.undelivered(page, letter) or _("内容已按规定删除的通知"),
            "resent": letter in line.resent,
            "resend": address(page, "resend", letter=letter) if may and letter not in line.resent else "",
        }
        for letter in line.letters
    ]


def approvals(page: CasePage, now: datetime) -> list[dict[str, Any]]:
    """What waits for somebody's yes, and what became of what was asked."""
    built = []
    for asked in page.state.approvals.values():
        rule = page.book.all(Approval).get(asked.rule)
        if rule is None:
            continue
        offer = offer_of(page, "approve")
        may = asked.state == "asked" and offer is not None and offer.permitted
        about = {"approval": asked.rule}
        # Where an action of the stage gives the approval as it takes the case on, one press is enough.
        onward = next((one for one in page.offers if one.kind == "action" and one.permitted and page.book.action(one.action).approval == asked.rule), None)
        acts = [
            _button(page, onward) | {"primary": True}
            if onward
            else {"label": _("批准"), "href": address(page, "approve", **about), "primary": True, "dialog": True},
            {"label": _("不批准"), "href": address(page, "refuse-approval", **about), "dialog": True},
        ]
        states = {"asked": _("待%(who)s批准") % {"who": actor_words(asked.approver, page.book, language())}, "given": _("已批准"), "refused": _("未批准")}
        built.append(
            {
                "label": rule.label.say(language()),
                "amount": money(asked.amount, trim=True) if asked.amount else "",
                "words": states.get(asked.state, asked.state),
                "state": {"given": "kept", "refused": "missed"}.get(asked.state, ""),
                "clause": clause_ref(page.book, rule.regulation, rule.clause, language=language()),
                "acts": acts if may else [],
            }
        )
    return built


def checklists(page: CasePage) -> list[dict[str, Any]]:
    """The checklists of what can be done now, those not finished first."""
    built = [_checklist(page, line) for line in page.checklists]
    return sorted((one for one in built if one["rows"]), key=lambda one: one["done"] == one["total"])


def _checklist(page: CasePage, line: ChecklistLine) -> dict[str, Any]:
    rule = page.book.get(Checklist, line.id)
    offer = offer_of(page, "tick")
    may = offer is not None and offer.permitted
    asked = [item for item in line.items if item.asked]
    first_open = next((item.id for item in asked if not item.result), "")
    rows = [_item(page, rule, item, may and not (rule.in_order and not item.result and item.id != first_open)) for item in asked]
    if rows and first_open:
        next(row for row in rows if row["state"] == "todo")["next"] = True
    return {
        "id": line.id,
        "title": line.label,
        "clause": clause_ref(page.book, line.regulation, line.clause, language=language()),
        "done": sum(1 for item in asked if item.result),
        "total": len(asked),
        "rows": rows,
        "add": address(page, "tick", checklist=rule.id, item=rule.items[0].id) if may and rows and asked[0].subject else "",
    }


def _item(page: CasePage, rule: Checklist, item: ItemLine, may: bool) -> dict[str, Any]:
    """An item: ticked at once when nothing has to be attached, else on a page of its own."""
    about = {"checklist": rule.id, "item": item.id} | ({"subject": item.subject} if item.subject else {})
    at_once = item.evidence == "none" and (rule.per == "case" or item.subject)
    details = [item.subject, "" if item.required else _("选填")]
    if not item.result and item.evidence != "none":
        details.append(_("须附%(what)s") % {"what": evidence_words(item.evidence)})
    if item.result == "fail":
        details.append(_("不合格"))
    elif item.result == "not-applicable":
        details.append(_("不适用"))
    return {
        "id": f"{rule.id}-{item.id}{SUBJECT_MARK if item.subject else ''}{item.subject}",
        "item": item.id,
        "label": item.label,
        "state": item.result or "todo",
        "detail": " · ".join(part for part in details if part),
        "post": address(page, "tick") if may and at_once and not item.result else "",
        "href": address(page, "tick", **about) if may else "",
        "about": about,
        "once": filling.new_once(),
    }


def ours_alone(page: CasePage) -> list[Any]:
    """Files of the case the customer does not see."""
    return [one for one in page.attachments if one.internal and not one.from_customer]


def spoken(page: CasePage) -> Iterable[Offer]:
    """Which of the composer's acts he may do, in their order there."""
    return [offer for name in _SPOKEN for offer in page.offers if offer.action == name and offer.permitted]
