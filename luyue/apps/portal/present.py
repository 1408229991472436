"""What a customer sees before there is a case: the promises ahead and the form; and refusals, in the shapes of the pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.http import QueryDict

from luyue.apps.ui.promises import clause_ref
from luyue.apps.ui.wording import moment
from luyue.apps.ui.wording import said as _
from luyue.core.calendar import Within
from luyue.core.procedure.state import Refused
from luyue.core.procedure.vocabulary import REPLY_FACTS
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import ClockRule, Notice, OnFact, Procedure
from luyue.core.regulation.words import amount_words, counting_words, hours_words

CHANNEL = "web"
_WHO = ("customer_name", "contact_phone", "account_number")
_WANTS = ("demand", "photos", "videos")


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


def first_promise(book: Rulebook, rule: Procedure, now: datetime, language: str) -> dict[str, Any] | None:
    """By when somebody answers if the form is sent now."""
    fields = {"channel": CHANNEL, "kind": rule.id}
    for clock in book.all(ClockRule).values():
        if clock.starts_at == "case.received" and isinstance(clock.target, Within) and clock.applies_to.holds(fields) and _is_heard(clock, book, fields):
            due = book.agenda.due(now, clock.target)
            if due.at is not None:
                return {
                    "words": moment(due.at, now, ends=True, plain=True),
                    "ref": clause_ref(book, clock.regulation, clock.clause, portal=True, language=language),
                }
    return None


def _is_heard(clock: ClockRule, book: Rulebook, fields: Mapping[str, str]) -> bool:
    """Whether keeping it means that the customer hears something: somebody answers him, or a letter tells him. What departments hand on is not."""
    told = {
        one.trigger.fact
        for one in book.all(Notice).values()
        if isinstance(one.trigger, OnFact) and "customer" in one.recipients and one.applies_to.holds(fields)
    }
    return bool({*REPLY_FACTS, *told} & set(clock.stops_at))


def form_groups(fields: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The form in three parts: the matter, what the customer wants, how to reach him."""
    groups: dict[str, list[Mapping[str, Any]]] = {"matter": [], "wants": [], "who": []}
    for field in fields:
        name = str(field["name"])
        part = "who" if name in _WHO else "wants" if name.startswith(_WANTS) else "matter"
        groups[part].append(field)
    titles = {"matter": _("是什么事"), "wants": _("解决办法和凭据"), "who": _("怎样联系您")}
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
    mail = {"name": "contact_email", "kind": "email", "label": _("邮箱"), "required": False, "autocomplete": "email"}
    fields.append({**mail, "value": values.get("contact_email", ""), "errors": [errors["contact_email"]] if "contact_email" in errors else []})
    return fields


def kept_files(held: Mapping[str, list[str]], posted: QueryDict) -> dict[str, Any]:
    """Files that came with a form that was not accepted: they need not be sent again."""
    kept: dict[str, list[str]] = {name: list(ids) for name, ids in held.items()}
    for key in posted:
        if key.endswith(".kept"):
            kept.setdefault(key.removesuffix(".kept"), []).extend(posted.getlist(key))
    return {f"{name}.files": [{"id": one, "name": _("已上传的文件 %(n)s") % {"n": number}} for number, one in enumerate(ids, 1)] for name, ids in kept.items()}


def summary(errors: Mapping[str, str], fields: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """What to change, for the head of the page, each with a link to its field."""
    labels = {field["name"]: field["label"] for field in fields}
    return [
        {"label": labels.get(name.split(".")[0], _("提交人")), "message": words, "field": f"f-{name}".replace(".", "-").replace("_", "-")}
        for name, words in errors.items()
    ]


def refusal(refused: Refused | None, book: Rulebook, language: str) -> dict[str, Any] | None:
    """The 409 block: what, why, which clause, the way out."""
    if refused is None:
        return None
    ref = next((clause_ref(book, one.id, refused.clause, portal=True) for one in book.regulations if any(c.id == refused.clause for c in one.clauses)), None)
    return {"title": refused.say(language), "missing": refused.way_out(language), "clause": ref, "code": refused.code}
