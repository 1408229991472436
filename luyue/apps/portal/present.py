"""What casework knows of a case, in the words and shapes of the customers' pages. Internal notes never come this far."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from luyue.apps.cases.readers import Link
from luyue.apps.casework.selectors import explain
from luyue.apps.ui.promises import clause_ref, clock_view
from luyue.apps.ui.wording import moment
from luyue.core.calendar import Within
from luyue.core.procedure.state import Refused
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import ClockRule, Procedure, Route
from luyue.core.regulation.words import actor_words, actors_words, amount_words, counting_words, field_value_words, hours_words

CHANNEL = "web"
_WHO = ("customer_name", "contact_phone", "account_number")
_WANTS = ("demand", "photos", "videos")
_OPEN = ("running", "paused")


# ------------------------------------------------------------------ before there is a case


def promises_ahead(book: Rulebook, procedures: Iterable[Procedure], language: str) -> list[dict[str, Any]]:
    """What the company promises whoever writes over the web form: what, how soon, by which clause."""
    promises = []
    for procedure in procedures:
        fields = {"channel": CHANNEL, "kind": procedure.id}
        for rule in book.all(ClockRule).values():
            if rule.starts_at == "case.received" and isinstance(rule.target, Within) and rule.applies_to.holds(fields):
                hours = hours_words(rule.target, book, language) or counting_words(rule.target, language)
                ref = clause_ref(book, rule.regulation, rule.clause, portal=True, language=language)
                said = {"what": rule.label.say(language), "amount": amount_words(rule.target, language), "hours": hours}
                promises.append({**said, "of": procedure.label.say(language), "ref": ref})
    return promises


def first_promise(book: Rulebook, rule: Procedure, now: datetime) -> dict[str, Any] | None:
    """By when somebody answers if the form is sent now."""
    fields = {"channel": CHANNEL, "kind": rule.id}
    for clock in book.all(ClockRule).values():
        if clock.starts_at == "case.received" and isinstance(clock.target, Within) and clock.applies_to.holds(fields):
            due = book.agenda.due(now, clock.target)
            if due.at is not None:
                return {
                    "words": moment(due.at, now, ends=True, plain=True),
                    "label": clock.label,
                    "ref": clause_ref(book, clock.regulation, clock.clause, portal=True),
                }
    return None


def form_groups(fields: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The form in three parts: the matter, what the customer wants, how to reach him."""
    groups: dict[str, list[Mapping[str, Any]]] = {"matter": [], "wants": [], "who": []}
    for field in fields:
        name = str(field["name"])
        part = "who" if name in _WHO else "wants" if name.startswith(_WANTS) else "matter"
        groups[part].append(field)
    titles = {"matter": _("是什么事"), "wants": _("您希望怎样解决"), "who": _("怎样联系您")}
    return [{"id": part, "title": titles[part], "fields": named} for part, named in groups.items() if named]


def who_fields(rule: Procedure, values: Mapping[str, Any], errors: Mapping[str, str], language: str) -> list[dict[str, Any]]:
    """Who is writing: individual or company, and a mail address if he likes."""
    words = {"individual": _("个人"), "company": _("企业")}
    kinds = [(kind, words[kind]) for kind in rule.customers]
    fields: list[dict[str, Any]] = []
    if len(kinds) > 1:
        error = [errors["customer_kind"]] if "customer_kind" in errors else []
        fields.append(
            {
                "name": "customer_kind",
                "kind": "choice",
                "label": _("您是"),
                "choices": kinds,
                "value": values.get("customer_kind") or kinds[0][0],
                "errors": error,
            }
        )
    fields.append(
        {"name": "contact_email", "kind": "email", "label": _("邮箱"), "required": False, "value": values.get("contact_email", ""), "autocomplete": "email"}
    )
    return fields


def kept_files(held: Mapping[str, list[str]], posted: QueryDict) -> dict[str, Any]:
    """Files that came with a form that was not accepted: they need not be sent again."""
    kept: dict[str, list[str]] = {name: list(ids) for name, ids in held.items()}
    for key in posted:
        if key.endswith(".kept"):
            kept.setdefault(key.removesuffix(".kept"), []).extend(posted.getlist(key))
    return {f"{name}.files": [{"id": one, "name": _("已上传的文件 %(n)s") % {"n": number}} for number, one in enumerate(ids, 1)] for name, ids in kept.items()}


def refusal(refused: Refused | None, book: Rulebook) -> dict[str, Any] | None:
    """The 409 block: what, why, which clause, the way out."""
    if refused is None:
        return None
    ref = next((clause_ref(book, one.id, refused.clause, portal=True) for one in book.regulations if any(c.id == refused.clause for c in one.clauses)), None)
    return {"title": refused.words, "missing": refused.remedy, "clause": ref, "code": refused.code}


# ------------------------------------------------------------------ the case


def case(page: Any, token: str, now: datetime, language: str) -> dict[str, Any]:
    """Everything the case page shows."""
    clocks = [line for line in page.clocks if line.state in _OPEN]
    main = min(clocks, key=lambda line: (line.due_at is None, line.due_at or now), default=None)
    book: Rulebook = page.book
    return {
        "case": page.case,
        "procedure_label": page.procedure.label.say(language),
        "receipt": _receipt(page, main, now, language),
        "steps": _steps(page, now, language),
        "department": actors_words(page.state.routed_teams, book, language) or actor_words(_desk(page), book, language),
        "next_department": _next_department(page, language),
        "promises": [_promise(line, book, now, language) for line in page.clocks if line.state != "withdrawn"],
        "thread": _thread(page, token, now),
        "demands": [field_value_words(book.fields.get("demand"), str(value), book, language) for value in _listed(page.state.fields.get("demand"))],
        "waiting": page.state.waiting_since is not None,
        "acts": _acts(page, token, book, language),
        "nudge": _nudge(page, token),
        "may_write": any(offer.action == "customer-reply" and offer.permitted for offer in page.offers),
        "link": reverse("portal:case", args=[token]),
    }


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
    label = main.label if isinstance(main.label, str) else main.label.say(language)
    if main.due_at is None:
        words = _("%(what)s：等您回复后继续计时") % {"what": label}
    else:
        words = _("%(when)s 前完成%(what)s") % {"when": moment(main.due_at, now, ends=True, plain=True), "what": label}
    view = clock_view(main, now, book)
    receipt |= {
        "promise": words,
        "state": view["state"],
        "used_percent": view["used_percent"],
        "progress": _("由%(team)s负责") % {"team": actor_words(main.team or main.owed_by, book, language)}
        + (_("，暂定：日历尚未公布到那一天") if main.provisional else ""),
        "clause": clause_ref(book, main.regulation, main.clause, portal=True, language=language),
        "explanation": explain(Link(page.case), page.case.number, main.key, now).explanation,
    }
    return receipt


def _promise(line: Any, book: Rulebook, now: datetime, language: str) -> dict[str, Any]:
    label = line.label if isinstance(line.label, str) else line.label.say(language)
    return {
        "clock": clock_view(line, now, book),
        "label": label,
        "team": actor_words(line.team or line.owed_by, book, language),
        "when": moment(line.due_at, now, ends=True, plain=True) if line.due_at else "",
        "ref": clause_ref(book, line.regulation, line.clause, portal=True, language=language),
    }


def _steps(page: Any, now: datetime, language: str) -> list[dict[str, Any]]:
    """The stages a case passes; side ends (withdrawn, escalated) only when it stands there."""
    side = set(page.procedure.final) - {_last_main(page)}
    steps = []
    for stage in page.stages:
        if stage.id in side and stage.state != "now":
            continue
        if stage.state == "ahead" and _is_detour(page, stage.id):
            continue
        label = stage.label if isinstance(stage.label, str) else stage.label.say(language)
        steps.append({"label": label, "state": stage.state, "at": moment(stage.entered_at, now, plain=True) if stage.entered_at else ""})
    return steps


def _last_main(page: Any) -> str:
    """The end of the straight way: the first final stage of the procedure."""
    return str(page.procedure.final[0])


def _is_detour(page: Any, stage: str) -> bool:
    """A stage that is entered only when the customer says no: nothing to announce beforehand."""
    into = [rule for rule in page.book.actions_of(page.procedure.id) if rule.to == stage]
    return bool(into) and all(rule.records == "customer.refused" for rule in into)


def _thread(page: Any, token: str, now: datetime) -> list[dict[str, Any]]:
    rows = []
    for row in page.timeline:
        if row.kind not in ("in", "out"):
            continue
        files = [{"href": reverse("evidence:link-file", args=[token, one.pk]), "name": one.name} for one in row.attachments if not one.internal]
        rows.append({"at": moment(row.at, now), "mine": row.kind == "in", "who": _("我") if row.kind == "in" else row.who, "text": row.text, "files": files})
    return rows


def _acts(page: Any, token: str, book: Rulebook, language: str) -> list[dict[str, Any]]:
    acts = []
    for offer in page.offers:
        if offer.kind == "action" and offer.permitted:
            acts.append(
                {
                    "label": offer.label.say(language),
                    "href": reverse("portal:act", args=[token, offer.action]),
                    "primary": not acts and offer.action.endswith("accepts"),
                }
            )
    return acts


def customer_offer(page: Any, action: str) -> Any:
    """The offer of this action to the customer, permitted or not; None when it is not his at all."""
    return next((offer for offer in page.offers if offer.action == action and offer.kind == "action" and not any(r.code == "by" for r in offer.refusals)), None)


def offer_label(offer: Any, book: Rulebook, language: str) -> str:
    return str(offer.label.say(language))


def _nudge(page: Any, token: str) -> dict[str, Any] | None:
    offer = next((offer for offer in page.offers if offer.action == "nudge"), None)
    if offer is None:
        return None
    words = offer.refusals[0].words if offer.refusals else ""
    if any(refused.code == "from" for refused in offer.refusals):
        return None
    return {"allowed": offer.permitted, "post": reverse("portal:nudge", args=[token]), "rule": _("催办会记录在案，并立即通知经办人和主管。"), "next": words}


def _listed(value: object) -> list[object]:
    return list(value) if isinstance(value, list | tuple) else [value] if value else []
