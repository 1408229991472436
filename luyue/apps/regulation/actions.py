"""Adoption: the one act by which a text becomes binding. Two persons, a date that is not past, no errors and no holes."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone

from luyue.apps.journal.actions import ORG, append
from luyue.apps.journal.transaction import write
from luyue.apps.people.models import User
from luyue.apps.people.selectors import works_here
from luyue.apps.regulation import hearing
from luyue.apps.regulation.checking import blanks, line_of
from luyue.apps.regulation.models import Edition
from luyue.apps.regulation.selectors import CannotCompile, compiled, editions_in_force, newest_calendars, regulation_of
from luyue.core.procedure.state import Refused


def adopt(regulation: str, edition: date, by: User, second: User, now: datetime | None = None, *, draft_id: int | None = None) -> Edition:
    """Make an edition binding from the day its text names.

    draft_id  the draft it was put forward as; what the edition in force asks people to be heard about, they were heard about that.
    raises  Refused with code `unknown`, `adopted`, `two_persons`, `in_force_from`, `order`, `hearing`, `blank` or `compile`.
    """
    now = now or timezone.now()
    _refuse_persons(by, second)

    def work() -> Edition:
        row = Edition.objects.select_for_update().filter(regulation=regulation, edition=edition).first()
        if row is None:
            raise Refused(
                "unknown",
                f"没有制度 {regulation} 的 {edition} 版本。",
                words_en=f"There is no edition {edition} of {regulation}.",
                remedy="luyue adopt --list",
            )
        _refuse_edition(row, timezone.localdate(now))
        if Edition.objects.filter(regulation=regulation).exclude(adopted_at=None).exists():
            hearing.require(regulation, draft_id, now)
        _refuse_holes(row, timezone.localdate(now))
        row.adopted_at, row.adopted_by, row.second_by = now, _name(by), _name(second)
        row.save(update_fields=["adopted_at", "adopted_by", "second_by"])
        append(
            ORG,
            name="edition.adopted",
            action="adopt",
            actor=f"staff:{by.pk}",
            at=now,
            entered_at=now,
            effects=[
                {
                    "edition": str(row.edition),
                    "in_force_from": str(row.in_force_from),
                    "regulation": row.regulation,
                    "second": f"staff:{second.pk}",
                    "sha256": row.sha256,
                }
            ],
        )
        return row

    return write(work)


def _refuse_persons(by: User, second: User) -> None:
    if by.pk == second.pk:
        raise Refused(
            "two_persons",
            "采用制度需要两个人：提出人和复核人不能是同一人。",
            words_en="Adoption takes two persons: whoever proposes it cannot be the one who checks it.",
            remedy="请另一位同事复核。",
        )
    if not (works_here(by) and works_here(second)):
        raise Refused("two_persons", "提出人和复核人都须是在职员工。", words_en="Both persons must be active members of staff.")


def _refuse_edition(row: Edition, today: date) -> None:
    if row.adopted_at is not None:
        raise Refused(
            "adopted",
            f"{row.label}（{row.edition}）已由 {row.adopted_by} 和 {row.second_by} 采用。",
            words_en="This edition was adopted before.",
        )
    earlier = Edition.objects.filter(regulation=row.regulation).exclude(adopted_at=None)
    if not earlier.exists():
        return  # the text has been binding on people since its own date; it only now begins to run here, so nothing past changes
    if row.in_force_from <= today:
        line = line_of(row.source, "in_force_from")
        raise Refused(
            "in_force_from",
            f"第 {line} 行：实施日期 {row.in_force_from} 已到或已过，新版本不能倒签。",
            words_en=f"Line {line}: it would be in force from {row.in_force_from}, which is not in the future: editions are not back-dated.",
            remedy="在文首的 in_force_from 写一个今天以后的日期。",
        )
    if earlier.filter(edition__gte=row.edition).exists():
        raise Refused("order", "已采用的版本比这一版更新。", words_en="A later edition has been adopted already.")


def _refuse_holes(row: Edition, today: date) -> None:
    """The text alone must have no blank, and together with what is in force on its first day it must compile."""
    try:
        text = regulation_of(row.source, f"{row.regulation}/{row.edition}.md")
    except CannotCompile as error:
        raise _not_compiled(error) from error
    for rule in blanks(text):
        raise Refused(
            "blank",
            f"第 {rule.mark.line} 行（{rule.clause}）：“{rule.label.zh}”还没有写时限（blank）。",
            words_en=f"Line {rule.mark.line}: {rule.kind} {rule.id} in clause {rule.clause} is still blank.",
            rule=rule.id,
            clause=rule.clause,
            remedy="写上时限，或删去这条规则。",
        )
    others = [one for one in editions_in_force(max(row.in_force_from, today)) if one.regulation != row.regulation]
    missing = set(text.builds_on) | set(text.floors)
    if missing - {one.regulation for one in others} - {row.regulation}:
        names = "、".join(sorted(missing - {one.regulation for one in others}))
        raise Refused("compile", f"请先采用它所依据的制度：{names}。", words_en=f"Adopt what it builds on first: {names}.")
    try:
        compiled([*others, row], newest_calendars())
    except CannotCompile as error:
        raise _not_compiled(error) from error


def _not_compiled(error: CannotCompile) -> Refused:
    first = error.problems[0]
    return Refused(
        "compile",
        f"制度有 {len(error.problems)} 处错误，第一处：{first.path}:{first.line} {first.code} {first.what}",
        words_en=f"The text has {len(error.problems)} errors; the first: {first.path}:{first.line} {first.code} {first.what}",
        clause=first.clause or "",
        remedy=first.remedy,
    )


def _name(user: User) -> str:
    return user.name or user.username
