"""案卷: the switch between the two audiences, and the frozen versions with what can be taken."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from luyue.apps.cases.models import Case
from luyue.apps.evidence.casefiles import versions_of
from luyue.apps.evidence.models import CaseFile, CaseFilePart
from luyue.apps.ui.paths import reverse
from luyue.apps.ui.wording import moment
from luyue.apps.ui.wording import said as _
from luyue.apps.workspace.present_talk import size


def audience_words(audience: str) -> str:
    return _("对外版") if audience == CaseFilePart.OUTWARD else _("内部版")


def audiences(number: str, chosen: str) -> list[dict[str, Any]]:
    path = reverse("workspace:archive", args=[number])
    return [{"label": audience_words(one), "href": f"{path}?for={one}", "current": one == chosen} for one in (CaseFilePart.INSIDE, CaseFilePart.OUTWARD)]


def versions(case: Case, now: datetime) -> list[dict[str, Any]]:
    return [_version(file, now) for file in versions_of(case)]


def _version(file: CaseFile, now: datetime) -> dict[str, Any]:
    state, words = "kept", _("%(at)s 封存") % {"at": moment(file.made_at, now)} if file.made_at else ""
    if file.made_at is None:
        state, words = ("missed", _("没有做成，会再试：%(error)s") % {"error": file.error}) if file.error else ("running", _("正在制作，约一分钟"))
    parts = sorted(file.parts.all(), key=lambda part: (part.audience, part.form != CaseFilePart.PDF))
    return {
        "title": _("第 %(n)s 版") % {"n": file.version},
        "state": state,
        "words": words,
        "reason": file.reason,
        "parts": [
            {
                "href": reverse("evidence:file", args=[part.attachment_id]),
                "label": f"{audience_words(part.audience)} {_('网页') if part.form == CaseFilePart.PAGE else 'PDF'}",
                "meta": size(part.attachment.size),
                "sha256": part.attachment.sha256,
            }
            for part in parts
        ],
    }
