"""Colleagues named with @ in a note: who of them may see the case and so hears of it, and who may not."""

from __future__ import annotations

from collections.abc import Mapping

from luyue.apps.cases.models import Case
from luyue.apps.workspace.selectors import colleagues, colleagues_on


def of(data: Mapping[str, object], case: Case) -> tuple[dict[str, str], list[str]]:
    """({"mentions": actors} for the act, names of those who see nothing of it). Longer names first: @王一 is not named by @王一鸣."""
    text = str(data.get("text") or "")
    if "@" not in text:
        return {}, []
    seeing, actors, unseen = dict(colleagues_on(case)), [], []
    for actor, name in sorted(colleagues(), key=lambda one: -len(one[1])):
        if f"@{name}" not in text:
            continue
        text = text.replace(f"@{name}", "")
        if actor in seeing:
            actors.append(actor)
        else:
            unseen.append(name)
    return ({"mentions": " ".join(actors)} if actors else {}), unseen
