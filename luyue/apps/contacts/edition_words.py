"""What colleagues are told about a text that binds them: what changed, from when, until when to acknowledge it, and where."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.utils import timezone

from luyue.apps.people.models import User
from luyue.apps.regulation import shelf
from luyue.apps.regulation.acknowledgement import previous_edition
from luyue.apps.regulation.checking import day_changes
from luyue.apps.regulation.models import CalendarRevision, Edition
from luyue.core.calendar import load_day_table
from luyue.core.regulation.diff import SAME, compare

Said = Callable[[User], tuple[str, str]]
SHOWN = 12  # clauses or days named; the page shows the rest
_CHANGE = {"added": "新增", "changed": "修改", "removed": "删除"}
_DAY = {"workday": "工作日", "makeup_workday": "调休上班", "rest_day": "休息日", "public_holiday": "法定节假日"}


def of_adoption(edition: Edition, ends_at: datetime | None) -> Said:
    title, first_day = f"《{edition.label}》", said_day(edition.in_force_from)
    starts = f"自{first_day}起施行" if edition.in_force_from > timezone.localdate(edition.adopted_at) else "已经施行"
    before = previous_edition(edition)
    adopted = f"{title}{edition.edition} 版已由{edition.adopted_by}和{edition.second_by}两人通过，{starts}。"
    changed = _listed("与上一版相比：", changes(before, edition)) if before else "这是第一版，请通读全文。"
    asked = f"请在{said_end(ends_at)}前阅读并确认；届时没有确认的，不能继续办理工单。" if ends_at else "请先阅读并确认，再办理工单。"
    link = f"阅读和确认：{settings.LUYUE_BASE_URL}/acknowledge"
    subject = f"{title}{'新版' if before else ''}已通过，{starts}"
    return lambda user: (subject, "\n\n".join((f"{user}：", adopted, changed, asked, link)))


def of_reminder(edition: Edition, ends_at: datetime) -> Said:
    title = f"《{edition.label}》"
    subject = f"请在{said_end(ends_at)}前确认{title}"
    waits = f"您还没有确认{title}{edition.edition} 版。{said_end(ends_at)}以后仍未确认的，不能继续办理工单。"
    link = f"阅读和确认：{settings.LUYUE_BASE_URL}/acknowledge"
    return lambda user: (subject, "\n\n".join((f"{user}：", waits, link)))


def of_calendar(revision: CalendarRevision, before: CalendarRevision) -> Said:
    table = load_day_table(revision.source)
    found = day_changes(load_day_table(before.source), table)
    days = [f"{said_day(on)}：{_DAY.get(old, old)}改为{_DAY.get(new, new)}{f'（{feast}）' if feast else ''}" for on, old, new, feast in found]
    subject = f"工作日历有修订，自{said_day(timezone.localdate(revision.adopted_at))}起采用"
    head = f"工作日历的修订已由两人通过，自{said_day(timezone.localdate(revision.adopted_at))}起采用。"
    changed = _listed("有变动的日子：", days) if days else "各日的性质没有变动。"
    rest = "办理中的工单按新日历重新计算时限；已经告诉客户的日期不会推迟。日历无须确认。"
    link = f"查看：{settings.LUYUE_BASE_URL}/editions"
    return lambda user: (subject, "\n\n".join((f"{user}：", head, changed, rest, link)))


def changes(before: Edition, after: Edition) -> list[str]:
    """第二十条 催办：修改; clause by clause, as the page of the edition shows it in full."""
    old, new = shelf.book_with(before), shelf.book_with(after)
    if old is None or new is None:
        return []
    return [f"{one.title}：{_CHANGE[one.kind]}" for one in compare(old, new, after.regulation) if one.kind != SAME]


def _listed(head: str, lines: Sequence[str]) -> str:
    more = [f"……另有 {len(lines) - SHOWN} 处，见网页"] if len(lines) > SHOWN else []
    return "\n".join([head, *(f"· {line}" for line in lines[:SHOWN]), *more]) if lines else "条文没有变动。"


def said_day(on: date) -> str:
    return f"{on.year}年{on.month}月{on.day}日"


def said_end(at: datetime) -> str:
    """11月26日 24:00 for the midnight after it, as the regulations count."""
    local = timezone.localtime(at)
    if local.time() == time():
        last = local - timedelta(seconds=1)  # not a promise: 0:00 is said as 24:00 of the day before
        return f"{last.month}月{last.day}日 24:00"
    return f"{local.month}月{local.day}日 {local.hour}:{local.minute:02}"
