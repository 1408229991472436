"""来信: mails that wait for people. Whose is one about his cases that nobody can vouch for; and is one that opened no case a matter at all."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy

from luyue.apps.cases.requests import staff_reader
from luyue.apps.casework.perform import Invalid, NotFound, Refused
from luyue.apps.mailroom import actions
from luyue.apps.mailroom.selectors import set_aside, shown, to_check
from luyue.apps.ui.wording import said as _
from luyue.apps.workspace import present_mails, refusing, shell

MOST = 50
_DONE = {"confirm": gettext_lazy("已作为客户的答复记入工单。"), "disown": gettext_lazy("已记下：不是客户所写。"), "drop": gettext_lazy("已移出列表。")}
_DO = {"confirm": actions.confirm, "disown": actions.disown, "admit": actions.admit, "drop": actions.drop}


def mails(request: HttpRequest) -> HttpResponse:
    reader, now = staff_reader(request), timezone.now()
    context = {
        "to_check": [present_mails.row(one, now) for one in shown(to_check(reader)[:MOST])],
        "aside": [present_mails.row(one, now) for one in shown(set_aside(reader, now)[:MOST])],
        "is_received": present_mails.is_received(),
    }
    return render(request, "workspace/mails.html", shell.page(reader, now, "mails", **context))


def decide(request: HttpRequest, mail_id: UUID, decision: str) -> HttpResponse:
    """POST one decision; a refusal is said on the list."""
    reader, now = staff_reader(request), timezone.now()
    if decision not in _DO:
        raise Http404
    try:
        result = _DO[decision](mail_id, reader, now)
    except NotFound:
        raise Http404 from None
    except Refused as refused:
        messages.error(request, refusing.said(refused))
        return redirect("workspace:mails")
    except Invalid as invalid:
        messages.error(request, "；".join(map(str, invalid.say(shell.language()).values())))
        return redirect("workspace:mails")
    if decision == "admit":
        messages.info(request, _("已转入工单 %(number)s。") % {"number": result.number})
        return redirect("workspace:case", result.number)
    messages.info(request, _DONE[decision])
    return redirect("workspace:mails")
