"""How the installation is: what must be true for promises to be kept, each with its number and its verdict."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import Count, Min
from django.utils import timezone
from django.utils.translation import gettext as _

from luyue.apps.clocks.models import Timer
from luyue.apps.contacts.models import Outbox
from luyue.apps.evidence import store
from luyue.apps.evidence.models import Attachment
from luyue.apps.journal.models import Anchor, Entry
from luyue.apps.mailroom.selectors import unreadable, watch
from luyue.apps.mailroom.selectors import waiting as waiting_mails

OK, WARNING, FAILED = "ok", "warning", "failed"
GB = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Check:
    id: str
    label: str
    state: str
    words: str
    remedy: str = ""


def checks(now: datetime | None = None) -> list[Check]:
    """Every check, in the order people read them. One that cannot be made has failed; the others are still made."""
    now = now or timezone.now()
    made: list[tuple[str, str, Callable[[datetime], Check]]] = [
        ("store", _("数据库"), _store),
        ("timers", _("到点提醒"), _timers),
        ("outbox", _("待发消息"), _outbox),
        ("dead", _("发不出的消息"), _dead),
        ("mail-out", _("寄信"), _mail_out),
        ("mail-in", _("收信"), _mail_in),
        ("journal", _("流水"), _journal),
        ("files", _("附件"), _files),
        ("disk", _("磁盘"), _disk),
    ]
    return [_made(id, label, make, now) for id, label, make in made]


def worst(found: list[Check]) -> str:
    states = {check.state for check in found}
    return FAILED if FAILED in states else WARNING if WARNING in states else OK


def answers() -> bool:
    """Whether the store can be asked; all that a proxy wants to know."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return cursor.fetchone() == (1,)
    except DatabaseError:
        return False


def _made(id: str, label: str, make: Callable[[datetime], Check], now: datetime) -> Check:
    try:
        return make(now)
    except (DatabaseError, OSError) as error:
        return Check(id, label, FAILED, _("查不到：%(error)s") % {"error": type(error).__name__})


def _verdict(late: timedelta, warn: timedelta, fail: timedelta) -> str:
    return FAILED if late > fail else WARNING if late > warn else OK


def _store(now: datetime) -> Check:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_database_size(current_database()), current_setting('server_version')")
            size, version = cursor.fetchone()
        else:
            cursor.execute("SELECT page_count * page_size, sqlite_version() FROM pragma_page_count(), pragma_page_size()")
            size, version = cursor.fetchone()
    words = _("%(name)s %(version)s，%(size).1f MB") % {"name": connection.display_name, "version": version, "size": size / 1_000_000}
    return Check("store", _("数据库"), OK, words)


def _timers(now: datetime) -> Check:
    late = Timer.objects.filter(due_at__lte=now).aggregate(oldest=Min("due_at"), n=Count("pk"))
    behind = now - late["oldest"] if late["oldest"] else timedelta(0)
    state = _verdict(behind, timedelta(minutes=1), timedelta(minutes=10))
    if state == OK:
        return Check("timers", _("到点提醒"), OK, _("没有积压"))
    words = _("%(n)d 个到点未处理，最久 %(minutes)d 分钟") % {"n": late["n"], "minutes": behind.total_seconds() // 60}
    return Check("timers", _("到点提醒"), state, words, _("判定不受影响，提醒会补发。请检查后台进程：luyue serve --with-worker 或 luyue worker。"))


def _outbox(now: datetime) -> Check:
    waiting = Outbox.objects.filter(done_at=None, dead_at=None, due_at__lte=now).aggregate(oldest=Min("due_at"), n=Count("pk"))
    behind = now - waiting["oldest"] if waiting["oldest"] else timedelta(0)
    state = _verdict(behind, timedelta(minutes=10), timedelta(hours=1))
    words = _("%(n)d 条等待发送，最久 %(minutes)d 分钟") % {"n": waiting["n"], "minutes": behind.total_seconds() // 60}
    if not waiting["n"]:
        words = _("没有积压")
    return Check("outbox", _("待发消息"), state, words, _("请检查邮件服务器和后台进程。") if state != OK else "")


def _dead(now: datetime) -> Check:
    count = Outbox.objects.exclude(dead_at=None).count()
    words = _("%(n)d 条试过多次仍发不出") % {"n": count} if count else _("没有")
    return Check("dead", _("发不出的消息"), WARNING if count else OK, words, _("逐条查看原因，改正后重发。") if count else "")


def _mail_out(now: datetime) -> Check:
    """Where letters go, and whether the last one that was due got there."""
    failing = Outbox.objects.filter(kind="mail", done_at=None, dead_at=None, attempts__gt=2).order_by("-attempts").first()
    words = _("经 %(host)s:%(port)d 寄出") % {"host": settings.EMAIL_HOST, "port": settings.EMAIL_PORT} if settings.EMAIL_HOST else ""
    if not words:
        return Check("mail-out", _("寄信"), OK, _("没有设置邮件服务器，信件存放在安装目录的 letters 文件夹"))
    if failing is None:
        return Check("mail-out", _("寄信"), OK, words)
    return Check("mail-out", _("寄信"), WARNING, f"{words}；{failing.error}", _("会继续重试。请检查 LUYUE_SMTP_URL 和邮件服务器。"))


def _mail_in(now: datetime) -> Check:
    if settings.LUYUE_MAILBOX is None:
        return Check("mail-in", _("收信"), OK, _("没有设置收信邮箱，来信不会立案"))
    seen, dead, waiting = watch(), unreadable().count(), waiting_mails().filter(due_at__lte=now - timedelta(minutes=10)).count()
    if seen is None or seen.ok_at is None:
        error = seen.error if seen else _("后台进程还没有看过邮箱")
        return Check("mail-in", _("收信"), FAILED, error, _("请检查 LUYUE_IMAP_URL、邮件服务器和后台进程。"))
    state = _verdict(now - seen.ok_at, timedelta(minutes=5), timedelta(minutes=30))
    words = _("%(at)s 收取正常") % {"at": timezone.localtime(seen.ok_at).strftime("%m-%d %H:%M")}
    words += f"；{seen.error}" if seen.error else ""
    if state != OK:
        return Check("mail-in", _("收信"), state, words, _("来信仍在邮件服务器上，不会丢失。请检查 LUYUE_IMAP_URL、邮件服务器和后台进程。"))
    if dead or waiting:
        words += "；" + _("%(dead)d 封读不出，%(waiting)d 封积压") % {"dead": dead, "waiting": waiting}
        return Check("mail-in", _("收信"), WARNING, words, _("在“发不出的消息”页查看原因，排除后重试。"))
    return Check("mail-in", _("收信"), OK, words)


def _journal(now: datetime) -> Check:
    last = Entry.objects.order_by("-id").only("id", "entered_at").first()
    anchor = Anchor.objects.order_by("-id").first()
    if last is None:
        return Check("journal", _("流水"), OK, _("还没有记录"))
    anchored = timezone.localtime(anchor.at).strftime("%m-%d %H:%M") if anchor else _("无")
    words = _("第 %(id)d 条，%(at)s；最近锚点 %(anchor)s") % {
        "id": last.pk, "at": timezone.localtime(last.entered_at).strftime("%m-%d %H:%M"), "anchor": anchored,
    }  # fmt: skip
    unanchored = last.entered_at - anchor.at if anchor else now - last.entered_at
    stale = unanchored > timedelta(0) and now - (anchor.at if anchor else last.entered_at) > timedelta(hours=2)
    return Check("journal", _("流水"), WARNING if stale else OK, words, _("每小时应有一个锚点。请检查后台进程。") if stale else "")


def _files(now: datetime) -> Check:
    """The newest hundred files: there, and as long as they were."""
    newest = list(Attachment.objects.order_by("-uploaded_at")[:100])
    bad = [one for one in newest if _length(one) != one.size]
    total = Attachment.objects.count()
    if bad:
        words = _("%(bad)d 个文件缺失或长度不对（查了最近 %(n)d 个）") % {"bad": len(bad), "n": len(newest)}
        return Check("files", _("附件"), FAILED, words, _("请从备份恢复附件目录。工单文字不受影响。"))
    return Check("files", _("附件"), OK, _("%(n)d 个") % {"n": total})


def _length(attachment: Attachment) -> int:
    try:
        return store.path_of(attachment.pk).stat().st_size
    except FileNotFoundError:
        return -1


def _disk(now: datetime) -> Check:
    usage = shutil.disk_usage(settings.DATA)
    state = FAILED if usage.free < store.SPARE_BYTES else WARNING if usage.free < 4 * store.SPARE_BYTES else OK
    words = _("剩 %(free).1f GB，共 %(total).0f GB") % {"free": usage.free / GB, "total": usage.total / GB}
    return Check("disk", _("磁盘"), state, words, _("请清理或扩容；空间不足时不再接收附件。") if state != OK else "")
