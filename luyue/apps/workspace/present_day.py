"""我的今天: the rows of `clocks.selectors.my_day` as the queue, the day line and the counts draw them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from luyue.apps.clocks.day import KEPT_SHOWN, DayRow, MyDay
from luyue.apps.ui.paths import reverse
from luyue.apps.ui.promises import clause_ref, open_spans, state_shown
from luyue.apps.ui.wording import Wording, bound, day_plain, local, weekday
from luyue.apps.ui.wording import said as _
from luyue.apps.workspace import filling
from luyue.apps.workspace.present_clocks import promise_view
from luyue.apps.workspace.shell import language
from luyue.core.calendar import BeyondTable
from luyue.core.procedure.vocabulary import REPLY_FACTS
from luyue.core.regulation.rulebook import Rulebook

FIRST = 30  # rows of the first screen; the others come when somebody goes on to them
_WHOLE = "?all=1"
_TONES = {"overdue": "missed", "soon": "due", "today": "running", "waiting": "paused", "followup": "", "later": ""}


def page(day: MyDay, book: Rulebook, now: datetime, timetable: str, kept: Sequence[datetime], *, whole: bool = False) -> dict[str, Any]:
    """The context of the page: its first rows, or the `whole` of them. `kept` are the instants at which promises were kept today."""
    words = bound()
    rows = [row for group in _TONES for row in day.rows if row.group == group]
    shown = rows if whole else rows[:FIRST]
    groups = _groups(shown, day, now, words)
    opens, closes = _service_day(book, timetable, now)
    here = reverse("workspace:today")
    marks = [*_marks(shown, "", closes, now, words), *_marks(rows[len(shown) :], f"{here}{_WHOLE}", closes, now, words)]
    return {
        "day_words": day_words(book, now),
        "counts": _counts(day, len(kept)),
        "marks": [*({"at": at, "state": "kept"} for at in kept), *marks],
        "opens": opens,
        "closes": closes,
        "groups": groups,
        "page_href": f"{here}{_WHOLE}" if whole else here,
        "more": {"href": f"{here}{_WHOLE}", "label": _("再看 %(n)s 项") % {"n": len(rows) - len(shown)}} if len(rows) > len(shown) else None,
        "is_cut": day.is_cut and len(rows) == len(shown),
        "empty": None if groups else _empty(),
    }


def _groups(shown: Iterable[DayRow], day: MyDay, now: datetime, words: Wording) -> list[dict[str, Any]]:
    labels = {"overdue": _("已超时"), "soon": _("即将到期"), "today": _("今天"), "waiting": _("等客户"), "followup": _("回访与待办"), "later": _("以后")}
    notes = {"waiting": _("已暂停的时限在客户回复后自动继续")}
    rows: dict[str, list[dict[str, Any]]] = {}
    for row in shown:
        rows.setdefault(row.group, []).append(queue_row(row, now, words))
    groups = [
        {"id": group, "label": labels[group], "tone": tone, "note": notes.get(group, ""), "count": day.counts[group], "rows": rows[group]}
        for group, tone in _TONES.items() if group in rows
    ]  # fmt: skip
    if groups:
        groups[0]["rows"][0]["current"] = True
    return groups


def class_words(groups: Iterable[dict[str, Any]], classes: Mapping[str, str], book: Rulebook) -> None:
    """The class of a matter in place of its kind, where it has one: 设备质量异议 says more than 异议."""
    said: dict[str, str] = {}
    for group in groups:
        for row in group["rows"]:
            known = classes.get(row["number"])
            if known and known not in said:
                said[known] = _class_words(known, book)
            if known and said[known]:
                row["kind"] = said[known]


def _class_words(known: str, book: Rulebook) -> str:
    name, _is, value = known.partition("=")
    field = book.fields.get(name)
    values = book.category(field.of).values if field is not None and field.of else {}
    first = value.partition("/")[0]
    return values[first].say(language()) if first in values else ""


def queue_row(row: DayRow, now: datetime, words: Wording) -> dict[str, Any]:
    """One row of the queue, with the two acts that come first when it is selected."""
    href = reverse("workspace:case", args=[row.number])
    return {
        "id": row.number,
        "href": href,
        "clock": _clock(row, now, words),
        "promise": row.label or row.stage_label,
        "clause": clause_ref(row.book, row.regulation, row.clause, language=words.language) if row.regulation else None,
        "customer": row.customer or words.gettext("未留姓名"),
        "matter": row.subject,
        "also": _also(row.tasks, words),
        "kind": row.kind_label,
        "number": row.number,
        "holder": row.holder,
        "mine": row.is_mine,
        "actions": _actions(row, href, words),
    }


def _also(tasks: Sequence[str], words: Wording) -> str:
    """What he owes in the case beside the promise that stands first."""
    if not tasks:
        return ""
    more = words.gettext("等 %(n)s 项") % {"n": len(tasks)} if len(tasks) > 1 else ""
    return f"{tasks[0]} {more}".strip()


def _clock(row: DayRow, now: datetime, words: Wording) -> dict[str, Any]:
    if not row.state:
        # No promise is owed, the case only waits: what counts is how long.
        since = row.waiting_since or now
        return {"state": "paused", "paused_s": (now - since).total_seconds(), "due_at": None}
    if row.group == "followup" and row.due_at:
        before = words.gettext("%(when)s 前") % {"when": words.moment(row.due_at, now, ends=True)}
        return {"state": "not_started", "starts_words": before, "due_at": row.due_at}
    return promise_view(row, now, row.book)


def _actions(row: DayRow, case: str, words: Wording) -> list[dict[str, Any]]:
    _ = words.gettext
    built: list[dict[str, Any]] = []
    terms = row.terms
    if terms is not None and REPLY_FACTS & set(terms.stops_at):
        built.append({"label": _("回应"), "key": "R", "href": f"{case}?mode=reply#composer-text"})
    if not row.holder:
        built.append({"label": _("领取"), "key": "A", "post": reverse("workspace:act", args=[row.number, "take"]), "once": filling.new_once()})
    for key, (action, label) in enumerate(row.next_actions, 1):
        if len(built) < 2:
            built.append({"label": label, "key": str(key), "href": reverse("workspace:act", args=[row.number, action]), "dialog": True})
    built = built or [{"label": _("打开"), "href": case}]
    built[0]["primary"] = True
    return built


def _marks(rows: Iterable[DayRow], page: str, closes: datetime | None, now: datetime, words: Wording) -> Iterator[dict[str, Any]]:
    """What falls due today, and what was missed before, at the minute it is due; `page` is where these rows are, if not here."""
    for row in rows:
        due_at = row.due_at
        if due_at is None or closes is None or due_at > closes or (row.state != "running" and row.group != "overdue"):
            continue
        who = "，".join(part for part in (row.label, row.customer) if part)
        label = f"{words.moment(due_at, now, ends=True)} {who}"
        yield {"at": due_at, "state": state_shown(row, now), "href": f"{page}#row-{row.number}", "label": label}


def _counts(day: MyDay, n_kept: int) -> list[tuple[str, str]]:
    """The line at the head of the page; what there is none of is left out, but for what was kept."""
    said = [
        ("missed", day.counts["overdue"], _("已超时 %(n)s")),
        ("due", day.counts["soon"], _("即将到期 %(n)s")),
        ("running", day.counts["today"], _("今天 %(n)s")),
        ("paused", day.counts["waiting"], _("等客户 %(n)s")),
    ]
    kept = f"{n_kept}+" if n_kept >= KEPT_SHOWN else n_kept
    return [*((state, words % {"n": n}) for state, n, words in said if n), ("kept", _("今天按时 %(n)s") % {"n": kept})]


def _empty() -> dict[str, Any]:
    return {
        "title": _("今天没有到期的承诺"),
        "text": _("新来的事会自己出现在这里，最先到期的排在最上面。"),
        "actions": [{"label": _("登记"), "href": reverse("workspace:new"), "icon": "plus"}],
        "link": {"label": _("看没有经办人的工单"), "href": f"{reverse('workspace:cases')}?whose=unheld"},
    }


def _service_day(book: Rulebook, timetable: str, now: datetime) -> tuple[datetime | None, datetime | None]:
    """When today's service begins and ends; (None, None) on a day without any."""
    today = local(now).date()
    spans = [span for span in open_spans(book, timetable, now) if local(span[0]).date() == today] if timetable else []
    return (spans[0][0], spans[-1][1]) if spans else (None, None)


def day_words(book: Rulebook, now: datetime) -> dict[str, str]:
    """Today in words, and what is special about it: a feast, a make-up workday, the first workday after a feast."""
    today = local(now).date()
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
