"""PL108, PL405: notices that reach nobody, and notices that call forth themselves or come without end."""

from __future__ import annotations

from collections.abc import Iterator

from luyue.core.regulation.book import Book
from luyue.core.regulation.field_world import world_of
from luyue.core.regulation.problems import Problem, Witness, Words
from luyue.core.regulation.rules import Form, Notice, OnFact, Procedure
from luyue.core.regulation.vocabulary import CHANNELS

# Channels that need an address, and the kinds of field that hold one. The others lead to where the customer already is.
_ADDRESS = {"email": "email", "sms": "phone", "phone": "phone"}
# Facts that may come any number of times in one case without anybody of the company wanting it. (Nudges are limited by the platform.)
_ENDLESS = frozenset({"contact.received", "contact.answered", "contact.logged", "item.ticked", "evidence.added", "clock.warned"})


def check(book: Book) -> Iterator[Problem]:
    if book.is_broken(Notice, Form, Procedure):
        return
    for notice in book.all(Notice).values():
        fact = notice.trigger.fact if isinstance(notice.trigger, OnFact) else ""
        if fact in ("notice.sent", "notice.failed") and notice.id in _named(notice):
            yield book.report("notice-of-itself", notice, "at", notice=notice.id, notice_zh=notice.label.zh, fact=fact)
        elif fact in _ENDLESS and "customer" in notice.recipients and notice.at_most is None and notice.sample is None:
            yield book.report("notice-without-end", notice, "at", notice=notice.id, notice_zh=notice.label.zh, fact=fact)
        yield from _addresses(book, notice, fact)


def _named(notice: Notice) -> tuple[str, ...]:
    """The notices whose sending sets it off: those its condition names, else all of them, itself among them."""
    wanted = notice.applies_to.of.get("notice")
    return wanted if isinstance(wanted, tuple) else (notice.id,)


def _addresses(book: Book, notice: Notice, fact: str) -> Iterator[Problem]:
    if "customer" not in notice.recipients or not set(notice.channels) <= set(_ADDRESS):
        return
    world = world_of(book)
    wanted = {_ADDRESS[channel] for channel in notice.channels}
    for procedure in world.procedures_of(notice.applies_to):
        asked = {one.kind for one in world.of(procedure).values()}
        known = wanted & asked or "account" in asked
        came = next((channel for channel in book.all(Procedure)[procedure].channels if _ADDRESS.get(channel) not in wanted), "")
        if not known and came:
            words: Words = {"notice": notice.id, "notice_zh": notice.label.zh, "channels": ", ".join(notice.channels), "kinds": " / ".join(sorted(wanted))}
            label = book.all(Procedure)[procedure].label.zh
            words |= {"came": came, "came_zh": CHANNELS[came].zh, "procedure": procedure, "procedure_zh": label}
            words["shown_by"] = Witness(procedure, (("channel", came),), fact)
            yield book.report("notice-without-address", notice, "channels", **words)
            return
