"""工单: one case on one page, from casework's `CasePage` to what the templates draw."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from luyue.apps.cases.readers import Staff
from luyue.apps.casework.forms import category_of, form_of, specs
from luyue.apps.casework.selectors import CasePage
from luyue.apps.ui.paths import reverse
from luyue.apps.ui.wording import said as _
from luyue.apps.workspace import answers, filling, present_acts, present_clocks, present_customer, present_letters, present_talk
from luyue.apps.workspace.shell import language
from luyue.core.procedure import way_ahead
from luyue.core.procedure.actors import expand
from luyue.core.procedure.index import index_of
from luyue.core.regulation.rules import SAME, ActionRule, Route
from luyue.core.regulation.words import actors_words

_MODES = {"reply": "answer", "note": "note", "call": "log-call", "ask": "ask-customer", "progress": "tell-progress"}
_IN_PERSON = ("phone", "shop")  # answered by talking; whoever writes after all says by which way


def page(page: CasePage, reader: Staff, now: datetime, composer: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The context of the page; `composer` is what was being written when it was sent back."""
    clocks = present_clocks.bars(page, now)
    lists = present_acts.checklists(page)
    acts = present_acts.actions(page)
    tasks = present_acts.tasks(page, now)
    return {
        "case": page.case,
        "class_words": class_words(page),
        "edition": edition(page),
        "stages": stages(page),
        "share": 100 if page.state.stage in page.procedure.final else None,
        "clocks": clocks,
        "clock_totals": present_clocks.totals(clocks),
        "talk": present_talk.talk(page, now),
        "composer": composer_of(page, composer or {}),
        "checklists": lists,
        "next_item": next((row for one in lists for row in one["rows"] if row.get("next") and row["href"]), None),
        "list_count": f"{sum(one['done'] for one in lists)}/{sum(one['total'] for one in lists)}" if lists else "",
        "actions": acts,
        "locked": present_acts.locked(page),
        "bound_first": present_acts.bound_first(page),
        "taking": present_acts.taking(page),
        "more": present_acts.more(page),
        "tasks": tasks,
        "next_task": present_acts.next_task(tasks),
        "approvals": present_acts.approvals(page, now),
        "demands": demands(page),
        "record": record(page),
        "files": files(page),
        "letters": present_letters.letters(page, now),
        "links": links(page),
        "waiting_since": page.state.waiting_since,
        "holder": {"name": str(page.case.holder) if page.case.holder else "", "mine": page.case.holder_id == reader.user.pk},
        "owner": {"name": str(page.case.owner) if page.case.owner else "", "mine": page.case.owner_id == reader.user.pk},
        **present_customer.card(page, now),
    }


def class_words(page: CasePage) -> str:
    """异议 · 质量 · 功能异常: the kind of matter, and the first classification its intake asks for."""
    form = page.book.form(page.procedure.intake)
    field = next((one for one in form.fields if one.kind == "choice" and one.name in page.state.fields), None)
    kind = page.procedure.label.say(language())
    return f"{kind} · {answers.category_words(field, str(page.state.fields[field.name]), page.book)}" if field else kind


def edition(page: CasePage) -> dict[str, str]:
    regulation = page.book.regulation(page.procedure.regulation)
    return {"words": f"{regulation.edition:%Y-%m-%d}", "href": reverse("workspace:regulation", args=[regulation.id]), "title": regulation.label.say(language())}


def stages(page: CasePage) -> list[dict[str, Any]]:
    """The way a case goes: what it went through, where it is and what lies straight ahead."""
    way = way_ahead(page.book, page.state)
    shown = [step for step in page.stages if step.state != "ahead" or step.id in way]
    return [{"label": step.label, "state": step.state, "team": _team(page, step.id, step.state, way.get(step.id))} for step in shown]


def _team(page: CasePage, stage: str, state: str, onward: ActionRule | None) -> str:
    """Who takes the case on from a stage: the teams of its forward action, routed ones as this case is or will be routed."""
    book = page.book
    view = page.state.view()
    rules = [rule for rule in book.actions_of(page.procedure.id) if stage in rule.from_ and (not rule.when or rule.when.holds(view))]
    if state == "now" and page.state.routed_teams and any(_ROUTED in rule.by for rule in rules):
        return actors_words(page.state.routed_teams, book, language())
    inside = [rule for rule in (onward, *rules) if rule is not None and set(rule.by) - _OUTSIDE]
    rule = next((one for one in inside if one.to != SAME), next(iter(inside), None))
    words = [word for word in rule.by if word not in _OUTSIDE][:1] if rule else []
    if words == [_ROUTED]:
        words = list(_route_of(page))
    return actors_words(words, book, language())


_OUTSIDE = {"customer", "system", "everyone"}
_ROUTED = "routed-teams"


def _route_of(page: CasePage) -> tuple[str, ...]:
    """The teams the procedure's own route names for this case; a serving team only when it is filled in."""
    name = next((rule.route for rule in page.book.actions_of(page.procedure.id) if rule.route), "")
    route = page.book.all(Route).get(name)
    value = page.state.fields.get(route.field) if route else None
    if route is None or value is None:
        return ()
    index = index_of(page.book)
    return tuple(one for word in route.actors_for(str(value)) for one in expand(word, page.state, index))


def demands(page: CasePage) -> list[dict[str, str]]:
    """What the customer asks for, and whether another answer of the case grants it."""
    form, fields = page.book.form(page.procedure.intake), page.state.fields
    asked = next((field for field in form.fields if field.kind == "choices" and fields.get(field.name)), None)
    if asked is None:
        return []
    granted = {str(one) for name, value in fields.items() if name != asked.name and isinstance(value, list | tuple) for one in value}
    decided = bool(granted & set(category_of(page.book, asked.of).values)) if granted else False
    wanted = fields[asked.name]
    return [
        {
            "label": answers.category_words(asked, str(one), page.book),
            "state": "kept" if one in granted else "",
            "words": _("已同意") if one in granted else _("未列入方案") if decided else _("待结论"),
        }
        for one in (wanted if isinstance(wanted, list | tuple) else [wanted])
    ]


def record(page: CasePage) -> list[tuple[str, str]]:
    """The intake form as it stands now, corrections included."""
    form = page.book.form(page.procedure.intake)
    bodies = [row.body for row in page.timeline if row.action in ("open-case", "classify") or _fills(page, row.action, form.id)]
    return answers.said(form, answers.latest(form, bodies), page.book, present_talk.people(page))


def _fills(page: CasePage, action: str, form_id: str) -> bool:
    rule = next((one for one in page.book.actions_of(page.procedure.id) if one.id == action), None)
    return rule is not None and rule.form == form_id


def files(page: CasePage) -> list[dict[str, Any]]:
    """Every file, who may see it, and the way to let the customer see it too."""
    offer = present_acts.offer_of(page, "show-evidence")
    may = offer is not None and offer.permitted
    hidden = {one.pk for one in present_acts.ours_alone(page)}
    return [
        drawn
        | {
            "inside": one.pk in hidden,
            "show": present_acts.address(page, "show-evidence", file=str(one.pk)) if may and one.pk in hidden else "",
        }
        for one, drawn in zip(page.attachments, present_talk.files(page.attachments), strict=True)
    ]


def links(page: CasePage) -> list[dict[str, Any]]:
    names = {
        "opened-from": _("由此单开出"), "duplicate": _("重复"), "merged": _("合并"), "related": _("相关"), "caused-by": _("由其引起"),
        "continues": _("延续"),
    }  # fmt: skip
    return [
        {
            "number": line.number,
            "relation": names.get(line.kind, line.kind),
            "subject": line.subject,
            "is_open": line.is_open,
            "href": reverse("workspace:case", args=[line.number]),
        }
        for line in page.links
    ]


def composer_of(page: CasePage, written: Mapping[str, Any]) -> dict[str, Any] | None:
    """The composer with the acts he may do; None when he may do none of them."""
    permitted = {offer.action for offer in present_acts.spoken(page)}
    labels = {"reply": _("回复客户"), "note": _("内部备注"), "call": _("通话登记"), "ask": _("请客户补充"), "progress": _("告知进展")}
    keys = {"reply": "R", "note": "N"}
    errors = written.get("errors") or {}
    modes = [
        {"id": mode, "label": labels[mode], "key": keys.get(mode, ""), "fields": _mode_fields(page, mode, written)}
        for mode, act in _MODES.items()
        if act in permitted
    ]
    if not modes:
        return None
    wanted = str(written.get("mode") or "")
    usual = "call" if page.case.channel == "phone" and "log-call" in permitted else modes[0]["id"]
    who = page.customer.contact_person or page.customer.name if page.customer else ""
    return {
        "action": reverse("workspace:say", args=[page.case.number]),
        "once": written.get("once") or filling.new_once(),
        "to": " · ".join(part for part in (present_talk.channel_words(page.case.channel), who) if part),
        "mode": wanted if any(mode["id"] == wanted for mode in modes) else usual,
        "modes": modes,
        "text": written.get("text", ""),
        "errors": [words for words in errors.values() if words],
        "clauses_url": reverse("workspace:insert", args=[page.case.number, "clauses"]),
        "phrases_url": reverse("workspace:insert", args=[page.case.number, "phrases"]),
        "people_url": reverse("workspace:insert", args=[page.case.number, "people"]),
        "may_attach": True,
        "draft_key": "composer",
        "draft_url": reverse("workspace:unsent", args=[page.case.number]),
    }


def _mode_fields(page: CasePage, mode: str, written: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What a way of speaking asks beside the words."""
    values = dict(written.get("data") or {})
    if mode == "call":
        form = form_of(page.book, "platform/log-call")
        values.setdefault("direction", "outbound")
        values.setdefault("reached", "yes")
        return specs(form, page.book, language=language(), values=values, leave_out=frozenset({"text", "channel", "recording"}))
    if mode == "reply" and page.case.channel in _IN_PERSON:
        form = form_of(page.book, "platform/answer")
        return specs(form, page.book, language=language(), values=values, leave_out=frozenset({"text", "attachments"}))
    return []


def act_of(mode: str) -> str:
    """The platform act behind a tab of the composer; "" for none."""
    return _MODES.get(mode, "")
