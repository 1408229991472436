"""What an entry's hash covers: pure functions over text, shared by writing and verifying.

An entry's header is canonical JSON (RFC 8785). Its hash covers the entry before, the header, and the digest of the salted body; the body
itself stays outside, so that its words can be erased and the chain still verifies.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache

START = "0" * 64  # what the first entry of a stream follows
_quoted = json.JSONEncoder(ensure_ascii=False).encode
_plain = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode


def canonical(value: object) -> str:
    """RFC 8785 text of a value made of mappings, lists, text, whole numbers, yes/no and null.

    raises  TypeError for anything else. Fractions must come as text: JSON numbers round them.
    """
    _check(value)
    return _plain(value)


def _check(value: object) -> None:
    """Only plain values pass: by exact type first, which is all there is in what the core hands over."""
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return
    if kind is dict:
        for key, one in value.items():  # type: ignore[attr-defined]
            _check_key(key)
            _check(one)
    elif kind is list or kind is tuple:
        for one in value:  # type: ignore[attr-defined]
            _check(one)
    elif kind is not int or abs(value) >= 2**53:  # type: ignore[arg-type]
        raise TypeError(f"The journal cannot hold {kind.__name__} {value!r}. Hand it over as text, list or dict.")


@lru_cache(maxsize=2048)
def _check_key(key: object) -> None:
    # Above U+D7FF the order of code points, which Python sorts by, is no longer the order of RFC 8785.
    if not isinstance(key, str) or max(key, default="") >= "\ud800":
        raise TypeError(f"The journal takes names as keys, not {key!r}.")


def instant(at: datetime) -> str:
    """ISO text in UTC with microseconds, the one form in which instants enter the chain."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")[:26] + "Z"


def body_digest(salt: str, body: str) -> str:
    return hashlib.sha256(f"{salt}\n{body}".encode()).hexdigest()


def header(*, stream: str, seq: int, name: str, action: str, actor: str, at: str, entered_at: str, effects: str, once: str | None) -> str:
    """Canonical JSON of the header. `effects` is canonical JSON already, so it is set in as it stands; keys in alphabetical order."""
    return (
        f'{{"action":{_quoted(action)},"actor":{_quoted(actor)},"at":"{at}","effects":{effects},"entered_at":"{entered_at}",'
        f'"name":{_quoted(name)},"once":{"null" if once is None else _quoted(once)},"seq":{seq},"stream":{_quoted(stream)}}}'
    )


def entry_hash(prev: str, head: str, digest: str) -> str:
    return hashlib.sha256(f"{prev}\n{head}\n{digest}".encode()).hexdigest()


def merkle_root(leaves: Sequence[bytes]) -> str:
    """Root of a binary hash tree; leaves and inner nodes are hashed apart, a lone last node moves up unchanged."""
    level = [hashlib.sha256(b"\0" + leaf).digest() for leaf in leaves]
    if not level:
        return START
    while len(level) > 1:
        pairs = [hashlib.sha256(b"\1" + level[i] + level[i + 1]).digest() for i in range(0, len(level) - 1, 2)]
        level = pairs + level[len(pairs) * 2 :]
    return level[0].hex()


def parse(effects: str) -> list[dict[str, object]]:
    """The effects of an entry as they were handed to `append`."""
    return json.loads(effects)
