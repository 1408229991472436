"""Announcements in words: what happened to which promise of which case."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from luyue.apps.clocks.promises import source_of
from luyue.apps.contacts.models import Announcement
from luyue.apps.regulation.selectors import current_rulebook, rulebook_for
from luyue.apps.ui.paths import reverse
from luyue.apps.ui.wording import moment
from luyue.apps.ui.wording import said as _
from luyue.apps.workspace import shell
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import Notice, ReportRule, TaskRule

_SHAPES = {"warned": "due", "missed": "missed", "rung": "missed", "undelivered": "missed", "unverified": "due"}
_WORDS = {"warned": "快到期：%(what)s", "missed": "超时：%(what)s", "rung": "超时未办结：%(what)s"}


def rows(announcements: Iterable[Announcement], now: datetime) -> list[dict[str, Any]]:
    """What the page lists: shape, words, the case, when, whether somebody has seen it. What was said to his team and to his post is one row."""
    found: dict[tuple[object, ...], dict[str, Any]] = {}
    for one in announcements:
        key = (one.kind, one.about, one.case_id, one.at, one.seen_at is None)
        if key in found:
            found[key]["ids"].append(one.pk)
        else:
            found[key] = _row(one, now) | {"ids": [one.pk]}
    return list(found.values())


def _row(one: Announcement, now: datetime) -> dict[str, Any]:
    row: dict[str, Any] = {"shape": _SHAPES.get(one.kind, ""), "at": moment(one.at, now), "seen": one.seen_at is not None}
    if one.case is None:
        return row | _of_company(one, now)
    book = rulebook_for(one.case.rulebook)
    href = reverse("workspace:mails") if one.kind == "unverified" else reverse("workspace:case", args=[one.case.number])
    return row | {"text": _text(one, book), "number": one.case.number, "subject": one.case.subject, "href": href}


def _of_company(one: Announcement, now: datetime) -> dict[str, Any]:
    """What belongs to no case: a report that is there, a task of the company that is late."""
    subject, _mark, period = one.about.partition(":")[0].partition("@")
    book = current_rulebook(now)[1]
    if one.kind == "report":
        rule = book.all(ReportRule).get(subject)
        words = _("新报告：%(what)s") % {"what": rule.label.say(shell.language()) if rule else subject}
        return {"text": f"{words} {period}", "href": reverse("workspace:report", args=[subject, period])}
    task = book.all(TaskRule).get(subject)
    what = f"{task.label.say(shell.language()) if task else subject} {period}"
    return {"text": _(_WORDS[one.kind]) % {"what": what} if one.kind in _WORDS else what, "href": reverse("workspace:company")}


def _text(one: Announcement, book: Rulebook) -> str:
    """`超时：首次响应`, or the label of the notice that was due."""
    subject = one.about.partition(":")[0]
    if one.kind in _WORDS:
        rule = source_of(book, subject.partition("#")[0])
        return _(_WORDS[one.kind]) % {"what": rule.label.say(shell.language()) if rule else subject}
    notice = book.all(Notice).get(subject)
    if notice is not None:
        return notice.label.say(shell.language())
    return {
        "nudge": _("客户催办"),
        "nudged": _("客户催办"),
        "mention": _("有同事提到您"),
        "task": _("有一项待办"),
        "phrase-flagged": _("说了不该说的话，请跟进"),
        "customer-replied": _("客户有答复"),
        "undelivered": _("有通知没有送达，请改用其他方式告知客户"),
        "unverified": _("收到一封未能核实寄件人的来信，请核实"),
    }.get(one.kind, one.kind)
