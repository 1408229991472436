"""The promises of a case file: what was promised by which clause, from when to when, kept or missed, and the sum behind the date."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from luyue.apps.clocks.promises import ClockLine
from luyue.apps.evidence.documents import Cell, Column, Note, Section, Table
from luyue.apps.ui import why
from luyue.apps.ui.promises import clause_ref
from luyue.apps.ui.wording import amount, local, tight
from luyue.apps.ui.wording import said as _
from luyue.apps.workspace import present_clocks
from luyue.apps.workspace.archive_telling import Telling, when
from luyue.core.calendar import Explanation, Within
from luyue.core.regulation.words import actor_words, amount_words, counting_words, fact_words, hours_words

_MOST_DAYS = 6


def section(told: Telling, now: datetime) -> Section:
    lines = sorted((line for line in told.page.clocks if line.state != "withdrawn"), key=lambda line: (line.started_at, line.due_at is None, line.key))
    columns = [Column(_("承诺"), 9), Column(_("起算"), 4), Column(_("期限"), 4), Column(_("完成"), 4), Column(_("结果"), 4)]
    rows = [_row(line, told, now) for line in lines]
    kept, missed = (sum(line.state == state for line in lines) for state in ("kept", "missed"))
    about = _("共 %(n)s 项：按时 %(kept)s 项，超时 %(missed)s 项，进行中或无结论 %(open)s 项。") % {
        "n": len(lines), "kept": kept, "missed": missed, "open": len(lines) - kept - missed,
    }  # fmt: skip
    note = Note(_("起算、期限和完成均为%(zone)s当地时间；每项下面写明条款和逐日计算。") % {"zone": _("北京")})
    return Section(_("时限承诺"), [Table(columns, rows), note] if rows else [Note(_("没有时限。"))], about)


def _row(line: ClockLine, told: Telling, now: datetime) -> list[Cell]:
    book, language = told.page.book, told.language
    within = present_clocks.within_of(line.rule, book)
    ref = clause_ref(book, line.regulation, line.clause, language=language)
    clause = f"{ref['name']} {ref['number']}" if ref else ""
    owed = actor_words(line.team or line.owed_by, book, language)
    limit = "，".join(part for part in (amount_words(within, language), _counted(within, told)) if part) if within else _("约定时间")
    tone, words, more = _verdict(line, now)
    return [
        Cell(line.label, more="\n".join(part for part in (" · ".join(one for one in (clause, owed) if one), limit, _sum(line, told)) if part), strong=True),
        Cell(when(line.started_at)),
        Cell(_due(line.due_at), more=_("告知客户 %(at)s") % {"at": _due(line.promised_at)} if line.promised_at and line.promised_at != line.due_at else ""),
        Cell(when(line.settled_at) if line.state == "kept" else ""),
        Cell(words, tone=tone, more=more),
    ]


def _counted(within: Within, told: Telling) -> str:
    return hours_words(within, told.page.book, told.language) or counting_words(within, told.language)


def _due(at: datetime | None) -> str:
    """A deadline at midnight is 24:00 of the day it ends, as the regulation writes it."""
    if at is None:
        return _("待定")
    before = local(at).replace(hour=0, minute=0)
    if local(at) == before:
        day = local(at).toordinal() - 1
        return f"{datetime.fromordinal(day):%Y-%m-%d} 24:00"
    return when(at)


def _verdict(line: ClockLine, now: datetime) -> tuple[str, str, str]:
    natural = line.hours == "around-the-clock"
    used = tight(_("用时 %(used)s") % {"used": amount(line.used_s, days=natural)}) if line.used_s is not None and line.hours else ""
    if line.state == "kept":
        return "kept", _("按时"), used + (_("（经第二人更正）") if line.corrected_by else "")
    if line.state == "missed":
        return "missed", _("超时"), _("仍未完成") if line.is_owed else ""
    if line.state == "paused":
        return "open", _("暂停中"), used
    if line.state == "running":
        late = line.due_at is not None and now > line.due_at
        return ("missed", _("已过期"), "") if late else ("open", _("进行中"), used)
    return "faint", _("无结论"), ""


def _sum(line: ClockLine, told: Telling) -> str:
    """The arithmetic in one line, and the pauses below it."""
    book = told.page.book
    explanation = present_clocks.explanation_of(line, book, present_clocks.within_of(line.rule, book))
    lines = [_days(explanation)] if explanation is not None else []
    for span in line.pauses:
        until = when(span.to_at) if span.to_at else _("现在")
        reason = span.reason or ""
        lines.append(_("暂停 %(start)s 至 %(end)s") % {"start": when(span.from_at), "end": until} + (f"：{_reason(reason, told)}" if reason else ""))
    return "\n".join(one for one in lines if one)


def _reason(reason: str, told: Telling) -> str:
    return fact_words(reason, told.page.book, told.language).strip("“”") if "." in reason else told.say(reason)


def _days(explanation: Explanation) -> str:
    """03-06 周五 1 小时 40 分 ＋ 03-07 周六 20 分 ＝ 2 小时."""
    built: dict[str, Any] = why.build(explanation, None)
    counted = [f"{row['dates']} {row['adds']}" for row in built["rows"] if not row["faint"]]
    if not counted:
        return ""
    if len(counted) > _MOST_DAYS:
        counted = [*counted[: _MOST_DAYS - 2], "…", counted[-1]]
    if not built["total"]:
        return "、".join(counted)
    return " ＋ ".join(counted) + (f" ＝ {built['total']}" if len(counted) > 1 else "")
