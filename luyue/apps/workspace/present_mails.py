"""Mails that wait for people, in words."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings

from luyue.apps.mailroom.selectors import Shown
from luyue.apps.ui.paths import reverse
from luyue.apps.ui.wording import moment
from luyue.apps.ui.wording import said as _


def row(one: Shown, now: datetime) -> dict[str, Any]:
    mail = one.mail
    return {
        "id": mail.pk,
        "at": moment(mail.received_at, now),
        "who": one.who or _("寄件人不明"),
        "subject": one.subject or _("（无主题）"),
        "text": one.text,
        "why": _whys().get(mail.outcome, mail.outcome) if mail.state == "aside" else "",
        "said": mail.contact.text.partition("\n")[0].strip("〔〕") if mail.contact else "",
        "number": mail.case.number if mail.case else "",
        "href": reverse("workspace:case", args=[mail.case.number]) if mail.case else "",
    }


def _whys() -> dict[str, str]:
    """Why a mail opened no case."""
    return {
        "automatic": _("机器自动发出"),
        "bulk": _("群发邮件"),
        "loop": _("由本公司邮箱发出"),
        "nobody": _("没有唯一的寄件人"),
        "check": _("寄件地址没有通过核验"),
        "clash": _("与此前的一封来信编号相同、内容不同"),
        "rate": _("同一寄件人短时间内来信过多"),
        "old": _("两周以前的旧信"),
        "bounce": _("退信，但对不上我们寄出的信"),
        "procedure": _("现行制度不受理"),
    }


def is_received() -> bool:
    return settings.LUYUE_MAILBOX is not None
