"""The clocks of a case as bars: what is owed, by whom, how much is left, which clause says so and why the time is what it is."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils import timezone

from luyue.apps.casework.selectors import CasePage
from luyue.apps.clocks.promises import SOON, ClockLine, spans_of
from luyue.apps.ui.promises import clause_ref, clock_view, sentence_with
from luyue.apps.ui.wording import amount, moment, tight
from luyue.apps.ui.wording import said as _
from luyue.apps.workspace.shell import language
from luyue.core.calendar import BeyondTable, Explanation, Within
from luyue.core.procedure.index import index_of
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import AROUND_THE_CLOCK, ClockRule
from luyue.core.regulation.words import actor_words, amount_words, fact_words

_MOST_NEXT = 3


def bars(page: CasePage, now: datetime) -> list[dict[str, Any]]:
    """Owed ones by deadline, then the settled ones, then those that begin with the next act."""
    lines = [line for line in page.clocks if line.state != "withdrawn"]
    owed = [clock_bar(line, page.book, now) for line in lines if line.is_owed]
    settled = [clock_bar(line, page.book, now) for line in lines if not line.is_owed]
    return [*owed, *settled, *not_started(page)]


def clock_bar(line: ClockLine, book: Rulebook, now: datetime) -> dict[str, Any]:
    """What `{% clock_bar %}` reads."""
    within = within_of(line.rule, book)
    told = explanation_of(line, book, within) if line.is_owed else None
    ref = quoted(line, book, within)
    view = promise_view(line, now, book, name=line.label, team=actor_words(line.team or line.owed_by, book, language()), id=line.key.replace("/", "-"))
    # A clock stands among clocks here, so even a paused one says what is left of it.
    view |= {
        "paused_shows_left": True,
        "promise": amount_words(within, language()) if within else "",
        "fact": fact(line, book, within, told, now),
        "clause": ref,
        "pauses": _pauses_in_bar(line, within, book),
    }
    if told is not None:
        view["why"] = {"explanation": told, "open": False, "moves": _moves(line), "begins": ""}
    return view


def promise_view(line: Any, now: datetime, book: Rulebook, **more: Any) -> dict[str, Any]:
    """`clock_view` with what only the rulebook knows: when "soon" begins for this promise, and that a promised date shows itself."""
    within = within_of(line.rule, book)
    view = clock_view(line, now, book, **more)
    if within is not None and within.in_hours:
        warned = index_of(book).terms[line.rule].warn_at
        view["warn_s"] = min(SOON.total_seconds(), within.seconds * (100 - warned[-1]) / 100) if warned else SOON.total_seconds()
    return view


def within_of(rule: str, book: Rulebook) -> Within | None:
    """The limit behind a clock's rule; None for a promised date."""
    terms = index_of(book).terms.get(rule)
    return terms.target if terms and isinstance(terms.target, Within) else None


def explanation_of(line: ClockLine, book: Rulebook, within: Within | None) -> Explanation | None:
    """The day-by-day sum; None for a promised date, and where the calendar does not reach."""
    if within is None:
        return None
    try:
        return book.agenda.explain(line.started_at, within, spans_of(line.pauses))
    except BeyondTable:
        return None


def fact(line: ClockLine, book: Rulebook, within: Within | None, told: Explanation | None, now: datetime) -> str:
    """The third line of a clock: how far it is, or how it ended."""
    limit = _("承诺 %(limit)s") % {"limit": amount_words(within, language())} if within else ""
    if line.state == "paused":
        held = sum(((span.to_at or now) - span.from_at).total_seconds() for span in line.pauses)
        reason = _pause_words(line, book)
        return _("已停 %(time)s") % {"time": amount(held)} + (f"：{reason}" if reason else "")
    if line.state == "kept" and line.settled_at:
        done = _("%(at)s 完成") % {"at": moment(line.settled_at, now)}
        corrected = _("，结论经更正") if line.corrected_by else ""
        return " · ".join(part for part in (limit, done + corrected) if part)
    if line.state == "missed":
        due = _("应于 %(at)s 完成") % {"at": moment(line.due_at, now, ends=True)} if line.due_at else ""
        late = _("超时后完成") if not line.is_owed else ""
        return " · ".join(part for part in (due, late) if part)
    if told is not None and told.unit == "day" and within:
        today = timezone.localtime(now).date()
        number = max((day.counted for day in told.lines if day.date <= today), default=0)
        if not number:
            return _("%(limit)s，从下一个工作日算起") % {"limit": amount_words(within, language())} if within.unit == "working day" else limit
        words = _("第 %(n)s / %(all)s 个工作日") if within.unit == "working day" else _("第 %(n)s / %(all)s 日")
        return words % {"n": number, "all": within.amount}
    if within and line.used_s is not None:
        natural = line.hours == AROUND_THE_CLOCK
        return tight(_("已用 %(used)s · %(limit)s") % {"used": amount(line.used_s, days=natural), "limit": limit})
    return _("%(at)s 到期") % {"at": moment(line.due_at, now, ends=True)} if line.due_at else limit


def _pause_words(line: ClockLine, book: Rulebook) -> str:
    terms = index_of(book).terms.get(line.rule)
    cause = (line.pauses[-1].reason if line.pauses else "") or (terms.pauses.starts_at if terms and terms.pauses else "")
    return fact_words(cause, book, language()) if cause else ""


def _pauses_in_bar(line: ClockLine, within: Within | None, book: Rulebook) -> list[tuple[float, float]]:
    """Where the pauses lie in the bar: each begins at the share used when it began, and is drawn as wide as it was long, at most a quarter."""
    if not line.pauses or within is None or not within.in_hours or not within.seconds:
        return []
    found, before = [], []
    for span in spans_of(line.pauses):
        used = book.agenda.elapsed_s(line.started_at, span.from_at, within, before)
        held = book.agenda.elapsed_s(span.from_at, span.to_at, within) if span.to_at else within.seconds / 12
        start = min(100 * used / within.seconds, 92)
        found.append((round(start, 1), round(min(max(100 * held / within.seconds, 3), 25, 100 - start), 1)))
        before.append(span)
    return found


def _moves(line: ClockLine) -> list[dict[str, Any]]:
    """What the customer was told, where it is not the present deadline."""
    if line.promised_at is None or line.due_at is None or line.promised_at == line.due_at:
        return []
    return [{"at": None, "old": line.due_at, "new": line.promised_at, "reason": _("告诉客户的时间")}]


def quoted(line: ClockLine, book: Rulebook, within: Within | None) -> dict[str, Any] | None:
    """The clause with the very sentence that gives the limit, when there is one."""
    ref = clause_ref(book, line.regulation, line.clause, rule_words=line.sentence, language=language())
    if ref is not None:
        ref["text"] = sentence_with(str(ref["text"]), within)
    return ref


def not_started(page: CasePage) -> list[dict[str, Any]]:
    """Promises that begin with an act open to this stage, so that nobody is surprised by them."""
    book, state = page.book, page.state
    recorded = {rule.records for rule in book.actions_of(state.kind) if state.stage in rule.from_}
    view = {**state.fields, "kind": state.kind, "channel": state.channel, "customer_kind": state.customer_kind}
    known = {line.rule for line in page.clocks}
    ahead = [
        rule for rule in book.all(ClockRule).values()
        if rule.id not in known and rule.starts_at in recorded and rule.applies_to.holds(view) and isinstance(rule.target, Within)
    ]  # fmt: skip
    return [_ahead(rule, book) for rule in ahead[:_MOST_NEXT]]


def _ahead(rule: ClockRule, book: Rulebook) -> dict[str, Any]:
    assert isinstance(rule.target, Within)
    start = fact_words(rule.starts_at, book, language()).strip('“”"')
    return {
        "state": "not_started",
        "name": rule.label.say(language()),
        "team": actor_words(rule.owed_by, book, language()),
        "fact": _("%(start)s后 %(limit)s") % {"start": start, "limit": amount_words(rule.target, language())},
        "clause": clause_ref(book, rule.regulation, rule.clause, language=language()),
        "due_at": None,
    }


def totals(views: Iterable[dict[str, Any]]) -> str:
    """`1 走 · 1 停 · 2 按时 · 1 未开始`."""
    counted: dict[str, int] = {}
    for view in views:
        counted[view["state"]] = counted.get(view["state"], 0) + 1
    running = counted.pop("due", 0) + counted.pop("running", 0)
    said = [
        (running, _("%(n)s 走")), (counted.get("missed", 0), _("%(n)s 超时")), (counted.get("paused", 0), _("%(n)s 停")),
        (counted.get("kept", 0), _("%(n)s 按时")), (counted.get("not_started", 0), _("%(n)s 未开始")),
    ]  # fmt: skip
    return " · ".join(words % {"n": n} for n, words in said if n)
