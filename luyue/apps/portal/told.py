"""What the company told the customer about his case: the result as it was explained, and the letters the regulation sends."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any

from luyue.apps.cases.links import token_of
from luyue.apps.cases.selectors import stream_of
from luyue.apps.contacts.models import Outbox
from luyue.apps.journal.models import EntryBody
from luyue.apps.ui.wording import moment, money
from luyue.apps.ui.wording import said as _
from luyue.core.regulation.rules import ActionRule, Notice, OnFact
from luyue.core.regulation.words import field_value_words, listed

# The facts that say a result was told to the customer, beside those whose letter `tells` a form; and the one that says a plan was (again)
# made: plans not yet told stay inside.
TOLD = ("feedback.given", "result.told", "complaint.decided", "delivery.solution-offered", "support.solution-sent", "return.state-told")
PLANNED = "remedy.proposed"
_WORDS = ("long-text", "text")
_ACT = "act/"  # letters that carry what stands in the conversation anyway


def result(page: Any, now: datetime, language: str) -> dict[str, Any] | None:
    """The result last told to the customer: the words written down for him, the remedies and their amount; None before that."""
    facts = [fact for fact in (page.state.last(name) for name in _telling(page)) if fact is not None]
    if not facts:
        return None
    fact = max(facts, key=lambda one: one.seq)
    planned = page.state.last(PLANNED)
    shown = {"at": moment(fact.at, now, plain=True), "paragraphs": _explained(page, fact), "remedies": "", "amount": ""}
    if planned is None or planned.seq < fact.seq:
        book, fields = page.book, page.state.fields
        chosen = fields.get("remedies") or ()
        shown["remedies"] = listed((field_value_words(book.fields.get("remedies"), str(one), book, language) for one in chosen), language)
        amount = str(fields.get("remedy_amount") or "")
        shown["amount"] = money(amount) if amount and set(amount) - set("0.") else ""
    return shown


def _telling(page: Any) -> dict[str, None]:
    by_letter = (one.trigger.fact for one in page.book.all(Notice).values() if one.tells and isinstance(one.trigger, OnFact))
    return dict.fromkeys((*TOLD, *by_letter))


def _explained(page: Any, fact: Any) -> list[str]:
    """The words of the form that was filled in when the result was explained. Nothing once they are erased."""
    rule = page.book.all(ActionRule).get(fact.action)
    body = EntryBody.objects.filter(entry__stream=stream_of(page.case), entry__seq=fact.seq, erased_at=None).first()
    if rule is None or not rule.form or body is None or not body.body:
        return []
    words = json.loads(body.body)
    return [str(words[field.name]) for field in page.book.form(rule.form).fields if field.kind in _WORDS and words.get(field.name)]


def letters(page: Any) -> list[dict[str, Any]]:
    """What was sent to the customer by rule, once each however many ways it went; delivered on this page if on no other."""
    found: dict[tuple[str, int], dict[str, Any]] = {}
    # Whatever the address of the house was then, with the spaces that part an address from Chinese words.
    link = re.compile(rf" ?\S*/m/{re.escape(token_of(page.case.number))}/? ?")
    for row in Outbox.objects.filter(case=page.case).exclude(notice__startswith=_ACT).order_by("created_at"):
        payload = json.loads(row.payload or "{}")
        if payload.get("text"):
            found.setdefault(
                (row.notice, int(payload.get("entry") or 0)), {"at": row.created_at, "who": _("通知"), "text": link.sub(_("本页"), payload["text"]).strip()}
            )
    return list(found.values())
