"""Letters of a case in words: what each is called, where it went, what became of it, and what to do about one that never arrived."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from luyue.apps.casework.selectors import CasePage
from luyue.apps.contacts.channels import masked_address
from luyue.apps.contacts.models import Outbox
from luyue.apps.ui.wording import moment
from luyue.apps.ui.wording import said as _
from luyue.apps.workspace.shell import language
from luyue.core.procedure.acts import ACTS
from luyue.core.procedure.vocabulary import NOTICE_FAILED
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import Notice

_ACT = "act/"  # letters that carry what somebody wrote in the conversation


def letters(page: CasePage, now: datetime) -> list[dict[str, Any]]:
    """Letters of the case, newest first, and what became of each."""
    return [letter(one, now) | {"name": name_of(one.notice, page.book)} for one in reversed(page.letters)]


def letter(one: Any, now: datetime) -> dict[str, Any]:
    state, words = ("running", _("等待发出"))
    if one.dead_at:
        state, words = "missed", _("没有送出")
    elif one.bounced_at:
        state, words = "missed", _("被退回，没有送达")
    elif one.done_at:
        state, words = "kept", _("%(at)s 发出") % {"at": moment(one.done_at, now)}
    error = one.error if one.dead_at or one.bounced_at else ""
    return {"kind": _kind(one.kind), "to": one.recipient, "state": state, "words": words, "at": one.created_at, "error": error}


def name_of(notice: str, book: Rulebook) -> str:
    """What the regulation calls it, or the act that wrote it; "" for a letter of the house itself."""
    if notice.startswith(_ACT):
        act = ACTS.get(notice.removeprefix(_ACT))
        return act.label.say(language()) if act else ""
    rule = book.all(Notice).get(notice)
    return rule.label.say(language()) if rule else ""


def undelivered(page: CasePage, letter: str) -> str:
    """《投诉回执》，邮件 l***@example.com，被退回（5.1.1）: a letter by its id. "" once its words are gone."""
    # A letter of a case that was merged into this one is not among its own.
    found = next((one for one in page.letters if str(one.pk) == letter), None) or Outbox.objects.filter(pk=letter).first()
    if found is None:
        return ""
    named = name_of(found.notice, page.book)
    where = f"{_kind(found.kind)} {masked_address(found)}".strip()
    return _("，").join(part for part in (_("《%(letter)s》") % {"letter": named} if named else "", where, found.error) if part)


def undelivered_words(body: Mapping[str, Any], book: Rulebook) -> str:
    """For the timeline: 通知没有送达：投诉回执，邮件被退回. "" when the entry reports anything else; that a letter left is no news."""
    if body.get("fact") != NOTICE_FAILED:
        return ""
    said = _("，").join(part for part in (name_of(str(body.get("notice") or ""), book), str(body.get("text") or "").rstrip("。")) if part)
    return _("通知没有送达") + (_("：") + said if said else "")


def _kind(kind: str) -> str:
    return {"mail": _("邮件"), "sms": _("短信"), "portal": _("客户门户"), "webhook": _("系统通知")}.get(kind, kind)
