"""Open cases go over to another rulebook: foretold for all of them, decided by two, then done case by case, each with an entry of its own.

An edition takes cases to what is in force when it is decided; a calendar takes each case to its own texts on the new calendar. Either way
what was counted until then stays counted, a verdict stays, and the date told to a customer never moves later.
"""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import OperationalError
from django.db.models import F
from django.utils import timezone

from luyue.apps.cases.models import Case
from luyue.apps.casework import rows
from luyue.apps.casework.doors import world_of
from luyue.apps.casework.foretelling import affected, calendars_with
from luyue.apps.casework.letters import said_instant
from luyue.apps.casework.perform import lock, not_before
from luyue.apps.casework.recording import MOVE, SETTLE, Act, record, record_move
from luyue.apps.clocks.promises import source_of
from luyue.apps.journal.actions import ORG, append
from luyue.apps.journal.failpoints import failpoint
from luyue.apps.journal.transaction import StoreBusy, write
from luyue.apps.people.models import User
from luyue.apps.people.selectors import is_management, works_here
from luyue.apps.regulation.models import CalendarRevision, Edition, Move
from luyue.apps.regulation.models import Rulebook as RulebookRow
from luyue.apps.regulation.selectors import Pinned, current_rulebook, editions_of, pin, pin_continued, rulebook_by_id
from luyue.core.calendar import CalendarError
from luyue.core.clockwork import utc
from luyue.core.procedure import Step, gone, rebase, settle, standing_of
from luyue.core.procedure.state import CaseState, ClockSet, Refused
from luyue.core.regulation.rulebook import Rulebook

log = logging.getLogger(__name__)

BATCH = 50

# Compiling takes a second, and thousands of cases go the same way.
_targets: dict[tuple, Rulebook] = {}


def ask(edition: Edition, by: User, *, only: str = Move.ALL, now: datetime | None = None) -> Move:
    """Ask that open cases on older editions go over to this one. raises Refused `in_force`, `moving`, `nothing`."""
    now = now or timezone.now()

    def work() -> Move:
        if edition.adopted_at is None or edition.in_force_from > timezone.localdate(now):
            raise Refused("in_force", f"这一版 {edition.in_force_from} 才施行，之后才能移入。", words_en="This edition is not in force yet.")
        if Move.objects.filter(cause=Move.EDITION, name=edition.regulation, state__in=(Move.ASKED, Move.RUNNING)).exists():
            raise Refused("moving", "已有一次移入在等复核或正在进行。", words_en="A move has been asked for or is under way already.")
        if not affected(Move.EDITION, edition.regulation, str(edition.edition)):
            raise Refused("nothing", "没有未结工单还在旧版上。", words_en="No open case runs under an older edition.")
        kinder = Move.KINDER if only == Move.KINDER else Move.ALL
        move = Move(cause=Move.EDITION, name=edition.regulation, text=str(edition.edition), only=kinder, state=Move.ASKED, asked_by=by, asked_at=now)
        move.save(force_insert=True)
        _journal("move.asked", "ask-move", move, by, now)
        return move

    return write(work)


def decide_move(move_id: int, second: User, now: datetime | None = None) -> Move:
    """A second person agrees; the worker begins. raises Refused `two_persons`, `management`, `state`."""
    now = utc(now or timezone.now())

    def work() -> Move:
        move = _asked(move_id)
        if second.pk == move.asked_by_id or not (works_here(second) and works_here(move.asked_by)):
            raise Refused(
                "two_persons", "移入要两个人：提出的人不能自己批准。", words_en="A move takes two persons: whoever asked for it cannot agree to it.",
                remedy="请另一位负责人看过预览再批准。",
            )  # fmt: skip
        if not (is_management(second) or is_management(move.asked_by)):
            raise Refused("management", "两人中须有一位管理层成员。", words_en="One of the two must belong to the management.", remedy="请管理层复核。")
        move.state, move.second, move.decided_at = Move.RUNNING, second, now
        move.save()
        _journal("move.decided", "decide-move", move, second, now)
        return move

    return write(work)


def withdraw_move(move_id: int, by: User, now: datetime | None = None) -> Move:
    """Not now; nothing has moved yet. raises Refused `state`."""
    now = now or timezone.now()

    def work() -> Move:
        move = _asked(move_id)
        move.state, move.done_at = Move.WITHDRAWN, now
        move.save()
        _journal("move.withdrawn", "withdraw-move", move, by, now)
        return move

    return write(work)


def run_due(now: datetime | None = None, at_most: int | None = None) -> int:
    """Move the next cases of every decided move; how many were looked at. Safe to stop anywhere and to run twice at once."""
    looked = 0
    for move in list(Move.objects.filter(state=Move.RUNNING).order_by("id")):
        books = [row.pk for row in affected(move.cause, move.name, move.text)]
        while (at_most is None or looked < at_most) and _next_case(move.pk, books, now or timezone.now()):
            looked += 1
    return looked


def _next_case(move_id: int, books: list[int], now: datetime) -> bool:
    """One case and the move's cursor in one transaction; False when another worker has the move, or it is done.

    A case that cannot be moved for a fault of ours stays where it is, and does not keep the others.
    """
    try:
        return write(lambda: _look_at_next(move_id, books, now))
    except (OperationalError, StoreBusy):
        raise
    except Exception:
        log.exception("moving.case-failed", extra={"move": move_id})
        return write(lambda: _look_at_next(move_id, books, now, pass_over=True))


def _look_at_next(move_id: int, books: list[int], now: datetime, *, pass_over: bool = False) -> bool:
    move = Move.objects.select_for_update(skip_locked=True, of=("self",)).filter(pk=move_id, state=Move.RUNNING).first()
    if move is None or move.decided_at is None:
        return False
    case_id = Case.objects.filter(is_open__in=[True], rulebook__in=books, pk__gt=move.cursor).order_by("pk").values_list("pk", flat=True).first()
    if case_id is None:
        Move.objects.filter(pk=move.pk).update(state=Move.DONE, done_at=now)
        effects = [{"moved": move.n_moved, "name": move.name, "stayed": move.n_stayed, "text": move.text}]
        append(ORG, name="move.done", action="finish-move", actor="system", at=now, entered_at=now, effects=effects)
        return False
    moved = False if pass_over else _move_case(case_id, move, now)
    Move.objects.filter(pk=move.pk).update(cursor=case_id, n_moved=F("n_moved") + int(moved), n_stayed=F("n_stayed") + int(not moved))
    failpoint("move.case")
    return True


def _move_case(case_id: int, move: Move, now: datetime) -> bool:
    """Settle what is owed under the old text, then go over; False when the case stays where it is."""
    case = lock(case_id)
    if case is None or not case.is_open:
        return False
    before = rulebook_by_id(case.rulebook_id)
    state = rows.load(case)
    at = not_before(state, utc(now))
    owed = settle(before, state, at, world_of(case))
    if owed.effects:
        _, state = record(case, before, state, owed, Act(SETTLE, "system", at, at), {})
    try:
        row, after = _target(RulebookRow.objects.get(pk=case.rulebook_id), move)
    except CalendarError:
        return False
    if after.digest == before.digest or gone(standing_of(state), after):
        return False
    step = rebase(before, state, at, after, world_of(case))
    if move.only == Move.KINDER and _is_harder(state, step):
        return False
    act = Act(MOVE, f"staff:{move.second_id}", at, at, f"move:{move.pk}:{case.pk}")
    record_move(case, before, (row.pk, after), state, step, act, {"text": _words(state, step, before, after)})
    return True


def _target(row: RulebookRow, move: Move) -> Pinned:
    """The rulebook that a case of this one goes over to; what was counted until the decision stays counted as it was."""
    assert move.decided_at is not None
    key = (row.digest, move.cause, move.text, move.decided_at)
    known = _targets.get(key)
    found = RulebookRow.objects.filter(digest=known.digest).first() if known else None
    if known is None or found is None:
        if move.cause == Move.CALENDAR:
            target = pin(editions_of(row), calendars_with(CalendarRevision.objects.get(digest=move.text)))
        else:
            target = current_rulebook(move.decided_at)
        found, known = pin_continued(row, target, utc(move.decided_at))
        _targets[key] = known
    return found, known


def _is_harder(state: CaseState, step: Step) -> bool:
    """Whether a deadline moves later: then the customer waits longer than under the old text."""
    turned = [(state.clocks[one.clock.key], one.clock) for one in step.effects if isinstance(one, ClockSet) and one.cause == "moved"]
    return any(new.due_at is None or (old.due_at is not None and new.due_at > old.due_at) for old, new in turned)


def _words(state: CaseState, step: Step, before: Rulebook, after: Rulebook) -> str:
    """What the entry says to people: which texts, and each deadline before and after."""
    old = {text.id: text.edition for text in before.regulations}
    texts = [f"{one.label.zh} {old[one.id]} → {one.edition}" for one in after.regulations if old.get(one.id, one.edition) != one.edition]
    lines = ["、".join(texts) or "工作日历有新的公布"]
    for effect in step.effects:
        if isinstance(effect, ClockSet) and effect.cause == "moved":
            clock, was = effect.clock, state.clocks[effect.clock.key]
            rule = source_of(after, clock.rule)
            due = said_instant(clock.due_at) if clock.due_at else "无期限"
            told = f"（告诉客户的仍是 {said_instant(clock.promised_at)}）" if clock.promised_at and clock.told_at != clock.due_at else ""
            lines.append(f"{rule.label.zh if rule else clock.rule}：{said_instant(was.due_at) if was.due_at else '无期限'} → {due}{told}")
    return "\n".join(lines)


def _asked(move_id: int) -> Move:
    move = Move.objects.select_for_update(of=("self",)).get(pk=move_id)
    if move.state != Move.ASKED:
        raise Refused("state", "这次移入已经处理过。", words_en=f"This move is {move.state}.")
    return move


def _journal(name: str, action: str, move: Move, by: User, now: datetime) -> None:
    effects = [{"cause": move.cause, "move": move.pk, "name": move.name, "only": move.only, "text": move.text}]
    append(ORG, name=name, action=action, actor=f"staff:{by.pk}", at=now, entered_at=now, effects=effects)
