"""Read the whole journal again and name every place where it is not what was written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from luyue.apps.journal import anchors, chain
from luyue.apps.journal.models import Anchor, Entry, EntryBody

_COLUMNS = ("stream", "seq", "name", "action", "actor", "at", "entered_at", "effects", "once", "body_digest", "prev", "hash", "id")


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
    result.findings += _bodies()
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
    stream, expected, prev = "", 1, chain.START
    for row in Entry.objects.order_by("stream", "seq").values_list(*_COLUMNS).iterator(chunk_size=5000):
        if row[0] != stream:
            stream, expected, prev = row[0], 1, chain.START
            result.n_streams += 1
        result.n_entries += 1
        seq, own = row[1], row[11]
        if seq != expected:
            words = f"entry {expected} is missing." if seq == expected + 1 else f"entries {expected} to {seq - 1} are missing."
            result.findings.append(Finding("gap", stream, seq, words))
        elif row[10] != prev:
            words = "it does not follow the entry before it: swapped, inserted or rewritten."
            result.findings.append(Finding("unlinked", stream, seq, words))
        if own != _recomputed(row):
            result.findings.append(Finding("edited", stream, seq, "its content does not give its hash: it was changed after it was written."))
        if (stream, seq) in wanted:
            result.at_seq[stream, seq] = own
        result.heads[stream] = (seq, own)
        expected, prev = seq + 1, own


def _recomputed(row: tuple) -> str:
    stream, seq, name, action, actor, at, entered_at, effects, once, digest, prev, _, _ = row
    header = chain.header(
        stream=stream, seq=seq, name=name, action=action, actor=actor, at=chain.instant(at), entered_at=chain.instant(entered_at),
        effects=effects, once=once,
    )  # fmt: skip
    return chain.entry_hash(prev, header, digest)


def _bodies() -> Iterator[Finding]:
    """Every body must give the digest its entry carries; an erased one must be accounted for by a later entry of its stream."""
    rows = EntryBody.objects.values_list("entry__stream", "entry__seq", "salt", "body", "erased_at", "entry__body_digest")
    erased = []
    for stream, seq, salt, body, erased_at, digest in rows.iterator(chunk_size=5000):
        if erased_at is not None:
            erased.append((stream, seq))
        elif chain.body_digest(salt, body) != digest:
            yield Finding("body", stream, seq, "its words were changed after they were written.")
    for entry in Entry.objects.filter(body=None).values_list("stream", "seq"):
        yield Finding("body", *entry, "its words are missing: they may be erased, never removed.")
    accounted = {(entry.stream, int(effect["erased"])) for entry in Entry.objects.filter(name="words.erased") for effect in chain.parse(entry.effects)}
    for stream, seq in erased:
        if (stream, seq) not in accounted:
            yield Finding("erased", stream, seq, "its words were erased, and no entry says who asked for it.")


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
