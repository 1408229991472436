"""From a draft to a text that binds: written and checked by one, adopted by a second. Each step is one entry of the company's stream.

Nothing with an error goes on. From the moment a text is put forward its bytes stay; sending it back opens them again.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import date, datetime

from django.utils import timezone

from luyue.apps.journal.actions import ORG, append
from luyue.apps.journal.transaction import write
from luyue.apps.people.models import User
from luyue.apps.people.selectors import is_management, works_here
from luyue.apps.regulation import hearing
from luyue.apps.regulation.actions import adopt
from luyue.apps.regulation.checking import Checked, CheckedCalendar, check_calendar, check_edition, texts_of
from luyue.apps.regulation.models import CalendarRevision, Draft, Edition, Move
from luyue.apps.regulation.shipped import keep_calendar
from luyue.core.clockwork import utc
from luyue.core.procedure.said import Said
from luyue.core.procedure.state import Invalid, Refused
from luyue.core.regulation import read_regulation

LONGEST = 1_000_000  # characters
_FRONT = re.compile(r"^(edition|in_force_from):.*$", re.MULTILINE)


def plain(text: str) -> str:
    """As it is kept: plain line ends, no byte order mark. raises Invalid for what cannot be a text."""
    words = re.sub(r"\r\n?", "\n", text.removeprefix("\ufeff"))
    if "\x00" in words:
        raise Invalid({"source": Said("文件不是文本，请上传 UTF-8 编码的文本文件", "Not a text; upload a text file in UTF-8")})
    if len(words) > LONGEST:
        raise Invalid({"source": Said(f"文本超过 {LONGEST} 字，请分成几部制度", f"Longer than {LONGEST} characters; make it several regulations")})
    return words


def begin(kind: str, by: User, *, source: str, based_on: str = "", name: str = "", now: datetime | None = None) -> Draft:
    """A new draft with this text."""
    now = now or timezone.now()
    words = plain(source)

    def work() -> Draft:
        row = Draft(kind=kind, source=words, based_on=based_on, author=by, edited_by=by, created_at=now, updated_at=now, name=name)
        _name(row)
        row.save(force_insert=True)
        _journal("draft.begun", "begin-draft", row, by, now)
        return row

    return write(work)


def save(draft_id: int, by: User, *, source: str, version: int, now: datetime | None = None) -> Draft:
    """Write the text of a draft. raises Refused `version` when somebody else has written meanwhile, `state` when it is no draft any more."""
    now = now or timezone.now()
    words = plain(source)

    def work() -> Draft:
        row = _locked(draft_id, Draft.DRAFT)
        if row.version != version:
            raise Refused(
                "version",
                f"{_person(row.edited_by)}刚改过这份草稿，没有覆盖。",
                words_en=f"{_person(row.edited_by)} has changed this draft meanwhile; nothing was overwritten.",
                remedy="您的文本还在下面，请对照新的文本再保存。",
            )
        if row.source == words:
            return row
        row.source, row.edited_by, row.updated_at, row.version = words, by, now, version + 1
        _name(row)
        row.save()
        _journal("draft.written", "write-draft", row, by, now)
        return row

    return write(work)


def propose(draft_id: int, by: User, *, version: int | None = None, seen: int = 0, now: datetime | None = None) -> Draft:
    """Put a text forward for adoption.

    seen    how many warnings he says he has seen; the entry names them under his name.
    raises  Refused `errors` with the first one and its line, `warnings`, `version`, `state`.
    """
    now = now or timezone.now()

    def work() -> Draft:
        row = _locked(draft_id, Draft.DRAFT)
        if version is not None and row.version != version:
            raise Refused("version", f"{_person(row.edited_by)}刚改过这份草稿，请先看新的文本。", words_en="The draft has been changed meanwhile.")
        warnings = _refuse_errors(row, timezone.localdate(now), seen)
        row.state, row.proposed_by, row.proposed_at, row.reason = Draft.PROPOSED, by, now, ""
        row.sha256 = hashlib.sha256(row.source.encode()).hexdigest()
        row.save()
        _journal("draft.proposed", "propose-draft", row, by, now, warnings=warnings)
        hearing.proposed(row, now)
        return row

    return write(work)


def send_back(draft_id: int, by: User, *, reason: str, now: datetime | None = None) -> Draft:
    """Back to its author, with a reason; the one who put it forward may take it back so too."""
    now = now or timezone.now()
    if not reason.strip():
        raise Invalid({"reason": Said("请写明退回的原因", "Say why it is sent back")})

    def work() -> Draft:
        row = _locked(draft_id, Draft.PROPOSED)
        row.state, row.reason, row.proposed_by, row.proposed_at, row.sha256 = Draft.DRAFT, reason.strip()[:500], None, None, ""
        row.save()
        _journal("draft.sent-back", "send-back-draft", row, by, now, body={"reason": reason.strip()})
        return row

    return write(work)


def discard(draft_id: int, by: User, now: datetime | None = None) -> Draft:
    """Put a draft aside for good; its text stays in the store."""
    now = now or timezone.now()

    def work() -> Draft:
        row = _locked(draft_id, Draft.DRAFT)
        row.state, row.settled_by, row.settled_at = Draft.DISCARDED, by, now
        row.save()
        _journal("draft.discarded", "discard-draft", row, by, now)
        hearing.discarded(row, now)
        return row

    return write(work)


def adopt_edition(draft_id: int, second: User, now: datetime | None = None, *, seen: int = 0) -> Edition:
    """The second person makes a regulation's text binding from the day it names; `seen` as in `propose`.

    raises  Refused `two_persons`, `management`, `errors`, `warnings`, and everything `actions.adopt` refuses.
    """
    now = now or timezone.now()

    def work() -> Edition:
        row = _locked(draft_id, Draft.PROPOSED)
        first = _two(row, second)
        warnings = _refuse_errors(row, timezone.localdate(now), seen)
        text = read_regulation(row.source, "").regulation
        assert text is not None
        # A text that came with the product and was never adopted gives way to what two people have agreed on.
        Edition.objects.filter(regulation=text.id, edition=text.edition, adopted_at=None).delete()
        Edition.objects.create(
            regulation=text.id, edition=text.edition, label=text.label.zh, sha256=text.sha256, source=row.source, in_force_from=text.in_force_from
        )
        edition = adopt(text.id, text.edition, first, second, now, draft_id=row.pk)
        if warnings:
            _journal("draft.warnings-seen", "adopt-draft", row, second, now, warnings=warnings)
        _settle(row, second, now)
        return edition

    return write(work)


def adopt_calendar(draft_id: int, second: User, now: datetime | None = None) -> tuple[CalendarRevision, Move]:
    """The second person makes a calendar's text binding at once; open cases go over to it by a move that both have agreed on.

    raises  Refused `two_persons`, `management`, `errors`.
    """
    now = utc(now or timezone.now())

    def work() -> tuple[CalendarRevision, Move]:
        row = _locked(draft_id, Draft.PROPOSED)
        first = _two(row, second)
        _refuse_errors(row, timezone.localdate(now))
        revision = keep_calendar(row.name, row.source, now)
        if revision is None:
            raise Refused("adopted", "这份日历以前采用过，请在文首加一行注释说明为何恢复。", words_en="These very bytes were adopted before.")
        effects = [{"calendar": row.name, "digest": revision.digest, "second": f"staff:{second.pk}"}]
        append(ORG, name="calendar.adopted", action="adopt-calendar", actor=f"staff:{first.pk}", at=now, entered_at=now, effects=effects)
        Move.objects.filter(cause=Move.CALENDAR, name=row.name, state=Move.RUNNING).update(state=Move.DONE, done_at=now)
        move = Move.objects.create(
            cause=Move.CALENDAR, name=row.name, text=revision.digest, state=Move.RUNNING, asked_by=first, asked_at=row.proposed_at, second=second,
            decided_at=now,
        )  # fmt: skip
        _settle(row, second, now)
        return revision, move

    return write(work)


def next_text(source: str, on: date) -> str:
    """A text to begin the next edition from: the old one, dated `on`, so that nothing is back-dated by oversight."""
    head, mark, rest = source.partition("\n---")
    return _FRONT.sub(lambda found: f"{found[1]}: {on}", head) + mark + rest


def check(row: Draft, today: date) -> Checked | CheckedCalendar:
    return check_calendar(row.source, row.name, today) if row.kind == Draft.CALENDAR else check_edition(row.source, today)


def _refuse_errors(row: Draft, today: date, seen: int = 0) -> list[list[object]]:
    """[code, line] of every warning, which he must have said that he has seen."""
    checked = check(row, today)
    if checked.errors:
        first = checked.errors[0]
        raise Refused(
            "errors",
            f"有 {len(checked.errors)} 处错误，第一处：{texts_of(checked.errors)}。",
            words_en=f"{len(checked.errors)} errors; the first: line {first.line} {first.code} {first.what}.",
            clause=first.clause,
            remedy=first.remedy_zh or first.remedy,
        )
    if checked.warnings and len(checked.warnings) != seen:
        raise Refused(
            "warnings", f"有 {len(checked.warnings)} 处提醒，须确认看过才能继续，第一处：{texts_of(checked.warnings)}。",
            words_en=f"{len(checked.warnings)} warnings have to be acknowledged by name first.", remedy="看过每处提醒后，勾选“已看过提醒”。",
        )  # fmt: skip
    return [[one.code, one.line] for one in checked.warnings]


def _two(row: Draft, second: User) -> User:
    """The first of the two who adopt. The second has neither written nor put forward the text, and one of them is of the management."""
    first = row.proposed_by
    assert first is not None
    if second.pk in (first.pk, row.author_id, row.edited_by_id):
        raise Refused(
            "two_persons",
            "采用制度需要两个人：起草或提交的人不能自己批准。",
            words_en="Adoption takes two persons: whoever wrote it or put it forward cannot approve it.",
            remedy="请另一位负责人复核并采用。",
        )
    if not (works_here(first) and works_here(second)):
        raise Refused("two_persons", "提出人和复核人都须是在职员工。", words_en="Both persons must be active members of staff.")
    if not (is_management(first) or is_management(second)):
        raise Refused(
            "management", "两人中须有一位管理层成员。", words_en="One of the two must belong to the management.", remedy="请管理层复核。"
        )  # fmt: skip
    return first


def _locked(draft_id: int, state: str) -> Draft:
    row = Draft.objects.select_for_update(of=("self",)).select_related("author", "edited_by", "proposed_by").get(pk=draft_id)
    if row.state != state:
        words = {Draft.DRAFT: "还是草稿", Draft.PROPOSED: "已提交，等第二人采用", Draft.ADOPTED: "已采用", Draft.DISCARDED: "已作废"}
        raise Refused("state", f"这份文本{words[row.state]}，不能这样做。", words_en=f"This text is {row.state}.")
    return row


def _settle(row: Draft, by: User, now: datetime) -> None:
    row.state, row.settled_by, row.settled_at = Draft.ADOPTED, by, now
    row.save()


def _name(row: Draft) -> None:
    """What the text says it is, for lists."""
    if row.kind == Draft.EDITION:
        text = read_regulation(row.source, "").draft.regulation
        row.name, row.label = text.id[:80], text.label.zh[:120]
    else:
        said = re.search(r"^calendar:\s*(\S+)\s*$", row.source, re.MULTILINE)
        label = re.search(r"^label:\s*(.+?)\s*$", row.source, re.MULTILINE)
        row.name = said[1][:80] if said else row.name
        row.label = label[1][:120] if label else row.name


def _journal(
    name: str, action: str, row: Draft, by: User, now: datetime, body: Mapping[str, object] | None = None, warnings: list[list[object]] | None = None
) -> None:  # fmt: skip
    digest = hashlib.sha256(row.source.encode()).hexdigest()
    effects = [{"draft": row.pk, "kind": row.kind, "name": row.name, "sha256": digest, **({"warnings": warnings} if warnings else {})}]
    append(ORG, name=name, action=action, actor=f"staff:{by.pk}", at=now, entered_at=now, effects=effects, body=body)


def _person(user: User) -> str:
    return user.name or user.username
