"""Read the whole journal again and name every place where it is not what was written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from django.db import connection

from luyue.apps.journal import anchors, chain
from luyue.apps.journal.models import Anchor

_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault. `kind` is edited, unlinked, gap, tail, stream, body, erased, head, or anchor; `seq` 0 means the whole stream."""

    kind: str
    stream: str
    seq: int
    words: str

    def __str__(self) -> str:
        place = f"{self.stream}#{self.seq}" if self.seq else self.stream
        return f"{place}: {self.kind}: {self.words}"


@dataclass(slots=True)
class Verified:
    n_entries: int
    n_streams: int
    findings: list[Finding]
    heads: anchors.Heads
    at_seq: dict[tuple[str, int], str]  # hashes the anchors ask about


def verify(row_heads: Mapping[str, tuple[int, str]] | None = None) -> Verified:
    """Recompute every hash, compare heads with `row_heads` (stream -> (seq, hash) as the case rows say), then with the anchors.

    Finds: a changed entry or body, entries swapped or inserted, a gap, a cut tail and a deleted stream (by row or by anchor), a stream
    written anew, a changed anchor. Without anchors outside the database a whole stream removed with its row leaves no trace.
    """
    wanted, anchored, findings = _anchored()
    result = Verified(0, 0, findings, {}, {})
    _walk(result, wanted)
    if row_heads is not None:
        result.findings += _against_rows(result.heads, row_heads)
    result.findings += _against_anchors(result, anchored)
    return result


def _anchored() -> tuple[set[tuple[str, int]], anchors.Heads, list[Finding]]:
    try:
        heads = anchors.heads_in_files()
        findings = [*_anchor_rows(), *_anchor_roots()]
    except ValueError as error:
        return set(), {}, [Finding("anchor", "anchors", 0, str(error))]
    return {(stream, seq) for stream, (seq, _) in heads.items()}, heads, findings


def _anchor_rows() -> Iterator[Finding]:
    """The table must be one chain, and hold every line of the file but the last, which a crash may have kept out."""
    prev, known = chain.START, set()
    for number, (row_prev, digest) in enumerate(Anchor.objects.order_by("id").values_list("prev", "digest"), 1):
        if row_prev != prev:
            yield Finding("anchor", "anchors", number, "this row does not follow the one before it: a row was removed or changed.")
        known.add(digest)
        prev = digest
    lines = anchors.lines()
    for number, line in enumerate(lines, 1):
        if line.digest not in known and not (number == len(lines) and line.prev == prev):
            yield Finding("anchor", "anchors", number, f"the anchor of {line.at} is in the file but no longer in the database.")
    if not lines and known:
        yield Finding("anchor", "anchors", 0, f"the database has {len(known)} anchors, {anchors.folder()} has none.")


def _anchor_roots() -> Iterator[Finding]:
    """The root of the last line must be the root of the heads its files tell."""
    lines = anchors.lines()
    if lines and anchors.root_of(anchors.heads_in_files()) != lines[-1].root:
        yield Finding("anchor", "anchors", len(lines), f"the heads of {lines[-1].at} do not give the root written then.")


def _walk(result: Verified, wanted: set[tuple[str, int]]) -> None:
    """One pass over all entries with their bodies, stream by stream."""
    stream, expected, prev = "", 1, chain.START
    erased: list[tuple[str, int]] = []
    accounted: set[tuple[str, int]] = set()
    for row in _rows():
        found = _Row(*row)
        if found.stream != stream:
            stream, expected, prev = found.stream, 1, chain.START
            result.n_streams += 1
        result.n_entries += 1
        if found.seq != expected:
            last = found.seq - 1
            words = f"entry {expected} is missing." if last == expected else f"entries {expected} to {last} are missing."
            result.findings.append(Finding("gap", stream, found.seq, words))
        elif found.prev != prev:
            words = "it does not follow the entry before it: swapped, inserted or rewritten."
            result.findings.append(Finding("unlinked", stream, found.seq, words))
        if found.hash != _recomputed(found):
            words = "its content does not give its hash: it was changed after it was written."
            result.findings.append(Finding("edited", stream, found.seq, words))
        if found.body is None:
            result.findings.append(Finding("body", stream, found.seq, "its words are missing: they may be erased, never removed."))
        elif found.is_erased:
            erased.append((stream, found.seq))
        elif chain.body_digest(found.salt, found.body) != found.body_digest:
            result.findings.append(Finding("body", stream, found.seq, "its words were changed after they were written."))
        if found.name == "words.erased":
            accounted |= {(stream, int(effect["erased"])) for effect in chain.parse(found.effects) if "erased" in effect}
        if (stream, found.seq) in wanted:
            result.at_seq[stream, found.seq] = found.hash
        result.heads[stream] = (found.seq, found.hash)
        expected, prev = found.seq + 1, found.hash
    for place in erased:
        if place not in accounted:
            result.findings.append(Finding("erased", *place, "its words were erased, and no entry says who asked for it."))


class _Row(NamedTuple):
    stream: str
    seq: int
    name: str
    action: str
    actor: str
    at: str
    entered_at: str
    effects: str
    once: str | None
    body_digest: str
    prev: str
    hash: str
    salt: str
    body: str | None
    is_erased: bool


def _rows() -> Iterator[tuple]:
    """Entries and bodies as text, past Django: a year's journal is millions of them, and instants are only needed as text."""
    if connection.vendor == "sqlite":
        # Without a declared type nothing is converted; 2026-03-04 01:05:00 becomes what the chain has hashed.
        instants = [f"replace(CAST(e.{name} AS TEXT), ' ', 'T')" for name in ("at", "entered_at")]
        instants = [f"{one} || CASE WHEN length({one}) = 19 THEN '.000000Z' ELSE 'Z' END" for one in instants]
    else:
        form = """'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'"""
        instants = [f"to_char(e.{name} AT TIME ZONE 'UTC', {form})" for name in ("at", "entered_at")]
    # Stream names are plain ASCII: compared byte by byte, whatever the language of the store.
    order = "e.stream" if connection.vendor == "sqlite" else 'e.stream COLLATE "C"'
    statement = (
        f"SELECT e.stream, e.seq, e.name, e.action, e.actor, {instants[0]}, {instants[1]}, e.effects, e.once, e.body_digest, e.prev, e.hash,"
        " b.salt, b.body, b.erased_at IS NOT NULL FROM journal_entry e LEFT JOIN journal_entrybody b ON b.entry_id = e.id"
        f" ORDER BY {order}, e.seq"
    )
    with connection.chunked_cursor() as cursor:
        cursor.execute(statement)
        while rows := cursor.fetchmany(_AT_ONCE):
            yield from rows


def _recomputed(row: _Row) -> str:
    header = chain.header(
        stream=row.stream,
        seq=row.seq,
        name=row.name,
        action=row.action,
        actor=row.actor,
        at=row.at,
        entered_at=row.entered_at,
        effects=row.effects,
        once=row.once,
    )
    return chain.entry_hash(row.prev, header, row.body_digest)


def _against_rows(heads: anchors.Heads, row_heads: Mapping[str, tuple[int, str]]) -> Iterator[Finding]:
    for stream, (seq, digest) in row_heads.items():
        found_seq, found = heads.get(stream, (0, chain.START))
        if found_seq < seq:
            yield Finding("tail", stream, found_seq + 1, f"the case stands at entry {seq}, the journal ends at {found_seq}.")
        elif (found_seq, found) != (seq, digest):
            yield Finding("head", stream, found_seq, f"the case stands at entry {seq}, and not with this hash.")
    for stream in heads.keys() - row_heads.keys():
        if stream.startswith("case:"):
            yield Finding("head", stream, 0, "the journal tells of a case that has no row.")


def _against_anchors(result: Verified, anchored: anchors.Heads) -> Iterator[Finding]:
    for stream, (seq, digest) in anchored.items():
        if stream not in result.heads:
            yield Finding("stream", stream, 0, f"it had {seq} entries when it was anchored and is gone.")
        elif result.heads[stream][0] < seq:
            yield Finding("tail", stream, result.heads[stream][0] + 1, f"it had {seq} entries when it was anchored.")
        elif result.at_seq.get((stream, seq)) not in (None, digest):
            yield Finding("anchor", stream, seq, "it was written anew: its hash is not the anchored one.")
