"""我的今天: the rows of `clocks.selectors.my_day` as the queue, the day line and the counts draw them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from luyue.apps.cases.readers import Staff
from luyue.apps.clocks.selectors import DayRow, MyDay
from luyue.apps.ui.paths import reverse
from luyue.apps.ui.promises import clause_ref, open_spans, state_shown
from luyue.apps.ui.wording import day_plain, moment, weekday
from luyue.apps.workspace import filling
from luyue.apps.workspace.present_clocks import promise_view
from luyue.apps.workspace.shell import language
from luyue.core.calendar import BeyondTable
from luyue.core.procedure.index import index_of
from luyue.core.procedure.vocabulary import REPLY_FACTS
from luyue.core.regulation.rulebook import Rulebook

_TONES = {"overdue": "missed", "soon": "due", "today": "running", "waiting": "paused", "followup": "", "later": ""}


def page(day: MyDay, reader: Staff, book: Rulebook, now: datetime, timetable: str, kept: Sequence[datetime]) -> dict[str, Any]:
    """The context of the page. `kept` are the instants at which promises were kept today."""
    groups = _groups(day, now)
    opens, closes = _service_day(book, timetable, now)
    return {
        "day_words": day_words(book, now),
        "counts": _counts(day, len(kept)),
        "marks": [*({"at": at, "state": "kept"} for at in kept), *_marks(day.rows, now)],
        "opens": opens,
        "closes": closes,
        "groups": groups,
        "is_cut": day.is_cut,
        "empty": None if groups else _empty(),
    }


def _groups(day: MyDay, now: datetime) -> list[dict[str, Any]]:
    labels = {"overdue": _("已超时"), "soon": _("30 分钟内"), "today": _("今天"), "waiting": _("等客户"), "followup": _("回访与待办"), "later": _("以后")}
    notes = {"waiting": _("计时暂停，客户回复后自动继续")}
    rows: dict[str, list[dict[str, Any]]] = {}
    said = language()
    for row in day.rows:
        rows.setdefault(row.group, []).append(queue_row(row, now, said))
    groups = [
        {"id": group, "label": labels[group], "tone": tone, "note": notes.get(group, ""), "rows": rows[group]}
        for group, tone in _TONES.items() if group in rows
    ]  # fmt: skip
    if groups:
        groups[0]["rows"][0]["current"] = True
    return groups


def queue_row(row: DayRow, now: datetime, language: str) -> dict[str, Any]:
    """One row of the queue, with the two acts that come first when it is selected."""
    return {
        "id": row.number,
        "href": reverse("workspace:case", args=[row.number]),
        "clock": _clock(row, now),
        "promise": row.label or row.stage_label,
        "clause": clause_ref(row.book, row.regulation, row.clause, language=language) if row.regulation else None,
        "customer": row.customer or _("未留姓名"),
        "matter": row.subject,
        "kind": row.kind_label,
        "number": row.number,
        "holder": row.holder,
        "mine": row.is_mine,
        "actions": _actions(row),
    }


def _clock(row: DayRow, now: datetime) -> dict[str, Any]:
    if not row.state or (row.group == "waiting" and row.state != "paused"):
        # The case waits although no clock does: what counts is how long.
        since = row.waiting_since or now
        return {"state": "paused", "paused_s": (now - since).total_seconds(), "due_at": None}
    if row.group == "followup" and row.due_at:
        return {"state": "not_started", "starts_words": _("%(when)s 前") % {"when": moment(row.due_at, now, ends=True)}, "due_at": row.due_at}
    return promise_view(row, now, row.book)


def _actions(row: DayRow) -> list[dict[str, Any]]:
    case = reverse("workspace:case", args=[row.number])
    built: list[dict[str, Any]] = []
    terms = index_of(row.book).terms.get(row.rule)
    if terms is not None and REPLY_FACTS & set(terms.stops_at):
        built.append({"label": _("回应"), "key": "R", "href": f"{case}?mode=reply#composer-text"})
    if not row.holder:
        built.append({"label": _("领取"), "key": "A", "post": reverse("workspace:act", args=[row.number, "take"]), "once": filling.new_once()})
    for key, (action, label) in enumerate(zip(row.next_actions, row.next_action_labels, strict=True), 1):
        built.append({"label": label, "key": str(key), "href": reverse("workspace:act", args=[row.number, action]), "dialog": True})
    built = built[:2] or [{"label": _("打开"), "href": case}]
    built[0]["primary"] = True
    return built


def _marks(rows: Iterable[DayRow], now: datetime) -> list[dict[str, Any]]:
    """What falls due today, and what was missed before, at the minute it is due."""
    marks = []
    for row in rows:
        if row.due_at is None or (row.state != "running" and row.group != "overdue"):
            continue
        who = "，".join(part for part in (row.label, row.customer) if part)
        label = f"{moment(row.due_at, now, ends=True)} {who}"
        marks.append({"at": row.due_at, "state": state_shown(row, now), "href": f"#row-{row.number}", "label": label})
    return marks


def _counts(day: MyDay, n_kept: int) -> list[tuple[str, str]]:
    """The line at the head of the page; what there is none of is left out, but for what was kept."""
    said = [
        ("missed", day.counts["overdue"], _("已超时 %(n)s")),
        ("due", day.counts["soon"], _("30 分钟内 %(n)s")),
        ("running", day.counts["today"], _("今天 %(n)s")),
        ("paused", day.counts["waiting"], _("等客户 %(n)s")),
    ]
    return [*((state, words % {"n": n}) for state, n, words in said if n), ("kept", _("今天按时 %(n)s") % {"n": n_kept})]


def _empty() -> dict[str, Any]:
    return {
        "title": _("今天没有到期的承诺"),
        "text": _("新来的事会自己出现在这里，最先到期的排在最上面。"),
        "actions": [{"label": _("登记"), "href": reverse("workspace:new"), "icon": "plus"}],
        "link": {"label": _("看没有经办人的工单"), "href": f"{reverse('workspace:cases')}?whose=unheld"},
    }


def _service_day(book: Rulebook, timetable: str, now: datetime) -> tuple[datetime | None, datetime | None]:
    """When today's service begins and ends; (None, None) on a day without any."""
    today = timezone.localtime(now).date()
    spans = [span for span in open_spans(book, timetable, now) if timezone.localtime(span[0]).date() == today] if timetable else []
    return (spans[0][0], spans[-1][1]) if spans else (None, None)


def day_words(book: Rulebook, now: datetime) -> dict[str, str]:
    """Today in words, and what is special about it: a feast, a make-up workday, the first workday after a feast."""
    today = timezone.localtime(now).date()
    return {"date": day_plain(today, today), "weekday": weekday(today), "special": _special(book, today)}


def _special(book: Rulebook, today: date) -> str:
    try:
        kind, feast = book.agenda.kind_on(today), book.agenda.name_on(today)
        if kind == "makeup_workday":
            return _("调休上班")
        if kind in ("public_holiday", "rest_day"):
            return feast or _("休息日")
        before, feast = today, None
        while feast is None and not book.agenda.kind_on(before := before - timedelta(days=1)).is_worked:  # not a promise: a step of the search
            feast = book.agenda.name_on(before)
    except BeyondTable:
        return ""
    return _("%(feast)s后首个工作日") % {"feast": feast} if feast else ""
