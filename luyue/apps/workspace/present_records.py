"""The retention log in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.core.paginator import Page
from django.utils import timezone

from luyue.apps.cases.readers import Staff
from luyue.apps.people.selectors import is_management
from luyue.apps.retention import due, selectors
from luyue.apps.ui.promises import clause_ref
from luyue.apps.ui.wording import day_long, moment
from luyue.apps.ui.wording import said as _
from luyue.apps.workspace import filling, refusing
from luyue.apps.workspace.shell import language
from luyue.core.procedure.retention import keepings
from luyue.core.procedure.state import Refused
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import DataClass, Procedure
from luyue.core.regulation.sentence import sentence

_AHEAD = timedelta(days=90)  # not a promise: how far the page looks ahead


def page(
    reader: Staff, book: Rulebook, now: datetime, erased: Page, *, errors: Mapping[str, str] | None = None, posted: Mapping[str, str] | None = None,
    refused: Refused | None = None,
) -> dict[str, Any]:  # fmt: skip
    labels = {"number": _("工单编号"), "reason": _("为什么须保留")}
    return {
        "classes": _classes(book),
        "next": [_next(one, book) for one in due.standing_next(now, _AHEAD, 100)],
        "rows": [_row(one, book, now) for one in erased],
        "page": erased,
        "holds": [
            {"id": one.pk, "number": one.case.number, "reason": one.reason, "by": str(one.by or ""), "at": moment(one.at, now)} for one in selectors.holds()
        ],
        "may_hold": is_management(reader.user),
        "fields": [
            {"name": name, "kind": "text", "label": label, "value": (posted or {}).get(name, ""), "errors": filling.listed((errors or {}).get(name))}
            for name, label in labels.items()
        ],
        "errors": filling.summary(errors or {}, labels),
        "refusal": refusing.block(refused, book, title=_("不能保留")) if refused else None,
    }


def _classes(book: Rulebook) -> list[dict[str, Any]]:
    """The rules in force, each with the kinds of case it holds for."""
    kinds: dict[str, list[str]] = {}
    for keeping in keepings(book):
        kinds.setdefault(keeping.rule.id, []).append(book.get(Procedure, keeping.kind).label.say(language()))
    return [
        {"label": rule.label.say(language()), "sentence": sentence(rule, book, language()), "kinds": kinds.get(name, []),
         "clause": clause_ref(book, rule.regulation, rule.clause, language=language())}
        for name, rule in book.all(DataClass).items()
    ]  # fmt: skip


def _next(one: due.Due, book: Rulebook) -> dict[str, Any]:
    kept = {due.HELD: _("保留中，不删除"), due.LINKED_OPEN: _("相关工单未结，暂不删除")}
    rule = one.keeping.rule
    return {
        "number": one.case.number, "on": day_long(timezone.localdate(one.at)), "label": rule.label.say(language()), "kept": kept.get(one.kept_by, ""),
        "clause": clause_ref(book, rule.regulation, rule.clause, language=language()),
    }  # fmt: skip


def _row(one: Any, book: Rulebook, now: datetime) -> dict[str, Any]:
    rule = book.all(DataClass).get(one.data_class)
    counts = [(_("记录 %(n)s 条"), one.bodies), (_("联络 %(n)s 条"), one.contacts), (_("信件 %(n)s 封"), one.letters), (_("文件 %(n)s 个"), one.files),
              (_("所填选项和金额 %(n)s 项"), one.values)]  # fmt: skip
    words = [text % {"n": n} for text, n in counts if n] + ([_("客户姓名和联系方式")] if one.customer else [])
    return {
        "number": one.case.number, "at": moment(one.done_at, now), "due": day_long(timezone.localdate(one.due_at)),
        "what": "、".join(words) or _("没有内容可删"),
        "label": rule.label.say(language()) if rule else one.data_class, "clause": clause_ref(book, one.regulation, one.clause, language=language()),
    }  # fmt: skip
