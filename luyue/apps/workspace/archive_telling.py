"""How a case file speaks: who is named and how, and what of a text is shown to whom."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from luyue.apps.casework.selectors import CasePage
from luyue.apps.casework.timeline import is_inside
from luyue.apps.customers.sealed import masked_email
from luyue.apps.evidence.models import CaseFilePart
from luyue.apps.people.models import Membership
from luyue.apps.ui.wording import local, masked_phone
from luyue.apps.ui.wording import said as _
from luyue.apps.workspace import present_talk
from luyue.core.regulation.rules import Team

_PHONE = re.compile(r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_IDENTITY = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")


@dataclass(frozen=True, slots=True)
class Telling:
    """A case as one audience may read it: `page` holds only what it may see, `names` how everybody is called there."""

    page: CasePage
    audience: str
    names: Mapping[str, str]
    language: str

    @property
    def outward(self) -> bool:
        return self.audience == CaseFilePart.OUTWARD

    def say(self, text: str) -> str:
        """Words somebody wrote: outside the house without phones, mail addresses and identity numbers."""
        return masked_words(text) if self.outward else text

    def who(self, actor: str) -> str:
        return self.names.get(actor) or (_("系统") if actor == "system" else _("客户") if actor.startswith(("customer", "link")) else actor)


def telling(page: CasePage, audience: str, language: str) -> Telling:
    """`page` must be the System's or a member of staff's: whoever asks decides for whom the file is.

    Outside the house go neither notes and acts among colleagues nor the files of notes, and staff are named by team and number.
    """
    names = dict(present_talk.people(page))
    if audience == CaseFilePart.OUTWARD:
        names |= _functions({actor for actor in names if actor.startswith("staff:")}, page, language)
        kept = {one.pk for row in page.timeline if row.kind != "note" for one in row.attachments}
        shown = tuple(replace(row, who=names.get(row.actor, row.who)) for row in page.timeline if not is_inside(row))
        page = replace(page, timeline=shown, attachments=tuple(one for one in page.attachments if one.pk in kept))
    return Telling(page, audience, names, language)


def masked_words(text: str) -> str:
    """The text with phones, mail addresses and identity numbers masked, so that their owner still knows them."""
    text = _IDENTITY.sub(lambda found: f"{found[0][:4]}**********{found[0][-4:]}", text)
    text = _MAIL.sub(lambda found: masked_email(found[0]), text)
    return _PHONE.sub(lambda found: masked_phone(found[0]), text)


def when(at: datetime | None) -> str:
    """2026-03-06 10:30 on the company's wall; a file is read years later, so the year always stands there."""
    return f"{local(at):%Y-%m-%d %H:%M}" if at else ""


def _functions(actors: set[str], page: CasePage, language: str) -> dict[str, str]:
    """Staff as the outside knows them: team and number, not the name."""
    ids = {int(actor[6:]): actor for actor in actors if actor[6:].isdecimal()}
    teams = page.book.all(Team)
    found = {actor: _("工号 %(n)s") % {"n": number} for number, actor in ids.items()}
    for user_id, team in Membership.objects.filter(user_id__in=list(ids)).order_by("-pk").values_list("user_id", "team"):
        if team in teams:
            found[ids[user_id]] = _("%(team)s 工号 %(n)s") % {"team": teams[team].label.say(language), "n": user_id}
    return found
