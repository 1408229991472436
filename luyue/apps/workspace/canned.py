"""Texts for the composer with variables in braces, filled from the case: one's own, a team's, the company's."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from luyue.apps.cases.readers import Staff
from luyue.apps.casework import letters
from luyue.apps.casework.selectors import CasePage
from luyue.apps.people.selectors import is_lead, is_management, led_teams_of
from luyue.apps.ui.wording import said as _
from luyue.apps.workspace.models import CannedText
from luyue.core.procedure.state import Invalid
from luyue.core.regulation.rulebook import Rulebook

OWN, COMPANY = "", "company"
_LONGEST = 4000


@dataclass(frozen=True, slots=True)
class Filled:
    """`missing` names the variables this case has no value for: then the text is not to be sent as it is."""

    name: str
    text: str
    missing: tuple[str, ...]


def texts_for(reader: Staff) -> list[CannedText]:
    """His own, his teams', the company's."""
    found = CannedText.objects.filter(Q(owner=reader.user, team="", is_company=False) | Q(team__in=sorted(reader.teams - {""})) | Q(is_company=True))
    return sorted(found, key=lambda one: (one.is_company, one.team, one.name))


def filled_for(reader: Staff, page: CasePage) -> list[Filled]:
    built = []
    for one in texts_for(reader):
        text, missing = letters.filled(one.text, page.case, page.state, page.book)
        built.append(Filled(one.name, text, missing))
    return built


def scopes_of(reader: Staff) -> list[str]:
    """For whom he may write texts: himself, the teams he leads, and as management everybody."""
    return [OWN, *sorted(led_teams_of(reader.user)), *([COMPANY] if is_management(reader.user) or is_lead(reader.user) else [])]


def save(reader: Staff, name: str, text: str, scope: str, book: Rulebook) -> CannedText:
    """raises Invalid under `name`, `text` or `scope`; an unknown variable is named, with those there are."""
    name, text = name.strip(), text.strip()
    errors = {}
    if not name or len(name) > 40:
        errors["name"] = _("请起一个名字，最多 40 个字")
    if not text or len(text) > _LONGEST:
        errors["text"] = _("请写下内容，最多 %(n)s 个字") % {"n": _LONGEST}
    unknown = letters.unknown_variables(text, book)
    if unknown:
        known = "、".join(f"{{{one}}}" for one in letters.VARIABLES)
        errors["text"] = _("没有变量 %(bad)s。可以用：%(known)s，以及登记表中的字段名") % {"bad": "、".join(f"{{{one}}}" for one in unknown), "known": known}
    if scope not in scopes_of(reader):
        errors["scope"] = _("团队的由主管写，公司的由主管或管理层写")
    if errors:
        raise Invalid(errors)
    is_company = scope == COMPANY
    return CannedText.objects.create(owner=reader.user, team="" if is_company else scope, is_company=is_company, name=name, text=text)


def drop(reader: Staff, text_id: int) -> bool:
    one = next((text for text in texts_for(reader) if text.pk == text_id), None)
    if one is None or not may_drop(one, reader):
        return False
    one.delete()
    return True


def may_drop(one: CannedText, reader: Staff) -> bool:
    if one.is_company or one.team:
        return (COMPANY if one.is_company else one.team) in scopes_of(reader)
    return one.owner_id == reader.user.pk
