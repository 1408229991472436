"""Write an entry; erase the words of one. Both belong inside a `transaction.write`."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from luyue.apps.journal import chain
from luyue.apps.journal.models import Entry, EntryBody
from luyue.apps.journal.statements import insert, insert_one
from luyue.apps.journal.transaction import lock_name

ORG = "org"


@dataclass(frozen=True, slots=True)
class Content:
    """What an entry says, as it is stored: effects and body in canonical JSON, the body's salt, and the digest of body and salt."""

    effects: str
    body: str
    salt: str
    digest: str

    def led_by(self, effect: Mapping[str, object]) -> Content:
        """With one effect more, before the others."""
        others = self.effects[1:-1]
        return replace(self, effects=f"[{chain.canonical(effect)}{',' if others else ''}{others}]")


def content_of(effects: Sequence[Mapping[str, object]], body: Mapping[str, object] | None = None) -> Content:
    """effects: what changed, as results; words and personal data go into `body`. It can be made before the store is held."""
    salt, words = os.urandom(16).hex(), chain.canonical(dict(body or {}))
    return Content(chain.canonical(list(effects)), words, salt, chain.body_digest(salt, words))


def append(
    stream: str,
    *,
    name: str,
    action: str,
    actor: str,
    at: datetime,
    entered_at: datetime,
    effects: Sequence[Mapping[str, object]] = (),
    body: Mapping[str, object] | None = None,
    content: Content | None = None,
    once: str | None = None,
    head: tuple[int, str] | None = None,
) -> Entry:
    """Add the next entry of a stream, chained to the one before.

    content  of effects and body, when it was made beforehand.
    head     (seq, hash) of the last entry when the caller holds the row that knows it; else it is read, under a lock of its own.
    raises   IntegrityError when `once` was used before.
    """
    content = content or content_of(effects, body)
    seq, prev = head if head is not None else last_of(stream)
    header = chain.header(
        stream=stream, seq=seq + 1, name=name, action=action, actor=actor, at=chain.instant(at),
        entered_at=chain.instant(entered_at), effects=content.effects, once=once,
    )  # fmt: skip
    entry = Entry(
        stream=stream, seq=seq + 1, name=name, action=action, actor=actor, at=at, entered_at=entered_at, effects=content.effects,
        once=once, body_digest=content.digest, prev=prev, hash=chain.entry_hash(prev, header, content.digest),
    )  # fmt: skip
    entry.pk = insert_one(Entry, vars(entry))
    entry._state.adding = False
    insert(EntryBody, [{"entry_id": entry.pk, "salt": content.salt, "body": content.body}])
    return entry


def last_of(stream: str) -> tuple[int, str]:
    """(seq, hash) of the last entry, locked against a second writer until the transaction ends."""
    lock_name(f"journal:{stream}")
    return Entry.objects.filter(stream=stream).order_by("-seq").values_list("seq", "hash").first() or (0, chain.START)


def erase_body(entry: Entry, at: datetime) -> bool:
    """Take away an entry's words and their salt; False when that was done before. The caller journals who asked and why."""
    return EntryBody.objects.filter(entry=entry, erased_at=None).update(body="", salt="", erased_at=at) == 1
